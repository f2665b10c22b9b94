import { filterPath, GENESIS_ID, startTestUnity, type TestUnity, user } from './support';

let test: TestUnity;
beforeAll(async () => {
  test = await startTestUnity();
  for (let number = 1; number <= 250; number += 1)
    await test.call(
      'POST',
      '/Users',
      user(`user${String(number).padStart(3, '0')}@example.test`, {
        externalId: `E${number}`,
        displayName: `User ${number % 10}`,
      }),
    );
});
afterAll(() => test.unity.stop());
afterEach(() => {
  Object.assign(test.context.switches, { maxPageSize: 100, domainFilter: 'unsupported', filterWithoutDomain: 'empty' });
});

const list = async (query: string) => (await test.call('GET', `/Users?${query}`)).body;
const search = (filter: string) => test.call('GET', filterPath('Users', filter));
const names = (body: { Resources: { userName: string }[] }) => body.Resources.map(({ userName }) => userName);

describe('paging', () => {
  it('gives 250 users over three pages under a cap of 100, whatever count asks for [unity 4.2 page size]', async () => {
    const seen = new Set<string>();
    const sizes: number[] = [];
    for (let startIndex = 1; ; ) {
      const body = await list(`startIndex=${startIndex}&count=1000`);
      expect(body).toMatchObject({ totalResults: 250, startIndex, itemsPerPage: body.Resources.length });
      if (body.Resources.length === 0) break;
      sizes.push(body.Resources.length);
      for (const { id } of body.Resources) seen.add(id);
      startIndex += body.Resources.length;
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(seen.size).toBe(250);
  });

  it('has no cap when maxPageSize is 0 [unity 4.2 page size]', async () => {
    test.context.switches.maxPageSize = 0;
    expect((await list('count=1000')).Resources).toHaveLength(250);
  });

  it('takes startIndex below 1 as 1 and a negative count as 0, and counts hits before paging [unity 10 paging]', async () => {
    expect(await list('startIndex=-5&count=1')).toMatchObject({ totalResults: 250, startIndex: 1, itemsPerPage: 1 });
    expect(await list('count=-1')).toMatchObject({ totalResults: 250, itemsPerPage: 0, Resources: [] });
    expect(await list('startIndex=251')).toMatchObject({ totalResults: 250, Resources: [] });
  });

  it('answers 400 to a startIndex that is no number', async () => {
    const { status, body } = await test.call('GET', '/Users?startIndex=two');
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('sorts, upwards and downwards', async () => {
    expect(names(await list('sortBy=userName&sortOrder=descending&count=2'))).toEqual([
      'user250@example.test',
      'user249@example.test',
    ]);
    expect(names(await list('sortBy=userName&count=1&startIndex=3'))).toEqual(['user003@example.test']);
  });

  it('sends only the attributes asked for, and id and schemas always', async () => {
    const [one] = (await list('count=1&attributes=userName,meta.location')).Resources;
    expect(Object.keys(one).sort()).toEqual(['id', 'meta', 'schemas', 'userName']);
    expect(one.meta).toEqual({ location: `${test.unity.scimUrl}/tenants/${GENESIS_ID}/Users/${one.id}` });
    const [less] = (await list('count=1&excludedAttributes=emails,displayName,id')).Resources;
    expect(Object.keys(less).sort()).toEqual(['active', 'externalId', 'id', 'meta', 'schemas', 'userName']);
  });
});

describe('filters', () => {
  it('finds a user name without case, with spaces sent as plus [entra 9.1 plus]', async () => {
    const plus = await test.call('GET', '/Users?filter=userName+eq+%22USER007%40example.test%22');
    expect(names(plus.body)).toEqual(['user007@example.test']);
    expect((await search('USERNAME EQ "user007@example.test"')).body.totalResults).toBe(1);
    expect(
      (await search('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "user007@example.test"')).body.totalResults,
    ).toBe(1);
  });

  it('finds by externalId exactly, and by two attributes joined with and [unity 10 query]', async () => {
    expect(names((await search('externalId eq "E7"')).body)).toEqual(['user007@example.test']);
    expect((await search('externalId eq "e7"')).body.totalResults).toBe(0);
    expect((await search('displayName eq "user 7" and active eq true')).body.totalResults).toBe(25);
    expect((await search('displayName eq "User 7" and externalId eq "E8"')).body.totalResults).toBe(0);
  });

  it('finds by e-mail, plainly and by value path, and a name with an apostrophe [unity 10 value path]', async () => {
    const made = await test.call('POST', '/Users', user("o'brien@example.test"));
    expect(names((await search(`userName eq "o'brien@example.test"`)).body)).toEqual(["o'brien@example.test"]);
    await test.call('DELETE', `/Users/${made.body.id}`);
    expect((await search('emails.value eq "user007@example.test"')).body.totalResults).toBe(1);
    expect((await search('emails[type eq "work"].value eq "user007@example.test"')).body.totalResults).toBe(1);
    expect((await search('emails[type eq "home"].value eq "user007@example.test"')).body.totalResults).toBe(0);
  });

  it.each([
    'userName co "user"',
    'userName ew "@example.test"',
    'userName sw "user"',
    'userName pr',
    'not (userName eq "a")',
    'userName eq "a" or userName eq "b"',
    'shoeSize eq 43',
    'userName eq',
    'userName is "a"',
    ' ',
  ])('answers 400 invalidFilter to %s [unity 10 invalidFilter]', async (filter) => {
    const { status, body } = await search(filter);
    expect([status, body.scimType]).toEqual([400, 'invalidFilter']);
  });

  it('finds a domain by ew only when domainFilter says so [unity 4.2 domainFilter]', async () => {
    test.context.switches.domainFilter = 'ew';
    expect((await search('userName ew "@EXAMPLE.test"')).body.totalResults).toBe(250);
    expect((await search('emails.value ew "@elsewhere.test"')).body.totalResults).toBe(0);
    expect((await search('displayName ew "7"')).status).toBe(400);
  });

  it('refuses a name without validated domain only when filterWithoutDomain is error [unity 4.2 filterWithoutDomain]', async () => {
    const random = 'userName eq "9d1f2b1e-5a34-4c8e-9b1f-2a6c7d8e9f00"';
    expect((await search(random)).status).toBe(200);
    test.context.switches.filterWithoutDomain = 'error';
    const refused = await search(random);
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidFilter']);
    expect((await search('userName eq "nobody@example.test"')).body.totalResults).toBe(0);
  });
});
