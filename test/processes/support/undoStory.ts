import type { Administrator } from '../../../sandbox/journey/administrator';
import { trustAuthority } from '../../entra/trustAuthority';
import {
  ADELE,
  ASSIGN,
  CALLS_OF_KEPT_JOB,
  callNames,
  checkpoints,
  faultFor,
  insideCalls,
  type KillPoint,
  killPoints,
  READ_JOB,
  SAVE_SECRETS,
  START_JOB,
} from './killPoints';
import { type Case, type Fate, holdOf, killOnce } from './killRounds';
import { type WorldOf, worldOf } from './killStory';
import type { Company } from './manyOrganizations';
import { type ProcessBench, startProcessBench } from './processBench';
import { allToBe, cardOf, confirm, confirmAll, showPlans } from './setUpMany';
import { until } from './until';

/**
 * What *Cancel* met: a setup that made a job and everything else and failed at its last step, the same while it still ran, or one
 * that kept the job of an earlier setup, switched its groups off and failed.
 */
export type Before = 'failed' | 'running' | 'kept';
export interface UndoPoint {
  before: Before;
  point: KillPoint;
}

/** Attempt that undoes. */
const ATTEMPT: Record<Before, string> = { running: '2', failed: '3', kept: '5' };
const RUNNING = ['undoAssignment', 'undoJob'];
/** The click that is not answered is the last of `killPoints`, and of all. */
export const UNDO_POINTS: readonly UndoPoint[] = [
  ...RUNNING.flatMap((at) => checkpoints(at, 'run')).map((point): UndoPoint => ({ before: 'running', point })),
  ...[...checkpoints('undoGroupMapping', 'run'), ...insideCalls(CALLS_OF_KEPT_JOB)].map(
    (point): UndoPoint => ({ before: 'kept', point }),
  ),
  ...killPoints('undo').map((point): UndoPoint => ({ before: 'failed', point })),
];

export interface UndoStory {
  /** In the order of `UNDO_POINTS`. */
  fates: Fate[];
  /** What an undo that nobody disturbs calls and writes. */
  undisturbed: Record<'failed' | 'kept', { calls: string[]; steps: string[] }>;
  /** In the order of `UNDO_POINTS`. */
  world: (WorldOf & { groups: boolean | null })[];
  left: { secrets: number; openRuns: number; effects: number; connections: number; toldTwice: number };
}

/** A setup in many companies at once, each taken back, in a process that dies at a place of its own in each. */
export async function playUndoStory(): Promise<UndoStory> {
  const bench = await startProcessBench({ companies: UNDO_POINTS.length + 2 });
  trustAuthority(bench.sandbox.entra.authorityPem);
  try {
    return await play(bench);
  } finally {
    await bench.end();
  }
}

async function play(bench: ProcessBench): Promise<UndoStory> {
  const { sandbox } = bench;
  const setups = [...UNDO_POINTS.map(({ before }) => before), 'failed' as const, 'kept' as const].map((before, index) => ({
    before,
    company: bench.companies[index]!,
  }));
  const adele = bench.administrator(setups[0]!.company);
  const { client } = adele;
  const cases = UNDO_POINTS.map(({ before, point }, index): Case => {
    const { company } = setups[index]!;
    return { phase: 'undo', point, company, attempt: ATTEMPT[before], go: () => cancel(bench, adele, before, company) };
  });
  const holds = cases.flatMap((one) => holdOf(bench, one) ?? []);
  const bot = await bench.start({ holds });
  await adele.arrive();
  await adele.signIn();
  await bringAbout(bench, adele, setups);

  const undisturbed = { failed: [] as string[], kept: [] as string[] };
  for (const before of ['failed', 'kept'] as const) {
    const { company } = setups.findLast((setup) => setup.before === before)!;
    sandbox.context.calls.clear();
    await cancel(bench, adele, before, company);
    await allToBe(bench, client, [company], 'cancelled');
    undisturbed[before] = callNames(sandbox.context.calls.list());
  }
  const round = await killOnce(bench, bot, client, cases, { holds, endsAs: 'cancelled', nextHolds: [] });
  const world = await Promise.all(
    setups.map(async ({ before, company }) => ({
      ...worldOf(sandbox, company),
      groups: before === 'kept' ? await switchGroups(bench, company) : null,
    })),
  );
  await round.bot.stop();

  const store = await bench.openStore();
  try {
    const count = async (query: string) => (await store.query(query)).length;
    const stepsOf = async (before: 'failed' | 'kept') => {
      const { company } = setups.findLast((setup) => setup.before === before)!;
      const rows = await store.query<{ function_name: string }>(
        'select function_name from dbos.operation_outputs where workflow_uuid = $1 order by function_id',
        [`${bench.subject('setup', company)}${ATTEMPT[before]}`],
      );
      return rows.map(({ function_name }) => function_name);
    };
    return {
      fates: round.fates,
      undisturbed: {
        failed: { calls: undisturbed.failed, steps: await stepsOf('failed') },
        kept: { calls: undisturbed.kept, steps: await stepsOf('kept') },
      },
      world,
      left: {
        secrets: await count('select 1 from secrets'),
        openRuns: await count('select 1 from runs where ended_at is null'),
        effects: await count('select 1 from run_effects'),
        connections: await count('select 1 from connections'),
        toldTwice: await count(`select 1 from audit where action like 'undo.%' group by subject, action having count(*) > 1`),
      },
    };
  } finally {
    await store.close();
  }
}

