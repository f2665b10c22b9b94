import { readMessage } from '../cardActions';
import type { Company } from './companies';
import { type Ending, FAULT_KINDS, type FaultKind, type FaultName, lastingEnding, passesOnce } from './faultKinds';
import { type CompanyAdministrator, type FaultWorld, type RunCard, startFaultWorld } from './faultWorld';
import { JOB_CALLS, type JobCall, matchOf, type Phase } from './jobCalls';

/** One cell of the table: a fault at a call, and what became of it. */
export interface FaultRow {
  phase: Phase;
  call: string;
  fault: FaultName;
  /** True: every such call was hit. False: the first one only. */
  lasts: boolean;
  expected: Ending;
  found: Ending | null;
  hits: number;
  /** What the person reads. */
  card: string;
  /** Empty when all is as it must be. */
  problems: string[];
}

export interface FaultReport {
  ok: boolean;
  rows: FaultRow[];
  /** Of a company as a whole, when all its faults are over: one effect, and nothing that nobody asked for. */
  effects: { company: string; problems: string[] }[];
}

interface FaultOptions {
  /** Told as each row is known. */
  onRow?: (row: FaultRow) => void;
  /** More settings for the bot, for example its database. */
  settings?: Record<string, string>;
  /** Faults that are tried for as long as they last; default: all. Those that happen once are always all. */
  lasting?: readonly FaultName[];
}

/** Companies at work at the same time. */
const AT_ONCE = 12;

/** Every cell of the table, in the order of the job. */
export function faultCells(
  lasting = FAULT_KINDS.map(({ name }) => name as FaultName) as readonly FaultName[],
): Pick<FaultRow, 'phase' | 'call' | 'fault' | 'lasts'>[] {
  return JOB_CALLS.flatMap((call) => {
    const cell = (fault: FaultName, lasts: boolean) => ({ phase: call.phase, call: call.name, fault, lasts });
    return FAULT_KINDS.flatMap(({ name }) => [
      ...(lasting.includes(name) && lastingEnding(call, name) ? [cell(name, true)] : []),
      ...(passesOnce(call, name) && name !== 'no right' ? [cell(name, false)] : []),
    ]);
  });
}

type Row = Omit<FaultRow, 'found' | 'hits' | 'card' | 'problems'>;

