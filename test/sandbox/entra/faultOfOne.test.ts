import { type EntraTest, eventually, people, startEntraTest } from './support/entraTest';

let test: EntraTest;
beforeAll(async () => {
  test = await startEntraTest();
});
afterAll(() => test.stop());
afterEach(() => test.context.faults.clear());

const filter = `/users?$filter=${encodeURIComponent("mail eq 'alice@contoso.com'")}`;

describe('a fault for one caller', () => {
  it('hits that person and nobody else', async () => {
    test.context.faults.add({ service: 'graph', path: '/me', caller: people.adele, effect: { kind: 'status', status: 503 } });
    expect((await test.graph('GET', '/me', { token: test.tokenOf(people.adele) })).status).toBe(503);
    expect((await test.graph('GET', '/me', { token: test.tokenOf(people.alex) })).status).toBe(200);
  });

  it('hits items of that person’s batch', async () => {
    test.context.faults.add({
      service: 'graph',
      path: '/users?$filter',
      caller: people.adele,
      effect: { kind: 'status', status: 429 },
    });
    const statusOf = async (userId: string) => {
      const body = { requests: [{ id: '1', method: 'GET', url: filter }] };
      return (await test.graph('POST', '/$batch', { token: test.tokenOf(userId), body })).body.responses[0].status;
    };
    expect(await statusOf(people.adele)).toBe(429);
    expect(await statusOf(people.alex)).toBe(200);
  });

  it('hits nothing where no known token comes along', async () => {
    test.context.faults.add({ service: 'graph', caller: people.adele, effect: { kind: 'status', status: 503 } });
    expect((await test.graph('GET', '/me', { token: 'made-up' })).status).toBe(401);
  });
});

describe('a call that is held', () => {
  it.each([
    ['alone', () => test.graph('GET', filter, { token: test.tokenOf(people.adele) })],
    [
      'in a batch',
      () =>
        test.graph('POST', '/$batch', {
          token: test.tokenOf(people.adele),
          body: { requests: [{ id: '1', method: 'GET', url: filter }] },
        }),
    ],
  ])('%s is answered when its row is removed, and not before', async (_where, call) => {
    const held = test.context.faults.add({ service: 'graph', path: '/users?$filter', effect: { kind: 'hold' } });
    let answered = false;
    const answer = call().then(({ status }) => {
      answered = true;
      return status;
    });
    await eventually('the call to arrive', () => held.hits > 0);
    await test.graph('GET', '/me', { token: test.tokenOf(people.adele) });
    expect(answered).toBe(false);
    test.context.faults.remove(held.id);
    expect(await answer).toBe(200);
  });
});
