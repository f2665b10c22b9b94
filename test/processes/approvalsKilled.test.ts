import { setTimeout } from 'node:timers/promises';
import type { Administrator } from '../../sandbox/journey/administrator';
import { actionOf, readMessage } from '../../sandbox/journey/cardActions';
import type { BotProcess } from '../../sandbox/journey/startBot';
import type { MessageView } from '../../sandbox/teams/clientTypes';
import { ADELE, ALEX, type ApprovalBench, requestIn, startApprovalBench } from './support/approvalBench';
import { approvalKillPoints, type KillPoint, type Outcome, titleOf } from './support/approvalKillPoints';
import { colleague } from './support/manyOrganizations';
import type { Hold } from './support/processBench';
import { until } from './support/until';

/** One request each, and one death of the process for all of them. */
const POINTS = approvalKillPoints();
const HOLDS = POINTS.flatMap((point): Hold[] => ('hold' in point ? [point.hold] : []));
const staffOf = (index: number) => colleague('staff', index);

interface Fate {
  died: true | string;
  /** What everybody reads after the next start: the requester first, then both approvers. */
  read: string[][];
  requests: number;
  /** Rows of the audit that say a request was made. */
  made: number;
  verdicts: string[];
  actors: number;
  assignments: number;
  scimUsers: number;
}

let bench: ApprovalBench;
let alex: Administrator;
let fates: Fate[];
let left: { attempts: number; openRuns: number };
beforeAll(async () => {
  bench = await startApprovalBench({ colleagues: { staff: POINTS.length }, holds: HOLDS });
  alex = await bench.person(ALEX);
  await bench.rules([ADELE, ALEX]);
  const died: Fate['died'][] = [];
  for (const [index, point] of POINTS.entries())
    died.push(await bringThere(bench.first, index, point).catch((error: Error) => error.message));
  await bench.first.kill();
  bench.sandbox.context.faults.clear();
  const reborn = await bench.start();
  await everybodyReads();
  await reborn.stop();
  fates = await readFates(died);
}, 180_000);
afterAll(() => bench.end());

/** Brings one request to the place where its process dies. */
async function bringThere(bot: BotProcess, index: number, point: KillPoint): Promise<true> {
  const { userPrincipalName } = staffOf(index);
  const held =
    'hold' in point
      ? () => until(`${titleOf(point)} to be held`, () => bench.isHeld(bot, HOLDS.indexOf(point.hold)), 15_000)
      : undefined;
  if (point.phase === 'freeze') {
    const said = bench.megan.client
      .say(bench.megan.chat(), `request ${userPrincipalName} because they join`)
      .catch(() => undefined);
    await held?.();
    await said;
    return true;
  }
  const { number } = requestIn(await bench.ask(userPrincipalName))!;
  const copy = await bench.copyOf(alex, number);
  const { faults } = bench.sandbox.context;
  const planned = 'fault' in point ? point.fault : undefined;
  const fault = planned && faults.add(planned);
  const decline = point.outcome === 'declined';
  const clicked = alex.client
    .act(copy, actionOf(copy.cards[0], decline ? 'request.decline' : 'request.approve'), decline ? { declineReason: 'No' } : {})
    .catch(() => undefined); // the process may die first
  await held?.();
  if (planned && fault) {
    await until(`${titleOf(point)} to hang`, () => fault.hits > 0, 15_000);
    // Whoever repeats the call in the time that is left until the process dies gets no answer either.
    if (fault.effect.kind === 'loseAnswer') faults.add({ ...planned, nth: undefined, effect: { kind: 'hang' } });
  }
  if (!('hold' in point && point.hold.at === 'start')) await clicked;
  return true;
}

/** Which request a message is about; reading a card is slow, and the people in it stay the same. */
const about = new Map<string, number>();
function caseOf(message: MessageView): number {
  const known = about.get(message.id);
  if (known !== undefined) return known;
  const text = readMessage(message);
  const found = POINTS.findIndex((_, index) => text.includes(staffOf(index).displayName));
  about.set(message.id, found);
  return found;
}

const everybody = () => [bench.megan, bench.adele, alex];

/** State of each copy, by request. */
function copiesOf(who: Administrator): Map<number, string[]> {
  const states = new Map<number, string[]>();
  for (const message of who.client.messages(who.chat())) {
    const request = requestIn(message);
    if (request) states.set(caseOf(message), [...(states.get(caseOf(message)) ?? []), request.state]);
  }
  return states;
}

/** Waits until nothing moves any more; whoever is left behind says so in its own case. */
async function everybodyReads(): Promise<void> {
  await until(
    'everybody to read every end',
    async () => {
      await setTimeout(250); // looking is slow, and the bots wait for this process
      const copies = everybody().map(copiesOf);
      return POINTS.every(({ outcome }, index) => copies.every((of) => of.get(index)?.join() === outcome));
    },
    40_000,
  ).catch(() => undefined);
}

function readFates(died: readonly Fate['died'][]): Promise<Fate[]> {
  return bench.read(async (store) => {
    left = {
      attempts: (await store.query(`select 1 from decision_attempts where state <> 'answered'`)).length,
      openRuns: (await store.query('select 1 from runs where ended_at is null')).length,
    };
    const scimUsers = bench.sandbox.unity.state().organizations[0]!.scimUsers.map(({ userName }) => userName.toLowerCase());
    const copies = everybody().map(copiesOf);
    const all: Fate[] = [];
    for (const [index] of POINTS.entries()) {
      const { id, userPrincipalName } = staffOf(index);
      const requests = await store.query<{ request_id: string }>(
        `select request_id from requests where frozen->'people'->0->>'objectId' = $1`,
        [id],
      );
      const ids = requests.map(({ request_id }) => request_id);
      const decisions = await store.query<{ verdict: string }>('select verdict from decisions where request_id = any($1)', [ids]);
      const recorded = await store.query<{ action: string }>(
        `select action from audit where subject like any(select 'request:%' || id from unnest($1::text[]) id)`,
        [ids],
      );
      const times = (wanted: string) => recorded.filter(({ action }) => action === wanted).length;
      all.push({
        died: died[index]!,
        read: copies.map((of) => of.get(index) ?? []),
        requests: requests.length,
        made: times('request.made'),
        verdicts: decisions.map(({ verdict }) => verdict),
        actors: times('request.running'),
        assignments: bench.assignmentsOf(id),
        scimUsers: scimUsers.filter((name) => name === userPrincipalName).length,
      });
    }
    return all;
  });
}

const WHAT: Record<Outcome, Omit<Fate, 'died' | 'read' | 'requests' | 'made'>> = {
  requested: { verdicts: [], actors: 0, assignments: 0, scimUsers: 0 },
  declined: { verdicts: ['decline'], actors: 0, assignments: 0, scimUsers: 0 },
  done: { verdicts: ['approve'], actors: 1, assignments: 1, scimUsers: 1 },
};

describe('killed, a request goes on after the next start with one decision and one effect, and everybody reads it once:', () => {
  it.each(POINTS.map((point, index) => [titleOf(point), point, index] as const))('%s', (_title, { outcome }, index) => {
    expect(fates[index]).toEqual({
      died: true,
      read: [[outcome], [outcome], [outcome]],
      requests: 1,
      made: 1,
      ...WHAT[outcome],
    });
  });

  it('no click is left unchecked and no run open', () => {
    expect(left).toEqual({ attempts: 0, openRuns: 0 });
  });
});
