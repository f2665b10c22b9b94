import { assign, configuredJob, onDemand } from './support/configure';
import { type EntraTest, type HttpAnswer, people, startEntraTest } from './support/entraTest';
import { type FakeScim, startFakeScim } from './support/fakeScim';

let test: EntraTest;
let scim: FakeScim;
beforeEach(async () => {
  [test, scim] = await Promise.all([startEntraTest({}, { pageSize: 2 }), startFakeScim()]);
});
afterEach(() => Promise.all([test.stop(), scim.stop()]));

const logs = (parameters: Record<string, string>) =>
  test.graph('GET', `/auditLogs/provisioning?${new URLSearchParams(parameters)}`);

describe('the provisioning log', () => {
  it('shows what was done, newest first, filtered by job and time [entra 5.1 call] [entra 5.1 case]', async () => {
    const jobId = await configuredJob(test, scim);
    for (const id of [people.alice, people.bruno, people.emma]) await assign(test, id);
    await onDemand(test, jobId, { objectId: people.alice });
    test.context.clock.advance(60_000);
    const since = test.context.clock.iso();
    test.context.clock.advance(60_000);
    for (const objectId of [people.alice, people.bruno, people.emma]) await onDemand(test, jobId, { objectId });

    const $filter = `jobId eq '${jobId}' and activityDateTime gt ${since}`;
    const first = await logs({ $filter, $orderby: 'activityDateTime desc', $top: '2' });
    const summary = (
      rows: { provisioningAction: string; provisioningStatusInfo: { status: string }; sourceIdentity: { displayName: string } }[],
    ) => rows.map((row) => [row.provisioningAction, row.provisioningStatusInfo.status, row.sourceIdentity.displayName]);
    expect(summary(first.body.value)).toEqual([
      ['create', 'success', 'Emma Lee'],
      ['create', 'success', 'Bruno Keller'],
    ]);
    const next = await test.graph('GET', first.body['@odata.nextLink'].replace(`${test.entra.origin}/v1.0`, ''));
    expect(summary(next.body.value)).toEqual([['other', 'skipped', 'Alice Nowak']]);
    expect(next.body).not.toHaveProperty('@odata.nextLink');
    expect((await logs({ $filter: `jobId eq '${jobId.toUpperCase()}'` })).body.value).toEqual([]);
    expect((await logs({ $filter: "contains(tolower(servicePrincipal/id),'a1b2c3d4')" })).body.value).toHaveLength(2);
    const unsupported = await logs({ $filter: "provisioningStatusInfo/status eq 'failure'" });
    expect(unsupported.body.error.code).toBe('Request_UnsupportedQuery');
  });

  it('shows a row only after its delay in sandbox time [entra 5.2 delay]', async () => {
    test.context.switches.logDelayMs = 300_000;
    const jobId = await configuredJob(test, scim);
    await onDemand(test, jobId, { objectId: people.alice });
    expect((await logs({})).body.value).toEqual([]);
    test.context.clock.advance(300_000);
    expect((await logs({})).body.value).toHaveLength(1);
  });

  it('needs a premium licence [entra 5.2 licence]', async () => {
    test.context.switches.premiumLicence = false;
    const { status, body } = await logs({});
    expect([status, body.error.code]).toEqual([403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant']);
  });

  it('takes 5 calls in 10 seconds [entra 0.4 log rate]', async () => {
    test.context.switches.onDemandRateLimit = 'withRetryAfter';
    const statuses = [];
    for (let call = 0; call < 6; call += 1) statuses.push((await logs({})).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('$batch', () => {
  const batch = async (requests: Record<string, unknown>[], token?: string) => {
    const answer = await test.graph('POST', '/$batch', { body: { requests }, ...(token ? { token } : {}) });
    const responses = (answer.body.responses ?? []) as (HttpAnswer & { id: string })[];
    return { ...answer, of: (id: string) => responses.find((response) => response.id === id)!, responses };
  };
  const get = (id: string, url: string, more: Record<string, unknown> = {}) => ({ id, method: 'GET', url, ...more });

  it('answers each item by itself and in no promised order [entra 4.4 items]', async () => {
    const { status, of, responses } = await batch([
      get('1', `/users/${people.alice}?$select=mail`),
      get('2', '/users/nobody'),
      get('3', "/users?$filter=endsWith(mail,'@fabrikam.example')&$count=true", { headers: { ConsistencyLevel: 'eventual' } }),
    ]);
    expect(status).toBe(200);
    expect(responses.map(({ id }) => id)).not.toEqual(['1', '2', '3']);
    expect(of('1')).toMatchObject({ status: 200, body: { mail: 'alice@contoso.com' } });
    expect(of('2')).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } });
    expect(of('3').body.value).toHaveLength(1);
  });

  it('checks the rights of each item [entra 4.4 rights]', async () => {
    const token = test.tokenOf(people.megan, ['User.Read.All']);
    const { of } = await batch([get('a', '/me'), get('b', '/servicePrincipals')], token);
    expect([of('a').status, of('b').status]).toEqual([200, 403]);
    expect((await batch([get('a', '/me')], 'made-up')).status).toBe(401);
  });

  it('lets a failed dependency fail its followers with 424 [entra 4.4 dependsOn]', async () => {
    const { of } = await batch([
      get('1', '/users/nobody'),
      get('2', '/me', { dependsOn: ['1'] }),
      get('3', '/me', { dependsOn: ['2'] }),
      get('4', '/me'),
    ]);
    expect(['1', '2', '3', '4'].map((id) => of(id).status)).toEqual([404, 424, 424, 200]);
  });

  it('wants a Content-Type with a body [entra 4.4 content type]', async () => {
    const item = { id: '1', method: 'POST', url: '/servicePrincipals/x/appRoleAssignedTo', body: {} };
    expect((await batch([item])).of('1')).toMatchObject({ status: 400, body: { error: { code: 'Request_BadRequest' } } });
    const typed = { ...item, headers: { 'Content-Type': 'application/json' } };
    expect((await batch([typed])).of('1').status).toBe(404);
  });

  it.each([
    ['more than 20 items', Array.from({ length: 21 }, (_, index) => get(String(index), '/me'))],
    ['the same id twice, whatever the case', [get('a', '/me'), get('A', '/me')]],
    ['an absolute url', [get('1', 'https://graph.microsoft.com/v1.0/me')]],
    ['a batch in a batch', [get('1', '/$batch')]],
    ['a circle', [get('1', '/me', { dependsOn: ['2'] }), get('2', '/me', { dependsOn: ['1'] })]],
    ['no items', []],
  ])('refuses %s as a whole [entra 4.4 limits]', async (_what, requests) => {
    const { status, body } = await batch(requests);
    expect([status, body.error.code]).toEqual([400, 'Request_BadRequest']);
  });

  it('lets the fault table hit single items [entra 4.4 throttled item]', async () => {
    test.context.faults.add({
      service: 'graph',
      path: '/v1.0/users/',
      times: 1,
      effect: { kind: 'status', status: 429, headers: { 'Retry-After': '3' } },
    });
    const requests = [get('1', `/users/${people.alice}`), get('2', '/me')];
    const { status, of } = await batch(requests);
    expect(status).toBe(200);
    expect(of('1')).toMatchObject({ status: 429, headers: { 'Retry-After': '3' }, body: { error: { code: 'TooManyRequests' } } });
    expect(of('2').status).toBe(200);
    expect((await batch(requests)).of('1').status).toBe(200);
  });

  it('is one call in the record', async () => {
    await batch([get('1', '/me'), get('2', '/me')]);
    expect(test.context.calls.list('graph').map(({ path }) => path)).toEqual(['/v1.0/$batch']);
  });
});
