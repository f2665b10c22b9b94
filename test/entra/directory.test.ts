import { batchGet } from '../../src/entra/batch';
import { createGraphTransport, graphAddress } from '../../src/entra/graphTransport';
import { createGraph } from '../../src/entra/sendGraph';
import { contractSample } from './contractSample';
import { clientOf, graphError, numberedTokens } from './graphClient';
import { type ScriptedServer, startScriptedServer } from './scriptedServer';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const row = (id: string, more: object = {}) => ({
  id,
  displayName: `Person ${id}`,
  userPrincipalName: `${id}@example.test`,
  mail: `${id}@example.test`,
  accountEnabled: true,
  userType: 'Member',
  ...more,
});
const miss = { status: 404, body: graphError('Request_ResourceNotFound') };
const batched = (...bodies: unknown[]) => ({
  // Graph answers the items of a batch in any order.
  body: { responses: bodies.map((body, index) => ({ id: String(index), status: 200, body })).reverse() },
});
const askedFilters = (index: number) =>
  (graph.requests[index]!.body as { requests: { url: string }[] }).requests.map(({ url }) =>
    new URL(url, graph.url).searchParams.get('$filter'),
  );

describe('a person', () => {
  it('is read with the properties that Graph shows only when asked [entra 4.1 select]', async () => {
    graph.answers({ body: row('ana') });
    await clientOf(graph).entra.findUser('ana@example.test');
    const asked = new URL(graph.requests[0]?.url ?? '', graph.url);
    expect(asked.pathname).toBe('/v1.0/users/ana%40example.test');
    expect(asked.searchParams.get('$select')).toBe('id,displayName,userPrincipalName,mail,accountEnabled,userType');
  });

  it('with # or a leading $ in the name is still one person [entra 4.1 guest-path]', async () => {
    graph.answers({ body: row('a') }, { body: row('b') });
    const { entra } = clientOf(graph);
    await entra.findUser('ana_partner.example#EXT#@contoso.example');
    await entra.findUser("$o'brien@example.test");
    expect(graph.requests[0]?.url).toMatch(/^\/v1\.0\/users\/ana_partner\.example%23EXT%23%40contoso\.example\?/);
    expect(decodeURIComponent(graph.requests[1]?.url ?? '')).toMatch(/^\/v1\.0\/users\('\$o''brien@example\.test'\)\?/);
  });

  it('that Graph does not know is undefined, not an error [entra 4.1 missing]', async () => {
    graph.answers(miss);
    await expect(clientOf(graph).entra.findUser('nobody@example.test')).resolves.toBeUndefined();
  });

  it('of an old account, without userType or mail, is a member without mail', async () => {
    graph.answers({
      body: { id: '1', displayName: null, userPrincipalName: 'old@example.test', mail: '', accountEnabled: null, userType: null },
    });
    await expect(clientOf(graph).entra.getMe()).resolves.toEqual({
      objectId: '1',
      displayName: 'old@example.test',
      userPrincipalName: 'old@example.test',
      mail: null,
      accountEnabled: true,
      userType: 'Member',
    });
  });

  it('with #EXT# in the name is a guest even when userType is hidden [entra 4.1 guest]', async () => {
    graph.answers({ body: row('g', { userPrincipalName: 'g_partner.example#EXT#@contoso.example', userType: undefined }) });
    await expect(clientOf(graph).entra.findUser('g')).resolves.toMatchObject({ userType: 'Guest' });
  });
});

