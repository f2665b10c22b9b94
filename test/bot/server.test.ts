import { readdirSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { TurnContext } from 'botbuilder';
import { createAdapter } from '../../src/bot/adapter';
import { type BotServer, createServer, PortInUseError } from '../../src/bot/server';
import { createLog } from '../../src/log';
import { BOT_ID, TENANT_ID, testSettings } from './support/settings';
import { startTeamsStub, type TeamsStub } from './support/teamsStub';

const log = createLog('silent');
const credential = { getToken: async () => ({ token: 'own-token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

let stub: TeamsStub;
let server: BotServer;
let url: string;
let onTurn: (context: TurnContext) => Promise<void>;
let ready: Record<string, boolean>;

const message = (more: object = {}) => ({
  type: 'message',
  id: '1485983408511',
  channelId: 'msteams',
  serviceUrl: stub.serviceUrl,
  from: { id: '29:adele', name: 'Adele', aadObjectId: 'a' },
  recipient: { id: `28:${BOT_ID}` },
  conversation: { id: 'a:1', conversationType: 'personal', tenantId: TENANT_ID },
  channelData: { tenant: { id: TENANT_ID } },
  text: 'help',
  ...more,
});

const post = async (activity: object, token?: string) =>
  fetch(`${url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? (await stub.sign(stub.serviceUrl))}` },
    body: JSON.stringify(activity),
  });

beforeAll(async () => {
  stub = await startTeamsStub(BOT_ID);
  const settings = testSettings(stub);
  server = createServer(settings, {
    adapter: createAdapter({ settings, credential, log }),
    onTurn: (context) => onTurn(context),
    readiness: async () => ready,
    log,
  });
  url = `http://127.0.0.1:${await server.start()}`;
});
afterAll(async () => {
  await server.stop();
  await stub.stop();
});
beforeEach(() => {
  stub.sent.length = 0;
  stub.override = {};
  ready = { database: true };
  onTurn = async (context) => void (await context.sendActivity('hello'));
});

describe('a message with the channel’s token', () => {
  it('reaches the turn and is answered by the reply route [teams 1.5 reply]', async () => {
    const response = await post(message());
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(stub.sent).toMatchObject([{ conversationId: 'a:1', replyToId: '1485983408511', activity: { text: 'hello' } }]);
  });

  it('may have null where a list of entities belongs [teams 1.3 entities]', async () => {
    expect((await post(message({ entities: null }))).status).toBe(200);
  });

  it('may have entities of kinds that nobody knows yet [teams 1.3 unknown entities]', async () => {
    const entities = [
      { type: 'quotedReply', quotedReply: { messageId: '1' } },
      { type: 'mention' },
      { type: 'productInfo', id: null },
    ];
    expect((await post(message({ entities }))).status).toBe(200);
    expect(stub.sent).toMatchObject([{ activity: { text: 'hello' } }]);
  });

  it.each(['type', 'channelId', 'serviceUrl', 'from', 'recipient', 'conversation'])(
    'is no activity without %s [teams 1.4 fields]',
    async (field) => {
      expect((await post(message({ [field]: undefined }))).status).toBe(400);
      if (['from', 'recipient', 'conversation'].includes(field)) expect((await post(message({ [field]: {} }))).status).toBe(400);
      expect(stub.sent).toEqual([]);
    },
  );

  it('is sent once although the connector answers 500, since the SDK would post it four times [teams 5 retry]', async () => {
    let calls = 0;
    stub.override.connector = (_request, response) => {
      calls += 1;
      response.status(500).end();
    };
    expect((await post(message())).status).toBe(200);
    expect(calls).toBe(1);
  });
});

describe('a call that is not the channel’s is answered 401 without a word [teams 1.1 jwt]', () => {
  // The SDK itself writes some refusals to the console.
  beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => jest.restoreAllMocks());
  const cases: [string, () => Promise<string>][] = [
    ['no token', async () => ''],
    ['garbage', async () => 'garbage'],
    ['another audience', () => stub.sign(stub.serviceUrl, { aud: 'someone-else' })],
    ['another issuer', () => stub.sign(stub.serviceUrl, { iss: 'https://sts.windows.net/1/' })],
    ['another serviceurl', () => stub.sign('https://elsewhere.example/')],
    ['an expired token', () => stub.sign(stub.serviceUrl, { exp: 1 })],
    ['a key that is not endorsed for Teams', () => stub.sign(stub.serviceUrl, { endorsed: false })],
  ];
  it.each(cases)('%s', async (_what, token) => {
    const response = await post(message(), await token());
    expect([response.status, await response.text()]).toEqual([401, '']);
    expect(stub.sent).toEqual([]);
  });

  it('a serviceUrl outside of the cloud’s hosts, although its token names it [teams 3 serviceurl]', async () => {
    const serviceUrl = 'https://mallory.trafficmanager.net/amer/';
    const response = await post(message({ serviceUrl }), await stub.sign(serviceUrl));
    expect([response.status, await response.text()]).toEqual([401, '']);
  });
});

describe('an error', () => {
  it('in a turn ends as 200 for a message, with nothing in the body [teams 1.1 onTurnError]', async () => {
    onTurn = async () => {
      throw new Error('secret detail');
    };
    const response = await post(message());
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    ['a body that is no activity', 400, '{"type":"message"}'],
    ['a body that is no JSON', 400, '{'],
    ['a body of more than 256 KB', 413, JSON.stringify({ text: 'x'.repeat(300_000) })],
  ])('%s gets its status and no text [teams 1.1 bad body]', async (_what, status, body) => {
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^(\{\})?$/);
  });

  it.each([
    ['what is not gzip', Buffer.from('not gzip at all')],
    ['a small body that unpacks to more than 256 KB', gzipSync(JSON.stringify({ text: 'x'.repeat(5_000_000) }))],
  ])('%s is refused unread when it says that it is packed [teams 1.1 bad body]', async (_what, body) => {
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(body),
    });
    expect([response.status, await response.text()]).toEqual([415, '']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('an upload is refused and leaves no file [teams 1.1 bad body]', async () => {
    const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith('upload_'));
    const before = uploads();
    const form = new FormData();
    form.append('file', new Blob(['x'.repeat(300_000)]), 'x.bin');
    const response = await fetch(`${url}/api/messages`, { method: 'POST', body: form });
    expect(response.status).toBe(400);
    expect(uploads()).toEqual(before);
  });

  it.each([
    ['GET', 405],
    ['PUT', 405],
  ])('%s is no way to speak to the bot [teams 1.1 bad body]', async (method, status) => {
    expect((await fetch(`${url}/api/messages`, { method })).status).toBe(status);
  });
});

