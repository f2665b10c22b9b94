import { randomUUID } from 'node:crypto';
import { filterPath, GENESIS_ID, patch, sample, startTestUnity, type TestUnity, user } from './support';

let test: TestUnity;
beforeEach(async () => {
  test = await startTestUnity();
});
afterEach(() => test.unity.stop());

const create = async (userName: string, more: object = {}) =>
  (await test.call('POST', '/Users', user(userName, more))).body.id as string;
const scimUsers = () => test.unity.state().organizations[0]!.scimUsers;
const disable = { string: sample('patchDisable').withoutFlag, boolean: sample('patchDisable').withFlag };

describe('creating', () => {
  it('creates what Entra sends, with an id, its location and its dates [entra 9.2 create] [unity 10 location]', async () => {
    const { status, headers, body } = await test.call('POST', '/Users', sample('createUser'));
    const { meta, schemas, ...attributes } = sample('createUser');
    const location = `${test.unity.scimUrl}/tenants/${GENESIS_ID}/Users/${body.id}`;
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(location);
    expect(body).toMatchObject({ ...attributes, schemas: [schemas[0]], meta: { ...meta, location } });
    expect(Date.parse(body.meta.created)).not.toBeNaN();
    expect((await test.call('GET', `/Users/${body.id}`)).body).toEqual(body);
    expect(scimUsers()).toMatchObject([{ id: body.id, userName: 'ana@example.test', active: true }]);
  });

  it('fills in active, the work address and the full name when they are not sent [unity 4.3 attributes]', async () => {
    const id = await create('bo@example.test', { name: { givenName: 'Bo', familyName: 'Berg' } });
    expect((await test.call('GET', `/Users/${id}`)).body).toMatchObject({
      active: true,
      emails: [{ value: 'bo@example.test', type: 'work', primary: true }],
      name: { givenName: 'Bo', familyName: 'Berg', formatted: 'Bo Berg' },
    });
  });

  it('keeps attributes it does not know, reads names without case, ignores nulls and never returns a password [unity 4.3 other]', async () => {
    const sent = { shoeSize: { eu: 43 }, DISPLAYNAME: 'Bo', nickName: null, emails: null, password: 'never shown' };
    const { status, body } = await test.call('POST', '/Users', user('bo@example.test', sent));
    expect(status).toBe(201);
    expect(body).toMatchObject({ shoeSize: { eu: 43 }, displayName: 'Bo' });
    expect(JSON.stringify([body, test.unity.state()])).not.toMatch(/never shown|password|nickName/);
  });

  it('keeps the enterprise extension under its own name', async () => {
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const { body } = await test.call('POST', '/Users', user('bo@example.test', { [enterprise]: { department: 'Art' } }));
    expect(body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]);
    expect(body[enterprise]).toEqual({ department: 'Art' });
  });

  it('answers 409 uniqueness to a second user of the same name, in whatever case [unity 4.4 conflict]', async () => {
    await create('bo@example.test');
    const { status, body } = await test.call('POST', '/Users', user('BO@Example.Test'));
    expect(status).toBe(409);
    expect(body).toMatchObject({ schemas: sample('scimError').schemas, status: '409', scimType: 'uniqueness' });
  });

  it('answers 400 invalidValue to a foreign domain and to a name that is no address, unless foreignDomain accepts them [unity 4.4 domain]', async () => {
    for (const userName of ['bo@elsewhere.test', 'bo@sub.example.test', 'bo']) {
      const { status, body } = await test.call('POST', '/Users', user(userName));
      expect([status, body.scimType]).toEqual([400, 'invalidValue']);
    }
    test.context.switches.foreignDomain = 'accept';
    expect((await test.call('POST', '/Users', user('bo@elsewhere.test'))).status).toBe(201);
  });

  it('answers 400 to a body that is no JSON, no object, without userName, of a wrong type or of another schema', async () => {
    const bodies: [unknown, string][] = [
      ['{"userName":', 'invalidSyntax'],
      [[], 'invalidSyntax'],
      [{ schemas: user('').schemas }, 'invalidValue'],
      [user('bo@example.test', { displayName: { text: 'Bo' } }), 'invalidValue'],
      [{ userName: 'bo@example.test', schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }, 'invalidSyntax'],
    ];
    for (const [body, scimType] of bodies) {
      const answer = await test.call('POST', '/Users', body);
      expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
    }
    expect(scimUsers()).toEqual([]);
  });
});

