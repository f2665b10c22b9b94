import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { loadTenant } from '../../../sandbox/core/loadTenant';
import { type Channel, channelOf } from '../../../sandbox/playground/channel';
import { type Relay, startRelay } from '../../../sandbox/playground/startRelay';
import { createSigningKey } from '../../../sandbox/teams/signingKey';
import { answering } from '../../support/answering';

const APP_ID = '0b07b07b-0000-4000-8000-0000000000b0';
const BOT_TOKEN = 'Bearer of-the-bot';
const OAUTH = {
  contentType: 'application/vnd.microsoft.card.oauth',
  content: {
    text: 'Sign in first.',
    connectionName: 'entra',
    buttons: [{ type: 'signin', value: 'http://127.0.0.1:1/signin?signin=1' }],
    tokenExchangeResource: { id: 'exchange-1', uri: `api://botid-${APP_ID}` },
  },
};

interface Call {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** A server that records what reaches it and answers as it is told. */
async function startScripted() {
  const calls: Call[] = [];
  const waiting: ((call: Call) => void)[] = [];
  let answer: (call: Call) => { status: number; body?: unknown } = () => ({ status: 200 });
  const server: Server = createServer(
    answering(async (request: IncomingMessage, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { method = '', url: path = '', headers } = request;
      const call = { method, path, authorization: headers.authorization, body: text ? JSON.parse(text) : {} };
      calls.push(call);
      const { status, body } = answer(call);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
      for (const heard of waiting.splice(0)) heard(call);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answers: (next: typeof answer) => {
      answer = next;
    },
    /** The next call after now. */
    next: () => new Promise<Call>((resolve) => waiting.push(resolve)),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
type Scripted = Awaited<ReturnType<typeof startScripted>>;

let bot: Scripted;
let tool: Scripted;
let relay: Relay;
let channel: Channel;

beforeAll(async () => {
  [bot, tool] = await Promise.all([startScripted(), startScripted()]);
  const tenant = loadTenant();
  const key = await createSigningKey();
  channel = channelOf({ tenant, bot: { appId: APP_ID, secret: 'made up' } });
  relay = await startRelay({
    entra: {
      isBotToken: (authorization) => authorization === BOT_TOKEN,
      issueSsoToken: (objectId) => `sso of ${objectId}`,
    },
    teams: { channelAuthorization: (serviceUrl) => key.authorization(APP_ID, serviceUrl) },
    channel,
    botEndpoint: `${bot.origin}/api/messages`,
  });
  relay.setPlayground(tool.origin);
});
afterAll(() => Promise.all([relay?.stop(), bot?.stop(), tool?.stop()]));
beforeEach(() => {
  for (const server of [bot, tool]) {
    server.calls.length = 0;
    server.answers(() => ({ status: 200 }));
  }
});

const fromTool = (activity: object) =>
  send('POST', relay.endpoint, { conversation: { id: channel.personalChatId }, ...activity });
const activities = () => `${relay.serviceUrl}v3/conversations/${encodeURIComponent(channel.personalChatId)}/activities`;
const fromBot = (method: string, url: string, body?: object) => send(method, url, body, BOT_TOKEN);

async function send(method: string, url: string, body?: object, authorization?: string) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('from the Playground to the bot', () => {
  it('an activity is signed for this bot and names the relay as its service URL', async () => {
    await fromTool({ type: 'message', text: 'help' });
    const [call] = bot.calls;
    const claims = decodeJwt(call?.authorization?.replace('Bearer ', '') ?? '');
    expect(claims).toMatchObject({ iss: 'https://api.botframework.com', aud: APP_ID, serviceurl: relay.serviceUrl });
    expect(call?.body).toMatchObject({ text: 'help', serviceUrl: relay.serviceUrl, from: { id: channel.me.mri } });
  });

  it('what is no activity is refused and never reaches the bot', async () => {
    expect((await send('POST', relay.endpoint, { text: 'help' })).status).toBe(400);
    expect(bot.calls).toEqual([]);
  });

  it('the answer to an action goes back as it is', async () => {
    const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Accepted.' };
    bot.answers(() => ({ status: 200, body }));
    expect(await fromTool({ type: 'invoke', name: 'adaptiveCard/action' })).toEqual({ status: 200, body });
  });

  it('an action that asks for a sign-in is sent again with the person’s proof, under an id of its own', async () => {
    const login = { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value: OAUTH.content };
    const done = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Done.' };
    bot.answers(({ body }) => ({ status: 200, body: 'authentication' in (body.value as object) ? done : login }));
    const action = { action: { verb: 'plan.confirm' } };
    const { body } = await fromTool({ type: 'invoke', name: 'adaptiveCard/action', id: 'first', value: action });
    expect(body).toEqual(done);
    expect(bot.calls[1]?.body.id).not.toBe('first');
    expect(bot.calls[1]?.body.value).toEqual({
      ...action,
      authentication: { id: 'exchange-1', connectionName: 'entra', token: `sso of ${channel.me.objectId}` },
    });
  });

  it('an answer that the page cannot show becomes an error that it can', async () => {
    const refused = { statusCode: 412, type: 'application/vnd.microsoft.error.preconditionFailed', value: {} };
    bot.answers(() => ({ status: 200, body: refused }));
    const { body } = await fromTool({ type: 'invoke', name: 'adaptiveCard/action' });
    expect(body).toMatchObject({
      type: 'application/vnd.microsoft.error',
      value: { message: expect.stringContaining('sign in') },
    });
  });

  it('a page of another site is refused', async () => {
    const response = await fetch(relay.endpoint, { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(response.status).toBe(403);
  });
});

describe('from the bot to the Playground', () => {
  it('nothing passes without the bot’s own token', async () => {
    expect((await send('POST', activities(), { type: 'message', text: 'x' })).status).toBe(401);
    expect(tool.calls).toEqual([]);
  });

  it('messages and edits go on to its connector, with its answers', async () => {
    tool.answers(({ method }) => ({ status: method === 'POST' ? 201 : 200, body: { id: '7' } }));
    expect(await fromBot('POST', activities(), { type: 'message', text: 'x' })).toEqual({ status: 201, body: { id: '7' } });
    expect(await fromBot('PUT', `${activities()}/7`, { type: 'message', text: 'y' })).toEqual({ status: 200, body: { id: '7' } });
    const path = `/_connector/v3/conversations/${encodeURIComponent(channel.personalChatId)}/activities`;
    expect(tool.calls.map(({ method, path: at }) => `${method} ${at}`)).toEqual([`POST ${path}`, `PUT ${path}/7`]);
  });

  it('an OAuth card is answered by the relay and never shown', async () => {
    const exchanged = bot.next();
    const sent = await fromBot('POST', `${activities()}/1`, { type: 'message', attachments: [OAUTH] });
    expect(sent).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    expect((await exchanged).body).toMatchObject({
      name: 'signin/tokenExchange',
      value: { id: 'exchange-1', connectionName: 'entra', token: `sso of ${channel.me.objectId}` },
    });
    expect((await fromBot('PUT', `${activities()}/${sent.body.id}`, { type: 'message' })).status).toBe(200);
    expect(tool.calls).toEqual([]);
  });

  it('where the silent way is refused, a card leads to the sign-in page', async () => {
    bot.answers(() => ({ status: 412 }));
    const shown = tool.next();
    await fromBot('POST', activities(), { type: 'message', attachments: [OAUTH] });
    expect((await shown).body).toMatchObject({
      attachments: [{ content: { actions: [{ type: 'Action.OpenUrl', url: OAUTH.content.buttons[0]?.value }] } }],
    });
  });

  it('a deleted message says so, since the Playground cannot delete', async () => {
    expect((await fromBot('DELETE', `${activities()}/7`)).status).toBe(200);
    expect(tool.calls[0]).toMatchObject({ method: 'PUT', body: { text: 'This message was deleted.' } });
  });

  it('only whoever uses it can be written to first', async () => {
    const create = (id: string) => fromBot('POST', `${relay.serviceUrl}v3/conversations`, { members: [{ id }] });
    expect(await create(channel.me.mri)).toMatchObject({ status: 201, body: { id: channel.personalChatId } });
    expect(await create('29:somebody')).toMatchObject({ status: 403, body: { error: { code: 'BotNotInConversationRoster' } } });
  });
});

describe('a dialog', () => {
  const opener = { type: 'Action.Submit', title: 'Open', data: { msteams: { type: 'task/fetch' }, verb: 'a.open', n: 1 } };
  const form = {
    task: {
      type: 'continue',
      value: {
        title: 'A form',
        card: {
          content: {
            type: 'AdaptiveCard',
            body: [{ type: 'Input.Text', id: 'secret', label: 'Secret', style: 'Password' }],
            actions: [{ type: 'Action.Submit', title: 'Send', data: { verb: 'a.send' } }],
          },
        },
      },
    },
  };
  const submit = (page: string, fields: Record<string, string>) =>
    fetch(page, { method: 'POST', body: new URLSearchParams(fields) });

  /** The page that stands in a card for its dialog. */
  async function linkIn(): Promise<string> {
    tool.answers(() => ({ status: 201, body: { id: '7' } }));
    const card = { type: 'AdaptiveCard', actions: [opener] };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }];
    await fromBot('POST', activities(), { type: 'message', attachments });
    const sent = JSON.stringify(tool.calls.at(-1)?.body);
    return /"Action.OpenUrl","title":"Open","url":"([^"]+)"/.exec(sent)?.[1] ?? '';
  }

  it('is fetched when its page is opened, and submitted with what was typed', async () => {
    const page = await linkIn();
    bot.answers(() => ({ status: 200, body: form }));
    expect(await (await fetch(page)).text()).toContain('type="password"');
    bot.answers(() => ({ status: 200, body: { task: { type: 'message', value: 'Taken.' } } }));
    expect(await (await submit(page, { button: '0', secret: 'typed' })).text()).toContain('Taken.');
    expect(bot.calls.map(({ body }) => [body.name, (body.value as { data: object }).data])).toEqual([
      ['task/fetch', opener.data],
      ['task/submit', { verb: 'a.send', secret: 'typed' }],
    ]);
  });

  it('has one page, however often its card is sent', async () => {
    expect(await linkIn()).toBe(await linkIn());
  });

  it('takes nothing after it was closed', async () => {
    const page = await linkIn();
    bot.answers(() => ({ status: 200 }));
    await fetch(page);
    bot.calls.length = 0;
    expect((await submit(page, { button: '0' })).status).toBe(409);
    expect(bot.calls).toEqual([]);
  });

  it('says so when the bot gives none', async () => {
    const page = await linkIn();
    bot.answers(() => ({ status: 500 }));
    expect((await fetch(page)).status).toBe(502);
  });
});
