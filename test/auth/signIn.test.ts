import { adele, type BotBench, inPersonal, megan, speaks, startBotBench } from '../bot/support/botBench';
import { listWaiting } from './support/waiting';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench({ TOKEN_IN_INVOKE_MS: '4000' });
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.stub.tokens.clear();
  bench.stub.codes.clear();
  bench.stub.override = {};
});
afterEach(async () => {
  await bench.say('sign out');
  await bench.heard();
});

let nextExchange = 1;
const exchange = (more: object = {}) => ({ id: `e-${nextExchange++}`, connectionName: 'entra', token: 'sso', ...more });
const key = `${adele.mri}|entra`;

describe('the sign-in card', () => {
  it('has the link, and the resource for the silent exchange [teams 2.1 card]', async () => {
    await bench.say('sign in');
    expect(bench.stub.sent[0]?.activity.attachments?.[0]).toMatchObject({
      contentType: 'application/vnd.microsoft.card.oauth',
      content: {
        connectionName: 'entra',
        buttons: [{ type: 'signin', value: expect.stringContaining('/signin?') }],
        tokenExchangeResource: { id: 'exchange-1', uri: `api://botid-${bench.settings.botId}` },
      },
    });
  });

  it('says what goes wrong when the token service is silent', async () => {
    bench.stub.override.token = (_request, response) => void response.status(500).end();
    await bench.say('sign in');
    expect(await bench.heard()).toEqual([expect.stringContaining('sign-in service')]);
    expect(bench.stub.tokenCalls).toHaveLength(1);
  });
});

describe('signin/tokenExchange', () => {
  it('is answered 200 with the id, and the waiting command goes on by itself [teams 2.2 exchanged]', async () => {
    await bench.say('setup');
    const value = exchange();
    expect(await bench.invoke('signin/tokenExchange', value)).toEqual({
      status: 200,
      body: { id: value.id, connectionName: 'entra', failureDetail: null },
    });
    expect(await bench.heard()).toEqual([
      expect.stringMatching(/^sign-in:/),
      expect.stringContaining('Signed in as Adele Vance'),
      'card: Set up Unity provisioning',
    ]);
    expect(bench.asked).toEqual([{ what: 'signedIn', input: adele }]);
  });

  it('of several devices at once lets a command go on once [teams 2.2 duplicate]', async () => {
    await bench.say('setup');
    const value = exchange();
    const answers = await Promise.all([1, 2, 3].map(() => bench.invoke('signin/tokenExchange', value)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ body }) => body === '')).toHaveLength(2);
    expect((await bench.heard()).filter((text) => text === 'card: Set up Unity provisioning')).toHaveLength(1);
  });

  it('is answered 412 when consent is missing, and the command goes on waiting [teams 2.2 consent]', async () => {
    await bench.say('setup');
    bench.stub.override.exchange = (_request, response) =>
      void response.status(400).json({ error: { code: 'invalid_grant', message: 'AADSTS65001' } });
    expect(await bench.invoke('signin/tokenExchange', exchange())).toMatchObject({
      status: 412,
      body: { connectionName: 'entra', failureDetail: expect.any(String) },
    });
    expect(await listWaiting(bench.deps.store)).toEqual(['setup']);
  });

  it('after consent the same id works [teams 2.1 consent]', async () => {
    const value = exchange();
    bench.stub.override.exchange = (_request, response) =>
      void response.status(400).json({ error: { code: 'consent_required' } });
    await bench.invoke('signin/tokenExchange', value);
    bench.stub.override.exchange = undefined;
    expect((await bench.invoke('signin/tokenExchange', value)).status).toBe(200);
    expect(await bench.heard()).toEqual([expect.stringContaining('Signed in')]);
  });

  it.each([
    ['without a token', { token: undefined }],
    ['for another connection', { connectionName: 'other' }],
  ])('%s is answered 400 [teams 2.2 other]', async (_what, more) => {
    expect((await bench.invoke('signin/tokenExchange', exchange(more))).status).toBe(400);
    expect(bench.stub.tokens.size).toBe(0);
  });

  it('a 404 with a body is no token and no success [teams 2.5 trap]', async () => {
    bench.stub.override.exchange = (_request, response) => void response.status(404).json({ error: { code: 'NotFound' } });
    expect((await bench.invoke('signin/tokenExchange', exchange())).status).toBe(412);
    expect(await bench.heard()).toEqual([]);
  });

  it('is answered in time although the token service is not [teams 1.7 limits]', async () => {
    bench.stub.override.exchange = () => undefined;
    expect((await bench.invoke('signin/tokenExchange', exchange())).status).toBe(412);
  });
});

describe('signin/verifyState', () => {
  it('redeems the digits of the sign-in page [teams 2.1 verifyState]', async () => {
    await bench.say('setup');
    bench.stub.codes.set('123456', key);
    expect((await bench.invoke('signin/verifyState', { state: '123456' })).status).toBe(200);
    expect(await bench.heard()).toContain('card: Set up Unity provisioning');
  });
  it('is answered 404 for digits that give no token, and the chat says so [teams 2.1 verifyState]', async () => {
    expect((await bench.invoke('signin/verifyState', { state: '000000' })).status).toBe(404);
    expect(await bench.heard()).toEqual([expect.stringContaining('This code was not accepted')]);
  });
  it('is answered 500 when the token service is away [teams 2.1 verifyState]', async () => {
    bench.stub.override.token = (_request, response) => void response.status(503).end();
    expect((await bench.invoke('signin/verifyState', { state: '123456' })).status).toBe(500);
  });
  it('CancelledByUser drops what waited and says so [teams 2.1 cancel]', async () => {
    await bench.say('setup');
    expect((await bench.invoke('signin/verifyState', { state: 'CancelledByUser' })).status).toBe(200);
    expect(await bench.heard()).toContainEqual(expect.stringContaining('Signing in was cancelled'));
    expect(await listWaiting(bench.deps.store)).toEqual([]);
  });
});

