import {
  type CallOptions,
  type EntraTest,
  groups,
  people,
  plainApp,
  startEntraTest,
  travelApp,
  unityApp,
} from './support/entraTest';

let test: EntraTest;
beforeAll(async () => {
  test = await startEntraTest({}, { pageSize: 5 });
});
afterAll(() => test.stop());

const advanced = { headers: { ConsistencyLevel: 'eventual' } };
const query = (path: string, parameters: Record<string, string>, options?: CallOptions) =>
  test.graph('GET', `${path}?${new URLSearchParams(parameters)}`, options);
const filtered = async (path: string, filter: string, more: Record<string, string> = {}, options?: CallOptions) => {
  const { status, body } = await query(path, { $filter: filter, ...more }, options);
  return status === 200
    ? body.value.map(({ displayName }: { displayName: string }) => displayName)
    : [status, body.error.code, body.error.message];
};

describe('users', () => {
  it('are found by id and by user principal name in any case [entra 4.1 lookup]', async () => {
    for (const key of [people.alice, 'Alice@Contoso.com', "sean.o'neill@contoso.com"])
      expect((await test.graph('GET', `/users/${encodeURIComponent(key)}`)).status).toBe(200);
    expect((await test.graph('GET', `/users('${people.alice}')`)).body.displayName).toBe('Alice Nowak');
    const key = encodeURIComponent("'sean.o''neill@contoso.com'");
    expect((await test.graph('GET', `/users(${key})`)).body.displayName).toBe("Sean O'Neill");
  });

  it('who are guests are found with %23 for # [entra 4.1 guest]', async () => {
    const { body } = await test.graph('GET', '/users/pat_partner.example%23EXT%23@contoso.com?$select=userType,id');
    expect(body).toMatchObject({ userType: 'Guest', id: people.pat });
  });

  it('come with the default properties only, the others by $select [entra 4.1 select]', async () => {
    const { body } = await test.graph('GET', `/users/${people.alice}`);
    expect(Object.keys(body).sort()).toEqual(
      [
        '@odata.context',
        'businessPhones',
        'displayName',
        'givenName',
        'id',
        'jobTitle',
        'mail',
        'mobilePhone',
        'officeLocation',
        'preferredLanguage',
        'surname',
        'userPrincipalName',
      ].sort(),
    );
    const select = 'id,accountEnabled,userType,otherMails,proxyAddresses,externalUserState';
    const { body: chosen } = await query(`/users/${people.alice}`, { $select: select });
    expect(chosen).toMatchObject({ accountEnabled: true, userType: 'Member', otherMails: ['alice.nowak@studio.example'] });
    expect(chosen).not.toHaveProperty('displayName');
    expect((await query('/users', { $select: 'shoeSize' })).body.error.message).toContain("property named 'shoeSize'");
  });

  it('who do not exist are 404, a filter without a hit is an empty list [entra 4.1 missing]', async () => {
    const { status, body } = await test.graph('GET', '/users/nobody@contoso.com');
    expect([status, body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
    expect(body.error.message).toBe(
      "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present.",
    );
    expect(await filtered('/users', "mail eq 'nobody@contoso.com'")).toEqual([]);
  });

  it.each([
    ["mail eq 'ALICE@contoso.com'", ['Alice Nowak']],
    ["userPrincipalName eq 'sean.o''neill@contoso.com'", ["Sean O'Neill"]],
    ["otherMails/any(o:o eq 'alice.nowak@studio.example')", ['Alice Nowak']],
    ["proxyAddresses/any(p:p eq 'smtp:alice.n@contoso.com' or p eq 'SMTP:alice.n@contoso.com')", ['Alice Nowak']],
    ["startsWith(displayName,'Al')", ['Alex Wilber', 'Alice Nowak']],
    ["surname eq 'Lee' and (givenName eq 'Emma' or givenName eq 'Rosa')", ['Emma Lee', 'Rosa Lee']],
    ['accountEnabled eq false', ['Isabel Costa']],
    ["userPrincipalName in ('emma@contoso.com', 'henry@contoso.com')", ['Emma Lee', 'Henry Lee']],
  ])('answer the filter %s [entra 4.1 filters]', async (filter, names) => {
    expect(await filtered('/users', filter)).toEqual(names);
  });

  it.each([
    ["mail ne 'x'", /Operator: 'ne'/],
    ["endsWith(mail,'@fabrikam.example')", /Operator: 'endsWith'/],
    ["not startsWith(mail,'a')", /Operator: 'not'/],
    ["officeLocation eq 'x'", /query filter clause specified for property 'officeLocation' of resource 'User'/],
    ["mail gt 'a'", /query filter clause specified for property 'mail'/],
  ])('refuse the filter %s without advanced mode [entra 1.3 unsupported]', async (filter, message) => {
    const [status, code, text] = await filtered('/users', filter);
    expect([status, code]).toEqual([400, 'Request_UnsupportedQuery']);
    expect(text).toMatch(message);
  });

  it('answer advanced filters with the header and $count [entra 1.3 advanced]', async () => {
    const ask = (filter: string) => filtered('/users', filter, { $count: 'true' }, advanced);
    expect(await ask("endsWith(mail,'@fabrikam.example')")).toEqual(['Keiko Tanaka']);
    expect(await ask('not (accountEnabled eq true)')).toEqual(['Isabel Costa']);
    expect(await ask("userType ne 'Member'")).toEqual(['Pat Quinn (Partner)']);
  });

  it.each(['mail eq', "mail eq 'a' and", "mail like 'a'", "any(x eq 'a')", "mail eq 'a", '(mail eq null'])(
    'call the filter %s a syntax error',
    async (filter) => {
      const [status, code, message] = await filtered('/users', filter);
      expect([status, code]).toEqual([400, 'BadRequest']);
      expect(message).toMatch(/^Invalid filter clause: /);
    },
  );

  it('are counted, searched and sorted only as the contract allows [entra 1.3 table]', async () => {
    expect((await query('/users', { $count: 'true' })).body).not.toHaveProperty('@odata.count');
    expect((await query('/users', { $count: 'true' }, advanced)).body['@odata.count']).toBe(21);
    expect((await test.graph('GET', '/users/$count')).body.error).toMatchObject({
      code: 'Request_BadRequest',
      message: '$count is not currently supported.',
    });
    expect((await test.graph('GET', '/users/$count', advanced)).body).toBe('21');
    const search = { $search: '"displayName:lee" OR "mail:noor"' };
    expect((await query('/users', search)).body.error.code).toBe('Request_UnsupportedQuery');
    const { body } = await query('/users', search, advanced);
    expect(body.value.map(({ surname }: { surname: string }) => surname)).toEqual(['Lee', 'Lee', 'Khan', 'Lee']);
    const { body: sorted } = await query('/users', { $orderby: 'displayName desc', $top: '2' });
    expect(sorted.value.map(({ givenName }: { givenName: string }) => givenName)).toEqual(['Sean', 'Rosa']);
    const both = { $filter: "startsWith(mail,'a')", $orderby: 'displayName' };
    expect((await query('/users', both)).body.error.code).toBe('Request_UnsupportedQuery');
    expect((await query('/users', { ...both, $count: 'true' }, advanced)).body.value).toHaveLength(3);
  });

  it('come in pages whose nextLink is followed as it is [entra 4.2 paging]', async () => {
    const names: string[] = [];
    let path: string | undefined =
      "/users?$filter=startsWith(mail,'a') or startsWith(mail,'e') or mail ne null&$count=true&$select=mail".replaceAll(
        ' ',
        '%20',
      );
    let pages = 0;
    while (path) {
      const { body }: { body: { value: { mail: string }[]; '@odata.nextLink'?: string } } = await test.graph(
        'GET',
        path,
        advanced,
      );
      names.push(...body.value.map(({ mail }) => mail));
      expect(body.value.length).toBeLessThanOrEqual(5);
      path = body['@odata.nextLink']?.replace(`${test.entra.origin}/v1.0`, '');
      pages += 1;
    }
    expect(new Set(names).size).toBe(20);
    expect([names.length, pages]).toEqual([20, 4]);
    expect((await query('/users', { $top: '1000' })).body.error.code).toBe('Request_BadRequest');
  });

  it('are shown with basic properties only to a basic scope [entra 6 basic]', async () => {
    const options = { token: test.tokenOf(people.megan, ['User.ReadBasic.All']) };
    const { body } = await test.graph('GET', `/users/${people.alice}`, options);
    expect(body).toMatchObject({ displayName: 'Alice Nowak', jobTitle: null });
    expect((await query('/users', { $select: 'id,accountEnabled' }, options)).status).toBe(403);
    expect((await query('/users', { $filter: "otherMails/any(o:o eq 'x')" }, options)).status).toBe(403);
  });
});

describe('groups', () => {
  it('are found by id and by name [entra 4.2 groups]', async () => {
    expect((await test.graph('GET', `/groups/${groups.artists}`)).body).toMatchObject({
      displayName: 'Unity Artists',
      securityEnabled: true,
    });
    expect(await filtered('/groups', "displayName eq 'Unity Artists'")).toEqual(['Unity Artists']);
    expect(await filtered('/groups', "startsWith(displayName,'Unity') and securityEnabled eq true")).toHaveLength(2);
    expect((await test.graph('GET', `/groups/${people.alice}`)).status).toBe(404);
  });

  it('list direct members with their types, and all of them flattened [entra 4.2 members]', async () => {
    const types = async (path: string) =>
      (await test.graph('GET', `/groups/${groups.artists}/${path}`)).body.value.map(
        (row: Record<string, string>) => `${row['@odata.type']} ${row.displayName}`,
      );
    expect(await types('members')).toEqual([
      '#microsoft.graph.user Emma Lee',
      '#microsoft.graph.user Henry Lee',
      '#microsoft.graph.user Mina Park',
      '#microsoft.graph.group Unity Contractors',
    ]);
    expect(await types('transitiveMembers')).toContain('#microsoft.graph.user Oskar Nilsson');
  });

  it('cast members to users in advanced mode only [entra 4.2 cast]', async () => {
    const path = `/groups/${groups.artists}/members/microsoft.graph.user?$count=true`;
    expect((await test.graph('GET', path)).body.error.code).toBe('Request_UnsupportedQuery');
    expect((await test.graph('GET', path, advanced)).body.value).toHaveLength(3);
  });

  it('of a person are listed, directly and through others', async () => {
    const of = async (path: string) =>
      (await test.graph('GET', `/users/${people.oskar}/${path}`)).body.value.map(
        (row: Record<string, string>) => row.displayName,
      );
    expect(await of('memberOf')).toEqual(['Unity Contractors']);
    expect(await of('transitiveMemberOf')).toEqual(['Unity Contractors', 'Unity Artists']);
  });
});

describe('enterprise apps', () => {
  it.each([
    ["servicePrincipalNames/any(n:n eq 'https://api.unity.com')", ['Unity Cloud']],
    ["startsWith(displayName,'unity')", ['Unity Cloud', 'Unity Build Reports']],
    ["tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')", ['Unity Cloud', 'Unity Build Reports', 'Travel Desk']],
    ["appId eq 'a1b2c3d4-0000-4000-8000-0000000000a1'", ['Unity Cloud']],
    ["applicationTemplateId eq '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'", ['Unity Cloud', 'Travel Desk']],
    ["tags/any(t:startswith(t,'WindowsAzureActiveDirectoryCustom'))", ['Unity Cloud']],
  ])('answer the filter %s [entra 1.3 queries]', async (filter, names) => {
    expect(await filtered('/servicePrincipals', filter)).toEqual(names);
  });

  it.each(["replyUrls/any(u:u eq 'x')", "preferredSingleSignOnMode eq 'saml'", "homepage eq 'x'"])(
    'cannot be filtered by %s [entra 1.2 none documented]',
    async (filter) => {
      expect((await filtered('/servicePrincipals', filter)).slice(0, 2)).toEqual([400, 'Request_UnsupportedQuery']);
    },
  );

  it('are searched by name in advanced mode [entra 1.3 search]', async () => {
    const { body } = await query('/servicePrincipals', { $search: '"displayName:desk"', $count: 'true' }, advanced);
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual([travelApp]);
    expect(body['@odata.count']).toBe(1);
  });

  it('show what setup must know, by object id or app id [entra 1.1 which object]', async () => {
    const { body } = await test.graph('GET', `/servicePrincipals/${unityApp}`);
    expect(body).toMatchObject({
      appId: 'a1b2c3d4-0000-4000-8000-0000000000a1',
      applicationTemplateId: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
      servicePrincipalNames: ['a1b2c3d4-0000-4000-8000-0000000000a1', 'https://api.unity.com'],
      replyUrls: ['https://api.unity.com/v1/oauth2/saml/sso'],
      appRoleAssignmentRequired: true,
      appOwnerOrganizationId: test.context.tenant.tenantId,
    });
    expect(body.appRoles.map(({ displayName, value }: Record<string, unknown>) => [displayName, value])).toEqual([
      ['User', null],
      ['msiam_access', null],
    ]);
    const { body: same } = await test.graph('GET', "/servicePrincipals(appId='a1b2c3d4-0000-4000-8000-0000000000a1')");
    expect(same.id).toBe(unityApp);
    expect((await test.graph('GET', `/servicePrincipals/${plainApp}`)).body.applicationTemplateId).toBeNull();
    expect((await test.graph('GET', `/servicePrincipals/${people.alice}`)).status).toBe(404);
  });

  it('have registrations that are found by identifier URI [entra 1.3 applications]', async () => {
    expect(await filtered('/applications', "identifierUris/any(u:u eq 'https://api.unity.com')")).toEqual(['Unity Cloud']);
    const { body } = await test.graph('GET', '/applications/a1b2c3d4-0000-4000-8000-0000000000b1');
    expect(body.web.redirectUris).toEqual(['https://api.unity.com/v1/oauth2/saml/sso']);
  });
});

it('an unknown path is refused in Graph’s own words', async () => {
  const { status, body } = await test.graph('GET', '/teams');
  expect([status, body.error.code]).toEqual([400, 'BadRequest']);
});
