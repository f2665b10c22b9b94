import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createDashboardPerson } from '../../../sandbox/unity/person';
import { filterPath, GENESIS_ID, OTHER_GENESIS_ID, sample, scim, startTestUnity, type TestUnity } from './support';

let test: TestUnity;
beforeEach(async () => {
  test = await startTestUnity();
});
afterEach(() => test.unity.stop());

const probe = (token: string, genesisId = GENESIS_ID) =>
  scim('GET', `${test.unity.scimUrl}/tenants/${genesisId}/Users?count=1`, undefined, { Authorization: `Bearer ${token}` });

describe('credential', () => {
  it('answers a search for a random user name with an empty list when token, role and organization fit [unity 5 200]', async () => {
    const answer = await test.call('GET', filterPath('Users', `userName eq "${randomUUID()}"`));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    expect(answer.body).toEqual({ ...sample('emptyListResponse'), itemsPerPage: 0 });
  });

  it('answers 401 with gateway code 51 to no, a made-up, a cut and a spaced-out token [unity 5 401]', async () => {
    const noToken = await scim('GET', `${test.unity.scimUrl}/tenants/${GENESIS_ID}/Users`);
    const refused = [noToken];
    for (const wrong of [
      'made-up',
      test.token.slice(0, -1),
      test.token.slice(1),
      `${test.token.slice(0, 9)} ${test.token.slice(9)}`,
    ])
      refused.push(await probe(wrong));
    for (const { status, headers, body } of refused) {
      expect(status).toBe(401);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ code: 51, title: 'InvalidToken', status: 401 });
    }
  });

  it('sends the gateway error with the fields of the documentation, no more and no fewer [unity 4.7 gateway]', async () => {
    const { body } = await probe('made-up');
    expect(Object.keys(body).sort()).toEqual(Object.keys(sample('gatewayError')).sort());
    expect(body.type).toBe(sample('gatewayError').type);
    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a token from the moment it is deleted [unity 11 revoked]', async () => {
    expect((await probe(test.token)).status).toBe(200);
    await test.person.deleteBearerToken(test.accountId);
    expect((await probe(test.token)).status).toBe(401);
  });

  it('lets an old and a new token live side by side until the old one is deleted [unity 6 overlap]', async () => {
    const [oldId] = await test.person.bearerTokenIds(test.accountId);
    const next = await test.person.addBearerToken(test.accountId);
    expect([(await probe(test.token)).status, (await probe(next)).status]).toEqual([200, 200]);
    await test.person.deleteBearerToken(test.accountId, oldId);
    expect([(await probe(test.token)).status, (await probe(next)).status]).toEqual([401, 200]);
  });

  it('takes a key id and its secret as Basic credential too [unity 4.1 basic]', async () => {
    const { keyId, secretKey } = await test.person.addKey(test.accountId);
    const basic = (pair: string) =>
      test.call('GET', '/Users', undefined, { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    expect(secretKey).toMatch(/^[A-Za-z0-9]{32}$/);
    expect((await basic(`${keyId}:${secretKey}`)).status).toBe(200);
    expect((await basic(`${keyId}:${secretKey.slice(1)}`)).status).toBe(401);
    expect((await basic(keyId)).status).toBe(401);
    test.context.switches.auth = 'bearer';
    expect((await basic(`${keyId}:${secretKey}`)).status).toBe(401);
    expect((await probe(test.token)).status).toBe(200);
    test.context.switches.auth = 'basic';
    expect((await basic(`${keyId}:${secretKey}`)).status).toBe(200);
    expect((await probe(test.token)).status).toBe(401);
  });
});

