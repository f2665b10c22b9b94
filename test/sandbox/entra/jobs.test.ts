import { configuredJob, readJob, secretsFor, startJob, synchronization } from './support/configure';
import { type EntraTest, people, plainApp, startEntraTest, travelApp, unityApp } from './support/entraTest';
import { type FakeScim, startFakeScim } from './support/fakeScim';

let test: EntraTest;
let scim: FakeScim;
beforeEach(async () => {
  [test, scim] = await Promise.all([startEntraTest({}, { scimTimeoutMs: 1_500 }), startFakeScim()]);
});
afterEach(() => Promise.all([test.stop(), scim.stop()]));

const secretsPath = `${synchronization}/secrets`;
const code = ({ status, body }: { status: number; body: { error: { code: string } } }) => `${status} ${body.error.code}`;

describe('templates', () => {
  it('are scim, the default, and customappsso [entra 2.1 templates]', async () => {
    const { body } = await test.graph('GET', `${synchronization}/templates`);
    expect(body.value.map((one: Record<string, unknown>) => [one.id, one.default])).toEqual([
      ['scim', true],
      ['customappsso', false],
    ]);
    const same = await test.graph('GET', '/applications/a1b2c3d4-0000-4000-8000-0000000000b1/synchronization/templates');
    expect(same.body.value).toEqual(body.value);
    const { body: schema } = await test.graph('GET', `${synchronization}/templates/scim/schema`);
    expect(schema.synchronizationRules[0].objectMappings).toHaveLength(2);
  });

  it('are missing for a plain registration, and a job cannot be made there [entra 0.1 plain]', async () => {
    const path = `/servicePrincipals/${plainApp}/synchronization`;
    expect((await test.graph('GET', `${path}/templates`)).body.value).toEqual([]);
    expect((await test.graph('POST', `${path}/jobs`, { body: { templateId: 'scim' } })).status).toBe(400);
  });

  it('may be missing for a while, and calls may answer 401 for a while [entra 2.1 new app]', async () => {
    test.context.switches.emptyTemplates = true;
    expect((await test.graph('GET', `${synchronization}/templates`)).body.value).toEqual([]);
    test.context.switches.emptyTemplates = false;
    test.context.switches.backendLag401 = 2;
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await test.graph('GET', `${synchronization}/jobs`)).status);
    expect(statuses).toEqual([401, 401, 200]);
  });
});

describe('a job', () => {
  it('is new in the older way when the switch says so [entra 2.3 conflict]', async () => {
    test.context.switches.jobCreateStyle = 'notConfigured';
    const { body } = await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'scim' } });
    expect([body.status.code, body.schedule.interval, body.schedule.state]).toEqual([
      'NotConfigured',
      'P10675199DT2H48M5.4775807S',
      'Disabled',
    ]);
  });

  it('needs a template that exists [entra 2.1 J1]', async () => {
    expect((await test.graph('POST', `${synchronization}/jobs`, { body: {} })).status).toBe(400);
    expect((await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'box' } })).status).toBe(400);
    const old = await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'customappsso' } });
    expect(old.body.id).toMatch(/^customappsso\./);
  });

  it('is listed on its own app, read, started, paused, restarted and deleted [entra 2.1 calls]', async () => {
    const jobId = await configuredJob(test, scim);
    expect((await test.graph('GET', `${synchronization}/jobs`)).body.value).toMatchObject([{ id: jobId }]);
    expect((await test.graph('GET', `/servicePrincipals/${travelApp}/synchronization/jobs`)).body.value).toEqual([]);
    expect((await test.graph('GET', `/servicePrincipals/${travelApp}/synchronization/jobs/${jobId}`)).status).toBe(404);
    const path = `${synchronization}/jobs/${jobId}`;
    expect((await startJob(test, jobId)).status).toBe(204);
    expect((await test.graph('POST', `${path}/pause`)).status).toBe(204);
    expect((await readJob(test, jobId)).schedule.state).toBe('Paused');
    const criteria = { criteria: { resetScope: 'Watermark, Escrows, QuarantineState' } };
    expect((await test.graph('POST', `${path}/restart`, { body: criteria })).status).toBe(204);
    expect((await readJob(test, jobId)).schedule.state).toBe('Active');
    const wrong = await test.graph('POST', `${path}/restart`, { body: { criteria: { resetScope: 'Everything' } } });
    expect(wrong.status).toBe(400);
    expect((await test.graph('DELETE', path)).status).toBe(204);
    expect((await test.graph('GET', path)).status).toBe(404);
    expect((await startJob(test, jobId)).status).toBe(404);
  });

  it('keeps the whole schema that was put, and refuses half of one [entra 2.5 replace]', async () => {
    const jobId = await configuredJob(test, scim);
    const path = `${synchronization}/jobs/${jobId}/schema`;
    const { body: schema } = await test.graph('GET', path);
    expect(schema.synchronizationRules[0].objectMappings.map(({ enabled }: { enabled: boolean }) => enabled)).toEqual([
      true,
      false,
    ]);
    schema.synchronizationRules[0].objectMappings[0].flowTypes = 'Add, Update';
    expect((await test.graph('PUT', path, { body: schema })).status).toBe(204);
    expect((await test.graph('GET', path)).body).toEqual(schema);
    expect((await test.graph('PUT', path, { body: { id: schema.id } })).status).toBe(400);
  });
});

