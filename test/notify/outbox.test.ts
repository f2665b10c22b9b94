import pino from 'pino';
import type { MessageContent, Messenger, SendAnswer } from '../../src/notify/messenger';
import { createOutbox } from '../../src/notify/outbox';
import { closeConversation, findConversation, rememberConversation, setConversationState } from '../../src/store/conversations';
import {
  claimDueMessages,
  moveMessage,
  nextMessageDueInMs,
  type OutboxMessage,
  wantAgain,
  wantMessage,
} from '../../src/store/messages';
import { TENANT } from '../support/people';
import { openTestStore, type TestStore } from '../support/testStore';
import { until as untilHolds } from '../support/until';

let test: TestStore;
let number = 0;
let conversationId = '';
beforeAll(async () => {
  test = await openTestStore();
});
beforeEach(async () => {
  number += 1;
  conversationId = `a:${number}`;
  await test.store.query('delete from messages'); // what an earlier test still wanted is not for this one's messenger
  await remember();
});
afterAll(() => test.end());

const remember = () =>
  rememberConversation(test.store, {
    tenantId: TENANT,
    conversationId,
    kind: 'personal',
    serviceUrl: 'https://smba.example/',
    reference: {},
  });
const stateOf = (tag: string) => test.store.query('select state, delivered from messages where tag = $1', [tag]);

type Sent = { how: 'send' | 'update'; text: string | undefined };

/** Answers in turn with what it is given, the last one for ever; resolves `until` once `sent` has that many. */
function fakeMessenger(...answers: SendAnswer[]) {
  const sent: Sent[] = [];
  const waiters: { count: number; done: () => void }[] = [];
  const take = async (how: Sent['how'], content: MessageContent): Promise<SendAnswer> => {
    sent.push({ how, text: content.text });
    for (const { count, done } of waiters) if (sent.length >= count) done();
    return answers.length > 1 ? answers.shift()! : (answers[0] ?? { kind: 'sent', activityId: `m${sent.length}` });
  };
  const messenger: Pick<Messenger, 'send' | 'update'> = {
    send: (_, content) => take('send', content),
    update: (_, __, content) => take('update', content),
  };
  const until = (count: number) =>
    sent.length >= count ? Promise.resolve() : new Promise<void>((done) => waiters.push({ count, done }));
  return { messenger, sent, until };
}

function outboxOver(
  messenger: Pick<Messenger, 'send' | 'update'>,
  text: () => string = () => 'hello',
  cardUpdateMs = 0,
  onDead: (message: OutboxMessage) => Promise<void> = async () => undefined,
) {
  return createOutbox({
    store: test.store,
    messenger,
    onDead,
    draw: async () => ({ text: text() }),
    log: pino({ level: 'silent' }),
    slot: 0,
    cardUpdateMs,
  });
}
const want = (tag = 'run:x', fresh = false) => wantMessage(test.store, { tenantId: TENANT, tag, conversationId, fresh });

const allDelivered = () =>
  untilHolds('all that is wanted to be delivered', async () => {
    const due = await test.store.query(`select 1 from messages where wanted > delivered and state = 'live'`);
    return due.length === 0;
  });

it('posts a message once, then edits it in place', async () => {
  const { messenger, sent, until } = fakeMessenger();
  let text = 'first';
  const outbox = outboxOver(messenger, () => text);
  await want();
  outbox.poke();
  await until(1);
  text = 'second';
  await wantAgain(test.store, TENANT, 'run:x');
  outbox.poke();
  await until(2);
  await outbox.stop();
  expect(sent).toEqual([
    { how: 'send', text: 'first' },
    { how: 'update', text: 'second' },
  ]);
});