describe('a typed address', () => {
  it('is taken as a user principal name first, and then nothing else is asked [entra 4.1 lookup]', async () => {
    graph.answers({ body: row('ana') });
    await expect(clientOf(graph).entra.findUsersByAddress(' ana@example.test ')).resolves.toMatchObject([{ objectId: 'ana' }]);
    expect(graph.requests).toHaveLength(1);
  });

  it('is looked for as mail, proxy address in both prefixes, and other mail, in one batch [entra 4.1 lookup] [entra 4.1 proxy prefix]', async () => {
    graph.answers(miss, batched({ value: [] }, { value: [row('ana')] }, { value: [row('other')] }));
    await expect(clientOf(graph).entra.findUsersByAddress("a.o'hara@example.test")).resolves.toMatchObject([{ objectId: 'ana' }]);
    expect(askedFilters(1)).toEqual([
      "mail eq 'a.o''hara@example.test'",
      "proxyAddresses/any(p:p eq 'smtp:a.o''hara@example.test' or p eq 'SMTP:a.o''hara@example.test')",
      "otherMails/any(o:o eq 'a.o''hara@example.test')",
    ]);
  });

  it('that fits two people gives both [entra 4.1 ambiguous]', async () => {
    graph.answers(miss, batched({ value: [row('one'), row('two')] }, { value: [] }, { value: [] }));
    await expect(clientOf(graph).entra.findUsersByAddress('team@example.test')).resolves.toHaveLength(2);
  });

  it('that fits nobody gives nobody', async () => {
    graph.answers(miss, batched({ value: [] }, { value: [] }, { value: [] }));
    await expect(clientOf(graph).entra.findUsersByAddress('nobody@example.test')).resolves.toEqual([]);
  });

  it('without @ is the beginning of a name', async () => {
    graph.answers({ body: { value: [row('one'), row('two')] } });
    await expect(clientOf(graph).entra.findUsersByAddress("O'Ha")).resolves.toHaveLength(2);
    expect(new URL(graph.requests[0]?.url ?? '', graph.url).searchParams.get('$filter')).toBe("startsWith(displayName,'O''Ha')");
  });

  it('that is an object id is that person', async () => {
    const id = '7b0c1d2e-0000-4000-8000-00000000a001';
    graph.answers({ body: row('ana', { id }) });
    await expect(clientOf(graph).entra.findUsersByAddress(id)).resolves.toMatchObject([{ objectId: id }]);
  });

  it('of nothing asks nothing', async () => {
    await expect(clientOf(graph).entra.findUsersByAddress('  ')).resolves.toEqual([]);
    expect(graph.requests).toHaveLength(0);
  });
});

describe('a batch', () => {
  it('asks only throttled items again, after the wait they ask for [entra 4.4 item-429]', async () => {
    const done = (id: string, body: unknown) => ({ id, status: 200, body });
    graph.answers(
      miss,
      {
        body: {
          responses: [
            { id: '1', status: 429, headers: { 'Retry-After': '4' }, body: graphError('TooManyRequests') },
            done('0', { value: [] }),
            done('2', { value: [row('ana')] }),
          ],
        },
      },
      { body: { responses: [done('1', { value: [] })] } },
    );
    const { entra, waits } = clientOf(graph);
    await expect(entra.findUsersByAddress('ana@example.test')).resolves.toMatchObject([{ objectId: 'ana' }]);
    expect(waits).toEqual([4000]);
    expect((graph.requests[2]!.body as { requests: { id: string }[] }).requests.map(({ id }) => id)).toEqual(['1']);
  });

  it('with an item that stays throttled is throttled as a whole [entra 4.4 item-429]', async () => {
    graph.answers(miss);
    graph.always((request) => ({
      body: {
        responses: (request.body as { requests: { id: string }[] }).requests.map(({ id }) => ({
          id,
          status: 429,
          body: graphError('TooManyRequests'),
        })),
      },
    }));
    const { entra } = clientOf(graph);
    await expect(entra.findUsersByAddress('ana@example.test')).rejects.toMatchObject({ code: 'graph_throttled' });
    expect(graph.requests).toHaveLength(4);
  });

  it('with a refused item names its code', async () => {
    const refused = { id: '0', status: 400, body: graphError('Request_UnsupportedQuery') };
    graph.answers(miss, {
      body: { responses: [refused, ...['1', '2'].map((id) => ({ id, status: 200, body: { value: [] } }))] },
    });
    await expect(clientOf(graph).entra.findUsersByAddress('ana@example.test')).rejects.toMatchObject({
      code: 'graph_refused',
      facts: { graphCode: 'Request_UnsupportedQuery' },
    });
  });

  it('holds at most 20 items, each with an id of its own [entra 4.4 limits]', async () => {
    const requestsOf = (body: unknown) => (body as { requests: { id: string; url: string }[] }).requests;
    graph.always(({ body }) => ({
      body: { responses: requestsOf(body).map(({ id, url }) => ({ id, status: 200, body: { url } })) },
    }));
    const plain = createGraph({
      transport: createGraphTransport(graphAddress(graph.url), 'scope'),
      credential: numberedTokens(),
      wait: async () => undefined,
      random: () => 0.5,
      forQuery: false,
    });
    const paths = Array.from({ length: 45 }, (_, index) => `/users/${index}`);
    const replies = await batchGet(plain, 'read many', paths);
    expect(replies.map(({ body }) => (body as { url: string }).url)).toEqual(paths);
    expect(graph.requests.map(({ body }) => requestsOf(body).length)).toEqual([20, 20, 5]);
    for (const { body } of graph.requests)
      expect(new Set(requestsOf(body).map(({ id }) => id)).size).toBe(requestsOf(body).length);
  });

  it('is answered in any order and read in the order asked [entra 4.4 items]', async () => {
    graph.answers(miss, batched({ value: [] }, { value: [row('proxy')] }, { value: [row('other')] }));
    await expect(clientOf(graph).entra.findUsersByAddress('ana@example.test')).resolves.toMatchObject([{ objectId: 'proxy' }]);
  });

  it('that is refused as a whole is an error of the whole', async () => {
    graph.answers(miss, { status: 400, body: graphError('Request_BadRequest') });
    await expect(clientOf(graph).entra.findUsersByAddress('ana@example.test')).rejects.toMatchObject({ code: 'graph_refused' });
  });
});

