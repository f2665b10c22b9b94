import { filterPath, sample, startTestUnity, type TestUnity, user } from './support';

let test: TestUnity;
let members: string[];
beforeEach(async () => {
  test = await startTestUnity();
  members = [];
  for (const name of ['ana', 'bo']) members.push((await test.call('POST', '/Users', user(`${name}@example.test`))).body.id);
});
afterEach(() => test.unity.stop());

const createGroup = async (more: object = {}) => (await test.call('POST', '/Groups', { ...sample('createGroup'), ...more })).body;
const withMember = (name: string, form: string) => JSON.parse(JSON.stringify(sample(name)[form]).replaceAll('u1', members[0]!));
const memberIds = async (id: string) =>
  ((await test.call('GET', `/Groups/${id}`)).body.members ?? []).map(({ value }: { value: string }) => value);

it('creates the empty group that Entra sends and finds it by name without its members [entra 9.2 group]', async () => {
  const made = await test.call('POST', '/Groups', sample('createGroup'));
  expect(made.status).toBe(201);
  expect(made.headers.get('location')).toBe(made.body.meta.location);
  await test.call('PATCH', `/Groups/${made.body.id}`, withMember('patchAddMember', 'withoutFlag'));
  const found = await test.call('GET', `${filterPath('Groups', 'displayName eq "g"')}&excludedAttributes=members`);
  expect(found.body).toMatchObject({
    totalResults: 1,
    Resources: [{ id: made.body.id, displayName: 'G', externalId: sample('createGroup').externalId }],
  });
  expect(found.body.Resources[0].members).toBeUndefined();
  expect((await test.call('GET', `/Groups/${made.body.id}?excludedAttributes=members`)).body.members).toBeUndefined();
});

it.each(['withoutFlag', 'withFlag'])('adds a member once, and answers 204, %s [entra 9.2 add member]', async (form) => {
  const { id } = await createGroup();
  for (const _again of [1, 2]) {
    const { status, body } = await test.call('PATCH', `/Groups/${id}`, withMember('patchAddMember', form));
    expect([status, body]).toEqual([204, '']);
  }
  expect((await test.call('GET', `/Groups/${id}`)).body.members).toEqual([
    {
      value: members[0],
      display: 'ana@example.test',
      type: 'User',
      $ref: expect.stringMatching(new RegExp(`/Users/${members[0]}$`)),
    },
  ]);
});

it.each(['withoutFlag', 'withoutFlagAndRef', 'withFlag'])(
  'removes one member and keeps the other, %s [entra 9.2 remove member]',
  async (form) => {
    const { id } = await createGroup({ members: members.map((value) => ({ value })) });
    expect((await test.call('PATCH', `/Groups/${id}`, withMember('patchRemoveMember', form))).status).toBe(204);
    expect(await memberIds(id)).toEqual([members[1]]);
  },
);

it('refuses a member that is no user, and a name that is taken [unity 4.6 groups]', async () => {
  const { id } = await createGroup();
  const stranger = await test.call('PATCH', `/Groups/${id}`, sample('patchAddMember').withoutFlag);
  expect([stranger.status, stranger.body.scimType]).toEqual([400, 'invalidValue']);
  const twin = await test.call('POST', '/Groups', { ...sample('createGroup'), displayName: 'g' });
  expect([twin.status, twin.body.scimType]).toEqual([409, 'uniqueness']);
});

it('loses a member who is deleted', async () => {
  const { id } = await createGroup({ members: members.map((value) => ({ value })) });
  await test.call('DELETE', `/Users/${members[0]}`);
  expect(await memberIds(id)).toEqual([members[1]]);
});

it('is renamed, replaced and deleted', async () => {
  const { id } = await createGroup();
  const rename = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'Replace', path: 'displayName', value: 'Artists' }],
  };
  await test.call('PATCH', `/Groups/${id}`, rename);
  expect((await test.call('GET', `/Groups/${id}`)).body.displayName).toBe('Artists');
  const replaced = await test.call('PUT', `/Groups/${id}`, {
    ...sample('createGroup'),
    displayName: 'Designers',
    members: [{ value: members[1] }],
  });
  expect(replaced.body).toMatchObject({ id, displayName: 'Designers', members: [{ value: members[1] }] });
  expect((await test.call('DELETE', `/Groups/${id}`)).status).toBe(204);
  expect((await test.call('GET', `/Groups/${id}`)).status).toBe(404);
  expect(test.unity.state().organizations[0]).toMatchObject({ scimGroups: [] });
});

it('has no groups at all when the switch is off [unity 11 groups]', async () => {
  test.context.switches.groups = 'off';
  expect((await test.call('GET', '/Groups')).body.code).toBe(4);
  const types = (await test.call('GET', '/ResourceTypes')).body.Resources.map(({ name }: { name: string }) => name);
  expect(types).toEqual(['User']);
});
