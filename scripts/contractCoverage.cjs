/**
 * The outside facts that the job relies on, and the tests that prove them.
 *
 *   node scripts/contractCoverage.cjs                  checks list, titles and files, and writes docs/contract-coverage.md
 *   node scripts/contractCoverage.cjs REPORT.json      the same, and each fact must have passed in this report (jest --json --outputFile=REPORT.json)
 *   … --check                                          writes nothing: a document that is not up to date is a problem
 *
 * Ends with 1 and one line for each problem. Tests carry the id of a fact in their titles: `[entra 3.4 redundant]`.
 */
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join, relative, sep } = require('node:path');

const FACTS = 'test/facts.json';
const DOCUMENT = 'docs/contract-coverage.md';
const SWITCHES = 'sandbox/core/switches.ts';
/** How sure a fact is, the surest first. */
const SURE = {
  documented: 'the service’s own pages or its published code say so',
  measured: 'seen by running the named SDK versions',
  field: 'not in the documentation, but reported from real use',
  assumed: 'a gap filled from a standard or by judgement',
  unconfirmed: 'nobody could say, or two pages disagree: both ways are tested',
};
const CONTRACTS = {
  entra: ['entra-graph.md', 'Microsoft Entra and Graph'],
  teams: ['teams.md', 'Microsoft Teams'],
  unity: ['unity.md', 'Unity Cloud'],
};
const ID = /\[((?:entra|teams|unity) [^\]\n]+)\]/g;
/** These run apart, on a Chromium: what they prove does not count here, but their ids must be known. */
const APART = 'test/browser/';
/** Holds ids of facts that are not there. */
const OWN_TEST = 'test/facts.test.ts';

function idsIn(text) {
  return [...text.matchAll(ID)].map((match) => match[1]);
}

/** Where ids stand in test sources: id → files, one entry for each title. */
function titlesOf(root) {
  const titles = new Map();
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith('.test.ts')) {
        const file = relative(root, path).split(sep).join('/');
        if (file === OWN_TEST) continue;
        for (const id of idsIn(readFileSync(path, 'utf8'))) titles.set(id, [...(titles.get(id) ?? []), file]);
      }
    }
  };
  visit(join(root, 'test'));
  return titles;
}

/** What is wrong with list, titles and files, without any report. */
function findProblems({ facts }, titles, root) {
  const switches = readFileSync(join(root, SWITCHES), 'utf8');
  const known = new Set();
  const problems = [];
  for (const fact of facts) {
    const { id } = fact;
    if (known.has(id)) problems.push(`[${id}] stands twice in ${FACTS}`);
    known.add(id);
    if (idsIn(`[${id}]`)[0] !== id) problems.push(`[${id}] is no id: "<entra|teams|unity> <section> <name>"`);
    if (!fact.fact?.trim()) problems.push(`[${id}] says nothing`);
    if (!(fact.sure in SURE)) problems.push(`[${id}] is "${fact.sure}", which is none of ${Object.keys(SURE).join(', ')}`);
    if (fact.source !== sourceOf(id)) problems.push(`[${id}] names the source "${fact.source}", not "${sourceOf(id)}"`);
    if (!fact.handledBy || !existsSync(join(root, fact.handledBy)))
      problems.push(`[${id}] is handled by ${fact.handledBy}, which is gone`);
    if (fact.switch !== null && !new RegExp(`^  ${fact.switch}: `, 'm').test(switches))
      problems.push(`[${id}] names the switch ${fact.switch}, which is not in ${SWITCHES}`);
    if (!(titles.get(id) ?? []).some((file) => !file.startsWith(APART))) problems.push(`[${id}] stands in no title of a test`);
  }
  for (const [id, files] of titles) if (!known.has(id)) problems.push(`[${id}] in ${files[0]} is not in ${FACTS}`);
  return problems;
}

/** What a report of Jest shows: facts without a passing test, failing tests of facts, ids that are not in the list. */
function findReportProblems({ facts }, report) {
  const passed = new Set();
  const problems = [];
  const known = new Set(facts.map(({ id }) => id));
  for (const { fullName, status } of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    for (const id of idsIn(fullName)) {
      if (!known.has(id)) problems.push(`[${id}] is not in ${FACTS}: ${fullName}`);
      if (status === 'passed') passed.add(id);
      else problems.push(`[${id}] ${status}: ${fullName}`);
    }
  }
  for (const { id } of facts) if (!passed.has(id)) problems.push(`[${id}] has no passing test in the report`);
  return problems;
}

