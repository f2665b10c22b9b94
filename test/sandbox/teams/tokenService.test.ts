import { ADELE, BOT_AUTHORIZATION } from './support/fakeServices';
import { startTestTeams, type TestTeams } from './support/testTeams';

describe('token service', () => {
  let world: TestTeams;
  let mri: string;
  beforeEach(async () => {
    world = await startTestTeams();
    mri = (await world.client()).me.mri;
  });
  afterEach(() => world.stop());

  const query = (connectionName: string, more: Record<string, string> = {}) =>
    new URLSearchParams({ userId: mri, connectionName, channelId: 'msteams', ...more });
  const getToken = (connectionName = 'entra', more: Record<string, string> = {}) =>
    world.asBot('GET', `/token-service/api/usertoken/GetToken?${query(connectionName, more)}`);
  const exchange = (connectionName = 'entra', token = `sso:${ADELE}`) =>
    world.asBot('POST', `/token-service/api/usertoken/exchange?${query(connectionName)}`, { token });
  const signInResource = (userId = mri) => {
    const state = { connectionName: 'entra', conversation: { user: { id: userId } }, msAppId: world.context.bot.appId };
    const encoded = encodeURIComponent(Buffer.from(JSON.stringify(state)).toString('base64'));
    return world.asBot('GET', `/token-service/api/botsignin/GetSignInResource?state=${encoded}`);
  };
  const signInAs = async (link: string, person: string) => {
    const response = await fetch(link, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ person }),
    });
    return { status: response.status, body: (await response.json()) as { code: string; error: { message: string } } };
  };

  it('answers 404 without any body while there is no token [teams 2.5 empty 404]', async () => {
    const response = await fetch(`${world.teams.oauthUrl}/api/usertoken/GetToken?${query('entra')}`, {
      headers: { authorization: BOT_AUTHORIZATION },
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it('keeps the 404 empty when a fault asks for it', async () => {
    await exchange();
    world.context.faults.add({ service: 'token', path: 'GetToken', times: 1, effect: { kind: 'status', status: 404 } });
    expect(await getToken()).toMatchObject({ status: 404, body: undefined });
    expect((await getToken()).status).toBe(200);
  });

  it('exchanges the same token as often as asked and keeps what it got [teams 2.6 twice]', async () => {
    const [first, second] = [await exchange(), await exchange()];
    expect(first).toMatchObject({ status: 200, body: { channelId: 'msteams', connectionName: 'entra' } });
    expect(second.body.token).toBe(first.body.token);
    expect((await getToken()).body).toEqual(second.body);
  });

  it('keeps tokens by person and connection, each with its own scopes [teams 2.5 owner]', async () => {
    await exchange('entra');
    expect((await getToken('entraRead')).status).toBe(404);
    await exchange('entraRead');
    expect(world.entra.exchanges.map(({ scopes }) => scopes.length)).toEqual([7, 3]);
    const status = await world.asBot('GET', `/token-service/api/usertoken/GetTokenStatus?${query('')}&include=entraRead`);
    expect(status.body).toEqual([
      {
        channelId: 'msteams',
        connectionName: 'entraRead',
        hasToken: true,
        serviceProviderDisplayName: 'Azure Active Directory v2',
      },
    ]);
  });

  it('answers 400 until consent was given on the sign-in page [teams 2.5 consent]', async () => {
    world.context.switches.consent = 'required';
    const refused = await exchange();
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'consent_required' } } });
    await signInAs((await signInResource()).body.signInLink, ADELE);
    expect((await exchange()).status).toBe(200);
  });

  it('passes on a challenge of Entra as not exchangeable [teams 2.5 challenge]', async () => {
    world.context.switches.delegatedTokenError = 50076;
    expect(await exchange()).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('AADSTS50076') } } });
  });

  it('signs a person out of one connection [teams 2.5 sign out]', async () => {
    await exchange('entra');
    await exchange('entraRead');
    expect((await world.asBot('DELETE', `/token-service/api/usertoken/SignOut?${query('entra')}`)).status).toBe(204);
    expect((await getToken('entra')).status).toBe(404);
    expect((await getToken('entraRead')).status).toBe(200);
  });

  it('has no token any more when it has expired [teams 2.5 lifetime]', async () => {
    await exchange();
    await fetch(`${world.teams.origin}/__sandbox/tokens/expire`, { method: 'POST' });
    expect(await getToken()).toMatchObject({ status: 404, body: undefined });
  });

  it('gives tokens by resource', async () => {
    await exchange();
    const answer = await world.asBot('POST', `/token-service/api/usertoken/GetAadTokens?${query('entra')}`, {
      resourceUrls: ['https://graph.microsoft.com'],
    });
    expect(answer.body).toMatchObject({ 'https://graph.microsoft.com': { connectionName: 'entra' } });
  });

  it('names the resource of the app and a fresh id in each sign-in resource [teams 2.4 one string]', async () => {
    const [one, two] = [(await signInResource()).body, (await signInResource()).body];
    expect(one.tokenExchangeResource.uri).toBe(`api://botid-${world.context.bot.appId}`);
    expect(one.tokenExchangeResource.id).not.toBe(two.tokenExchangeResource.id);
    expect(one.signInLink.startsWith(`${world.teams.oauthUrl}/signin?signin=`)).toBe(true);
  });

  it('refuses an unreadable state, an unknown connection and a caller that is not the bot [teams 2.5 state]', async () => {
    expect((await world.asBot('GET', '/token-service/api/botsignin/GetSignInResource?state=%25')).status).toBe(400);
    expect((await getToken('nothing')).status).toBe(400);
    const stranger = await world.asBot('GET', `/token-service/api/usertoken/GetToken?${query('entra')}`, undefined, 'Bearer x');
    expect(stranger.status).toBe(401);
  });

  it('gives six digits after the sign-in page, good for one use [teams 2.1 code]', async () => {
    const { signInLink } = (await signInResource()).body;
    const { code } = (await signInAs(signInLink, ADELE)).body;
    expect(code).toMatch(/^\d{6}$/);
    expect((await getToken('entra', { code: code === '000000' ? '000001' : '000000' })).status).toBe(404);
    expect((await getToken('entra', { code })).status).toBe(200);
    expect((await getToken('entra')).status).toBe(200);
    expect((await getToken('entra', { code })).status).toBe(404);
  });

  it('does not take digits that were made for somebody else [teams 2.1 code]', async () => {
    const { signInLink } = (await signInResource('29:somebody')).body;
    const { code } = (await signInAs(signInLink, ADELE)).body;
    expect((await getToken('entra', { code })).status).toBe(404);
  });

  it('says on the page why Entra refuses the account', async () => {
    const { signInLink } = (await signInResource()).body;
    world.context.switches.delegatedTokenError = 50076;
    expect(await signInAs(signInLink, ADELE)).toMatchObject({
      status: 403,
      body: { error: { message: 'AADSTS50076: refused' } },
    });
  });

  it('shows a page with the accounts, the hinted one chosen, and hands the digits to the window that opened it', async () => {
    const { signInLink } = (await signInResource()).body;
    const page = await (await fetch(`${signInLink}&login_hint=${ADELE}`)).text();
    expect(page).toContain(`value="${ADELE}" checked`);
    const done = await fetch(signInLink, {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams({ person: ADELE }),
    });
    expect(await done.text()).toMatch(/opener\?\.postMessage\(\{ type: 'signedIn', code: '\d{6}' \}/);
    expect((await fetch(`${world.teams.oauthUrl}/signin?signin=unknown`)).status).toBe(404);
  });
});
