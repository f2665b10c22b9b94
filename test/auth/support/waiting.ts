import type { Sql } from '../../../src/store/sql';

/** Texts of the commands that wait, oldest first. */
export async function listWaiting(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ command: { text: string } }>('select command from pending_commands order by created_at');
  return rows.map(({ command }) => command.text);
}
