import { createEntraClientFactory } from '../../src/entra/createEntraClient';
import { SignInNeededError } from '../../src/errors';
import { clientOf, graphError, numberedTokens } from './graphClient';
import { type ScriptedServer, startScriptedServer } from './scriptedServer';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const sp = 'sp-1';
const requestId = '11112222-3333-4444-5555-666677778888';
const person = {
  id: 'p-1',
  displayName: 'Ana Lee',
  userPrincipalName: 'ana@example.test',
  mail: 'ana@example.test',
  accountEnabled: true,
  userType: 'Member',
};

describe('an answer that says no', () => {
  it.each(['innerError', 'innererror'] as const)('keeps the request id from %s [entra 7.1 innererror]', async (innerName) => {
    graph.answers({ status: 400, body: graphError('Request_BadRequest', 'No.', innerName) });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({
      facts: { operation: 'read the signed-in person', status: 400, graphCode: 'Request_BadRequest', requestId },
    });
  });

  it('403 from synchronization is a missing right [entra 6 forbidden]', async () => {
    graph.answers({ status: 403, body: graphError('Authorization_RequestDenied') });
    await expect(clientOf(graph).entra.listSynchronizationJobs(sp)).rejects.toMatchObject({
      code: 'no_right',
      facts: { requestId },
    });
  });

  it('403 from an assignment is a missing right [entra 6 forbidden]', async () => {
    graph.answers({ status: 403, body: graphError('Authorization_RequestDenied') });
    const act = clientOf(graph).entra.assignAppRole({ servicePrincipalId: sp, principalId: 'p', appRoleId: 'r' });
    await expect(act).rejects.toMatchObject({ code: 'no_right' });
  });

  it('403 from the directory is refused as it stands', async () => {
    graph.answers({ status: 403, body: graphError('Authorization_RequestDenied') });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ code: 'graph_refused', facts: { status: 403 } });
  });

  it('403 of the logs is a missing licence unless it is a denial [entra 5.2 licence]', async () => {
    graph.answers(
      { status: 403, body: graphError('Authentication_RequestFromNonPremiumTenantOrB2CTenant') },
      { status: 403, body: graphError('Authorization_RequestDenied') },
    );
    const { entra } = clientOf(graph);
    const read = () => entra.listProvisioningLogs({ jobId: 'job', since: '2026-01-05T09:00:00Z' });
    await expect(read()).rejects.toMatchObject({ code: 'licence_missing' });
    await expect(read()).rejects.toMatchObject({ code: 'no_right' });
  });

  it.each([
    [403, { body: graphError('insufficient_claims') }],
    [403, { body: graphError('AccessDenied', 'Access blocked: insufficient_claims') }],
    [
      401,
      { headers: { 'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="' } },
    ],
  ])('a claims challenge in a %i asks for a new sign-in [entra 8.3 challenge]', async (status, rest) => {
    graph.always({ status, ...rest });
    await expect(clientOf(graph).entra.listSynchronizationJobs(sp)).rejects.toMatchObject({
      code: 'sign_in_needed',
      facts: { reason: 'challenge' },
    });
    expect(graph.requests).toHaveLength(1);
  });

  it('a page of a proxy instead of JSON is no usable answer', async () => {
    graph.always({ status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ code: 'graph_unreachable', facts: { status: 200 } });
  });

  it('a page of a proxy is no success either, where Graph answers nothing at all', async () => {
    const page = { status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } };
    graph.answers(page, { status: 204 });
    await clientOf(graph).entra.putSecrets('sp-1', { baseAddress: 'https://scim.example.test', scimToken: 'made-up' });
    expect(graph.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
  });

  it('a code that is no name does not reach the facts', async () => {
    graph.answers({ status: 400, body: graphError('Bearer made-up token in a code') });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ facts: { graphCode: 'unknown' } });
  });

  it('a redirect is not followed', async () => {
    graph.always({ status: 302, headers: { location: `${graph.url}/elsewhere` } });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ code: 'graph_unreachable' });
    expect(graph.requests.every(({ url }) => url.startsWith('/v1.0/me'))).toBe(true);
  });
});

