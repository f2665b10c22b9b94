import { parseArgs } from 'node:util';
import { type FaultReport, type FaultRow, runFaults } from './runFaults';

const HELP = `npm run faults -- [options]   every fault at every call of the job, with the real bot and the sandbox

  --json     one JSON document instead of a table
  --cards    also what the person reads on each card

Exit code 0 only if each run ended as it must, with one effect.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      cards: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const report = await runFaults(values.json ? {} : { onRow: (row) => print(row, values.cards) });
  if (values.json) console.log(JSON.stringify(report));
  else summarize(report);
  process.exitCode = report.ok ? 0 : 1;
}

function print({ phase, call, fault, lasts, found, problems, card }: FaultRow, withCard: boolean): void {
  const end = found === null ? 'no end' : [found.state, found.code].filter(Boolean).join(', ');
  const mark = problems.length === 0 ? 'ok ' : 'BAD';
  console.log(`${mark}  ${phase.padEnd(9)} ${call.padEnd(72)} ${(lasts ? fault : `${fault}, once`).padEnd(27)} ${end}`);
  for (const problem of problems) console.log(`     ${problem}`);
  if (withCard || problems.length > 0) console.log(card.replace(/^/gm, '       | '));
}

function summarize({ rows, effects, ok }: FaultReport): void {
  for (const { company, problems } of effects) for (const problem of problems) console.log(`BAD  ${company}: ${problem}`);
  const bad = rows.filter(({ problems }) => problems.length > 0).length;
  console.log(`\n${rows.length} faults, ${bad} of them end wrongly.`);
  console.log(ok ? 'Every run ends as it must, with one effect.' : 'Something does not hold.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
