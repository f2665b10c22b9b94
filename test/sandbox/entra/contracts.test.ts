import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredJob, onDemand, readJob, startJob, synchronization } from './support/configure';
import { type EntraTest, people, startEntraTest, unityApp } from './support/entraTest';
import { type FakeScim, startFakeScim } from './support/fakeScim';

let test: EntraTest;
let scim: FakeScim;
beforeAll(async () => {
  [test, scim] = await Promise.all([startEntraTest({ cycleDurationMs: 60_000 }), startFakeScim()]);
});
afterAll(() => Promise.all([test.stop(), scim.stop()]));

/** A documentation sample, as text. */
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../fixtures/contracts/entra', `${name}.json`), 'utf8'));

/** Differences in keys and types; null fits everything, `details` holds any texts. */
function differences(expected: unknown, actual: unknown, path = '$'): string[] {
  if (expected === null || actual === null) return [];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${path} is no list`];
    const [first] = expected;
    return first === undefined ? [] : actual.flatMap((item, index) => differences(first, item, `${path}[${index}]`));
  }
  if (typeof expected !== 'object') return typeof expected === typeof actual ? [] : [`${path} is ${typeof actual}`];
  const [left, right] = [expected as Record<string, unknown>, actual as Record<string, unknown>];
  if (path.endsWith('.details') && !Array.isArray(actual))
    return Object.entries(right).flatMap(([key, value]) => (typeof value === 'string' ? [] : [`${path}.${key} is no text`]));
  const missing = Object.keys(left).filter((key) => !(key in right));
  const extra = Object.keys(right).filter((key) => !(key in left));
  const inner = Object.keys(left).filter((key) => key in right);
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...extra.map((key) => `${path}.${key} is not in the sample`),
    ...inner.flatMap((key) => differences(left[key], right[key], `${path}.${key}`)),
  ];
}

const element = (body: unknown) => JSON.parse((body as { value: string }).value);

describe('what the sandbox sends has the shape of the documentation sample', () => {
  let jobId: string;
  it('of a template [entra 2.2 template]', async () => {
    const { body } = await test.graph('GET', `${synchronization}/templates`);
    expect(differences(sample('template'), body.value[0])).toEqual([]);
    expect(body.value[0]).toEqual(sample('template'));
  });

  it('of a new job [entra 2.3 new job]', async () => {
    const { body, status } = await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'scim' } });
    expect(status).toBe(201);
    expect(differences(sample('job'), body)).toEqual([]);
    const { '@odata.context': _context, id, ...rest } = sample('job') as Record<string, unknown>;
    expect(body).toMatchObject(rest);
    expect(body.id.split('.')).toHaveLength(String(id).split('.').length);
    expect(body.id).toMatch(/^scim\.5a1e00007e4a4c0d9a11000000000001\.[0-9a-f-]{36}$/);
    await test.graph('DELETE', `${synchronization}/jobs/${body.id}`);
    jobId = await configuredJob(test, scim);
  });

  it('of a started job that has not run yet [entra 2.3 placeholder]', async () => {
    await startJob(test, jobId);
    const { status, schedule } = await readJob(test, jobId);
    expect(status.lastExecution).toEqual(sample('placeholderExecution'));
    expect([schedule.state, status.code, status.troubleshootingUrl]).toEqual(['Active', 'NotRun', '']);
  });

  it('of a schema [entra 2.5 schema]', async () => {
    const { body } = await test.graph('GET', `${synchronization}/jobs/${jobId}/schema`);
    const { '@odata.context': _context, ...schema } = body;
    expect(differences(sample('schema'), schema)).toEqual([]);
    const [rule] = schema.synchronizationRules;
    const expected = (sample('schema') as { synchronizationRules: { objectMappings: { attributeMappings: unknown[] }[] }[] })
      .synchronizationRules[0];
    expect(rule.objectMappings[0].attributeMappings[0]).toEqual(expected?.objectMappings[0]?.attributeMappings[0]);
  });

  it('of an assignment, its id included [entra 4.3 id]', async () => {
    const { body } = await test.graph('POST', `/servicePrincipals/${unityApp}/appRoleAssignedTo`, {
      body: { principalId: people.alice, resourceId: unityApp, appRoleId: '18d14569-c3bd-439b-9a66-3a2aee01d14f' },
    });
    const { '@odata.context': _context, ...assignment } = body;
    expect(differences(sample('appRoleAssignment'), assignment)).toEqual([]);
    for (const { id, principalId } of [assignment, sample('appRoleAssignment')]) {
      const bytes = Buffer.from(id, 'base64url');
      expect([id.length, bytes.length]).toEqual([43, 32]);
      const hex = (from: number, to: number) => Buffer.from(bytes.subarray(from, to).toReversed()).toString('hex');
      const tail = bytes.subarray(8, 16).toString('hex');
      expect(`${hex(0, 4)}${hex(4, 6)}${hex(6, 8)}${tail}`).toBe(principalId.replaceAll('-', ''));
    }
  });

  it.each(['A', 'B'] as const)('of an on-demand answer in shape %s [entra 3.3 shapes]', async (shape) => {
    test.context.switches.onDemandShape = shape;
    scim.users.clear();
    const { body } = await onDemand(test, jobId, { objectId: people.alice });
    const expected = sample(`onDemandShape${shape}`);
    expect(differences(expected, body)).toEqual([]);
    expect(differences(element(expected), element(body))).toEqual([]);
    const names = (value: unknown) =>
      [value]
        .flat()
        .flatMap((one) => (one as { provisioningSteps: { name: string; details: object }[] }).provisioningSteps)
        .map((step) => [step.name, Object.keys(step.details)]);
    expect(names(element(body))).toEqual(names(element(expected)));
    if (shape === 'A') expect(body.key).toBe((expected as { key: string }).key);
    test.context.switches.onDemandShape = 'A';
  });

  it('of a redundant on-demand answer [entra 3.4 redundant]', async () => {
    const { body } = await onDemand(test, jobId, { objectId: people.alice });
    const expected = sample('onDemandRedundant');
    expect(differences(element(expected), element(body))).toEqual([]);
    const key = (answer: unknown) => JSON.parse((answer as { key: string }).key);
    expect(differences(key(expected), key(body))).toEqual([]);
    expect(key(body).details.errorCode).toBe('RedundantExport');
  });

  it('of a log row [entra 5.2 item]', async () => {
    scim.users.clear();
    scim.intercept = ({ method }) => (method === 'POST' ? { status: 409, body: { scimType: 'uniqueness' } } : undefined);
    await onDemand(test, jobId, { objectId: people.alice });
    const { body } = await test.graph('GET', '/auditLogs/provisioning?$top=1');
    const [row] = body.value;
    expect(differences(sample('provisioningLogItem'), row)).toEqual([]);
    expect(row).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: { status: 'failure', errorInformation: { errorCode: 'Conflict' } },
      sourceIdentity: { details: { UserPrincipalName: 'alice@contoso.com' } },
    });
    expect(row.provisioningSteps.at(-1)).toMatchObject({ name: 'EntryExportAdd', provisioningStepType: 'export' });
  });

  it('of an error, with the ids of the request [entra 7.1 error]', async () => {
    const { body, headers, status } = await test.graph('GET', `${synchronization}/jobs`, {
      token: test.tokenOf(people.megan),
      headers: { 'client-request-id': 'c1' },
    });
    expect(status).toBe(403);
    expect(differences(sample('errorBody'), body)).toEqual([]);
    expect([body.error.code, body.error.message]).toEqual([
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
    ]);
    expect(headers['request-id']).toBe(body.error.innerError['request-id']);
    expect(headers['client-request-id']).toBe('c1');
  });

  it('of a token [entra 8.1 response]', async () => {
    const { appId, secret } = test.context.bot;
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      client_id: appId,
      client_secret: secret,
      assertion: test.entra.issueSsoToken(people.adele),
      scope: 'https://graph.microsoft.com/User.Read',
    };
    const { body } = await test.http('POST', `/${test.context.tenant.tenantId}/oauth2/v2.0/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    expect(differences(sample('tokenResponse'), body)).toEqual([]);
  });

  it('takes the on-demand request of the documentation [entra 3.1 request]', async () => {
    const { parameters } = sample('onDemandRequest') as { parameters: { ruleId: string; subjects: { objectId: string }[] }[] };
    const [parameter] = parameters;
    const subjects = parameter?.subjects.map((subject) => ({ ...subject, objectId: people.alice }));
    const path = `${synchronization}/jobs/${jobId}/provisionOnDemand`;
    const { status } = await test.graph('POST', path, { body: { parameters: [{ ...parameter, subjects }] } });
    expect(status).toBe(200);
  });
});
