import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createActivityMaker } from '../../../sandbox/teams/activities';
import { createChatStore } from '../../../sandbox/teams/chatStore';
import { checkInvokeAnswer } from '../../../sandbox/teams/checkInvokeAnswer';
import { DEFAULT_LIMITS } from '../../../sandbox/teams/delivery';
import { createSigningKey } from '../../../sandbox/teams/signingKey';
import { type BotAnswer, startFakeBot } from './support/fakeBot';
import { APP_ID, testContext } from './support/fakeServices';
import { cardAttachment, chatOf, sample, startTestTeams, type TestTeams, until } from './support/testTeams';

it('gives each message a millisecond of its own, however many come at once [teams 1.7 repeat]', () => {
  const store = createChatStore(testContext());
  const person = store.people[0]!;
  const make = createActivityMaker(store, () => 'https://smba.example/');
  const session = { id: 's', person, tenantId: 't', withoutObjectId: false };
  const stamp = { locale: 'en-US', localTimezone: 'UTC', localTimestamp: '2026-01-05T14:10:07.437+00:00' };
  const chat = store.chats[0]!;
  const sent = Array.from({ length: 500 }, (_, id) => make.message(session, { chat }, { id: `${id}`, content: {}, stamp }));
  expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(sent.length);
});

describe('delivery to the bot', () => {
  let world: TestTeams;
  let release: (() => void)[] = [];
  afterEach(async () => {
    for (const go of release) go();
    release = [];
    await world.stop();
  });
  const held = (answer: BotAnswer = {}) => new Promise<BotAnswer>((resolve) => release.push(() => resolve(answer)));
  const installedChat = async (scope: 'personal' | 'groupChat' | 'channel' = 'personal') => {
    const client = await world.client();
    const chat = chatOf(client, scope);
    await client.install(chat);
    return { client, chat };
  };

  it('signs with its own key, for the app, naming the service address of the activity [teams 3 jwt]', async () => {
    world = await startTestTeams();
    await installedChat();
    expect(world.bot.refused).toEqual([]);
    expect(world.bot.activities.map(({ serviceUrl }) => serviceUrl)).toEqual([world.teams.serviceUrl, world.teams.serviceUrl]);
    const metadata = (await (await fetch(world.teams.openIdMetadataUrl)).json()) as { jwks_uri: string };
    const { keys } = (await (await fetch(metadata.jwks_uri)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toMatchObject([{ kty: 'RSA', e: expect.any(String), n: expect.any(String), endorsements: ['msteams'] }]);
    expect(Object.keys(keys[0] ?? {})).not.toContain('d');
  });

  it('puts issuer, audience, key id and an hour of life into the token [teams 3 jwt]', async () => {
    world = await startTestTeams();
    const key = await createSigningKey();
    const token = (await key.authorization(APP_ID, 'http://127.0.0.1:1/teams/')).replace('Bearer ', '');
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: key.jwk.kid });
    const { iss, aud, serviceurl, exp = 0, nbf = 0 } = decodeJwt(token);
    expect({ iss, aud, serviceurl, life: exp - nbf }).toEqual({
      iss: 'https://api.botframework.com',
      aud: APP_ID,
      serviceurl: 'http://127.0.0.1:1/teams/',
      life: 3600,
    });
  });

  it('tells the person who wrote when the bot cannot be reached or fails', async () => {
    world = await startTestTeams({ handle: ({ type }) => (type === 'message' ? { status: 500 } : undefined) });
    const { client, chat } = await installedChat();
    await client.say(chat, 'hello');
    await until('a warning', () => client.toasts().some(({ text }) => text === 'The bot answered message with status 500.'));
    world.teams.setBotEndpoint('http://127.0.0.1:9/api/messages');
    await client.say(chat, 'hello again');
    await until('another warning', () => client.toasts().some(({ text }) => text.startsWith('Unable to reach app')));
  });

  it.each([
    ['sameId', 1],
    ['newId', 2],
  ] as const)('repeats a message when the switch says %s [teams 1.7 repeat]', async (redeliverMessages, ids) => {
    world = await startTestTeams({ switches: { redeliverMessages } });
    const { client, chat } = await installedChat();
    await client.say(chat, 'provision alice@contoso.com');
    const messages = await world.bot.received('message', 2);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(ids);
    expect(new Set(messages.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(client.messages(chat).filter(({ text }) => text.startsWith('provision'))).toHaveLength(1);
  });

  it('warns after the short limit and gives up on an invoke after the long one [teams 1.7 limits]', async () => {
    world = await startTestTeams({
      handle: ({ type }) => (type === 'invoke' ? held() : undefined),
      limits: { warnAfterMs: 30, stopAfterMs: 90 },
    });
    const { client, chat } = await installedChat();
    await world.post(chat, { attachments: [cardAttachment({ type: 'AdaptiveCard', actions: [sample('taskOpenerAction')] })] });
    const message = await client.waitFor(chat, ({ cards }) => cards.length > 0);
    const answer = await client.act(message, sample('taskOpenerAction'));
    expect(answer).toEqual({
      kind: 'error',
      code: 'Timeout',
      text: 'Unable to reach app. Please try again. (no answer in 0.09 s)',
    });
    expect(client.toasts().map(({ kind, text }) => [kind, text])).toContainEqual([
      'warning',
      'The bot has not answered invoke task/fetch for 0.03 s.',
    ]);
  });

  it('gives the bot 5 and 15 seconds unless a test says otherwise [teams 1.7 limits]', async () => {
    world = await startTestTeams();
    expect(DEFAULT_LIMITS).toEqual({ warnAfterMs: 5_000, stopAfterMs: 15_000 });
  });

  it('repeats an invoke that got no answer in time, with the same id [teams 1.7 redelivery]', async () => {
    world = await startTestTeams({
      handle: ({ type }) => (type === 'invoke' ? held() : undefined),
      switches: { redeliverMessages: 'sameId' },
      limits: { warnAfterMs: 1_000, stopAfterMs: 60 },
    });
    const { client, chat } = await installedChat();
    await expect(client.search(chat, 'apps', 'un')).rejects.toThrow('Unable to reach app');
    const invokes = await world.bot.received('invoke', 2);
    expect(invokes[0]?.id).toBe(invokes[1]?.id);
    expect(invokes[0]?.id).toMatch(/^f:[0-9a-f-]{36}$/);
  });

  it.each([
    ['sameId', 1],
    ['newId', 2],
  ] as const)('sends a second copy of an invoke when the switch says %s [teams 1.7 repeat]', async (redeliverInvokes, ids) => {
    world = await startTestTeams({ switches: { redeliverInvokes } });
    const { client, chat } = await installedChat();
    await client.search(chat, 'apps', 'un').catch(() => undefined);
    const invokes = await world.bot.received('invoke', 2);
    expect(new Set(invokes.map(({ id }) => id)).size).toBe(ids);
    expect(new Set(invokes.map(({ value }) => JSON.stringify(value))).size).toBe(1);
  });

  it('stops while the bot still thinks', async () => {
    world = await startTestTeams({ handle: ({ type }) => (type === 'message' ? held() : undefined) });
    const { client, chat } = await installedChat();
    await client.say(chat, 'hello');
    await world.bot.received('message');
    await world.stop();
    await expect(fetch(world.teams.origin)).rejects.toThrow();
    world = await startTestTeams();
  });

  it('reaches a bot that was restarted at the same address', async () => {
    world = await startTestTeams();
    const { client, chat } = await installedChat();
    const port = Number(new URL(world.bot.endpoint).port);
    await world.bot.stop();
    const restarted = await startFakeBot(() => world.teams.openIdMetadataUrl, undefined, port);
    await client.say(chat, 'hello');
    expect(await restarted.received('message')).toMatchObject([{ text: 'hello' }]);
    await restarted.stop();
  });

  it('keeps a record of what was posted, without the values', async () => {
    world = await startTestTeams();
    const { client, chat } = await installedChat();
    await client.say(chat, 'secret words');
    await world.bot.received('message');
    await until('the record is there', () => client.messages(chat).length === 1);
    const read = async () =>
      ((await (await fetch(`${world.teams.origin}/__sandbox/state`)).json()) as { deliveries: Record<string, unknown>[] })
        .deliveries;
    let deliveries = await read();
    while (deliveries.length < 3) deliveries = await read();
    expect(deliveries.map(({ type, status }) => [type, status])).toEqual([
      ['conversationUpdate', 200],
      ['installationUpdate', 200],
      ['message', 200],
    ]);
    expect(JSON.stringify(deliveries)).not.toContain('secret words');
  });
});

describe('answers to invokes', () => {
  const ok = (name: string, body?: unknown) => checkInvokeAnswer(name, { status: 200, body });

  it('reads the samples of the contract', () => {
    for (const name of [
      'answerCard',
      'answerMessage',
      'answerError',
      'answerLoginRequest',
      'answerPreconditionFailed',
      'answerIncorrectAuthCode',
    ]) {
      expect(ok('adaptiveCard/action', sample(name))).toBeUndefined();
    }
    for (const name of ['task/fetch', 'task/submit']) {
      expect(ok(name, sample('taskContinue'))).toBeUndefined();
      expect(ok(name, sample('taskMessage'))).toBeUndefined();
    }
    expect(ok('task/submit')).toBeUndefined();
    expect(ok('application/search', sample('searchAnswer'))).toBeUndefined();
  });

  it('cannot reach the app when a card answer has no statusCode of its own [teams 1.6 statusCode]', () => {
    const { statusCode: _left, ...body } = sample('answerCard');
    expect(ok('adaptiveCard/action', body)).toEqual({
      code: 'InvalidAnswer',
      text: 'Unable to reach app. Please try again. (adaptiveCard/action: the body has no statusCode)',
    });
  });

  it('cannot reach the app when a dialog answer has no task around it [teams 9 task wrapper]', () => {
    const { task } = sample<{ task: unknown }>('taskContinue');
    expect(ok('task/fetch', task)?.text).toContain('the body has no task');
    expect(ok('task/fetch')?.text).toContain('the body has no task');
    expect(ok('task/submit', { task: { type: 'continue', value: {} } })?.text).toContain('neither card nor url');
  });

  it('cannot reach the app when nothing handled the invoke [teams 1.1 501]', () => {
    expect(checkInvokeAnswer('task/fetch', { status: 501 })).toMatchObject({ code: 'BotError' });
    expect(checkInvokeAnswer('adaptiveCard/action', { status: 501 })).toMatchObject({ code: 'BotError' });
  });

  it('takes a search answer without statusCode, but not without results [teams 1.6 search]', () => {
    const { statusCode: _left, ...body } = sample('searchAnswer');
    expect(ok('application/search', body)).toBeUndefined();
    expect(ok('application/search', { value: {} })?.text).toContain('value.results');
  });
});