describe('probes', () => {
  it('healthz says that the process lives', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' });
  });
  it('readyz names the part that cannot work', async () => {
    ready = { database: false, workflows: true };
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'notReady', parts: { database: false, workflows: true } },
    ]);
  });
});

it('a port in use is named with its setting', async () => {
  const other: Server = createNetServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const settings = testSettings(stub);
  const second = createServer(
    { host: '127.0.0.1', port },
    { adapter: createAdapter({ settings, credential, log }), onTurn, readiness: async () => ({}), log },
  );
  await expect(second.start()).rejects.toThrow(PortInUseError);
  await expect(second.start()).rejects.toThrow(`Port ${port} is in use. Set PORT`);
  await new Promise((resolve) => other.close(resolve));
});

it('a stop waits for the turn that is under way', async () => {
  const settings = testSettings(stub);
  let finish = () => {};
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const own = createServer(settings, {
    adapter: createAdapter({ settings, credential, log }),
    onTurn: async () => {
      begun();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    readiness: async () => ({}),
    log,
  });
  const port = await own.start();
  const answer = fetch(`http://127.0.0.1:${port}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await stub.sign(stub.serviceUrl)}` },
    body: JSON.stringify(message()),
  });
  await started;
  let isStopped = false;
  const stopped = own.stop().then(() => {
    isStopped = true;
  });
  await new Promise(setImmediate);
  expect(isStopped).toBe(false);
  finish();
  expect((await answer).status).toBe(200);
  await stopped;
});