describe('replacing and deleting', () => {
  it('replaces all attributes by PUT and keeps the id', async () => {
    const id = await create('bo@example.test', { displayName: 'Bo', title: 'Artist' });
    const { status, body } = await test.call('PUT', `/Users/${id}`, user('bo@example.test', { displayName: 'Bosse' }));
    expect([status, body.id, body.displayName, body.title]).toEqual([200, id, 'Bosse', undefined]);
    const other = await create('cy@example.test');
    expect((await test.call('PUT', `/Users/${other}`, user('bo@example.test'))).status).toBe(409);
  });

  it('deletes for good, and a person made again gets another id [unity 10 ids]', async () => {
    const id = await create('bo@example.test');
    expect((await test.call('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await test.call('GET', `/Users/${id}`)).status).toBe(404);
    expect((await test.call('DELETE', `/Users/${id}`)).status).toBe(404);
    expect(await create('bo@example.test')).not.toBe(id);
  });

  it('answers 200 to a query, however empty, 201, 204 and 404 [unity 10 statuses]', async () => {
    const nobody = filterPath('Users', 'userName eq "nobody@example.test"');
    const made = await test.call('POST', '/Users', user('bo@example.test'));
    const path = `/Users/${made.body.id}`;
    const statuses = [made.status];
    for (const [method, at] of [
      ['GET', nobody],
      ['GET', filterPath('Groups', 'displayName eq "nobody"')],
      ['GET', path],
      ['DELETE', path],
      ['GET', path],
    ] as const)
      statuses.push((await test.call(method, at)).status);
    expect(statuses).toEqual([201, 200, 200, 200, 204, 404]);
  });

  it('says application/scim+json in every answer that has a body [unity 10 media type]', async () => {
    const answers = [
      await test.call('POST', '/Users', user('bo@example.test')),
      await test.call('POST', '/Users', user('bo@example.test')),
      await test.call('GET', '/Users'),
      await test.call('GET', `/Users/${randomUUID()}`),
      await test.call('GET', filterPath('Users', 'userName like "x"')),
      await test.call('GET', '/Groups'),
      await test.call('GET', '/ServiceProviderConfig'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 200, 404, 400, 200, 200]);
    for (const { headers } of answers) expect(headers.get('content-type')).toMatch(/^application\/scim\+json/);
  });

  it('keeps the organizations apart: an id of one means nothing in the other', async () => {
    const id = await create('bo@example.test');
    expect(test.unity.state().organizations.map(({ scimUsers: users }) => users.length)).toEqual([1, 0]);
    expect((await test.call('GET', `/Users/${id}/../../${randomUUID()}`)).status).toBe(404);
  });
});

describe('active set to false', () => {
  it.each(['string', 'boolean'] as const)(
    'deletes the user by default when %s false arrives [unity 4.5 delete]',
    async (form) => {
      const id = await create('bo@example.test');
      const { status, body } = await test.call('PATCH', `/Users/${id}`, disable[form]);
      expect([status, body.active]).toEqual([200, false]);
      expect((await test.call('GET', `/Users/${id}`)).status).toBe(404);
      expect(scimUsers()).toEqual([]);
    },
  );

  it.each(['string', 'boolean'] as const)(
    'stores %s false, still returns the user, and can be undone [unity 4.5 store] [unity 10 inactive]',
    async (form) => {
      test.context.switches.onActiveFalse = 'store';
      const id = await create('bo@example.test');
      expect((await test.call('PATCH', `/Users/${id}`, disable[form])).body.active).toBe(false);
      expect((await test.call('GET', `/Users/${id}`)).body.active).toBe(false);
      expect((await test.call('GET', filterPath('Users', 'userName eq "bo@example.test"'))).body.totalResults).toBe(1);
      await test.call('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'True' }));
      expect((await test.call('GET', `/Users/${id}`)).body.active).toBe(true);
    },
  );

  it.each(['string', 'boolean'] as const)('ignores %s false and applies the rest [unity 4.5 ignore]', async (form) => {
    test.context.switches.onActiveFalse = 'ignore';
    const id = await create('bo@example.test');
    const body = patch(...disable[form].Operations, { op: 'Replace', path: 'displayName', value: 'Bo B' });
    const answer = await test.call('PATCH', `/Users/${id}`, body);
    expect([answer.status, answer.body.active, answer.body.displayName]).toEqual([200, true, 'Bo B']);
  });

  it.each(['string', 'boolean'] as const)(
    'rejects %s false with 400 mutability and changes nothing [unity 4.5 reject]',
    async (form) => {
      test.context.switches.onActiveFalse = 'reject';
      const id = await create('bo@example.test');
      const body = patch({ op: 'Replace', path: 'displayName', value: 'Bo B' }, ...disable[form].Operations);
      const answer = await test.call('PATCH', `/Users/${id}`, body);
      expect([answer.status, answer.body.scimType]).toEqual([400, 'mutability']);
      expect((await test.call('GET', `/Users/${id}`)).body).toMatchObject({ active: true });
      expect((await test.call('GET', `/Users/${id}`)).body.displayName).toBeUndefined();
    },
  );
});

describe('an account that was there before', () => {
  it('is found by its address, linked by a PATCH and refused as a new user [unity 4.4 link]', async () => {
    expect((await test.call('GET', '/Users')).body.totalResults).toBe(0);
    const found = await test.call('GET', filterPath('Users', 'userName eq "Olga@example.test"'));
    expect(found.body.totalResults).toBe(1);
    expect((await test.call('POST', '/Users', user('olga@example.test'))).body.scimType).toBe('uniqueness');
    const { id } = found.body.Resources[0];
    const linked = await test.call('PATCH', `/Users/${id}`, patch({ op: 'Add', path: 'externalId', value: 'olga' }));
    expect(linked.body).toMatchObject({ id, externalId: 'olga', displayName: 'Olga Owner' });
    expect((await test.call('GET', '/Users')).body.Resources).toMatchObject([{ id, userName: 'olga@example.test' }]);
  });

  it('is hidden and still in the way when existingAccount is conflict [unity 4.4 existingAccount]', async () => {
    test.context.switches.existingAccount = 'conflict';
    expect((await test.call('GET', filterPath('Users', 'userName eq "olga@example.test"'))).body.totalResults).toBe(0);
    expect((await test.call('POST', '/Users', user('olga@example.test'))).status).toBe(409);
  });

  it('is listed when listScope is validatedDomains, but not a guest of another domain [unity 4.2 listScope]', async () => {
    test.context.switches.listScope = 'validatedDomains';
    expect((await test.call('GET', '/Users')).body.Resources.map((one: { userName: string }) => one.userName)).toEqual([
      'olga@example.test',
    ]);
    expect((await test.call('GET', filterPath('Users', 'userName eq "gus@elsewhere.test"'))).body.totalResults).toBe(0);
  });
});
