import type { Fault } from '../../sandbox/core/faults';
import type { Administrator } from '../../sandbox/journey/administrator';
import { readMessage } from '../../sandbox/journey/cardActions';
import type { BotProcess } from '../../sandbox/journey/startBot';
import { createTeamsClient } from '../../sandbox/teams/client';
import { trustAuthority } from '../entra/trustAuthority';
import { ADELE, ALICE, faultFor, READ_JOB } from './support/killPoints';
import { type Company, colleague } from './support/manyOrganizations';
import { type ProcessBench, startProcessBench } from './support/processBench';
import { confirmAll, showPlans } from './support/setUpMany';
import { until } from './support/until';

/** What a watch tells of. */
const KINDS = ['cycle_finished', 'cycle_failed', 'quarantine', 'job_gone'] as const;
type Kind = (typeof KINDS)[number];

/** Where its process dies. Each place is met by all its companies at once, then the process dies. */
const PLACES = {
  look: 'inside the look at the job',
  logs: 'inside the look at who failed',
  secondLook: 'inside the look that finds the job gone again',
  post: 'inside the message, which never arrives',
  lostAnswer: 'inside the message, which arrives',
} as const;
type Place = keyof typeof PLACES;
const DEATHS: Place[][] = [['look', 'logs', 'secondLook'], ['post'], ['lostAnswer']];

const CASES: { kind: Kind; place: Place }[] = [
  ...KINDS.map((kind) => ({ kind, place: 'look' as const })),
  { kind: 'cycle_failed', place: 'logs' },
  { kind: 'job_gone', place: 'secondLook' },
  ...KINDS.map((kind) => ({ kind, place: 'post' as const })),
  ...KINDS.map((kind) => ({ kind, place: 'lostAnswer' as const })),
];

/** In the sandbox's own time: a cycle is short, and the next one comes only when the clock is moved. */
const CYCLES = { cycleDurationMs: 50, cycleMs: 40 * 60_000 };
const SETTINGS = { WATCH_FAST_MS: '100', WATCH_SLOW_MS: '100' };

/** One company, whose administrator has a chat of their own for each kind: a message that hangs holds its chat only. */
interface Case {
  kind: Kind;
  place: Place;
  company: Company;
  administrator: Administrator;
  /** Holds its looks at the job. */
  look?: Fault;
}
interface Fate {
  told: Record<string, number>;
  audited: string[];
}
let fates: Fate[];
let blind: { told: number[]; audited: number[] };

beforeAll(async () => {
  const bench = await startProcessBench({
    companies: CASES.length,
    colleagues: { approvers: KINDS.length },
    switches: CYCLES,
  });
  trustAuthority(bench.sandbox.entra.authorityPem);
  try {
    await play(bench);
  } finally {
    await bench.end();
  }
}, 300_000);

async function play(bench: ProcessBench): Promise<void> {
  const { sandbox } = bench;
  const { faults } = sandbox.context;
  let bot = await bench.start({ settings: SETTINGS });
  const clients = KINDS.map((_, index) => createTeamsClient({ origin: sandbox.origin, as: colleague('approver', index).id }));
  const cases = CASES.map(({ kind, place }, index): Case => {
    const company = bench.companies[index]!;
    return { kind, place, company, administrator: bench.administrator(company, clients[KINDS.indexOf(kind)]!) };
  });
  for (const { administrator } of cases.filter(({ place }) => place === 'look')) {
    await administrator.arrive();
    await administrator.signIn();
  }
  for (const places of DEATHS) {
    const dying = cases.filter(({ place }) => places.includes(place));
    const [first, later] = [dying.filter(isAboutFirstCycle), dying.filter((one) => !isAboutFirstCycle(one))];
    for (const one of later) await setUp(bench, one);
    for (const one of later) await until(`the first cycle of ${one.company.appName}`, () => noticesOf(one, 'cycle_finished') > 0);
    // Nothing is seen before everything has happened. The setup itself reads its job once.
    for (const one of later) one.look = faults.add({ ...everyLook(one.company), effect: { kind: 'hold' } });
    for (const one of first) {
      one.look = faults.add({ ...faultFor(`${READ_JOB} (2)`, one.company), effect: { kind: 'hold' } });
      await setUp(bench, one);
    }
    for (const { company, look } of dying) await until(`a look at the job of ${company.appName}`, () => look!.hits > 0);
    await bringAbout(bench, dying);
    for (const one of dying) await bringThere(bench, one);
    bot = await startAgain(bench, bot);
    for (const one of dying) await until(`${one.kind} of ${one.company.appName}`, () => noticesOf(one, one.kind) > 0);
  }

  const watched = cases.filter(({ kind }) => kind !== 'job_gone');
  const chats = cases.filter(({ place }) => place === 'look');
  const token = faults.add({ service: 'token', path: 'GetToken', effect: { kind: 'hold' } });
  for (const { administrator } of chats)
    await administrator.say('sign out', (message) => /Signed out/.test(readMessage(message)));
  await until('every watch to ask for the token', () => token.hits >= watched.length);
  bot = await startAgain(bench, bot);
  for (const one of watched) await until(`blind for ${one.company.appName}`, () => noticesOf(one, 'blind') > 0);
  await bot.stop();

  const store = await bench.openStore();
  try {
    const rows = await store.query<{ action: string; subject: string }>(
      `select action, subject from audit where action like 'watch.%' order by number`,
    );
    const audited = ({ company }: Case) =>
      rows.filter(({ subject }) => subject.endsWith(`:${company.organizationId}`)).map(({ action }) => action);
    fates = cases.map((one) => ({
      told: Object.fromEntries(KINDS.map((kind) => [kind, noticesOf(one, kind)]).filter(([, times]) => times !== 0)),
      audited: audited(one).filter((action) => action !== 'watch.blind'),
    }));
    blind = {
      told: watched.map((one) => noticesOf(one, 'blind')),
      audited: watched.map((one) => audited(one).filter((action) => action === 'watch.blind').length),
    };
  } finally {
    await store.close();
  }
}

