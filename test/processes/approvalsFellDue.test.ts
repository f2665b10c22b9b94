import type { Administrator } from '../../sandbox/journey/administrator';
import { actionOf, findAction, readMessage } from '../../sandbox/journey/cardActions';
import type { BotProcess } from '../../sandbox/journey/startBot';
import { ADELE, ALEX, type ApprovalBench, MEGAN, requestIn, startApprovalBench } from './support/approvalBench';
import { colleague } from './support/manyOrganizations';
import { until } from './support/until';

const [BLOCKS, REMOVES] = [0, 1].map((index) => colleague('approver', index)) as [Colleague, Colleague];
type Colleague = ReturnType<typeof colleague>;
const staff = (index: number) => colleague('staff', index);

let bench: ApprovalBench;
let bot: BotProcess;
let alex: Administrator;
let blocks: Administrator;
let removes: Administrator;
beforeAll(async () => {
  bench = await startApprovalBench({ colleagues: { approvers: 2, staff: 8 } });
  bot = bench.first;
  alex = await bench.person(ALEX);
  [blocks, removes] = [await bench.person(BLOCKS.id), await bench.person(REMOVES.id)];
  await bench.rules([ADELE, ALEX, BLOCKS.id, REMOVES.id]);
}, 120_000);
afterAll(() => bench.end());

const ask = async (index: number) => requestIn(await bench.ask(staff(index).userPrincipalName))!;
const textOf = (who: Administrator, number: number) =>
  who.client
    .messages(who.chat())
    .filter((message) => requestIn(message)?.number === number)
    .map(readMessage)
    .join('\n');
const hears = (who: Administrator, text: RegExp) => until(`${text}`, () => heard(who, text) > 0);
const heard = (who: Administrator, text: RegExp) =>
  who.client.messages(who.chat()).filter((message) => requestIn(message) === undefined && text.test(readMessage(message))).length;
const everyCopy = (number: number, state: string, readers: Administrator[]) =>
  until(`request ${number} to read ${state}`, () => readers.every((who) => bench.statesOf(who, number).join() === state));
const approve = async (who: Administrator, number: number) => {
  const copy = await bench.copyOf(who, number);
  return who.client.act(copy, actionOf(copy.cards[0], 'request.approve'));
};

it('expires what fell due while no process ran: the requester is told, every copy says it, and nothing is acted', async () => {
  const { number, requestId } = await ask(0);
  const copy = await bench.copyOf(alex, number);
  const click = actionOf(copy.cards[0], 'request.approve');
  await bot.kill();
  await bench.read((store) =>
    store.query(`update requests set expires_at = now() - interval '1 second' where number = $1`, [number]),
  );
  bot = await bench.start();
  await everyCopy(number, 'expired', [bench.megan, bench.adele, alex, blocks, removes]);
  await hears(bench.megan, new RegExp(`[Rr]equest ${number}\\b[\\s\\S]*expired`));
  const late = await alex.client.act(copy, click);
  expect(JSON.stringify(late)).toMatch(/already decided|expired/i);
  expect(bench.assignmentsOf(staff(0).id)).toBe(0);
  await bot.stop();
  expect(await bench.read((store) => store.query('select 1 from decisions where request_id = $1', [requestId]))).toEqual([]);
  bot = await bench.start();
}, 60_000);

it('reminds once of what fell due while no process ran: whoever may decide, and nobody else', async () => {
  const { number } = await ask(1);
  await bench.copyOf(alex, number);
  await bot.kill();
  await bench.read((store) =>
    store.query(`update requests set next_reminder_at = now() - interval '3 hours' where number = $1`, [number]),
  );
  bot = await bench.start();
  const reminder = new RegExp(`[Rr]equest ${number}\\b`);
  for (const who of [bench.adele, alex, blocks, removes]) await hears(who, reminder);
  await bot.stop();
  bot = await bench.start();
  await bench.megan.press(await bench.copyOf(bench.megan, number), 'request.withdraw');
  await everyCopy(number, 'withdrawn', [bench.megan, bench.adele, alex]);
  expect([bench.adele, alex, blocks, removes].map((who) => heard(who, reminder))).toEqual([1, 1, 1, 1]);
  expect(heard(bench.megan, reminder)).toBe(0);
}, 60_000);