it('no call asks for the advanced query mode [entra 1.3 no advanced]', async () => {
  graph.always(({ method }) =>
    method === 'POST' ? batched({ value: [] }, { value: [] }, { value: [] }) : { body: { value: [] } },
  );
  const { entra } = clientOf(graph);
  await Promise.all([
    entra.findUsersByAddress('Ana Lee'),
    entra.findUnityApps(),
    entra.searchApps('Unity'),
    entra.listGroupMembers('g'),
    entra.listAppRoleAssignedTo('sp'),
    entra.listSynchronizationJobs('sp'),
    entra.listProvisioningLogs({ jobId: 'j', since: '2026-01-05T09:00:00Z' }),
  ]);
  graph.answers(miss);
  await entra.findUsersByAddress('ana@example.test');
  const asked = graph.requests.map(({ url, body }) => decodeURIComponent(url + JSON.stringify(body ?? '')));
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.filter((text) => /\$(search|count|expand)|endsWith| ne | not[ (]|microsoft\.graph\.user/i.test(text))).toEqual([]);
  expect(graph.requests.filter(({ headers }) => headers.consistencylevel !== undefined)).toEqual([]);
});

describe('members of a group', () => {
  it('are the direct ones, people only [entra 4.2 direct]', async () => {
    graph.answers({
      body: {
        value: [
          { '@odata.type': '#microsoft.graph.user', id: 'p', displayName: 'Ana Lee' },
          { '@odata.type': '#microsoft.graph.group', id: 'nested', displayName: 'Nested' },
          { '@odata.type': '#microsoft.graph.user', id: 'g', displayName: 'Guy', accountEnabled: true, userType: 'Guest' },
          { '@odata.type': '#microsoft.graph.user', id: 'o', displayName: null, accountEnabled: false, userType: null },
        ],
      },
    });
    await expect(clientOf(graph).entra.listGroupMembers('g/1')).resolves.toEqual([
      { objectId: 'p', displayName: 'Ana Lee', isGuest: false, isEnabled: true },
      { objectId: 'g', displayName: 'Guy', isGuest: true, isEnabled: true },
      { objectId: 'o', displayName: '', isGuest: false, isEnabled: false },
    ]);
    expect(graph.requests[0]?.url).toMatch(/^\/v1\.0\/groups\/g%2F1\/members\?/);
  });
});