const isAboutFirstCycle = ({ kind }: Pick<Case, 'kind'>) => kind === 'cycle_finished';

async function setUp(bench: ProcessBench, { administrator, company }: Case): Promise<void> {
  await showPlans(bench, administrator, [company]);
  await confirmAll(bench, administrator, [company], 'done');
}

const everyLook = (company: Company) => ({ ...faultFor(READ_JOB, company), nth: undefined });

function noticesOf({ administrator, company }: Case, kind: string): number {
  const messages = administrator.client.messages(administrator.chat());
  return messages.filter(
    (message) =>
      (message.value as { kind?: string } | undefined)?.kind === kind && readMessage(message).includes(company.organizationId),
  ).length;
}

/** Makes the jobs of these companies say what each is to tell. */
async function bringAbout({ sandbox }: ProcessBench, dying: readonly Case[]): Promise<void> {
  const { context, entra } = sandbox;
  const { token } = entra.exchange({ userId: ADELE }, ['.default']);
  const graph = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${entra.origin}/v1.0/servicePrincipals/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
  };
  const jobOf = ({ company }: Case) =>
    (entra.state() as { jobs: Job[] }).jobs.find((job) => job.servicePrincipalId === company.servicePrincipalId)!;
  for (const one of dying) {
    const { organizationId, servicePrincipalId } = one.company;
    const scim = { service: 'scim' as const, path: `/tenants/${organizationId}/` };
    if (one.kind === 'quarantine') context.faults.add({ ...scim, effect: { kind: 'status', status: 401 } });
    if (one.kind === 'cycle_failed') {
      context.faults.add({ ...scim, method: 'POST', effect: { kind: 'status', status: 409 } });
      const app = context.tenant.apps.find((candidate) => candidate.servicePrincipalId === servicePrincipalId)!;
      const assignment = { principalId: ALICE, resourceId: servicePrincipalId, appRoleId: app.appRoles[0]!.id };
      await graph('POST', `${servicePrincipalId}/appRoleAssignedTo`, assignment);
    }
    if (one.kind === 'job_gone') await graph('DELETE', `${servicePrincipalId}/synchronization/jobs/${jobOf(one).id}`);
  }
  const cycleOf = (one: Case) => jobOf(one).status.lastExecution?.activityIdentifier ?? null;
  const cycling = dying
    .filter(({ kind }) => kind !== 'job_gone')
    .map((one) => ({ one, before: isAboutFirstCycle(one) ? null : cycleOf(one) }));
  context.clock.advance(CYCLES.cycleMs);
  await until('every cycle to end', () => cycling.every(({ one, before }) => cycleOf(one) !== before));
}

interface Job {
  id: string;
  servicePrincipalId: string;
  status: { lastExecution: { activityIdentifier: string | null } | null };
}

/** Lets the held look go on until it comes to the place where its process dies. */
async function bringThere({ sandbox }: ProcessBench, { place, company, administrator, look }: Case): Promise<void> {
  const { faults } = sandbox.context;
  if (place === 'look') return;
  const chat = administrator.chat().replace(/^.*:/, '');
  const next = faults.add(
    place === 'secondLook'
      ? { ...everyLook(company), effect: { kind: 'hold' } }
      : place === 'logs'
        ? { service: 'graph', path: '/auditLogs/provisioning', effect: { kind: 'hold' } }
        : { service: 'connector', method: 'POST', path: chat, effect: { kind: place === 'post' ? 'hang' : 'loseAnswer' } },
  );
  faults.remove(look!.id);
  await until(`${company.appName} to be ${PLACES[place]}`, () => next.hits > 0);
}

/** The process dies, and a minute later the next one starts: by then claims of the dead have fallen free. */
async function startAgain(bench: ProcessBench, bot: BotProcess): Promise<BotProcess> {
  await bot.kill();
  bench.sandbox.context.faults.clear();
  const store = await bench.openStore();
  try {
    await store.query(`update watches set claimed_until = now() where claimed_until is not null`);
    await store.query(`update messages set sending_at = sending_at - interval '1 minute' where sending_at is not null`);
  } finally {
    await store.close();
  }
  return bench.start({ settings: SETTINGS });
}

it.each(CASES.map(({ kind, place }, index) => [kind, PLACES[place], place, index] as const))(
  'tells %s with one row of the audit when the process was killed %s',
  (kind, _what, place, index) => {
    // An answer that got lost may show a message twice, never zero times.
    const { told, audited } = fates[index]!;
    const before = kind === 'cycle_finished' ? [] : ['cycle_finished'];
    expect({ told, audited }).toEqual({
      told: Object.fromEntries([...before.map((one) => [one, 1]), [kind, place === 'lostAnswer' && told[kind] === 2 ? 2 : 1]]),
      audited: [...before, kind].map((one) => `watch.${one}`),
    });
  },
);

it('says once to everybody that it is blind when the process was killed inside the call for the token', () => {
  const once = blind.told.map(() => 1);
  expect(blind).toEqual({ told: once, audited: once });
});