it.each(['send', 'update'] as const)('goes on with a message under another tag, moved in the middle of its %s', async (how) => {
  const { messenger, sent, until } = fakeMessenger();
  let isHeld = false;
  let arrive: () => void = () => undefined;
  const slowly = async (): Promise<void> => {
    isHeld = true;
    await new Promise<void>((resolve) => {
      arrive = resolve;
    });
  };
  const [before, after] = [`run:before-${how}`, `run:after-${how}`];
  const outbox = outboxOver(
    {
      send: async (...asked) => (how === 'send' && !isHeld ? slowly() : Promise.resolve()).then(() => messenger.send(...asked)),
      update: async (...asked) =>
        (how === 'update' && !isHeld ? slowly() : Promise.resolve()).then(() => messenger.update(...asked)),
    },
    () => `version ${sent.length + 1}`,
  );
  await want(before);
  outbox.poke();
  if (how === 'update') {
    await until(1);
    await allDelivered();
    await wantAgain(test.store, TENANT, before);
    outbox.poke();
  }
  await untilHolds('the message to be under way', () => isHeld);
  await moveMessage(test.store, TENANT, before, after);
  arrive();
  await until(how === 'send' ? 2 : 3);
  await allDelivered();
  await outbox.stop();
  expect(sent.map((one) => one.how)).toEqual(how === 'send' ? ['send', 'update'] : ['send', 'update', 'update']);
});

it('sends nothing when nothing changed', async () => {
  const { messenger, sent, until } = fakeMessenger();
  const outbox = outboxOver(messenger);
  await want('run:same');
  outbox.poke();
  await until(1);
  await allDelivered();
  await wantAgain(test.store, TENANT, 'run:same');
  await want('run:other');
  outbox.poke();
  await until(2);
  await allDelivered();
  await outbox.stop();
  expect(sent.map(({ how }) => how)).toEqual(['send', 'send']);
});

it('keeps the pace of edits and always ends with the newest state [teams 5 card pace]', async () => {
  const { messenger, sent } = fakeMessenger();
  let text = '0';
  const outbox = outboxOver(messenger, () => text, 3_600_000);
  await want('run:paced');
  outbox.poke();
  await allDelivered();
  for (const next of ['1', '2', '3']) {
    text = next;
    await wantAgain(test.store, TENANT, 'run:paced');
    outbox.poke();
  }
  await outbox.stop();
  expect(sent.map((message) => message.text)).toEqual(['0']);
  expect(await nextMessageDueInMs(test.store, 30_000)).toBeGreaterThan(3_000_000);
  await test.store.query('update messages set next_try_at = now()'); // the hour is over
  const later = outboxOver(messenger, () => text);
  later.poke();
  await allDelivered();
  await later.stop();
  expect(sent.map((message) => message.text)).toEqual(['0', '3']);
});

it('[teams 5 404] tries a message that is gone once more, then posts a new one', async () => {
  const { messenger, sent, until } = fakeMessenger(
    { kind: 'sent', activityId: 'm1' },
    { kind: 'gone' },
    { kind: 'gone' },
    { kind: 'sent', activityId: 'm2' },
  );
  let text = 'a';
  const outbox = outboxOver(messenger, () => text);
  await want('run:gone');
  outbox.poke();
  await until(1);
  text = 'b';
  await wantAgain(test.store, TENANT, 'run:gone');
  outbox.poke();
  await until(4);
  await outbox.stop();
  expect(sent.map(({ how }) => how)).toEqual(['send', 'update', 'update', 'send']);
});

it('[teams 5 404] counts a 404 apart from other failures, so that one alone never loses a message', async () => {
  const { messenger, sent, until } = fakeMessenger(
    { kind: 'later', retryAfterMs: 1 },
    { kind: 'gone' },
    { kind: 'sent', activityId: 'm1' },
  );
  const outbox = outboxOver(messenger);
  await want('notice:404');
  outbox.poke();
  await until(3);
  await outbox.stop();
  expect(sent.map(({ how }) => how)).toEqual(['send', 'send', 'send']);
  expect(await stateOf('notice:404')).toEqual([{ state: 'live', delivered: 1 }]);
});