describe('secrets', () => {
  it('are replaced as a whole and come back masked [entra 2.4 replace]', async () => {
    expect((await test.graph('PUT', secretsPath, { body: { value: secretsFor(scim) } })).status).toBe(204);
    const { body } = await test.graph('GET', secretsPath);
    expect(body.value).toContainEqual({ key: 'BaseAddress', value: scim.baseUrl });
    expect(body.value).toContainEqual({ key: 'SyncAll', value: 'false' });
    expect(JSON.stringify(body)).not.toContain(scim.token);
    await test.graph('PUT', secretsPath, { body: { value: [{ key: 'BaseAddress', value: scim.baseUrl }] } });
    expect((await test.graph('GET', secretsPath)).body.value).toEqual([{ key: 'BaseAddress', value: scim.baseUrl }]);
  });

  it('read back as nothing or not at all when the switch says so [entra 2.4 read back]', async () => {
    await test.graph('PUT', secretsPath, { body: { value: secretsFor(scim) } });
    test.context.switches.secretsReadBack = 'empty';
    expect((await test.graph('GET', secretsPath)).body.value).toEqual([]);
    test.context.switches.secretsReadBack = 'forbidden';
    expect(code(await test.graph('GET', secretsPath))).toBe('403 Authorization_RequestDenied');
  });

  it('with a key in another casing are answered 500 [entra 2.4 casing]', async () => {
    const answer = await test.graph('PUT', secretsPath, { body: { value: [{ key: 'baseAddress', value: 'x' }] } });
    expect(code(answer)).toBe('500 InternalError');
    expect(answer.body.error.message).toBe("Requested value 'baseAddress' was not found.");
  });

  it('under the name of the reference page’s table are refused [entra 2.4 body]', async () => {
    expect((await test.graph('PUT', secretsPath, { body: { credentials: secretsFor(scim) } })).status).toBe(400);
  });

  it('are masked in the sandbox’s own state', async () => {
    await configuredJob(test, scim);
    const state = JSON.stringify(test.entra.state());
    expect(state).toContain(scim.baseUrl);
    expect(state).not.toContain(scim.token);
  });
});

describe('validateCredentials', () => {
  const onCollection = (more: Record<string, unknown> = {}) =>
    test.graph('POST', `${synchronization}/jobs/validateCredentials`, {
      body: { useSavedCredentials: false, templateId: 'scim', credentials: secretsFor(scim).slice(0, 2), ...more },
    });

  it('needs no job and asks for a random user only [entra 2.4 validate-collection]', async () => {
    expect((await onCollection()).status).toBe(204);
    expect(scim.requests.map(({ method, url }) => [method, url.split('?')[0]])).toEqual([['GET', '/scim/v2/Users']]);
  });

  it('on a job also asks for a random group while groups are mapped [entra 9.2 test] [entra 2.4 saved]', async () => {
    const jobId = await configuredJob(test, scim, { groups: true });
    const body = { useSavedCredentials: true, credentials: [{ key: 'SecretToken', value: 'ignored' }] };
    expect((await test.graph('POST', `${synchronization}/jobs/${jobId}/validateCredentials`, { body })).status).toBe(204);
    expect(scim.requests.map(({ url }) => url.split('?')[0])).toEqual(['/scim/v2/Users', '/scim/v2/Groups']);
  });

  it.each([
    ['401', { status: 401, body: { code: 51 } }, 'Failure'],
    ['400', { status: 400, body: { scimType: 'invalidFilter' } }, 'Failure'],
    ['a web page', { status: 200, html: '<html></html>' }, 'Failure'],
    ['JSON that is no list', { status: 200, body: {} }, 'Failure'],
    ['403', { status: 403, body: { code: 53 } }, 'Unavailable'],
    ['404', { status: 404, body: { code: 4 } }, 'Unavailable'],
    ['500', { status: 500, body: {} }, 'Unavailable'],
    ['nothing', 'hang' as const, 'Unavailable'],
  ])('fails when the endpoint answers %s [entra 2.4 failure]', async (_what, answer, kind) => {
    scim.intercept = () => answer;
    const refused = await onCollection();
    expect(code(refused)).toBe(`400 SystemForCrossDomainIdentityManagementCredentialValidation${kind}`);
    expect(JSON.stringify(refused.body)).not.toContain(scim.token);
  });

  it('quotes what came back, in the status of the switch [entra 2.4 message]', async () => {
    test.context.switches.validateFailureStatus = 403;
    const refused = await onCollection({
      credentials: [
        { key: 'BaseAddress', value: scim.baseUrl },
        { key: 'SecretToken', value: 'x' },
      ],
    });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('received this unexpected response');
    expect(refused.body.error.message).toContain(`Resource: ${scim.baseUrl}/Users?filter=userName+eq+`);
    expect(refused.body.error.message).toContain('Operation: GET Response Status Code: Unauthorized');
  });

  it('fails without an address, and with one outside this machine [entra 2.4 unreachable]', async () => {
    for (const value of ['', 'no address', 'https://scim.example.test/scim/v2', 'http://127.0.0.1:9/scim'])
      expect(code(await onCollection({ credentials: [{ key: 'BaseAddress', value }] }))).toBe(
        '400 SystemForCrossDomainIdentityManagementCredentialValidationUnavailable',
      );
  });

  it('does not take keys in another casing [entra 2.4 casing]', async () => {
    expect(code(await onCollection({ credentials: [{ key: 'secretToken', value: 'x' }] }))).toBe('500 InternalError');
  });
});

it('a person without a right cannot reach a job of the Unity app at all [entra 6 sync]', async () => {
  const jobId = await configuredJob(test, scim);
  const token = test.tokenOf(people.megan);
  for (const [method, path] of [
    ['GET', `${synchronization}/jobs/${jobId}`],
    ['POST', `${synchronization}/jobs/${jobId}/start`],
    ['DELETE', `/servicePrincipals/${unityApp}/synchronization/jobs/${jobId}`],
  ] as const)
    expect((await test.graph(method, path, { token })).status).toBe(403);
});
