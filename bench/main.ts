import { parseArgs } from 'node:util';
import { openBenchPlace, untilDone } from './benchPlace';
import { measureColdStart } from './coldStart';
import { asTable, type Figure, isWell } from './figures';
import { measureFirstAnswer } from './firstAnswer';
import { measureInvokes } from './invokes';
import { measureMemory } from './memory';
import { measureSetup } from './setupTime';

const HELP = `npm run bench -- [options]   the times and the memory of the real bot, in the sandbox

  --json            one JSON document instead of a table
  --database URL    measures on this Postgres too; it must be empty
  --timeline        also prints when which call was under way during the setup

Exit code 0 only if every figure with a limit is within it.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      timeline: { type: 'boolean', default: false },
      database: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const figures: Figure[] = [];
  const show = (more: Figure[]) => {
    figures.push(...more);
    if (!values.json) console.log(asTable(more));
  };
  for (const databaseUrl of [undefined, ...(values.database ? [values.database] : [])]) {
    const database = databaseUrl ? 'Postgres' : 'PGlite';
    if (!values.json) console.log(`\n${database}\n`);
    await measure(databaseUrl, database, show, values.timeline && !values.json);
  }
  if (!values.json) console.log('\nInvokes\n');
  show(await measureInvokes());
  if (values.json) console.log(JSON.stringify({ ok: figures.every(isWell), figures }));
  process.exitCode = figures.every(isWell) ? 0 : 1;
}

async function measure(
  databaseUrl: string | undefined,
  database: string,
  show: (figures: Figure[]) => void,
  timeline: boolean,
): Promise<void> {
  const place = await openBenchPlace(databaseUrl);
  try {
    const bot = await place.start();
    const { figures, stretches } = await measureSetup(place);
    show(figures.map((figure) => ({ ...figure, name: `${figure.name} (${database})` })));
    if (timeline) {
      let end = stretches[0]?.from ?? 0;
      for (const { from, to, calls } of stretches) {
        console.log(`    +${String(from - end).padStart(4)} ms, then ${String(to - from).padStart(4)} ms: ${calls.join(' | ')}`);
        end = to;
      }
    }
    const asked = await place.adele.say('provision alice@contoso.com');
    await untilDone(place, asked);
    for (const command of ['help', 'status'] as const)
      show((await measureFirstAnswer(place, command)).map((figure) => ({ ...figure, name: `${figure.name} (${database})` })));
    show(measureMemory(bot, database));
    await bot.stop();
    show(await measureColdStart(place, database));
  } finally {
    await place.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
