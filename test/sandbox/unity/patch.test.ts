import { patch, sample, startTestUnity, type TestUnity, user } from './support';

let test: TestUnity;
let id: string;
beforeAll(async () => {
  test = await startTestUnity();
});
afterAll(() => test.unity.stop());
beforeEach(async () => {
  id = (await test.call('POST', '/Users', sample('createUser'))).body.id;
});
afterEach(() => test.call('DELETE', `/Users/${id}`));

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const apply = (body: object) => test.call('PATCH', `/Users/${id}`, body);
const read = async () => (await test.call('GET', `/Users/${id}`)).body;

describe("Entra's forms", () => {
  it.each(['withoutFlag', 'withFlag'])('adds a single value, %s [entra 9.2 add]', async (form) => {
    const { status, body } = await apply(sample('patchAddSingleValue')[form]);
    expect([status, body.nickName]).toEqual([200, 'x']);
    expect(await read()).toEqual(body);
  });

  it.each(['withoutFlag', 'withFlag'])(
    'replaces several values at once, value path included, %s [entra 9.2 replace]',
    async (form) => {
      expect((await apply(sample('patchReplaceSeveral')[form])).status).toBe(200);
      const changed = await read();
      expect(changed).toMatchObject({
        displayName: 'Ana Maria Lee',
        name: { givenName: 'Ana Maria', familyName: 'Lee' },
        emails: [{ type: 'work', value: 'ana.maria@example.test', primary: true }],
      });
      expect(changed[ENTERPRISE]).toEqual(form === 'withFlag' ? { department: 'Art' } : undefined);
    },
  );

  it('takes the manager as a list of one, without the prefix of its schema [entra 9.2 manager]', async () => {
    expect((await apply(sample('patchManager').withoutFlag)).status).toBe(200);
    const changed = await read();
    expect(changed[ENTERPRISE].manager).toMatchObject({ value: 'u9' });
    expect(changed.schemas).toContain(ENTERPRISE);
  });

  it.each(['replace', 'Replace', 'REPLACE'])('reads op %s without case [unity 10 op]', async (op) => {
    expect((await apply(patch({ op, path: 'title', value: 'Artist' }))).body.title).toBe('Artist');
  });

  it.each(['False', 'false', false, [{ value: 'False' }]])('reads %j as false [unity 10 boolean]', async (value) => {
    test.context.switches.onActiveFalse = 'store';
    expect((await apply(patch({ op: 'Replace', path: 'active', value }))).body.active).toBe(false);
  });

  it('adds the element that a value path names when there is none yet [unity 10 value path]', async () => {
    const { body } = await apply(patch({ op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+1 555 0100' }));
    expect(body.phoneNumbers).toEqual([{ type: 'work', value: '+1 555 0100' }]);
  });

  it('removes a value, an element by value path and an attribute it does not know', async () => {
    await apply(patch({ op: 'Add', path: 'shoeSize', value: 43 }, { op: 'Add', path: 'title', value: 'Artist' }));
    expect(await read()).toMatchObject({ shoeSize: 43, title: 'Artist' });
    const { body } = await apply(
      patch({ op: 'Remove', path: 'title' }, { op: 'Remove', path: 'shoeSize' }, { op: 'Remove', path: 'name.givenName' }),
    );
    expect([body.title, body.shoeSize, body.name.givenName]).toEqual([undefined, undefined, undefined]);
  });

  it('accepts paths with the core schema as prefix', async () => {
    const path = 'urn:ietf:params:scim:schemas:core:2.0:User:displayName';
    expect((await apply(patch({ op: 'Replace', path, value: 'Ana L' }))).body.displayName).toBe('Ana L');
  });
});

describe('rules', () => {
  it('answers 200 with the unchanged user when nothing changes', async () => {
    const { status, body } = await apply(patch({ op: 'Replace', path: 'displayName', value: 'Ana Lee' }));
    expect([status, body.displayName]).toEqual([200, 'Ana Lee']);
  });

  it('answers 204 without a body when patchResponse says so [unity 11 patchResponse]', async () => {
    test.context.switches.patchResponse = 204;
    const { status, body } = await apply(patch({ op: 'Replace', path: 'title', value: 'Artist' }));
    test.context.switches.patchResponse = 200;
    expect([status, body]).toEqual([204, '']);
    expect((await read()).title).toBe('Artist');
  });

  it('applies all operations or none [unity 10 atomic]', async () => {
    const before = await read();
    const { status } = await apply(
      patch({ op: 'Replace', path: 'title', value: 'Artist' }, { op: 'Replace', path: 'active', value: 'maybe' }),
    );
    expect(status).toBe(400);
    expect(await read()).toEqual(before);
  });

  it.each([
    ['an op that does not exist', patch({ op: 'move', path: 'title', value: 'x' }), 'invalidSyntax'],
    ['no operation', patch(), 'invalidValue'],
    ['another schema', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], Operations: [] }, 'invalidSyntax'],
    ['remove without path', patch({ op: 'remove' }), 'noTarget'],
    [
      'a value path that matches nothing to replace',
      patch({ op: 'replace', path: 'emails[type eq "home"].value', value: 'x' }),
      'noTarget',
    ],
    ['a sub-attribute that does not exist', patch({ op: 'replace', path: 'name.shoe', value: 'x' }), 'invalidPath'],
    ['a new id', patch({ op: 'replace', path: 'id', value: 'x' }), 'mutability'],
    ['a text as value without path', patch({ op: 'replace', value: 'x' }), 'invalidValue'],
    ['a user name of a foreign domain', patch({ op: 'replace', path: 'userName', value: 'ana@elsewhere.test' }), 'invalidValue'],
  ])('answers 400 to %s', async (_what, body, scimType) => {
    const answer = await apply(body);
    expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
  });

  it('answers 409 to a user name that another user has', async () => {
    const other = await test.call('POST', '/Users', user('bo@example.test'));
    const { status } = await apply(patch({ op: 'Replace', path: 'userName', value: 'Bo@example.test' }));
    await test.call('DELETE', `/Users/${other.body.id}`);
    expect(status).toBe(409);
  });

  it('moves lastModified forward and keeps created', async () => {
    const before = await read();
    test.context.clock.advance(60_000);
    const { meta } = (await apply(patch({ op: 'Replace', path: 'title', value: 'Artist' }))).body;
    expect(meta.created).toBe(before.meta.created);
    expect(Date.parse(meta.lastModified)).toBeGreaterThanOrEqual(Date.parse(before.meta.lastModified) + 60_000);
  });
});
