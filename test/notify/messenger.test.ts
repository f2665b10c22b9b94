import type { Response } from 'express';
import { createAdapter } from '../../src/bot/adapter';
import { createLog } from '../../src/log';
import { createMessenger, type Messenger, type Recipient } from '../../src/notify/messenger';
import { BOT_ID, TENANT_ID, testSettings } from '../bot/support/settings';
import { startTeamsStub, type TeamsStub } from '../bot/support/teamsStub';

let stub: TeamsStub;
let messenger: Messenger;
let to: Recipient;
let getOwnToken: () => Promise<{ token: string; expiresOnTimestamp: number }>;

beforeAll(async () => {
  stub = await startTeamsStub(BOT_ID);
  const settings = testSettings(stub);
  const credential = { getToken: () => getOwnToken() };
  messenger = createMessenger(createAdapter({ settings, credential, log: createLog('silent') }), settings);
  to = {
    tenantId: TENANT_ID,
    conversationId: 'a:1',
    serviceUrl: stub.serviceUrl,
    reference: {
      activityId: 'old',
      channelId: 'msteams',
      conversation: { id: 'a:1', conversationType: 'personal', tenantId: TENANT_ID },
      bot: { id: `28:${BOT_ID}` },
      user: { id: '29:adele' },
      serviceUrl: 'https://old-region.example/',
    },
  };
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.sent.length = 0;
  stub.override = {};
  getOwnToken = async () => ({ token: 'own', expiresOnTimestamp: Date.now() + 3_600_000 });
});

const answering = (status: number, body: object, headers: Record<string, string> = {}) => {
  let calls = 0;
  stub.override.connector = (_request, response: Response) => {
    calls += 1;
    response.set(headers).status(status).json(body);
  };
  return () => calls;
};

it('sends outside of the old thread, at the newest address [teams 1.2 service URL]', async () => {
  expect(await messenger.send(to, { text: 'Done.' })).toEqual({ kind: 'sent', activityId: expect.any(String) });
  expect(stub.sent).toMatchObject([{ conversationId: 'a:1', replyToId: undefined, activity: { text: 'Done.' } }]);
});

it('asks Teams to show a notification with a preview [teams 5 alert]', async () => {
  await messenger.send(to, { card: { type: 'AdaptiveCard', version: '1.5', body: [] }, summary: 'Finished', alert: true });
  expect(stub.sent[0]?.activity).toMatchObject({
    summary: 'Finished',
    channelData: { notification: { alert: true } },
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
  });
});

it('previews a card by its own words, or Teams would only say that a card was sent', async () => {
  await messenger.send(to, { card: { type: 'AdaptiveCard', version: '1.5', body: [], fallbackText: 'Status: running' } });
  expect(stub.sent[0]?.activity).toMatchObject({ summary: 'Status: running' });
});

it('edits a message in place [teams 1.5 routes]', async () => {
  expect(await messenger.update(to, '77', { text: 'Half' })).toEqual({ kind: 'sent', activityId: '77' });
  expect(stub.sent).toMatchObject([{ method: 'PUT', id: '77' }]);
});

describe('what the connector answers [teams 5 errors]', () => {
  const writesBlocked = { errorCode: 209, message: '{"subCode":"MessageWritesBlocked","details":null}' };
  it.each([
    ['404 is gone', 404, { error: { code: 'ConversationNotFound' } }, {}, { kind: 'gone' }],
    [
      '403 is dead',
      403,
      { error: { code: 'ConversationBlockedByUser' } },
      {},
      { kind: 'dead', code: 'ConversationBlockedByUser' },
    ],
    ['403 in its other shape is dead too', 403, writesBlocked, {}, { kind: 'dead', code: 'MessageWritesBlocked' }],
    ['429 waits as told', 429, { error: { code: 'Throttled' } }, { 'retry-after': '7' }, { kind: 'later', retryAfterMs: 7000 }],
    ['429 without a hint waits a little', 429, { error: { code: 'Throttled' } }, {}, { kind: 'later', retryAfterMs: 2000 }],
    ['412 waits a moment', 412, { error: { code: 'PreconditionFailed' } }, {}, { kind: 'later', retryAfterMs: 500 }],
    ['502 waits', 502, {}, {}, { kind: 'later', retryAfterMs: 2000 }],
    ['413 will never be taken', 413, { error: { code: 'MessageSizeTooBig' } }, {}, { kind: 'refused', status: 413 }],
    ['400 will never be taken', 400, { error: { code: 'BadSyntax' } }, {}, { kind: 'refused', status: 400 }],
    [
      '401 means that the bot is not registered so',
      401,
      { error: { code: 'BotNotRegistered' } },
      {},
      { kind: 'refused', status: 401 },
    ],
  ])('%s', async (_fact, status, body, headers, expected) => {
    const calls = answering(status, body, headers as Record<string, string>);
    expect(await messenger.send(to, { text: 'x' })).toEqual(expected);
    expect(calls()).toBe(1);
  });

  it('an opaque 403 to an edit means that the card was deleted [teams 8.7 deleted card]', async () => {
    answering(403, {});
    expect(await messenger.update(to, '77', { text: 'x' })).toEqual({ kind: 'gone' });
  });
  it('a cut connection says nothing about the message [teams 5 retry]', async () => {
    stub.override.connector = (request) => void request.socket.destroy();
    expect(await messenger.send(to, { text: 'x' })).toEqual({ kind: 'later', retryAfterMs: 2000 });
  });
  it('a login that refuses the bot is no answer of the connector', async () => {
    getOwnToken = () => Promise.reject(Object.assign(new Error('invalid_client'), { statusCode: 401 }));
    expect(await messenger.send(to, { text: 'x' })).toEqual({ kind: 'later', retryAfterMs: 2000 });
  });
});

it('sends to one conversation one after the other, in order [teams 5 412]', async () => {
  let open = 0;
  let most = 0;
  stub.override.connector = (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.json({ id: '1' });
    }, 5);
  };
  await Promise.all([1, 2, 3, 4].map((n) => messenger.send(to, { text: String(n) })));
  expect(most).toBe(1);
});

it('shows that the bot is at work, and not beside a message that is being sent', async () => {
  await messenger.showTyping(to);
  expect(stub.sent).toMatchObject([{ conversationId: 'a:1', activity: { type: 'typing' } }]);
  const waiting: Response[] = [];
  stub.override.connector = (_request, response) => void waiting.push(response);
  const first = messenger.send(to, { text: 'slow' });
  await messenger.showTyping(to);
  while (waiting.length === 0) await new Promise(setImmediate);
  waiting[0]?.json({ id: '1' });
  await first;
  expect(waiting).toHaveLength(1);
});

it('does not mind that it cannot be shown that the bot is at work', async () => {
  answering(403, { error: { code: 'ConversationBlockedByUser' } });
  await expect(messenger.showTyping(to)).resolves.toBeUndefined();
});

it('does not let one conversation wait for another', async () => {
  const waiting: Response[] = [];
  stub.override.connector = (request, response) => {
    if (request.params.conversation === 'a:1') waiting.push(response);
    else response.json({ id: '2' });
  };
  const first = messenger.send(to, { text: 'slow' });
  const second = { ...to, conversationId: 'a:2', reference: { ...(to.reference as object), conversation: { id: 'a:2' } } };
  expect(await messenger.send(second, { text: 'quick' })).toEqual({ kind: 'sent', activityId: '2' });
  while (waiting.length === 0) await new Promise(setImmediate);
  waiting[0]?.json({ id: '1' });
  expect(await first).toEqual({ kind: 'sent', activityId: '1' });
});