describe('the digits typed as a message [teams 2.1 wrong account]', () => {
  it('sign in, and the waiting command goes on', async () => {
    await bench.say('setup');
    bench.stub.codes.set('654321', key);
    await bench.say('654321');
    expect(await bench.heard()).toContain('card: Set up Unity provisioning');
  });
  it('are refused in words when they are wrong', async () => {
    await bench.say('111111');
    expect(await bench.heard()).toEqual([expect.stringContaining('This code was not accepted')]);
  });
  it('belong to the person who got them', async () => {
    bench.stub.codes.set('222222', key);
    await bench.say('222222', { ...speaks(megan), ...inPersonal(megan) });
    expect(await bench.heard()).toEqual([expect.stringContaining('This code was not accepted')]);
  });
});

describe('signin/failure [teams 2.3 failure]', () => {
  it.each([
    'installappfailed',
    'authrequestfailed',
    'installedappnotfound',
    'invokeerror',
    'resourcematchfailed',
    'oauthcardnotvalid',
    'tokenmissing',
    'somethingnew',
  ])('%s is answered 200 and explained', async (code) => {
    expect((await bench.invoke('signin/failure', { code, message: 'x' })).status).toBe(200);
    expect(await bench.heard()).toEqual([expect.stringMatching(/sign in|resourcematchfailed/)]);
  });
});

describe('while a sign-in is pending', () => {
  it('help and other commands answer [teams 2.6 blocked]', async () => {
    await bench.say('setup');
    bench.forget();
    await bench.say('help');
    await bench.say('nonsense');
    expect(await bench.heard()).toEqual(['card: What you can type', expect.stringContaining('not a command')]);
  });
  it('Cancel of a run works', async () => {
    await bench.say('setup');
    const value = { action: { type: 'Action.Execute', verb: 'run.cancel', data: { runId: 'r-1' } }, trigger: 'manual' };
    expect(await bench.invoke('adaptiveCard/action', value)).toMatchObject({ body: { statusCode: 200 } });
    expect(bench.asked).toEqual([
      { what: 'cancel', input: { activityId: expect.stringMatching(/./), person: adele, runId: 'r-1' } },
    ]);
  });
  it('several commands wait, and go on in order', async () => {
    await bench.say('setup');
    await bench.say('status');
    bench.forget();
    await bench.invoke('signin/tokenExchange', exchange());
    expect(await bench.heard()).toEqual([
      expect.stringContaining('Signed in'),
      'card: Set up Unity provisioning',
      expect.stringContaining('No Unity organization'),
    ]);
  });
});

describe('an Action.Execute that will act with the clicker’s rights', () => {
  const click = (more: object = {}) => ({
    action: { type: 'Action.Execute', verb: 'plan.confirm', data: { runId: 'r-1' } },
    trigger: 'manual',
    ...more,
  });

  it('leads to a login request where there is no token [teams 1.6 loginRequest]', async () => {
    expect((await bench.invoke('adaptiveCard/action', click())).body).toMatchObject({
      statusCode: 401,
      type: 'application/vnd.microsoft.activity.loginRequest',
      value: { connectionName: 'entra', buttons: [{ type: 'signin' }], tokenExchangeResource: { id: 'exchange-1' } },
    });
    expect(bench.asked).toEqual([]);
  });
  it('goes on when the client sends it again with a token [teams 1.6 loginRequest]', async () => {
    const authentication = { id: 'exchange-1', connectionName: 'entra', token: 'sso' };
    expect((await bench.invoke('adaptiveCard/action', click({ authentication }))).body).toMatchObject({ statusCode: 200 });
    await bench.heard();
    expect(bench.asked).toContainEqual({
      what: 'confirmPlan',
      input: { activityId: expect.stringMatching(/./), person: adele, runId: 'r-1', testPersonId: undefined },
    });
    expect(bench.asked).toContainEqual({ what: 'signedIn', input: adele });
  });
  it('is answered 412 inside the body when that token cannot be exchanged [teams 1.6 loginRequest]', async () => {
    bench.stub.override.exchange = (_request, response) => void response.status(400).json({ error: { code: 'x' } });
    const authentication = { id: 'exchange-1', connectionName: 'entra', token: 'sso' };
    expect((await bench.invoke('adaptiveCard/action', click({ authentication }))).body).toMatchObject({
      statusCode: 412,
      type: 'application/vnd.microsoft.error.preconditionFailed',
    });
    expect(bench.asked).toEqual([]);
  });
  it('goes on with the digits of the page, and refuses wrong ones [teams 1.6 incorrectAuthCode]', async () => {
    bench.stub.codes.set('333333', key);
    expect((await bench.invoke('adaptiveCard/action', click({ state: '999999' }))).body).toMatchObject({
      statusCode: 401,
      type: 'application/vnd.microsoft.error.incorrectAuthCode',
    });
    expect((await bench.invoke('adaptiveCard/action', click({ state: '333333' }))).body).toMatchObject({ statusCode: 200 });
  });
  it('goes on when the token service is silent, since the run waits for the token itself', async () => {
    bench.stub.override.token = () => undefined;
    expect((await bench.invoke('adaptiveCard/action', click())).body).toMatchObject({ statusCode: 200 });
    expect(bench.asked.map(({ what }) => what)).toEqual(['confirmPlan']);
  });
});
