import pino from 'pino';
import { createWhileTyping } from '../../src/bot/whileTyping';
import { rememberConversation } from '../../src/store/conversations';
import { personRef, TENANT } from '../support/people';
import { openTestStore, type TestStore } from '../support/testStore';
import { until } from '../support/until';
import { testSettings } from './support/settings';

let test: TestStore;
/** What the chat got, in order. */
let shown: string[];
/** Lets a sign of work that is under way arrive. */
let arrive: (() => void) | undefined;
beforeAll(async () => {
  test = await openTestStore();
  const chat = { tenantId: TENANT, conversationId: 'a:1', kind: 'personal' as const, installed: true };
  await rememberConversation(test.store, { ...chat, serviceUrl: 'https://smba.example/', reference: {} });
});
afterAll(() => test.end());
beforeEach(() => {
  shown = [];
  arrive = undefined;
});

const turn = {
  person: personRef('Adele'),
  conversation: { id: 'a:1', kind: 'personal' as const },
  activityId: '1',
  text: 'status',
  locale: undefined,
  replyToId: undefined,
  say: async (content: unknown) => void shown.push(String(content)),
};
function whileTyping(afterMs: number, showTyping: () => Promise<void>) {
  const messenger = {
    showTyping,
    send: () => Promise.reject(new Error('sent')),
    update: () => Promise.reject(new Error('sent')),
  };
  const settings = testSettings(undefined, { TYPING_AFTER_MS: String(afterMs) });
  return createWhileTyping({ store: test.store, messenger, settings, log: pino({ level: 'silent' }) });
}
const slowly = () =>
  new Promise<void>((resolve) => {
    arrive = () => {
      shown.push('at work');
      resolve();
    };
  });

it('shows nothing for what is quick', async () => {
  await whileTyping(60_000, slowly)(turn, ({ say }) => say('done'));
  expect([shown, arrive]).toEqual([['done'], undefined]);
});

it('shows that it is at work on what is slow, and says nothing before that has arrived', async () => {
  const finished = whileTyping(1, slowly)(turn, async ({ say }) => {
    await until('the sign of work', () => arrive !== undefined);
    const said = say('done');
    arrive?.();
    await said;
    await say('and more');
  });
  await finished;
  expect(shown).toEqual(['at work', 'done', 'and more']);
});

it('keeps no word back for a sign that never arrives', async () => {
  let tries = 0;
  const hangs = () => {
    tries += 1;
    return new Promise<void>(() => undefined);
  };
  await whileTyping(1, hangs)(turn, async ({ say }) => {
    await until('a try', () => tries > 0);
    await say('done');
  });
  expect([shown, tries]).toEqual([['done'], 1]);
});

it('does not mind that it cannot be shown', async () => {
  let tries = 0;
  const fails = () => {
    tries += 1;
    return Promise.reject(new Error('blocked'));
  };
  await whileTyping(1, fails)(turn, async ({ say }) => {
    await until('a try', () => tries > 0);
    await say('done');
  });
  expect([shown, tries]).toEqual([['done'], 1]);
});

it('ends with work that fails, whose error is what counts', async () => {
  const work = whileTyping(1, slowly)(turn, async () => {
    await until('the sign of work', () => arrive !== undefined);
    setImmediate(() => arrive?.());
    throw new Error('the work failed');
  });
  await expect(work).rejects.toThrow('the work failed');
  expect(shown).toEqual(['at work']);
});
