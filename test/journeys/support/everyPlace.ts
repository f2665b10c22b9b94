import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../src/store/openStore';
import type { TestPlace } from '../../support/testStore';

/** Every row of every table of ours and of DBOS, a table a place. Only while no bot has the database. */
export async function everyTable(place: TestPlace): Promise<Map<string, string>> {
  const store = await openStore({ databaseUrl: place.databaseUrl, dataDir: place.dataDir });
  try {
    const tables = await store.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    const places = new Map<string, string>();
    for (const { name } of tables) {
      const rows = await store.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`);
      places.set(`table ${name}`, rows.map(({ row }) => row).join('\n'));
    }
    return places;
  } finally {
    await store.close();
  }
}

/** Every file below a folder, as bytes. */
export function everyFile(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [`file ${name}`, readFileSync(join(folder, name))] as const),
  );
}

/** Whatever the sandbox reads back. */
export async function everySandboxAnswer(origin: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for (const path of ['people', 'state', 'calls', 'faults', 'switches', 'clock']) {
    const response = await fetch(`${origin}/__sandbox/${path}`);
    places.set(`/__sandbox/${path}`, await response.text());
  }
  return places;
}
