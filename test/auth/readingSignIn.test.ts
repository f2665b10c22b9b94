import { readingCredential } from '../../src/auth/readingCredential';
import { codeOf } from '../../src/errors';
import { adele, type BotBench, startBotBench } from '../bot/support/botBench';
import { allowRequests, connect } from '../bot/support/requestRows';

/** The second OAuth connection: only to read the directory, for people who ask others to provision. */
let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench({ TOKEN_IN_INVOKE_MS: '4000' });
  await connect(bench.deps.store);
  await allowRequests(bench.deps.store);
});
afterAll(() => bench.stop());
beforeEach(async () => {
  bench.forget();
  bench.stub.tokens.clear();
  bench.stub.codes.clear();
  bench.stub.override = {};
  await bench.deps.store.query('delete from pending_commands');
});

const acts = `${adele.mri}|entra`;
const reads = `${adele.mri}|entraRead`;
let nextId = 1;
const exchange = (connectionName: string) => ({ id: `r-${nextId++}`, connectionName, token: 'sso' });

describe('a sign-in for reading', () => {
  it('is exchanged for its own connection, and only requests that are being prepared go on [teams 2.2 exchanged]', async () => {
    const value = exchange('entraRead');
    expect(await bench.invoke('signin/tokenExchange', value)).toEqual({
      status: 200,
      body: { id: value.id, connectionName: 'entraRead', failureDetail: null },
    });
    await bench.heard();
    expect([...bench.stub.tokens.keys()]).toEqual([reads]);
    expect(bench.asked).toEqual([{ what: 'signedIn', input: adele, kind: 'request' }]);
  });

  it('by the code of the page is found out by asking for both', async () => {
    bench.stub.codes.set('123456', reads);
    expect((await bench.invoke('signin/verifyState', { state: '123456' })).status).toBe(200);
    bench.stub.codes.set('654321', acts);
    await bench.say('654321');
    await bench.heard();
    expect([...bench.stub.tokens.keys()]).toEqual([reads, acts]);
    expect((await bench.invoke('signin/verifyState', { state: '111111' })).status).toBe(404);
  });

  it('of a connection that is not ours is refused', async () => {
    expect((await bench.invoke('signin/tokenExchange', exchange('entraOther'))).status).toBe(400);
    expect([...bench.stub.tokens.keys()]).toEqual([]);
  });

  it('never answers a click that acts', async () => {
    const value = {
      action: { type: 'Action.Execute', id: '', verb: 'request.approve', data: { requestId: 'x' } },
      trigger: 'manual',
    };
    bench.stub.tokens.set(reads, 'reads');
    expect(await bench.invoke('adaptiveCard/action', value)).toMatchObject({
      body: { statusCode: 401, value: { connectionName: 'entra' } },
    });
  });

  it('does not answer a command that needs more', async () => {
    bench.stub.tokens.set(reads, 'reads');
    await bench.say('settings');
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in:/)]);
    expect(bench.stub.sent[0]?.activity.attachments?.[0]?.content.connectionName).toBe('entra');
  });
});

describe('what a request is read with', () => {
  const token = () => readingCredential(bench.deps.tokens, adele, 'entraRead').getToken('ignored');

  it('is the token that acts where there is one, else the one that only reads', async () => {
    bench.stub.tokens.set(reads, 'reads');
    expect((await token())?.token).toBe('reads');
    bench.stub.tokens.set(acts, 'acts');
    expect((await token())?.token).toBe('acts');
  });

  it('without either asks for a sign-in', async () => {
    expect(codeOf(await token().catch((error: unknown) => error))).toBe('sign_in_needed');
  });

  it('does not hide that the token service is silent', async () => {
    bench.stub.override.token = (_request, response) => void response.status(500).end();
    expect(codeOf(await token().catch((error: unknown) => error))).toBe('token_service_unreachable');
  });
});