interface Setup {
  before: Before;
  company: Company;
}

/** Every setup up to where *Cancel* comes, all of them side by side. */
async function bringAbout(bench: ProcessBench, adele: Administrator, setups: readonly Setup[]): Promise<void> {
  const { faults } = bench.sandbox.context;
  const companiesOf = (...wanted: Before[]) =>
    setups.filter(({ before }) => wanted.includes(before)).map(({ company }) => company);
  const [kept, failed] = [companiesOf('kept'), companiesOf('failed')];
  await showPlans(bench, adele, kept);
  await confirmAll(bench, adele, kept, 'done');
  for (const company of kept) await switchGroups(bench, company, true);

  await showPlans(bench, adele, companiesOf('failed', 'kept', 'running'));
  const rows = [
    ...kept.map((company) => faults.add({ ...faultFor(SAVE_SECRETS, company), effect: { kind: 'status', status: 403 } })),
    ...failed.flatMap((company) => [
      // Started, and nobody knows; then the job cannot be read.
      faults.add({ ...faultFor(START_JOB, company), effect: { kind: 'loseAnswer' } }),
      faults.add({ ...faultFor(`${READ_JOB} (2)`, company), effect: { kind: 'status', status: 403 } }),
    ]),
  ];
  await confirmAll(bench, adele, [...failed, ...kept], 'failed');
  for (const { id } of rows) faults.remove(id);
}

/** *Cancel*; a setup that runs is confirmed first, and cancelled while it waits for an answer. */
async function cancel(bench: ProcessBench, adele: Administrator, before: Before, company: Company): Promise<void> {
  if (before === 'running') {
    const { faults } = bench.sandbox.context;
    const held = faults.add({ ...faultFor(ASSIGN, company), effect: { kind: 'hold' } });
    await confirm(bench, adele, company);
    await until(`the assignment in ${company.appName}`, () => held.hits > 0);
    await adele.press(cardOf(bench, adele.client, company).message, 'run.cancel');
    faults.remove(held.id);
  } else await adele.press(cardOf(bench, adele.client, company).message, 'run.cancel');
}

/** The mapping of groups, by hand; tells how it stood. */
async function switchGroups({ sandbox }: ProcessBench, company: Company, enabled?: boolean): Promise<boolean | null> {
  const { servicePrincipalId } = company;
  const { jobs } = sandbox.entra.state() as { jobs: { id: string; servicePrincipalId: string }[] };
  const job = jobs.find((one) => one.servicePrincipalId === servicePrincipalId);
  if (!job) return null;
  const { token } = sandbox.entra.exchange({ userId: ADELE }, ['.default']);
  const address = `${sandbox.entra.origin}/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${job.id}/schema`;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const schema = (await (await fetch(address, { headers })).json()) as {
    synchronizationRules: { objectMappings: { sourceObjectName: string; enabled: boolean }[] }[];
  };
  const groups = schema.synchronizationRules
    .flatMap(({ objectMappings }) => objectMappings)
    .filter(({ sourceObjectName }) => /group/i.test(sourceObjectName));
  const stood = groups.some((mapping) => mapping.enabled);
  if (enabled === undefined) return stood;
  for (const mapping of groups) mapping.enabled = enabled;
  const answer = await fetch(address, { method: 'PUT', headers, body: JSON.stringify(schema) });
  if (!answer.ok) throw new Error(`The mapping was not saved: ${answer.status}`);
  return stood;
}
