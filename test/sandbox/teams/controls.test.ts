import { request } from 'node:http';
import { ADELE } from './support/fakeServices';
import { activitiesPath, chatOf, startTestTeams, type TestTeams, until } from './support/testTeams';

describe('/__sandbox/', () => {
  let world: TestTeams;
  beforeEach(async () => {
    world = await startTestTeams();
  });
  afterEach(() => world.stop());

  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${world.teams.origin}/__sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  it('names the people who can be chosen, in the order of the tenant file', async () => {
    const { body } = await call('GET', 'people');
    expect(body).toMatchObject([
      { objectId: ADELE, displayName: 'Adele Vance', directoryRoles: ['Cloud Application Administrator'] },
      { displayName: 'Alex Wilber' },
      { displayName: 'Megan Bowen', directoryRoles: [] },
    ]);
    expect(Object.keys(body[0])).not.toContain('user');
  });

  it('reads the whole sandbox back, with secrets masked', async () => {
    const client = await world.client();
    await client.install(chatOf(client, 'personal'));
    await world.post(chatOf(client, 'personal'), { text: 'hello', value: { scimToken: 'abc' } });
    const { body } = await call('GET', 'state');
    expect(body).toMatchObject({
      people: [{ objectId: ADELE }, {}, {}],
      tenant: { name: 'Contoso', domain: 'contoso.com' },
      organizations: [{ scimUsers: [{ userName: 'alice', active: true }] }],
      entra: { secrets: [{ key: 'SecretToken', SecretToken: '***' }] },
      messages: [{ from: 'bot', activity: { text: 'hello', value: { scimToken: '***' } } }],
      deliveries: [{ type: 'conversationUpdate' }, { type: 'installationUpdate' }],
      calls: { connector: 1, token: 0 },
      clock: { speed: 1 },
      faults: [],
      switches: { consent: 'granted' },
      dashboardUrl: 'http://127.0.0.1:2/__dashboard',
    });
    expect(JSON.stringify(body)).not.toMatch(/clear text|"abc"/);
  });

  it('lists the calls of a service and forgets them', async () => {
    await world.asBot('POST', activitiesPath('a:nobody'), { type: 'message' });
    await until('the call is recorded', () => world.context.calls.list().length === 1);
    expect((await call('GET', 'calls?service=connector')).body).toMatchObject([{ service: 'connector', status: 404 }]);
    expect((await call('GET', 'calls?service=token')).body).toEqual([]);
    expect((await call('GET', 'calls?service=mail')).status).toBe(400);
    await call('DELETE', 'calls');
    expect((await call('GET', 'calls')).body).toEqual([]);
  });

  it('sets faults, and says what is wrong with a row', async () => {
    const row = { service: 'graph', path: '/users', times: 2, effect: { kind: 'status', status: 503 } };
    const { status, body } = await call('POST', 'faults', row);
    expect({ status, body }).toMatchObject({ status: 201, body: { ...row, hits: 0, id: expect.any(String) } });
    expect((await call('GET', 'faults')).body).toHaveLength(1);
    const wrong = await call('POST', 'faults', { service: 'mail', effect: { kind: 'status', status: 42 }, extra: 1 });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toMatch(/service[\s\S]*status|status[\s\S]*service/);
    expect((await call('DELETE', `faults/${body.id}`)).status).toBe(204);
    expect((await call('DELETE', `faults/${body.id}`)).status).toBe(404);
    await call('POST', 'faults', row);
    await call('DELETE', 'faults');
    expect(world.context.faults.list()).toEqual([]);
  });

  it('changes switches while it runs, and refuses what none of them takes', async () => {
    expect((await call('PATCH', 'switches', { consent: 'required', devices: 2 })).body).toMatchObject({
      consent: 'required',
      devices: 2,
    });
    expect(world.context.switches).toMatchObject({ consent: 'required', devices: 2 });
    const wrong = await call('PATCH', 'switches', { consent: 'perhaps', nothing: true });
    expect(wrong).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('consent') } } });
    expect((await call('GET', 'switches')).body.consent).toBe('required');
  });

  it('moves the clock and changes its speed', async () => {
    const before = world.context.clock.now();
    await call('POST', 'clock', { advanceMs: 3_600_000 });
    expect(world.context.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await call('POST', 'clock', { speed: 40 })).body).toMatchObject({ speed: 40 });
    expect((await call('POST', 'clock', {})).status).toBe(400);
    expect((await call('POST', 'clock', { speed: 0 })).status).toBe(400);
  });

  it('ends the tokens of one person', async () => {
    expect((await call('POST', 'tokens/revoke', { objectId: ADELE })).status).toBe(204);
    expect(world.entra.revoked).toEqual([ADELE]);
    expect((await call('POST', 'tokens/revoke', { objectId: 'nobody' })).status).toBe(404);
  });

  it('answers a body that is no JSON with 400', async () => {
    const response = await fetch(`${world.teams.origin}/__sandbox/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
  });

  it('answers only under a name of this machine, and to no page of another site', async () => {
    const { port } = new URL(world.teams.origin);
    const statusFor = (host: string, origin?: string) =>
      new Promise((resolve, reject) => {
        const headers = { host, ...(origin && { origin }) };
        request({ host: '127.0.0.1', port, path: '/__sandbox/state', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor('evil.example')).toBe(403);
    expect(await statusFor('127.0.0.1.evil.example')).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`, `http://localhost:${port}`)).toBe(200);
    expect(await statusFor(`127.0.0.1:${port}`, 'https://evil.example')).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`, 'null')).toBe(403);
  });

  it('leaves the page to the address itself', async () => {
    const response = await fetch(world.teams.origin);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('/vendor/adaptivecards.js');
    expect((await fetch(`${world.teams.origin}/nothing-here`)).status).toBe(404);
  });

  it('serves the libraries of the page', async () => {
    for (const file of ['adaptivecards.js', 'markdown-it.js']) {
      const response = await fetch(`${world.teams.origin}/vendor/${file}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('javascript');
      await response.text();
    }
  });
});