const sectionOf = (id) => id.split(' ')[1] ?? '';
const contractOf = (id) => id.split(' ')[0] ?? '';
function sourceOf(id) {
  const section = sectionOf(id);
  return `${CONTRACTS[contractOf(id)]?.[0]} ${/^[A-Z]$/.test(section) ? `Appendix ${section}` : section}`;
}

/** `2.4` before `2.10`, appendices last, then by name. */
function inOrder(one, other) {
  const [contractA, sectionA] = one.id.split(' ');
  const [contractB, sectionB] = other.id.split(' ');
  return (
    contractA.localeCompare(contractB) ||
    Number(/^[A-Z]/.test(sectionA)) - Number(/^[A-Z]/.test(sectionB)) ||
    sectionA.localeCompare(sectionB, 'en', { numeric: true }) ||
    (one.id < other.id ? -1 : 1)
  );
}

/** The document, the same for the same list: sorted, without dates, and without counting tests, which would change it with each test. */
function renderCoverage({ facts, sections }) {
  const sorted = facts.toSorted(inOrder);
  const cell = (text) => text.replaceAll('|', '\\|');
  const lines = [
    '# What the job relies on, and what proves it',
    '',
    '<!-- Written by scripts/contractCoverage.cjs from test/facts.json. Do not edit. -->',
    '',
    `${facts.length} facts about Teams, Entra and Unity. The titles of the tests that prove one carry its id, such as \`[entra 3.4 redundant]\`;`,
    '`npm test` fails on a fact without a passing test. What a test proves here is that the bot, and the sandbox it is tested against, do',
    'what the fact asks; whether the real service does so is said in the column *Sure*.',
    '',
    '| Sure | Means | Facts |',
    '| --- | --- | ---: |',
    ...Object.entries(SURE).map(
      ([sure, meaning]) => `| ${sure} | ${meaning} | ${facts.filter((fact) => fact.sure === sure).length} |`,
    ),
    '',
    '*Switch*: the setting of the sandbox that makes it behave the other way.',
  ];
  let contract = '';
  let section = '';
  for (const fact of sorted) {
    if (contractOf(fact.id) !== contract) {
      contract = contractOf(fact.id);
      section = '';
      lines.push('', `## ${CONTRACTS[contract][1]}`);
    }
    if (sectionOf(fact.id) !== section) {
      section = sectionOf(fact.id);
      const name = sections[`${contract} ${section}`];
      lines.push('', `### ${fact.source}${name ? `: ${name}` : ''}`, '');
      lines.push('| Id | Fact | Sure | Switch | Handled by |', '| --- | --- | --- | --- | --- |');
    }
    const name = fact.id.split(' ').slice(2).join(' ');
    const cells = [name, fact.fact, fact.sure, fact.switch === null ? '' : `\`${fact.switch}\``, `\`${fact.handledBy}\``];
    lines.push(`| ${cells.map(cell).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

function readFacts(root) {
  return JSON.parse(readFileSync(join(root, FACTS), 'utf8'));
}

/** True when the document on disk is the one that the list gives. */
function isDocumentUpToDate(root, list = readFacts(root)) {
  const path = join(root, DOCUMENT);
  return existsSync(path) && readFileSync(path, 'utf8') === renderCoverage(list);
}

function main(args) {
  const root = join(__dirname, '..');
  const isCheck = args.includes('--check');
  const reportFile = args.find((arg) => !arg.startsWith('--'));
  const list = readFacts(root);
  const titles = titlesOf(root);
  const problems = findProblems(list, titles, root);
  if (reportFile) problems.push(...findReportProblems(list, JSON.parse(readFileSync(reportFile, 'utf8'))));
  if (isCheck && !isDocumentUpToDate(root, list))
    problems.push(`${DOCUMENT} is not up to date: node scripts/contractCoverage.cjs`);
  if (!isCheck) {
    mkdirSync(dirname(join(root, DOCUMENT)), { recursive: true });
    writeFileSync(join(root, DOCUMENT), renderCoverage(list));
  }
  for (const problem of problems) console.error(problem);
  console.log(`${list.facts.length} facts, ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  return problems.length === 0 ? 0 : 1;
}

module.exports = { findProblems, findReportProblems, idsIn, inOrder, isDocumentUpToDate, readFacts, renderCoverage, titlesOf };

if (require.main === module) process.exitCode = main(process.argv.slice(2));
