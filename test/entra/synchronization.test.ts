import { contractSample } from './contractSample';
import { clientOf, graphError } from './graphClient';
import { type ScriptedServer, startScriptedServer } from './scriptedServer';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const sp = 'sp-1';
const jobId = 'scim.0c9d2f7be1a3469d8b1c0f4f6a7e2d11.5e1f2a3b-7c4d-4e5f-9a8b-1c2d3e4f5a6b';
const secrets = { baseAddress: 'https://scim.example.test/scim/v2', scimToken: 'made-up-scim-token' };
const read = () => clientOf(graph).entra.getSynchronizationJob(sp, jobId);
const jobWith = (status: object, schedule: object = {}) => {
  const job = contractSample('job');
  return { ...job, schedule: { ...job.schedule, ...schedule }, status: { ...job.status, ...status } };
};

describe('templates', () => {
  it('come with the one that is default [entra 2.2 default]', async () => {
    graph.answers({ body: { value: [contractSample('template'), { id: 'customappsso', default: false }] } });
    await expect(clientOf(graph).entra.listSynchronizationTemplates(sp)).resolves.toEqual([
      { id: 'scim', isDefault: true },
      { id: 'customappsso', isDefault: false },
    ]);
  });

  it('may be none [entra 2.1 no-templates]', async () => {
    graph.answers({ body: { value: [] } });
    await expect(clientOf(graph).entra.listSynchronizationTemplates(sp)).resolves.toEqual([]);
  });
});

describe('a job', () => {
  it.each([201, 200])('is created with its template id alone, answered %i [entra 2.1 create]', async (status) => {
    graph.answers({ status, body: contractSample('job') });
    await expect(clientOf(graph).entra.createSynchronizationJob(sp, 'scim')).resolves.toMatchObject({
      id: jobId,
      state: 'Paused',
      schedule: 'Disabled',
      interval: 'PT40M',
      lastExecution: null,
      synchronizedUsers: null,
    });
    expect(graph.requests[0]?.body).toEqual({ templateId: 'scim' });
  });

  it('may begin as NotConfigured with the longest interval there is [entra 2.3 first-state]', async () => {
    const interval = 'P10675199DT2H48M5.4775807S';
    graph.answers({ body: jobWith({ code: 'NotConfigured' }, { interval }) });
    await expect(read()).resolves.toMatchObject({ state: 'NotConfigured', interval });
  });

  it('that was just started shows a placeholder, which is no failed cycle [entra 2.3 placeholder]', async () => {
    graph.answers({
      body: jobWith({ code: 'NotRun', lastExecution: contractSample('placeholderExecution') }, { state: 'Active' }),
    });
    await expect(read()).resolves.toMatchObject({ state: 'NotRun', schedule: 'Active', lastExecution: null });
  });

  it('keeps its last real cycle when it is started again [entra 2.3 placeholder]', async () => {
    const real = {
      ...contractSample('placeholderExecution'),
      activityIdentifier: 'cycle-7',
      state: 'Succeeded',
      timeBegan: '2026-01-05T10:00:00Z',
      timeEnded: '2026-01-05T10:01:00Z',
      countImported: 12,
      countExported: 3,
      countEscrowed: 1,
    };
    graph.answers({ body: jobWith({ lastExecution: contractSample('placeholderExecution'), lastSuccessfulExecution: real }) });
    const job = await read();
    expect(job?.lastExecution).toEqual({
      activityIdentifier: 'cycle-7',
      state: 'Succeeded',
      timeBegan: '2026-01-05T10:00:00Z',
      timeEnded: '2026-01-05T10:01:00Z',
      errorCode: null,
      countImported: 12,
      countExported: 3,
      countEscrowed: 1,
    });
  });

  it.each(['active', 'ACTIVE', 'Active'])('has a state whatever its case: %s [entra 0 casing]', async (code) => {
    graph.answers({ body: jobWith({ code }) });
    await expect(read()).resolves.toMatchObject({ state: 'Active' });
  });

  it('in quarantine says why and when it is tried again [entra 7.4 quarantine]', async () => {
    const quarantine = {
      currentBegan: '2026-01-05T10:00:00Z',
      nextAttempt: '2026-01-05T10:05:00Z',
      reason: 'EncounteredQuarantineException',
      error: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials', message: 'no', tenantActionable: true },
    };
    graph.answers({ body: jobWith({ code: 'Quarantine', quarantine }) });
    await expect(read()).resolves.toMatchObject({
      state: 'Quarantine',
      quarantine: {
        reason: 'EncounteredQuarantineException',
        errorCode: 'SystemForCrossDomainIdentityManagementInvalidCredentials',
        currentBegan: '2026-01-05T10:00:00Z',
        nextAttempt: '2026-01-05T10:05:00Z',
      },
    });
  });

  it.each(['User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'])(
    'counts people under the key %s [entra 2.3 counts]',
    async (key) => {
      graph.answers({
        body: jobWith({
          synchronizedEntryCountByType: [
            { key: 'Group', value: 3 },
            { key, value: 12 },
          ],
        }),
      });
      await expect(read()).resolves.toMatchObject({ synchronizedUsers: 12 });
    },
  );

  it('that is gone is undefined', async () => {
    graph.answers({ status: 404, body: graphError('Request_ResourceNotFound') });
    await expect(read()).resolves.toBeUndefined();
  });

  it('in a state that nobody knows is no usable answer', async () => {
    graph.answers({ body: jobWith({ code: 'Dreaming' }) });
    await expect(read()).rejects.toMatchObject({ code: 'graph_unreachable' });
  });

  it.each([200, 202, 204])('counts as changed with any success, %i too [entra 2.1 any 2xx]', async (status) => {
    graph.always({ status });
    const { entra } = clientOf(graph);
    await entra.startSynchronizationJob(sp, jobId);
    await entra.pauseSynchronizationJob(sp, jobId);
    await entra.putSecrets(sp, secrets);
    await entra.deleteSynchronizationJob(sp, jobId);
    await entra.removeAppRoleAssignment(sp, 'a');
    expect(graph.requests).toHaveLength(5);
  });

  it.each(['customappsso.0c9d2f7be1a3469d8b1c0f4f6a7e2d11', 'customappsso.0c9d.5e1f2a3b'])(
    'tells its kind by the beginning of its id where it has no template id: %s [entra 2.3 job id]',
    async (id) => {
      graph.answers({ body: { ...contractSample('job'), id, templateId: null } });
      await expect(read()).resolves.toMatchObject({ id, templateId: 'customappsso' });
    },
  );

  it('is started and paused by a POST without a body [entra 2.1 start]', async () => {
    graph.answers({ status: 204 }, { status: 204 });
    const { entra } = clientOf(graph);
    await entra.startSynchronizationJob(sp, jobId);
    await entra.pauseSynchronizationJob(sp, jobId);
    const root = `/v1.0/servicePrincipals/${sp}/synchronization/jobs/${jobId}`;
    expect(graph.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', `${root}/start`, undefined],
      ['POST', `${root}/pause`, undefined],
    ]);
  });
});

