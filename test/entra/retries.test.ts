import type { TokenCredential } from '@azure/identity';
import { createEntraClientFactory } from '../../src/entra/createEntraClient';
import { GraphThrottledError, GraphUnreachableError, TokenServiceUnreachableError } from '../../src/errors';
import { contractSample } from './contractSample';
import { clientOf, graphError } from './graphClient';
import { type ScriptedServer, startScriptedServer } from './scriptedServer';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const sp = 'sp-1';
const secrets = { baseAddress: 'https://scim.example.test/scim/v2', scimToken: 'made-up-scim-token' };
const me = {
  id: 'p-1',
  displayName: 'Ana Lee',
  userPrincipalName: 'ana@example.test',
  mail: null,
  accountEnabled: true,
  userType: 'Member',
};

describe('a call that changes nothing, or the same when repeated', () => {
  it.each([429, 500, 502, 503, 504])('is sent 3 times on %i and then given up [entra 7.2 transient]', async (status) => {
    graph.always({ status, body: graphError('busy') });
    const { entra, waits } = clientOf(graph);
    await expect(entra.getMe()).rejects.toMatchObject({ code: status === 429 ? 'graph_throttled' : 'graph_unreachable' });
    expect(graph.requests).toHaveLength(3);
    expect(waits).toEqual([1000, 2000]);
  });

  it('goes on as soon as Graph answers', async () => {
    graph.answers({ status: 503 }, { body: me });
    const { entra, waits } = clientOf(graph);
    await expect(entra.getMe()).resolves.toMatchObject({ objectId: 'p-1' });
    expect(waits).toEqual([1000]);
  });

  it('waits as long as Retry-After asks, in seconds or as a date [entra 7.2 Retry-After]', async () => {
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    graph.answers(
      { status: 429, headers: { 'retry-after': '60' } },
      { status: 503, headers: { 'retry-after': inTenSeconds } },
      { body: me },
    );
    const { entra, waits } = clientOf(graph);
    await entra.getMe();
    expect(waits[0]).toBe(60_000);
    expect(waits[1]).toBeGreaterThan(7000);
    expect(waits[1]).toBeLessThanOrEqual(10_000);
  });

  it('gives up at once when Retry-After is longer than 60 s, and says how long', async () => {
    graph.answers({ status: 429, headers: { 'retry-after': '61' } });
    const { entra, waits } = clientOf(graph);
    await expect(entra.getMe()).rejects.toMatchObject({ code: 'graph_throttled', facts: { retryAfterSeconds: 61 } });
    expect(waits).toEqual([]);
  });

  it.each([
    [0, [800, 1600]],
    [1, [1200, 2400]],
  ])('waits a fifth less or more by chance (%d) [entra 7.2 jitter]', async (chance, expected) => {
    graph.always({ status: 503 });
    const { entra, waits } = clientOf(graph, { random: () => chance });
    await expect(entra.getMe()).rejects.toBeInstanceOf(GraphUnreachableError);
    expect(waits).toEqual(expected);
  });

  it('takes a fresh token for each try [entra A retry-token]', async () => {
    graph.answers({ status: 503 }, { status: 503 }, { body: me });
    await clientOf(graph).entra.getMe();
    expect(graph.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-3',
    ]);
  });

  it('is repeated when the connection breaks', async () => {
    graph.answers('drop', { body: me });
    await expect(clientOf(graph).entra.getMe()).resolves.toMatchObject({ objectId: 'p-1' });
    expect(graph.requests).toHaveLength(2);
  });

  it('is repeated when no answer comes in time', async () => {
    graph.answers('hang', { body: me });
    await expect(clientOf(graph, { timeoutSeconds: 1.5 }).entra.getMe()).resolves.toMatchObject({ objectId: 'p-1' });
    expect(graph.requests).toHaveLength(2);
  });

  it('is not repeated on an answer that repeating cannot change', async () => {
    graph.answers({ status: 400, body: graphError('Request_BadRequest') });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ code: 'graph_refused', facts: { status: 400 } });
    expect(graph.requests).toHaveLength(1);
  });

  it.each<[string, (client: ReturnType<typeof clientOf>['entra']) => Promise<unknown>]>([
    ['PUT of the secrets', (entra) => entra.putSecrets(sp, secrets)],
    ['DELETE of a job', (entra) => entra.deleteSynchronizationJob(sp, 'job')],
    ['DELETE of an assignment', (entra) => entra.removeAppRoleAssignment(sp, 'a')],
    [
      'validateCredentials',
      (entra) => entra.validateCredentials({ servicePrincipalId: sp, jobId: null, templateId: 'scim', secrets }),
    ],
  ])('%s is repeated', async (_, act) => {
    graph.answers({ status: 503 }, { status: 204 });
    await act(clientOf(graph).entra);
    expect(graph.requests).toHaveLength(2);
  });

  it('DELETE counts as done when the thing is gone: an earlier try removed it', async () => {
    graph.answers({ status: 504 }, { status: 404, body: graphError('Request_ResourceNotFound') });
    await expect(clientOf(graph).entra.deleteSynchronizationJob(sp, 'job')).resolves.toMatchObject({
      requestId: expect.any(String),
    });
  });
});