/** Lets every fault happen at every call of the job, with the real bot: for good, and once. */
export async function runFaults({ onRow = () => undefined, settings = {}, lasting }: FaultOptions): Promise<FaultReport> {
  const report: FaultReport = { ok: false, rows: [], effects: [] };
  const tell = (row: FaultRow) => {
    report.rows.push(row);
    onRow(row);
  };
  const stories: ((world: FaultWorld, company: Company) => Promise<string[]>)[] = [
    ...JOB_CALLS.map((call) => (world: FaultWorld, company: Company) => lastingStory(world, company, call, tell, lasting)),
    ...FAULT_KINDS.map((fault) => (world: FaultWorld, company: Company) => onceStory(world, company, fault, tell)),
  ];
  const world = await startFaultWorld({ companies: stories.length, settings });
  try {
    const open = stories.map((story, index) => ({ story, company: world.companies[index]! }));
    const work = async () => {
      for (let next = open.shift(); next; next = open.shift()) {
        const { company, story } = next;
        const problems = await story(world, company).catch((error: unknown) => [
          error instanceof Error ? error.message : String(error),
        ]);
        report.effects.push({ company: company.appName, problems });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await world.stop();
  }
  report.ok =
    report.rows.every(({ problems }) => problems.length === 0) && report.effects.every(({ problems }) => problems.length === 0);
  return report;
}

/** One call of one company, hit by one fault after the other for as long as it lasts; then once more without any. */
async function lastingStory(
  world: FaultWorld,
  company: Company,
  call: JobCall,
  tell: (row: FaultRow) => void,
  lasting: readonly FaultName[] | undefined,
): Promise<string[]> {
  const person = await world.administrator(company);
  const { faults } = world.sandbox.context;
  let card = await before(person, call.phase);
  for (const { name, effect } of FAULT_KINDS) {
    const expected = lastingEnding(call, name);
    if (!expected || lasting?.includes(name) === false) continue;
    const arm = () => faults.add({ ...matchOf(call, company), effect });
    const { result, hits } = await armed(faults, arm, (add) => goOn(person, call, card, add));
    card = result;
    tell(judge({ phase: call.phase, call: call.name, fault: name, lasts: true, expected }, person, card, hits));
  }
  card = await goOn(person, call, card, () => undefined);
  if (call.phase === 'see') return stateOf(card, 'plan').concat(effectsOf(world, company, { job: false, colleague: false }));
  return stateOf(card, 'done').concat(effectsOf(world, company, { job: true, colleague: call.phase === 'provision' }));
}

/** A whole setup and provision in which each call is hit once by the same fault. */
async function onceStory(
  world: FaultWorld,
  company: Company,
  { name, effect, once }: FaultKind & { name: FaultName },
  tell: (row: FaultRow) => void,
): Promise<string[]> {
  if (name === 'no right') return [];
  const person = await world.administrator(company);
  const { faults } = world.sandbox.context;
  const arm = (phases: Phase[]) =>
    JOB_CALLS.filter((call) => phases.includes(call.phase) && passesOnce(call, name)).map((call) => ({
      call,
      fault: faults.add({ ...matchOf(call, company), times: 1, effect: once ?? effect }),
    }));
  const told = (rows: ReturnType<typeof arm>, expected: Ending, card: RunCard) => {
    for (const { call, fault } of rows) {
      const row = { phase: call.phase, call: call.name, fault: name, lasts: false, expected };
      tell(judge(row, person, card, fault.hits));
    }
  };

  let see: ReturnType<typeof arm> = [];
  const plan = await person.setUp({ beforeSubmit: () => (see = arm(['see'])) });
  told(see, { state: 'plan', code: null }, plan);
  const act = arm(['act']);
  const done = await person.press(plan, 'plan.confirm');
  told(act, { state: 'done', code: null }, done);
  const provision = arm(['provision']);
  told(provision, { state: 'done', code: null }, await person.provision(company.otherAddress));
  return effectsOf(world, company, { job: true, colleague: true });
}

/** What must have happened before a call of this phase can be hit. */
async function before(person: CompanyAdministrator, phase: Phase): Promise<RunCard | undefined> {
  if (phase === 'see') return undefined;
  const plan = await person.setUp();
  return phase === 'act' ? plan : void (await person.press(plan, 'plan.confirm'));
}

/** The next thing a person would do: retry what failed, else ask for it. */
async function goOn(
  person: CompanyAdministrator,
  { phase }: JobCall,
  card: RunCard | undefined,
  arm: () => unknown,
): Promise<RunCard> {
  if (card?.run.state === 'failed') {
    arm();
    return person.press(card, 'run.retry');
  }
  if (phase === 'provision') {
    arm();
    return person.provision(person.company.otherAddress);
  }
  if (phase === 'act' && card) {
    if (card.run.state === 'done') return card; // the last fault was one that a run gets over
    arm();
    return person.press(card, 'plan.confirm');
  }
  if (card) await person.press(card, 'run.cancel');
  return person.setUp({ beforeSubmit: arm });
}

async function armed(
  faults: FaultWorld['sandbox']['context']['faults'],
  arm: () => ReturnType<typeof faults.add>,
  work: (add: () => void) => Promise<RunCard>,
): Promise<{ result: RunCard; hits: number }> {
  let row: ReturnType<typeof arm> | undefined;
  try {
    const result = await work(() => {
      row = arm();
    });
    return { result, hits: row?.hits ?? 0 };
  } finally {
    if (row) faults.remove(row.id);
  }
}

function judge(row: Row, person: CompanyAdministrator, card: RunCard, hits: number): FaultRow {
  const { state, waitingFor, failure, people } = card.run;
  const end = people?.[0];
  const good = ['created', 'updated', 'in_step'];
  const found: Ending | null =
    state === 'waiting' && waitingFor === 'plan'
      ? { state: 'plan', code: null }
      : state === 'failed'
        ? { state, code: failure?.code ?? null }
        : state === 'done'
          ? { state, code: !end || good.includes(end.outcome ?? '') ? null : [end.outcome, end.code].filter(Boolean).join(' ') }
          : null;
  const text = readMessage(card.message);
  const problems: string[] = [];
  if (hits === 0) problems.push('the call was never hit');
  if (found?.state !== row.expected.state || found.code !== row.expected.code)
    problems.push(`ended as ${JSON.stringify(found ?? state)}, not ${JSON.stringify(row.expected)}`);
  if (state === 'failed' && !person.offers(card, 'run.retry')) problems.push('the card offers no Retry');
  if (state === 'done' && /\bRetry\b/.test(text)) problems.push('the card speaks of a Retry that it does not offer');
  if (/undefined|null|\[object/.test(text)) problems.push('the card shows a hole in its words');
  return { ...row, found, hits, card: text, problems };
}

function stateOf({ run, message }: RunCard, wanted: 'plan' | 'done'): string[] {
  const found = run.state === 'waiting' && run.waitingFor === 'plan' ? 'plan' : run.state;
  return found === wanted ? [] : [`without any fault it ended as ${found}, not ${wanted}:\n${readMessage(message)}`];
}

interface EntraState {
  jobs: { servicePrincipalId: string; schedule: { state: string } }[];
  assignments: { resourceId: string; principalId: string }[];
}

/** One effect in Entra and Unity, counted in what both keep. */
function effectsOf({ sandbox }: FaultWorld, company: Company, wants: { job: boolean; colleague: boolean }): string[] {
  const { jobs, assignments } = sandbox.entra.state() as EntraState;
  const schedules = jobs
    .filter((job) => job.servicePrincipalId === company.servicePrincipalId)
    .map(({ schedule }) => schedule.state);
  const assigned = assignments
    .filter(({ resourceId }) => resourceId === company.servicePrincipalId)
    .map(({ principalId }) => principalId);
  const users = sandbox.unity
    .state()
    .organizations.find(({ genesisId }) => genesisId === company.organizationId)
    ?.scimUsers.map(({ userName }) => userName);
  const people = [
    ...(wants.job ? [[company.administratorId, company.administratorAddress] as const] : []),
    ...(wants.colleague ? [[company.colleagueId, company.colleagueAddress] as const] : []),
  ];
  const compare = (what: string, found: readonly string[], wanted: readonly string[]) =>
    JSON.stringify([...found].sort()) === JSON.stringify([...wanted].sort())
      ? []
      : [`${what}: ${found.join(', ') || 'none'}, not ${wanted.join(', ') || 'none'}`];
  return [
    ...compare('jobs', schedules, wants.job ? ['Active'] : []),
    ...compare(
      'assigned',
      assigned,
      people.map(([id]) => id),
    ),
    ...compare(
      'SCIM users',
      users ?? [],
      people.map(([, address]) => address),
    ),
  ];
}