describe('tokens', () => {
  it('travel to the origin of GRAPH_URL, over http on this machine too [entra A https-only]', async () => {
    graph.answers({ body: person });
    const { entra, tokens } = clientOf(graph);
    await entra.getMe();
    expect(graph.requests[0]?.headers.authorization).toBe('Bearer token-1');
    expect(tokens.asked).toEqual([{ scopes: `${graph.url}/.default` }]);
  });

  it('never travel over http to another machine', () => {
    expect(() => createEntraClientFactory({ graphUrl: 'http://graph.example.test' })).toThrow('GRAPH_URL must be https');
  });

  it('an address with a version at its end is the same Graph', async () => {
    graph.answers({ body: person });
    await createEntraClientFactory({ graphUrl: `${graph.url}/v1.0/` })(numberedTokens()).getMe();
    expect(graph.requests[0]?.url).toMatch(/^\/v1\.0\/me\?/);
  });

  it('an error of the credential comes through as it is', async () => {
    const refusal = new SignInNeededError({ objectId: 'p-1', connectionName: 'entra', reason: 'none' });
    const entra = createEntraClientFactory({ graphUrl: graph.url })({ getToken: () => Promise.reject(refusal) });
    await expect(entra.getMe()).rejects.toBe(refusal);
    expect(graph.requests).toHaveLength(0);
  });

  it('a credential that never answers does not outlive the time of the call', async () => {
    const entra = createEntraClientFactory({ graphUrl: graph.url })(
      { getToken: () => new Promise(() => {}) },
      { forQuery: true, timeoutSeconds: 0.1 },
    );
    await expect(entra.getMe()).rejects.toMatchObject({ code: 'graph_unreachable', facts: { status: null } });
  });

  it('stand in no error and no log, nor do secrets and bodies', async () => {
    const lines: unknown[] = [];
    const log = { debug: (...line: unknown[]) => lines.push(line), warn: (...line: unknown[]) => lines.push(line) };
    const { entra } = clientOf(graph, { log });
    const secrets = { baseAddress: 'https://scim.example.test/scim/v2', scimToken: 'made-up-scim-token' };
    graph.always((request) => ({
      status: 400,
      body: graphError('Request_BadRequest', JSON.stringify([request.body, request.headers])),
    }));
    const errors = await Promise.all([
      entra.putSecrets(sp, secrets).catch((error) => error),
      entra.validateCredentials({ servicePrincipalId: sp, jobId: null, templateId: 'scim', secrets }).catch((error) => error),
    ]);
    graph.always('drop');
    errors.push(await entra.startSynchronizationJob(sp, 'job').catch((error) => error));
    const told = errors
      .map((error) => [String(error), error.stack, JSON.stringify(error), String(error.cause)])
      .concat([[JSON.stringify(lines)]]);
    expect(errors).toHaveLength(3);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(told)).not.toMatch(/made-up-scim-token|token-\d|Bearer/);
  });
});

describe('lists', () => {
  it('are read to the end, each next link exactly as it came [entra 4.2 nextLink]', async () => {
    const next = `${graph.url}/v1.0/servicePrincipals/sp-1/appRoleAssignedTo?$skiptoken=A%2Fb+c==&$top=1&odd`;
    const row = (id: string) => ({
      id,
      principalId: `p-${id}`,
      principalType: 'user',
      appRoleId: 'r',
      principalDisplayName: null,
    });
    graph.answers({ body: { value: [row('1')], '@odata.nextLink': next } }, { body: { value: [row('2')] } });
    const found = await clientOf(graph).entra.listAppRoleAssignedTo(sp);
    expect(found.map(({ id, principalType }) => [id, principalType])).toEqual([
      ['1', 'User'],
      ['2', 'User'],
    ]);
    expect(graph.requests[1]?.url).toBe(next.slice(graph.url.length));
    expect(graph.requests[1]?.headers.authorization).toBe('Bearer token-2');
  });

  it('a next link to another origin gets no token and no call', async () => {
    const other = await startScriptedServer();
    try {
      graph.answers({ body: { value: [], '@odata.nextLink': `${other.url}/v1.0/users` } });
      const act = clientOf(graph, { forQuery: true }).entra.listAppRoleAssignedTo(sp);
      await expect(act).rejects.toMatchObject({ code: 'graph_unreachable' });
      expect(other.requests).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  it('that go in a circle end', async () => {
    graph.always({ body: { value: [], '@odata.nextLink': `${graph.url}/v1.0/again` } });
    await expect(clientOf(graph).entra.listAppRoleAssignedTo(sp)).rejects.toMatchObject({ code: 'graph_unreachable' });
    expect(graph.requests).toHaveLength(2);
  });
});
