import type { Administrator } from '../../../sandbox/journey/administrator';
import type { BotProcess } from '../../../sandbox/journey/startBot';
import { callNames, faultFor, type KillPoint, type Phase } from './killPoints';
import type { Company } from './manyOrganizations';
import { type Hold, newestCard, type ProcessBench } from './processBench';
import { until } from './until';

/** One place to die, with a company of its own, and what a person does to get there. */
export interface Case {
  phase: Phase;
  point: KillPoint;
  company: Company;
  /** Which attempt dies, where its phase does not say so. */
  attempt?: string;
  /** What comes before, undisturbed. */
  prepare?: () => Promise<void>;
  /** Leads to the run. Its answer may never come. */
  go: () => Promise<unknown>;
}

/** What became of a case. */
export interface Fate {
  /** Its run stood at its place when the process died; otherwise what was waited for. */
  died: true | string;
  /** State of the run's card after the next start. */
  state: string | undefined;
  /** Calls for this company that were answered with success, in the process that died and in the next one. */
  answered: string[];
}

/** Beginning of the ids of a case's runs. */
export function subjectOf(bench: ProcessBench, phase: Phase, company: Company): string {
  return bench.subject(phase === 'provision' ? 'provision' : 'setup', company);
}

export function holdOf(bench: ProcessBench, { phase, point, company, attempt = attemptOf(phase) }: Case): Hold | undefined {
  if (point.kind !== 'checkpoint') return undefined;
  const workflow = `^${subjectOf(bench, phase, company)}${attempt}${point.of === 'child' ? ':.+' : ''}$`;
  return { workflow, at: point.at, when: point.when };
}

function attemptOf(phase: Phase): string {
  return { see: '1', act: '2', provision: '\\d+:1', undo: '3' }[phase];
}

/**
 * Brings every case to its place one after the other, ends the process once, starts the next one and waits until every run has ended.
 * The cases share a process and its death, and nothing else.
 */
export async function killOnce(
  bench: ProcessBench,
  bot: BotProcess,
  client: Administrator['client'],
  cases: readonly Case[],
  { holds, endsAs, nextHolds }: { holds: readonly Hold[]; endsAs: string; nextHolds: readonly Hold[] },
): Promise<{ bot: BotProcess; fates: Fate[] }> {
  const { calls, faults } = bench.sandbox.context;
  calls.clear();
  const fates: Fate[] = [];
  for (const one of cases) {
    const died = await bringThere(bench, bot, one, holds).catch((error: Error) => error.message);
    fates.push({ died, state: undefined, answered: [] });
  }
  await bot.kill();
  faults.clear();
  const reborn = await bench.start({ holds: nextHolds });
  await until(
    `every run to be ${endsAs}`,
    () => {
      for (const [index, { phase, company }] of cases.entries())
        fates[index]!.state = newestCard(client, subjectOf(bench, phase, company))?.state;
      return fates.every(({ state }) => state === endsAs);
    },
    60_000,
  ).catch(() => undefined); // each case says where it stands
  for (const [index, { company }] of cases.entries()) fates[index]!.answered = answeredFor(bench, company);
  return { bot: reborn, fates };
}

async function bringThere(bench: ProcessBench, bot: BotProcess, one: Case, holds: readonly Hold[]): Promise<true> {
  await one.prepare?.();
  if (one.point.kind === 'call') await bringToCall(bench, one, one.point);
  else if (one.point.kind === 'checkpoint') {
    const wanted = JSON.stringify(holdOf(bench, one));
    const index = holds.findIndex((hold) => JSON.stringify(hold) === wanted);
    const answered = one.go().catch(() => undefined); // the process may die first
    await until(`${wanted} to be held`, () => bench.isHeld(bot, index));
    const isAnswered = one.point.at !== 'start' || one.point.of === 'child';
    if (isAnswered) await answered;
  } else await one.go();
  return true;
}

async function bringToCall(
  bench: ProcessBench,
  { company, go }: Case,
  { call, effect, scimToo }: Extract<KillPoint, { kind: 'call' }>,
): Promise<void> {
  const { faults, calls } = bench.sandbox.context;
  const before = calls.list().length;
  if (scimToo) faults.add({ ...faultFor(scimToo, company), effect: { kind: 'loseAnswer' } });
  const fault = faults.add({ ...faultFor(call, company), effect: { kind: effect } });
  const answered = go().catch(() => undefined);
  await until(`${call} of ${company.appName}`, () => fault.hits > 0);
  await answered;
  // Whoever repeats the call in the time that is left until the process dies gets no answer either.
  faults.add({ service: 'graph', path: company.servicePrincipalId, effect: { kind: 'hang' } });
  if (effect === 'loseAnswer')
    await until('the work behind the lost answer to be done', () =>
      calls
        .list()
        .slice(before)
        .some(({ status, service }) => status === 0 && service === fault.service),
    );
}

/** Calls that name the company's app or organization and were answered with success, by their names without numbers. */
function answeredFor(bench: ProcessBench, { servicePrincipalId, organizationId }: Company): string[] {
  const own = bench.sandbox.context.calls
    .list()
    .filter(
      ({ path, status }) => (path.includes(servicePrincipalId) || path.includes(organizationId)) && status >= 200 && status < 300,
    );
  return callNames(own).map((name) => name.replace(/ \(\d+\)$/, ''));
}
