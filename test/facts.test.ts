import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { switchesSchema } from '../sandbox/core/switches';

interface Fact {
  id: string;
  fact: string;
  source: string;
  sure: string;
  switch: string | null;
  handledBy: string;
}
interface FactList {
  sections: Record<string, string>;
  facts: Fact[];
}
type Titles = Map<string, string[]>;
interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}
const { findProblems, findReportProblems, idsIn, isDocumentUpToDate, readFacts, renderCoverage, titlesOf } =
  require('../scripts/contractCoverage.cjs') as {
    findProblems(list: FactList, titles: Titles, root: string): string[];
    findReportProblems(list: FactList, report: Report): string[];
    idsIn(text: string): string[];
    isDocumentUpToDate(root: string): boolean;
    readFacts(root: string): FactList;
    renderCoverage(list: FactList): string;
    titlesOf(root: string): Titles;
  };

const root = join(__dirname, '..');
const list = readFacts(root);
const titles = titlesOf(root);

describe('the list of outside facts', () => {
  it('has a test for each fact, a fact for each id in a title, and no file that is gone', () => {
    expect(findProblems(list, titles, root)).toEqual([]);
  });

  it('is what docs/contract-coverage.md shows; otherwise: node scripts/contractCoverage.cjs', () => {
    expect(isDocumentUpToDate(root)).toBe(true);
  });

  const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(__dirname, file), 'utf8'));
  const defaults = switchesSchema.parse({}) as Record<string, unknown>;
  const otherWays = Object.keys(defaults).flatMap((name) => {
    const values: unknown[] = [true, false, 400, 401, 403, 404, 500, 200, 204, ...literalsOf(name)];
    return values
      .filter((value) => value !== defaults[name] && switchesSchema.safeParse({ [name]: value }).success)
      .filter((value) => typeof value !== 'number' || !switchesSchema.safeParse({ [name]: 1234 }).success)
      .map((value) => ({ name, value }));
  });
  it.each(otherWays)('sets the switch $name to $value in some test, so that both ways are covered', ({ name, value }) => {
    const literal = typeof value === 'string' ? `'${value}'` : String(value);
    expect(sources.some((text) => text.includes(name) && text.includes(literal))).toBe(true);
  });

  function literalsOf(name: string): string[] {
    const text = readFileSync(join(root, 'sandbox/core/switches.ts'), 'utf8');
    const line = new RegExp(`^  ${name}: z\\.enum\\(\\[(.+)\\]\\)`, 'm').exec(text)?.[1] ?? '';
    return [...line.matchAll(/'([^']+)'/g)].map((match) => match[1]!);
  }
});

describe('the check', () => {
  const fact: Fact = {
    id: 'entra 3.4 made up',
    fact: 'It is so.',
    source: 'entra-graph.md 3.4',
    sure: 'documented',
    switch: null,
    handledBy: 'src/errors.ts',
  };
  const listOf = (...facts: Partial<Fact>[]): FactList => ({ sections: {}, facts: facts.map((more) => ({ ...fact, ...more })) });
  const proved: Titles = new Map([[fact.id, ['test/x.test.ts']]]);
  const problemsOf = (given: FactList, known: Titles = proved) => findProblems(given, known, root).join('\n');

  it('is content with a fact that stands in a title', () => {
    expect(problemsOf(listOf({}))).toBe('');
  });

  it.each<[string, FactList, Titles, string]>([
    ['a fact without a test', listOf({}), new Map(), 'stands in no title'],
    [
      'a fact that only a browser test proves',
      listOf({}),
      new Map([[fact.id, ['test/browser/x.test.ts']]]),
      'stands in no title',
    ],
    ['an id that is not in the list', listOf(), proved, `[${fact.id}] in test/x.test.ts is not in`],
    ['a file that is gone', listOf({ handledBy: 'src/gone.ts' }), proved, 'src/gone.ts, which is gone'],
    ['an id twice', listOf({}, {}), proved, 'stands twice'],
    ['an unknown switch', listOf({ switch: 'onActiveMaybe' }), proved, 'onActiveMaybe, which is not in'],
    ['an unknown kind of certainty', listOf({ sure: 'hoped' }), proved, 'is "hoped"'],
    ['another source than the id has', listOf({ source: 'teams.md 3.4' }), proved, 'names the source "teams.md 3.4"'],
    ['an empty sentence', listOf({ fact: ' ' }), proved, 'says nothing'],
    ['an id of no contract', listOf({ id: 'slack 1 x' }), proved, 'is no id'],
  ])('finds %s', (_what, given, known, expected) => {
    expect(problemsOf(given, known)).toContain(expected);
  });

  const reportOf = (...results: [fullName: string, status: string][]): Report => ({
    testResults: [{ assertionResults: results.map(([fullName, status]) => ({ fullName, status })) }],
  });
  it('reads ids in titles of tests and of groups, several in one', () => {
    expect(idsIn('a group [teams 1.1 jwt] › works [entra A https-only] [unity 5 401] [other 1]')).toEqual([
      'teams 1.1 jwt',
      'entra A https-only',
      'unity 5 401',
    ]);
  });

  it.each<[string, Report, string[]]>([
    ['a passing test', reportOf([`a [${fact.id}]`, 'passed']), []],
    ['no test', reportOf(), ['has no passing test']],
    ['a test that failed', reportOf([`a [${fact.id}]`, 'failed']), ['failed: a', 'has no passing test']],
    ['a skipped one beside a good one', reportOf([`a [${fact.id}]`, 'passed'], [`b [${fact.id}]`, 'pending']), ['pending: b']],
    ['an id nobody knows', reportOf([`a [${fact.id}]`, 'passed'], ['b [unity 99 x]', 'passed']), ['[unity 99 x] is not in']],
  ])('of a report with %s', (_what, report, expected) => {
    const problems = findReportProblems(listOf({}), report);
    expect(problems).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(problems[index]).toContain(text);
  });

  it('writes the same document whatever the order of the list, by section', () => {
    const later = { id: 'entra 3.10 later', source: 'entra-graph.md 3.10' };
    const one = renderCoverage(listOf({}, later));
    expect(one).toBe(renderCoverage(listOf(later, {})));
    expect(one).toContain('| made up | It is so. | documented |  | `src/errors.ts` |');
    expect(one.indexOf('3.10')).toBeGreaterThan(one.indexOf('made up'));
  });

  it('ends with 1 and says why when a report proves nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facts-'));
    const report = join(folder, 'report.json');
    writeFileSync(report, JSON.stringify(reportOf()));
    const script = join(root, 'scripts/contractCoverage.cjs');
    const ended = await promisify(execFile)(process.execPath, [script, '--check', report], { maxBuffer: 1e7 }).catch(
      (error) => error,
    );
    rmSync(folder, { recursive: true });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`[${list.facts[0]?.id}] has no passing test in the report`);
  });
});