describe('apps', () => {
  const app = (id: string, more: object = {}) => ({ id, appId: `app-${id}`, displayName: `App ${id}`, ...more });

  it('of Unity are found by Entity ID and by name, each once [entra 1.3 entity-id]', async () => {
    graph.always((request) => ({
      body: { value: request.url.includes('servicePrincipalNames%2Fany') ? [app('1'), app('2')] : [app('2'), app('3')] },
    }));
    const found = await clientOf(graph).entra.findUnityApps();
    expect(found.map(({ servicePrincipalId }) => servicePrincipalId)).toEqual(['1', '2', '3']);
    const filters = graph.requests.map(({ url }) => new URL(url, graph.url).searchParams.get('$filter')).sort();
    expect(filters).toEqual(["servicePrincipalNames/any(n:n eq 'https://api.unity.com')", "startsWith(displayName,'Unity')"]);
  });

  it('made from no template have none, which tells that they cannot be provisioned [entra 0.1 template]', async () => {
    graph.answers({ body: app('1', { applicationTemplateId: null, appRoles: null, replyUrls: null }) });
    await expect(clientOf(graph).entra.getApp('1')).resolves.toEqual({
      servicePrincipalId: '1',
      appId: 'app-1',
      displayName: 'App 1',
      applicationTemplateId: null,
      servicePrincipalNames: [],
      replyUrls: [],
      appRoles: [],
      appRoleAssignmentRequired: false,
      accountEnabled: true,
    });
  });

  it('that are gone are undefined', async () => {
    graph.answers(miss);
    await expect(clientOf(graph).entra.getApp('1')).resolves.toBeUndefined();
  });

  it('are read without asking for a sign-on mode, and with null wherever a list may be [entra 1.2 nulls]', async () => {
    const nulls = { servicePrincipalNames: null, replyUrls: null, appRoles: null, appRoleAssignmentRequired: null };
    graph.answers({ body: { value: [app('1', { ...nulls, displayName: null, accountEnabled: null })] } });
    await expect(clientOf(graph).entra.searchApps('A')).resolves.toMatchObject([
      { servicePrincipalId: '1', displayName: 'app-1', replyUrls: [], appRoles: [], accountEnabled: true },
    ]);
    expect(graph.requests[0]?.url).not.toContain('preferredSingleSignOnMode');
  });

  it('are searched with quotation marks doubled and everything encoded [entra 1.3 quotes]', async () => {
    graph.answers({ body: { value: [] } });
    await clientOf(graph).entra.searchApps("O'Neill & Söhne #1");
    expect(graph.requests[0]?.url).toContain(`startsWith(displayName%2C%27O%27%27Neill%20%26%20S%C3%B6hne%20%231%27)`);
  });
});

describe('an assignment', () => {
  const input = { servicePrincipalId: 'sp-1', principalId: 'p-1', appRoleId: 'role-1' };

  it('is made for a person, an app and a role, and gives its id [entra 4.3 assign]', async () => {
    graph.answers({ status: 201, body: contractSample('appRoleAssignment') });
    const { id } = contractSample('appRoleAssignment') as { id: string };
    await expect(clientOf(graph).entra.assignAppRole(input)).resolves.toMatchObject({ assignmentId: id, existed: false });
    expect(graph.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1.0/servicePrincipals/sp-1/appRoleAssignedTo',
      body: { principalId: 'p-1', resourceId: 'sp-1', appRoleId: 'role-1' },
    });
  });

  it.each([
    [400, graphError('Request_BadRequest', 'Permission being assigned already exists on the object')],
    [400, graphError('Request_MultipleObjectsWithSameKeyValue', 'EntitlementGrant entry already exists.')],
    [400, graphError('Request_BadRequest', 'EntitlementGrant entry already exists.')],
    [409, graphError('Conflict')],
  ])('that was there before is no failure: %i %j [entra 4.3 duplicate]', async (status, body) => {
    graph.answers({ status, body });
    await expect(clientOf(graph).entra.assignAppRole(input)).resolves.toMatchObject({ assignmentId: null, existed: true });
  });

  it('with a wrong role is refused [entra 4.3 wrong-role]', async () => {
    graph.answers({ status: 400, body: graphError('Request_BadRequest', 'Not a valid reference update.') });
    await expect(clientOf(graph).entra.assignAppRole(input)).rejects.toMatchObject({
      code: 'graph_refused',
      facts: { status: 400 },
    });
  });

  it.each([
    [404, graphError('Request_ResourceNotFound')],
    [400, graphError('Request_BadRequest', 'The principal does not exist.')],
  ])('for somebody who is not there is refused, whether as %i or otherwise [entra 4.3 unknown]', async (status, body) => {
    graph.answers({ status, body });
    await expect(clientOf(graph).entra.assignAppRole(input)).rejects.toMatchObject({ code: 'graph_refused', facts: { status } });
  });

  it('that is gone already counts as removed [entra 4.3 removed]', async () => {
    graph.answers(miss);
    await expect(clientOf(graph).entra.removeAppRoleAssignment('sp-1', 'a_-1')).resolves.toMatchObject({
      requestId: expect.anything(),
    });
    expect(graph.requests[0]).toMatchObject({ method: 'DELETE', url: '/v1.0/servicePrincipals/sp-1/appRoleAssignedTo/a_-1' });
  });
});
