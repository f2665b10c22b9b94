import type { Administrator } from '../../sandbox/journey/administrator';
import { actionOf } from '../../sandbox/journey/cardActions';
import type { ActionAnswer, MessageView } from '../../sandbox/teams/clientTypes';
import type { Store } from '../../src/store/sql';
import { onPostgres } from '../support/testStore';
import { type ApprovalBench, requestIn, startApprovalBench } from './support/approvalBench';
import { colleague } from './support/manyOrganizations';
import { until } from './support/until';

const APPROVERS = Array.from({ length: 10 }, (_, index) => colleague('approver', index));
/** The embedded database has a single connection: there the same is tried with fewer clicks. */
const CLICKS_EACH = onPostgres ? 10 : 2;

/**
 * This one machine is all the clients, the sandbox and both processes at once: what is proven is what is answered, not how fast, and a
 * process that stands still for a while is not dead.
 */
const settings = { INVOKE_ANSWER_MS: '14000', SLOT_SILENT_MS: '60000', TAKE_OVER_SILENT_MS: '60000' };

let bench: ApprovalBench;
let approvers: Administrator[];
beforeAll(async () => {
  bench = await startApprovalBench({ colleagues: { approvers: APPROVERS.length, staff: 4 }, settings });
  approvers = await Promise.all(APPROVERS.map(({ id }) => bench.person(id)));
  await bench.rules(APPROVERS.map(({ id }) => id));
  if (!onPostgres) return;
  const both = [bench.first, await bench.start({ settings })];
  const [one, other] = both.map(({ port }) => `http://127.0.0.1:${port}/api/messages`) as [string, string];
  bench.sandbox.teams.setBotEndpoint(one, other);
}, 120_000);
afterAll(() => bench.end());

type Verb = 'request.approve' | 'request.decline';
type Click = { who: Administrator; copy: MessageView; action: Record<string, unknown>; verb: Verb };

/** Every approver holds their copy with its buttons, as it was before anybody clicked. */
async function ready(address: string): Promise<{ number: number; requestId: string; clicks: Click[] }> {
  const { number, requestId } = requestIn(await bench.ask(address))!;
  const clicks: Click[] = [];
  for (const [index, who] of approvers.entries()) {
    const copy = await bench.copyOf(who, number);
    for (let click = 0; click < CLICKS_EACH; click += 1) {
      const verb: Verb = (index + click) % 2 === 0 ? 'request.approve' : 'request.decline';
      clicks.push({ who, copy, verb, action: actionOf(copy.cards[0], verb) });
    }
  }
  return { number, requestId, clicks };
}

const fire = (clicks: readonly Click[]): Promise<ActionAnswer[]> =>
  Promise.all(
    clicks.map(({ who, copy, action, verb }) =>
      who.client.act(copy, action, verb === 'request.decline' ? { declineReason: 'Not now' } : {}),
    ),
  );

const ended = (number: number) =>
  until(`request ${number} to end`, () =>
    bench.statesOf(bench.megan, number).find((state) => ['done', 'declined'].includes(state)),
  );

/** Everybody reads the same end, and nobody has a button left. */
const allRead = (number: number, state: string) =>
  until(`every copy of request ${number} to read ${state}`, () =>
    [...approvers, bench.megan].every((who) => bench.statesOf(who, number).join() === state),
  );

/** A click is being checked, was the person's second, or came after a named approver's. */
const HONEST = /Checking…|already decided|(by|By) Approver \d{4}/;

/** How many clicks are on record, once none is being checked any more. */
async function everyClickChecked(store: Store, requestId: string): Promise<number | false> {
  const states = await store.query<{ state: string }>('select state from decision_attempts where request_id = $1', [requestId]);
  return states.every(({ state }) => state === 'answered') && states.length;
}

it('ends a request once when every approver clicks both buttons many times at the same moment', async () => {
  const { number, clicks } = await ready('staff0000@contoso.com');
  const answers = await fire(clicks);
  expect(answers).toHaveLength(APPROVERS.length * CLICKS_EACH);
  for (const answer of answers) expect(JSON.stringify(answer)).toMatch(HONEST);
  const state = await ended(number);
  await allRead(number, state);
  expect(bench.assignmentsOf(colleague('staff', 0).id)).toBe(state === 'done' ? 1 : 0);
}, 90_000);

if (onPostgres)
  describe('two processes on one Postgres', () => {
    it.each([
      ['approve and decline clicks', 1, () => true],
      ['approve clicks', 2, ({ verb }: Click) => verb === 'request.approve'],
      ['decline clicks', 3, ({ verb }: Click) => verb === 'request.decline'],
    ] as const)(
      'flip a request once under simultaneous %s, with one effect or none',
      async (_what, index, chosen) => {
        const staff = colleague('staff', index);
        const { number, requestId, clicks } = await ready(staff.userPrincipalName);
        const answers = await fire(clicks.filter(chosen));
        for (const answer of answers) expect(JSON.stringify(answer)).toMatch(HONEST);
        const state = await ended(number);
        await allRead(number, state);
        const found = await bench.read(async (store) => ({
          checked: await until('every click to be checked', () => everyClickChecked(store, requestId)),
          decisions: await store.query('select verdict from decisions where request_id = $1', [requestId]),
          answers: await store.query<{ answer: { kind: string; why?: string; by?: string; at?: string } }>(
            'select answer from decision_attempts where request_id = $1',
            [requestId],
          ),
          attempts: await store.query(`select 1 from audit where subject like '%' || $1 and action = 'decision.attempt'`, [
            requestId,
          ]),
          flips: await store.query<{ action: string }>(
            `select action from audit where subject like '%' || $1 and action in ('request.running', 'decision.declined')`,
            [requestId],
          ),
        }));
        expect(found.attempts).toHaveLength(found.checked);
        expect(found.decisions).toEqual([{ verdict: state === 'done' ? 'approve' : 'decline' }]);
        expect(found.flips).toEqual([{ action: state === 'done' ? 'request.running' : 'decision.declined' }]);
        const counted = found.answers.filter(({ answer }) => answer.kind !== 'refused');
        expect(counted).toHaveLength(1);
        for (const { answer } of found.answers)
          if (answer.kind === 'refused')
            expect(answer).toMatchObject({
              why: expect.stringMatching(/^already_/),
              by: expect.stringMatching(/^Approver/),
              at: expect.stringMatching(/^\d{4}-/),
            });
        expect(bench.assignmentsOf(staff.id)).toBe(state === 'done' ? 1 : 0);
      },
      90_000,
    );
  });
