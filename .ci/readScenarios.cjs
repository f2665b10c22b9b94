// Reads what `npm run journey -- --scenario approval --json` prints: a line for each scenario, each with what must have come of it.
const EXPECTED = {
  approve: { decisions: 1, effects: 1 },
  decline: { decisions: 1, effects: 0 },
  crash: { decisions: 1, effects: 1 },
};
const names = Object.keys(EXPECTED);
const lines = require('node:fs')
  .readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'));

const reports = lines.map((line) => JSON.parse(line));
const held = names.filter((name) => {
  const found = reports.filter(({ scenario }) => scenario === name);
  const [report] = found;
  const { decisions, effects } = EXPECTED[name];
  return found.length === 1 && report.ok === true && report.decisions === decisions && report.effects === effects;
});

for (const line of lines) console.log(line);
for (const name of names) if (!held.includes(name)) console.log(`The scenario "${name}" did not hold.`);
const failed = names.length - held.length;
console.log(`Tests:       ${failed} failed, ${held.length} passed, ${names.length} total`);
process.exitCode = failed === 0 && lines.length === names.length ? 0 : 1;