it('[teams 5 404] takes the conversation for dead after two in a row, tells, and is due again when Teams speaks from there', async () => {
  const told: string[] = [];
  const { messenger, until } = fakeMessenger({ kind: 'gone' }, { kind: 'gone' }, { kind: 'sent', activityId: 'm1' });
  const outbox = outboxOver(messenger, undefined, 0, async ({ tag }) => void told.push(tag));
  await want('notice:gone');
  outbox.poke();
  await until(2);
  await outbox.stop();
  expect(told).toEqual(['notice:gone']);
  expect((await findConversation(test.store, TENANT, conversationId))?.state).toBe('dead');
  await remember();
  const second = outboxOver(messenger);
  second.poke();
  await until(3);
  await second.stop();
  expect(await stateOf('notice:gone')).toEqual([{ state: 'live', delivered: 1 }]);
});

it('[teams 5 403] marks a dead conversation and never tries it again', async () => {
  const { messenger, sent, until } = fakeMessenger({ kind: 'dead', code: 'ConversationBlockedByUser' });
  const outbox = outboxOver(messenger);
  await want('run:dead1');
  outbox.poke();
  await until(1);
  await outbox.stop();
  await want('run:dead2');
  const second = outboxOver(messenger);
  second.poke();
  await second.stop();
  expect(sent).toHaveLength(1);
  expect((await findConversation(test.store, TENANT, conversationId))?.state).toBe('dead');
});

it.each([
  ['Teams refuses it', async () => undefined],
  ['the app was removed before', () => setConversationState(test.store, TENANT, conversationId, { state: 'dead' })],
])('tells of each message that nobody will read since %s', async (_, close) => {
  const { messenger } = fakeMessenger({ kind: 'dead', code: 'ConversationBlockedByUser' });
  await close();
  await want('request:r-1');
  let tell: (tag: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const outbox = outboxOver(messenger, undefined, 0, async ({ tag }) => tell(tag));
  outbox.poke();
  expect(await told).toBe('request:r-1');
  await outbox.stop();
});

describe('somebody who speaks just when the conversation is found closed', () => {
  it('[teams 5 403] is told what was refused before they came back', async () => {
    let tries = 0;
    const send = async (): Promise<SendAnswer> => {
      tries += 1;
      if (tries > 1) return { kind: 'sent', activityId: 'm1' };
      await remember();
      return { kind: 'dead', code: 'ConversationBlockedByUser' };
    };
    const told: string[] = [];
    const outbox = outboxOver({ send, update: send }, undefined, 0, async ({ tag }) => void told.push(tag));
    await want('request:r-2');
    outbox.poke();
    await allDelivered();
    await outbox.stop();
    expect({ tries, told }).toEqual({ tries: 2, told: [] });
    expect((await findConversation(test.store, TENANT, conversationId))?.state).toBe('active');
  });

  it('loses nothing that was claimed while it was closed', async () => {
    await want('notice:claimed');
    await setConversationState(test.store, TENANT, conversationId, { state: 'dead' });
    const [claimed] = await claimDueMessages(test.store, { claimMs: 30_000, slot: 0, limit: 20 });
    await remember();
    expect(await test.store.transaction((sql) => closeConversation(sql, claimed!))).toBe(false);
    expect(await stateOf('notice:claimed')).toEqual([{ state: 'live', delivered: 0 }]);
    expect((await findConversation(test.store, TENANT, conversationId))?.state).toBe('active');
  });
});

it('tries again after a lost answer: twice shown is allowed, never shown is not [teams 5 retry]', async () => {
  const { messenger, sent, until } = fakeMessenger({ kind: 'later', retryAfterMs: 1 }, { kind: 'sent', activityId: 'm1' });
  const outbox = outboxOver(messenger);
  await want('run:lost');
  outbox.poke();
  await until(2);
  await outbox.stop();
  expect(sent).toHaveLength(2);
});

it('posts below, instead of editing, when a fresh message is wanted', async () => {
  const { messenger, sent, until } = fakeMessenger();
  let text = 'a';
  const outbox = outboxOver(messenger, () => text);
  await want('run:fresh');
  outbox.poke();
  await until(1);
  text = 'b';
  await want('run:fresh', true);
  outbox.poke();
  await until(2);
  await outbox.stop();
  expect(sent.map(({ how }) => how)).toEqual(['send', 'send']);
});