describe('Test Connection', () => {
  const test = (id: string | null) =>
    clientOf(graph).entra.validateCredentials({ servicePrincipalId: sp, jobId: id, templateId: 'scim', secrets });
  const credentials = [
    { key: 'BaseAddress', value: secrets.baseAddress },
    { key: 'SecretToken', value: secrets.scimToken },
  ];

  it('needs no job [entra 2.4 validate-collection]', async () => {
    graph.answers({ status: 204 });
    await test(null);
    expect(graph.requests[0]).toMatchObject({
      url: `/v1.0/servicePrincipals/${sp}/synchronization/jobs/validateCredentials`,
      body: { useSavedCredentials: false, templateId: 'scim', credentials },
    });
  });

  it('uses the job where there is one [entra 2.4 validate-job]', async () => {
    graph.answers({ status: 204 });
    await test(jobId);
    expect(graph.requests[0]?.url).toBe(`/v1.0/servicePrincipals/${sp}/synchronization/jobs/${jobId}/validateCredentials`);
    expect(graph.requests[0]?.body).toEqual({ useSavedCredentials: false, credentials });
  });

  const message =
    'You appear to have entered invalid credentials. We received this unexpected response from your application: Received response from Web ' +
    'resource. Resource: https://host/Users?filter=userName+eq+"0b1c" Operation: GET Response Status Code: Unauthorized Response Headers: x';
  it.each([400, 401, 403, 500])('that fails with %i says what Unity answered to Entra [entra 2.4 failure]', async (status) => {
    graph.always({ status, body: graphError('SystemForCrossDomainIdentityManagementCredentialValidationFailure', message) });
    await expect(test(null)).rejects.toMatchObject({
      code: 'entra_credentials_test_failed',
      facts: {
        status,
        graphCode: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure',
        responseStatus: 'Unauthorized',
      },
    });
    expect(graph.requests).toHaveLength(status === 500 ? 3 : 1);
  });

  it('finds the code of the test behind a general one [entra 2.4 failure]', async () => {
    const body = {
      error: {
        code: 'BadRequest',
        message: 'No.',
        details: [{ code: 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable' }],
      },
    };
    graph.always({ status: 400, body });
    await expect(test(null)).rejects.toMatchObject({
      facts: { graphCode: 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable', responseStatus: null },
    });
  });

  it('without a right to test is a missing right', async () => {
    graph.always({ status: 403, body: graphError('Authorization_RequestDenied') });
    await expect(test(null)).rejects.toMatchObject({ code: 'no_right' });
  });

  it('without an answer of Entra is no verdict on the token', async () => {
    graph.always({ status: 503 });
    await expect(test(null)).rejects.toMatchObject({ code: 'graph_unreachable' });
  });
});

describe('secrets', () => {
  it('are written as our own full list, SyncAll "false", delete threshold on [entra 2.4 keys]', async () => {
    graph.answers({ status: 204 });
    await clientOf(graph).entra.putSecrets(sp, secrets);
    const { value } = graph.requests[0]!.body as { value: { key: string; value: string }[] };
    expect(graph.requests[0]).toMatchObject({ method: 'PUT', url: `/v1.0/servicePrincipals/${sp}/synchronization/secrets` });
    expect(value.map(({ key }) => key)).toEqual(['BaseAddress', 'SecretToken', 'SyncAll', 'SyncNotificationSettings']);
    expect(value[2]?.value).toBe('false');
    expect(JSON.parse(value[3]?.value ?? '')).toEqual({ Enabled: false, DeleteThresholdEnabled: true });
  });

  const stored = async (...value: unknown[]) => {
    graph.answers({ body: { value } });
    return clientOf(graph).entra.getSecrets(sp);
  };

  it('show address and scope where Graph shows them [entra 2.4 mask]', async () => {
    const found = await stored(
      { key: 'BaseAddress', value: secrets.baseAddress },
      { key: 'SecretToken', value: '*' },
      { key: 'syncAll', value: 'False' },
    );
    expect(found).toEqual({ baseAddress: secrets.baseAddress, syncAll: 'false', unknownKeys: [] });
  });

  it.each(['*', '********', '', null, '[hidden]', 'https://***', 'https://••••', 'https://'])(
    'that come back as %j count as masked [entra 2.4 mask]',
    async (value) => {
      expect(await stored({ key: 'BaseAddress', value }, { key: 'SyncAll', value })).toEqual({ unknownKeys: [] });
    },
  );

  it('name the keys that we do not write ourselves', async () => {
    const found = await stored({ key: 'BaseAddress', value: '*' }, { key: 'SkipOutOfScopeDeletions', value: 'True' });
    expect(found.unknownKeys).toEqual(['SkipOutOfScopeDeletions']);
  });

  it.each([403, 404])('that may not be read (%i) are unknown, not an error [entra 2.1 secrets-read]', async (status) => {
    graph.answers({ status, body: graphError('Authorization_RequestDenied') });
    await expect(clientOf(graph).entra.getSecrets(sp)).resolves.toEqual({ unknownKeys: [] });
  });
});

describe('the schema', () => {
  const groupMapping = {
    enabled: true,
    sourceObjectName: 'Group',
    targetObjectName: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  };
  const rule = (id: string, more: object = {}) => ({
    ...contractSample('schema').synchronizationRules[0],
    id,
    metadata: [],
    ...more,
  });
  const schemaOf = (...synchronizationRules: unknown[]) => ({ ...contractSample('schema'), synchronizationRules });
  const readSchema = () => clientOf(graph).entra.getJobSchema(sp, jobId);

  it('has the rule id that on demand needs [entra 2.5 rule-id]', async () => {
    graph.answers({ body: contractSample('schema') });
    await expect(readSchema()).resolves.toMatchObject({
      ruleId: '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8',
      groupMappingEnabled: false,
    });
  });

  it('prefers a rule that supports on demand, then the lowest priority [entra 2.5 rule-id]', async () => {
    const metadata = [{ key: 'supportsProvisionOnDemand', value: 'True' }];
    const off = [{ enabled: false, sourceObjectName: 'User' }];
    graph.answers(
      {
        body: schemaOf(
          rule('first', { priority: 1 }),
          rule('third#V2', { priority: 3, metadata }),
          rule('second', { priority: 2, metadata }),
        ),
      },
      {
        body: schemaOf(
          rule('off', { priority: 1, objectMappings: off }),
          rule('late', { priority: 9 }),
          rule('early', { priority: 2 }),
        ),
      },
    );
    await expect(readSchema()).resolves.toMatchObject({ ruleId: 'second' });
    await expect(readSchema()).resolves.toMatchObject({ ruleId: 'early' });
  });

  it('without a rule for people has no rule id', async () => {
    graph.answers({ body: schemaOf() });
    await expect(readSchema()).resolves.toMatchObject({ ruleId: null, groupMappingEnabled: false });
  });

  it('goes back whole with one switch changed [entra 2.5 whole-schema]', async () => {
    const whole = schemaOf(
      rule('r', { objectMappings: [...rule('r').objectMappings, groupMapping], ofTomorrow: { kept: [1, null] } }),
    );
    graph.answers({ body: whole }, { status: 204 });
    await clientOf(graph).entra.switchGroupMapping(sp, jobId, false);
    const expected = structuredClone(whole);
    expected.synchronizationRules[0].objectMappings[1].enabled = false;
    expect(graph.requests[1]).toMatchObject({
      method: 'PUT',
      url: `/v1.0/servicePrincipals/${sp}/synchronization/jobs/${jobId}/schema`,
    });
    expect(graph.requests[1]?.body).toEqual(expected);
  });

  it('is not written when the switch is as it should be, since a PUT starts a new initial cycle [entra 2.5 initial-cycle]', async () => {
    graph.answers({ body: schemaOf(rule('r', { objectMappings: [{ ...groupMapping, enabled: false }] })) });
    await clientOf(graph).entra.switchGroupMapping(sp, jobId, false);
    expect(graph.requests).toHaveLength(1);
  });
});

describe('the provisioning logs', () => {
  const logs = (top?: number) =>
    clientOf(graph).entra.listProvisioningLogs({
      jobId: "j'1",
      since: '2026-01-05T09:00:00Z',
      ...(top !== undefined && { top }),
    });

  it('are asked for one job since an instant, newest first [entra 5.1 filter]', async () => {
    graph.answers({ body: { value: [] } });
    await logs();
    const asked = new URL(graph.requests[0]?.url ?? '', graph.url).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      $filter: "jobId eq 'j''1' and activityDateTime gt 2026-01-05T09:00:00.000Z",
      $top: '100',
      $orderby: 'activityDateTime desc',
    });
  });

  it('read an entry, with the app as an object or as a list [entra 5.2 service-principal]', async () => {
    const item = contractSample('provisioningLogItem');
    graph.answers({ body: { value: [item, { ...item, servicePrincipal: [item.servicePrincipal] }] } });
    const entry = {
      changeId: '1a2b3c4d-0000-4000-8000-00000000c001',
      action: 'create',
      status: 'failure',
      errorCode: 'Conflict',
      sourceObjectId: '7b0c1d2e-0000-4000-8000-00000000a001',
      sourceDisplayName: 'Ana',
      at: '2026-01-05T10:00:02Z',
    };
    await expect(logs()).resolves.toMatchObject([entry, entry]);
  });

  it('read any casing, and take an unknown status as a warning [entra 5.2 casing]', async () => {
    const item = contractSample('provisioningLogItem');
    const withStatus = (status: string) => ({
      ...item,
      provisioningAction: 'Create',
      provisioningStatusInfo: { ...item.provisioningStatusInfo, status },
    });
    graph.answers({ body: { value: [withStatus('Failure'), withStatus('unknownFutureValue')] } });
    await expect(logs()).resolves.toMatchObject([{ status: 'failure', action: 'create' }, { status: 'warning' }]);
  });

  it('end at the number asked for', async () => {
    const item = contractSample('provisioningLogItem');
    graph.answers({ body: { value: [item, item, item], '@odata.nextLink': `${graph.url}/v1.0/more` } });
    await expect(logs(2)).resolves.toHaveLength(2);
    expect(graph.requests).toHaveLength(1);
  });
});