describe('a card whose data was changed', () => {
  /** Sends the click with other data and says whether it changed anything. */
  async function tampered(who: Administrator, number: number, verb: string, data: Record<string, unknown>) {
    const copy = await bench.copyOf(who, number);
    const action = actionOf(copy.cards[0], verb);
    return who.client.act(copy, { ...action, data: { ...(action.data as object), ...data } });
  }

  const CHANGED = {
    approver: { objectId: ADELE, actor: { objectId: ADELE, displayName: 'Adele Vance' }, approver: ADELE },
    people: { people: [staff(7).id], frozen: { people: [{ objectId: staff(7).id }] } },
    tenant: { tenantId: '00000000-0000-4000-8000-000000000000', tenant: '00000000-0000-4000-8000-000000000000' },
    hash: { hash: 'f'.repeat(64), fingerprint: 'ffffffff' },
  };

  it('acts on what is on record, whatever it says of the approver, the people, the tenant and the hash', async () => {
    const asked: string[] = [];
    for (const data of Object.values(CHANGED)) {
      const { number, requestId } = await ask(2);
      asked.push(requestId);
      await tampered(alex, number, 'request.decline', { ...data, declineReason: 'No' });
      await everyCopy(number, 'declined', [bench.megan, bench.adele, alex]);
    }
    await bot.stop();
    const found = await bench.read((store) =>
      store.query(
        `select d.object_id, d.verdict, r.frozen->'people'->0->>'objectId' as person, r.hash
         from requests r join decisions d on d.request_id = r.request_id where r.request_id = any($1)`,
        [asked],
      ),
    );
    bot = await bench.start();
    expect(found).toHaveLength(asked.length);
    for (const row of found) expect(row).toMatchObject({ object_id: ALEX, verdict: 'decline', person: staff(2).id });
    expect(found.map(({ hash }) => hash)).not.toContain(CHANGED.hash.hash);
    expect(bench.assignmentsOf(staff(7).id)).toBe(0);
  }, 60_000);

  it('changes nothing with the number of no request, and nothing of a request that the clicker may not decide', async () => {
    const mine = await ask(3);
    for (const requestId of ['', 'x', '00000000-0000-4000-8000-000000000000', { $ne: null }, null]) {
      const answer = await tampered(alex, mine.number, 'request.approve', { requestId });
      expect(JSON.stringify(answer)).toMatch(/not there any more|older card/);
    }
    // Megan has no such button: she sends the verb that she saw on somebody’s screen.
    const card = await bench.copyOf(bench.megan, mine.number);
    const withdraw = actionOf(card.cards[0], 'request.withdraw');
    for (const verb of ['request.approve', 'request.decline', 'request.run'])
      await bench.megan.client.act(card, {
        ...withdraw,
        verb,
        data: { requestId: mine.requestId, declineReason: 'No', approver: ALEX },
      });
    await until('her clicks to be refused', () =>
      /not, or no longer, among its approvers/.test(textOf(bench.megan, mine.number)),
    );
    // Alex withdraws what Megan asked for.
    const copy = await bench.copyOf(alex, mine.number);
    const approveAction = actionOf(copy.cards[0], 'request.approve');
    const answer = await alex.client.act(copy, { ...approveAction, verb: 'request.withdraw' });
    expect(JSON.stringify(answer)).toContain('Only the person who asked');
    expect(bench.statesOf(bench.megan, mine.number)).toEqual(['requested']);
    expect(bench.assignmentsOf(staff(3).id)).toBe(0);
  }, 60_000);
});

it('refuses an approver whose account was disabled a minute ago, with the reason, and another one can still approve', async () => {
  const { number } = await ask(4);
  const user = bench.sandbox.context.tenant.users.find(({ id }) => id === ALEX)!;
  user.accountEnabled = false;
  await approve(alex, number);
  await until('Alex to read why', () => /account is disabled/.test(textOf(alex, number)));
  expect(bench.statesOf(bench.megan, number)).toEqual(['requested']);
  expect(bench.assignmentsOf(staff(4).id)).toBe(0);
  user.accountEnabled = true;
  await approve(bench.adele, number);
  await everyCopy(number, 'done', [bench.megan, bench.adele, alex, blocks, removes]);
  expect(bench.assignmentsOf(staff(4).id)).toBe(1);
}, 60_000);

it('names whoever blocked or removed the bot to the requester, and the others decide and hear everything', async () => {
  await blocks.client.block(blocks.chat(), true);
  await removes.client.uninstall(removes.chat());
  const { number } = await ask(5);
  await until('the requester to read who cannot be reached', () => {
    const text = textOf(bench.megan, number);
    return text.includes('cannot reach') && [BLOCKS, REMOVES].every(({ displayName }) => text.includes(displayName));
  });
  await approve(alex, number);
  await everyCopy(number, 'done', [bench.megan, bench.adele, alex]);
  await hears(bench.megan, new RegExp(`[Rr]equest ${number}\\b`));
  expect(bench.assignmentsOf(staff(5).id)).toBe(1);
  expect([blocks, removes].map((who) => bench.statesOf(who, number))).toEqual([[], []]);

  const next = await ask(6);
  await until('the next request to say so at once', () => textOf(bench.megan, next.number).includes('cannot reach'));
  await blocks.client.block(blocks.chat(), false);
  await blocks.client.say(blocks.chat(), 'help');
  await everyCopy(number, 'done', [blocks]);
  await everyCopy(next.number, 'requested', [blocks]);
  await until('the requester to read that only one is left out', () => {
    const text = textOf(bench.megan, next.number);
    return !text.includes(BLOCKS.displayName) && text.includes(REMOVES.displayName);
  });
  await approve(blocks, next.number);
  await everyCopy(next.number, 'done', [bench.megan, alex, blocks]);
}, 60_000);

it('never shows the requester a button to approve', () => {
  for (const message of bench.megan.client.messages(bench.megan.chat()))
    for (const card of message.cards) expect(findAction(card, 'request.approve')).toBeUndefined();
  expect(bench.megan.client.me.objectId).toBe(MEGAN);
});