describe('organization, role and switch', () => {
  it('answers 403 before the role is given and 200 after [unity 5 403]', async () => {
    const accountId = await test.person.createServiceAccount('No role yet');
    const token = await test.person.addBearerToken(accountId);
    const before = await probe(token);
    expect(before.status).toBe(403);
    expect(before.body).toMatchObject({ code: 53, title: 'Forbidden' });
    await test.person.giveScimAuthenticator(accountId);
    expect((await probe(token)).status).toBe(200);
    await test.person.takeScimAuthenticator(accountId);
    expect((await probe(token)).status).toBe(403);
  });

  it('lets a role work only after roleDelaySeconds, and takes it away at once [unity 11 roleDelaySeconds]', async () => {
    test.context.switches.roleDelaySeconds = 30;
    const accountId = await test.person.createServiceAccount('Slow role');
    const token = await test.person.addBearerToken(accountId);
    await test.person.giveScimAuthenticator(accountId);
    expect((await probe(token)).status).toBe(403);
    test.context.clock.advance(30_000);
    expect((await probe(token)).status).toBe(200);
    await test.person.takeScimAuthenticator(accountId);
    expect((await probe(token)).status).toBe(403);
  });

  it('answers 403 to a token of another organization, and to an organization that does not exist [unity 11 wrong organization]', async () => {
    expect((await probe(test.token, OTHER_GENESIS_ID)).status).toBe(403);
    expect((await probe(test.token, '1111111111111')).status).toBe(403);
    expect((await probe(test.token, '33333333-3333-4333-8333-333333333333')).status).toBe(403);
  });

  it('answers 403 or 404 while SCIM provisioning is off, as the switch says [unity 11 whenScimDisabled]', async () => {
    await test.person.setScimEnabled(false);
    expect((await probe(test.token)).status).toBe(403);
    test.context.switches.whenScimDisabled = 404;
    const hidden = await probe(test.token);
    expect([hidden.status, hidden.body.code]).toEqual([404, 54]);
    await test.person.setScimEnabled(true);
    expect((await probe(test.token)).status).toBe(200);
  });
});

describe('order and format', () => {
  it('answers 404 with code 4 to a wrong path even without a token, and 404 in SCIM words for a missing user [unity 4.7 code 4]', async () => {
    for (const path of [
      `/tenants/${GENESIS_ID}/User`,
      '/Users',
      `/tenants/${GENESIS_ID}/Bulk`,
      `/tenants/${GENESIS_ID}//Users`,
      '',
    ]) {
      const answer = await scim('GET', `${test.unity.scimUrl}${path}`);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 4]);
    }
    expect((await scim('DELETE', `${test.unity.scimUrl}/tenants/${GENESIS_ID}/Users`)).body.code).toBe(4);
    const missing = await test.call('GET', `/Users/${randomUUID()}`);
    expect(missing.status).toBe(404);
    expect(missing.body).toMatchObject({ schemas: sample('scimError').schemas, status: '404' });
    expect(missing.body.code).toBeUndefined();
  });

  it('checks rate, path, credential, role and enablement in this order [unity 11 order]', async () => {
    const other = createDashboardPerson(test.unity.dashboardUrl, GENESIS_ID);
    await other.setScimEnabled(false);
    const base = `${test.unity.scimUrl}/tenants/${GENESIS_ID}`;
    const without = await test.person.addBearerToken(await test.person.createServiceAccount('No role'));
    expect((await scim('GET', `${base}/Userz`)).body.code).toBe(4);
    expect((await scim('GET', `${base}/Users`)).body.code).toBe(51);
    expect((await probe(without)).body.code).toBe(53);
    test.context.switches.whenScimDisabled = 404;
    expect((await probe(without)).body.code).toBe(53);
    expect((await test.call('POST', '/Users', 'no json')).body.code).toBe(54);
    await other.setScimEnabled(true);
    expect((await test.call('POST', '/Users', 'no json')).body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
  });

  it('speaks SCIM at the gateway too when errorStyle says so [unity 4.7 both formats]', async () => {
    test.context.switches.errorStyle = 'scimEverywhere';
    const answers = [
      await probe('made-up'),
      await probe(test.token, OTHER_GENESIS_ID),
      await scim('GET', `${test.unity.scimUrl}/nothing`),
    ];
    for (const [index, status] of [401, 403, 404].entries()) {
      expect(answers[index]!.status).toBe(status);
      expect(answers[index]!.headers.get('content-type')).toMatch(/^application\/scim\+json/);
      expect(answers[index]!.body).toMatchObject({ schemas: sample('scimError').schemas, status: String(status) });
    }
  });

  it('opens discovery without a credential only when discoveryAuth is open [unity 5 discovery]', async () => {
    const url = `${test.unity.scimUrl}/tenants/${GENESIS_ID}/ServiceProviderConfig`;
    expect((await scim('GET', url)).status).toBe(401);
    test.context.switches.discoveryAuth = 'open';
    expect((await scim('GET', url)).status).toBe(200);
    expect((await scim('GET', `${test.unity.scimUrl}/tenants/1111111111111/Schemas`)).body.code).toBe(54);
    expect((await scim('GET', `${test.unity.scimUrl}/tenants/${GENESIS_ID}/Users`)).status).toBe(401);
  });
});