describe('a POST that changes something', () => {
  const posts: [string, (client: ReturnType<typeof clientOf>['entra']) => Promise<unknown>][] = [
    ['creating a job', (entra) => entra.createSynchronizationJob(sp, 'scim')],
    ['starting a job', (entra) => entra.startSynchronizationJob(sp, 'job')],
    ['pausing a job', (entra) => entra.pauseSynchronizationJob(sp, 'job')],
    ['assigning', (entra) => entra.assignAppRole({ servicePrincipalId: sp, principalId: 'p', appRoleId: 'r' })],
    [
      'provisioning on demand',
      (entra) => entra.provisionOnDemand({ servicePrincipalId: sp, jobId: 'job', ruleId: 'rule', objectId: 'p' }),
    ],
  ];
  it.each(posts)('%s is sent once, whatever the answer [entra A retry-post]', async (_, act) => {
    graph.always({ status: 503 });
    await expect(act(clientOf(graph).entra)).rejects.toMatchObject({ code: 'graph_unreachable', facts: { status: 503 } });
    expect(graph.requests).toHaveLength(1);
  });
  it.each(posts)('%s is sent once when the answer is lost', async (_, act) => {
    graph.answers('drop');
    await expect(act(clientOf(graph).entra)).rejects.toMatchObject({ code: 'graph_unreachable', facts: { status: null } });
    expect(graph.requests).toHaveLength(1);
  });

  it('passes 429 on with the wait that Graph asks for, or without one [entra 3.4 rate]', async () => {
    graph.answers({ status: 429, headers: { 'retry-after': '7' } }, { status: 429 });
    const { entra, waits } = clientOf(graph);
    const act = () => entra.provisionOnDemand({ servicePrincipalId: sp, jobId: 'job', ruleId: 'rule', objectId: 'p' });
    await expect(act()).rejects.toMatchObject({ code: 'graph_throttled', facts: { retryAfterSeconds: 7 } });
    await expect(act()).rejects.toBeInstanceOf(GraphThrottledError);
    expect(waits).toEqual([]);
  });
});

describe('401 from /synchronization', () => {
  it('is asked once more after a second with a fresh token, and then works [entra 2.1 early-401]', async () => {
    graph.answers({ status: 401, body: graphError('Unauthorized') }, { body: { value: [contractSample('job')] } });
    const { entra, waits } = clientOf(graph);
    await expect(entra.listSynchronizationJobs(sp)).resolves.toHaveLength(1);
    expect(graph.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(waits).toEqual([1000]);
  });

  it('is asked once more at once for a query: a person waits', async () => {
    graph.answers({ status: 401, body: graphError('Unauthorized') }, { body: { value: [] } });
    const { entra, waits } = clientOf(graph, { forQuery: true });
    await expect(entra.listSynchronizationJobs(sp)).resolves.toEqual([]);
    expect(waits).toEqual([]);
  });

  it('repeats a POST too, since a call that was not let in changed nothing [entra 2.1 early-401]', async () => {
    graph.answers({ status: 401, body: graphError('Unauthorized') }, { status: 201, body: contractSample('job') });
    await expect(clientOf(graph).entra.createSynchronizationJob(sp, 'scim')).resolves.toMatchObject({ templateId: 'scim' });
  });

  it('a second time is a missing right, not an expired token [entra 6 sync-401]', async () => {
    graph.always({ status: 401, body: graphError('Unauthorized') });
    await expect(clientOf(graph).entra.listSynchronizationJobs(sp)).rejects.toMatchObject({ code: 'no_right' });
    expect(graph.requests).toHaveLength(2);
  });

  it('a second time with InvalidAuthenticationToken asks for a sign-in [entra 7.1 unauthenticated]', async () => {
    graph.always({ status: 401, body: graphError('InvalidAuthenticationToken') });
    await expect(clientOf(graph).entra.listSynchronizationJobs(sp)).rejects.toMatchObject({
      code: 'sign_in_needed',
      facts: { reason: 'expired' },
    });
    expect(graph.requests).toHaveLength(2);
  });

  it('401 from elsewhere is not repeated and asks for a sign-in [entra 7.1 unauthenticated]', async () => {
    graph.answers({ status: 401, body: graphError('InvalidAuthenticationToken') });
    await expect(clientOf(graph).entra.getMe()).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect(graph.requests).toHaveLength(1);
  });
});

describe('a client for a query', () => {
  it.each([429, 503])('never repeats on %i: a person waits', async (status) => {
    graph.always({ status, headers: { 'retry-after': '1' } });
    const { entra, waits } = clientOf(graph, { forQuery: true });
    await expect(entra.getMe()).rejects.toMatchObject({ code: status === 429 ? 'graph_throttled' : 'graph_unreachable' });
    expect([graph.requests.length, waits]).toEqual([1, []]);
  });

  it('ends when the signal of its caller does', async () => {
    const caller = new AbortController();
    graph.answers(() => {
      caller.abort();
      return 'hang';
    });
    await expect(clientOf(graph, { signal: caller.signal }).entra.getMe()).rejects.toMatchObject({ code: 'graph_unreachable' });
    expect(graph.requests).toHaveLength(1);
  });
});

describe('a token service that is away', () => {
  const awayFor = (times: number) => {
    const asked: number[] = [];
    const credential: TokenCredential = {
      async getToken() {
        asked.push(asked.length);
        if (asked.length <= times) throw new TokenServiceUnreachableError({ operation: 'getToken', status: null });
        return { token: 'made-up', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const waits: number[] = [];
    const create = createEntraClientFactory({ graphUrl: graph.url, wait: async (ms) => void waits.push(ms) });
    return { asked, waits, create: (forQuery = false) => create(credential, { forQuery }) };
  };

  it('is asked again, for a POST too, since nothing was sent to Graph by then', async () => {
    graph.always({ status: 204 });
    const { asked, waits, create } = awayFor(2);
    await create().startSynchronizationJob('sp-1', 'job-1');
    expect({ asked: asked.length, waits, sent: graph.requests.length }).toEqual({ asked: 3, waits: [1000, 2000], sent: 1 });
  });

  it('ends the call when it stays away, and nothing is sent', async () => {
    const { create } = awayFor(3);
    await expect(create().startSynchronizationJob('sp-1', 'job-1')).rejects.toMatchObject({ code: 'token_service_unreachable' });
    expect(graph.requests).toHaveLength(0);
  });

  it('is asked once for a query: a person waits', async () => {
    const { asked, create } = awayFor(1);
    await expect(create(true).getMe()).rejects.toMatchObject({ code: 'token_service_unreachable' });
    expect(asked).toHaveLength(1);
  });
});

describe('a change', () => {
  const job = contractSample('job');
  const assigned = contractSample('appRoleAssignment');
  const mapping = { enabled: true, sourceObjectName: 'Group' };
  const rules = { synchronizationRules: [{ id: 'rule', objectMappings: [mapping] }] };
  const onDemand = contractSample('onDemandShapeA');
  const assign = { servicePrincipalId: sp, principalId: 'p', appRoleId: 'r' };
  const person = { servicePrincipalId: sp, jobId: 'job', ruleId: 'rule', objectId: 'p' };
  it.each<[string, unknown, (entra: ReturnType<typeof clientOf>['entra']) => Promise<{ requestId: string | null }>]>([
    ['creating a job', job, (entra) => entra.createSynchronizationJob(sp, 'scim')],
    ['starting a job', undefined, (entra) => entra.startSynchronizationJob(sp, 'job')],
    ['pausing a job', undefined, (entra) => entra.pauseSynchronizationJob(sp, 'job')],
    ['deleting a job', undefined, (entra) => entra.deleteSynchronizationJob(sp, 'job')],
    ['saving the secrets', undefined, (entra) => entra.putSecrets(sp, secrets)],
    ['switching the groups', rules, (entra) => entra.switchGroupMapping(sp, 'job', false)],
    ['assigning', assigned, (entra) => entra.assignAppRole(assign)],
    ['removing an assignment', undefined, (entra) => entra.removeAppRoleAssignment(sp, 'a')],
    ['provisioning', onDemand, (entra) => entra.provisionOnDemand(person)],
  ])('gives the id of Graph’s answer, for the audit: %s', async (_, body, change) => {
    const requestId = '0a0b0c0d-1111-4222-8333-444455556666';
    graph.always({ ...(body === undefined ? { status: 204 } : { body }), headers: { 'request-id': requestId } });
    expect((await change(clientOf(graph).entra)).requestId).toBe(requestId);
  });
});