describe('rate limit', () => {
  it('answers 429 with Retry-After to call 21 within a second, before any other check, and 200 after the wait [unity 4.8 429]', async () => {
    test.context.switches.scimRateLimit = 'on';
    // Real time barely passes in the sandbox, so that the twenty calls fall into one second.
    test.context.clock.setSpeed(0.001);
    const first = await probe(test.token);
    expect(first.headers.get('ratelimit-policy')).toBe('20;w=1, 4000;w=1800');
    expect(first.headers.get('ratelimit')).toBe('limit=20, remaining=19, reset=1');
    expect(first.headers.get('unity-ratelimit')).toBe('limit=20, remaining=19, reset=1;limit=4000, remaining=3999, reset=1800');
    for (let call = 2; call <= 20; call += 1) expect((await probe(test.token)).status).toBe(200);
    const refused = await scim('GET', `${test.unity.scimUrl}/tenants/${GENESIS_ID}/NoSuchPath`);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 50, title: 'TooManyRequests' });
    test.context.clock.advance(Number(refused.headers.get('retry-after')) * 1000);
    expect((await probe(test.token)).status).toBe(200);
  });

  it('counts each organization apart and allows 4000 calls in 30 minutes [unity 4.8 windows]', async () => {
    test.context.switches.scimRateLimit = 'on';
    const call = (genesisId: string) => scim('GET', `${test.unity.scimUrl}/tenants/${genesisId}/NoSuchPath`);
    test.context.clock.setSpeed(0.001);
    for (let round = 0; round < 200; round += 1) {
      await Promise.all(Array.from({ length: 20 }, () => call(GENESIS_ID)));
      test.context.clock.advance(1000);
    }
    const refused = await call(GENESIS_ID);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBe(1600);
    expect((await call(OTHER_GENESIS_ID)).status).toBe(404);
  });
});

describe('faults, calls and state', () => {
  it('answers a fault with the gateway error of its status, and records the call without its secrets [unity 4.7 codes]', async () => {
    test.context.faults.add({ service: 'scim', path: '/Users', times: 1, effect: { kind: 'status', status: 503 } });
    const failed = await test.call('GET', '/Users');
    expect(failed.status).toBe(503);
    expect(failed.body).toMatchObject({ code: 3, title: 'ServiceUnavailable', status: 503 });
    expect((await test.call('GET', '/Users')).status).toBe(200);
    // A call is recorded when its answer has gone, which may be a moment after it arrived here.
    for (const deadline = Date.now() + 2000; test.context.calls.list('scim').length < 2 && Date.now() < deadline; )
      await setImmediate();
    const calls = test.context.calls.list('scim');
    expect(calls.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 503', 'GET 200']);
    expect(calls[1]!.caller).toBe(test.accountId);
    expect(JSON.stringify(calls)).not.toContain(test.token);
  });

  it('can answer with a web page, as a wrong address does [unity 5 not-scim]', async () => {
    test.context.faults.add({
      service: 'scim',
      effect: { kind: 'status', status: 200, body: '<!doctype html><title>Sign in</title>', headers: {} },
    });
    const answer = await test.call('GET', '/Users');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const dashboard = await scim('GET', `${test.unity.dashboardUrl}/home/organizations/${GENESIS_ID}/settings`);
    expect(dashboard.headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('shows service accounts with id and last use of each credential, never a secret or its hash [unity 11 secrets]', async () => {
    const { secretKey } = await test.person.addKey(test.accountId);
    await test.call('GET', '/Users');
    const [organization] = test.unity.state().organizations;
    expect(organization).toMatchObject({
      genesisId: GENESIS_ID,
      scimUsers: [],
      serviceAccounts: [
        {
          id: test.accountId,
          orgRoles: ['SCIM Authenticator'],
          keys: [{ lastUsedAt: null }],
          bearerTokens: [{ lastUsedAt: expect.stringMatching(/Z$/) }],
        },
      ],
    });
    const text = JSON.stringify(test.unity.state());
    for (const secret of [test.token, secretKey]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });
});
