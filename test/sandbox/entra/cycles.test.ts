import {
  assign,
  configuredJob,
  cycleAfter,
  nextCycle,
  onDemand,
  readJob,
  readShapeA,
  secretsFor,
  startJob,
  synchronization,
  unassign,
} from './support/configure';
import { type EntraTest, eventually, groups, people, startEntraTest } from './support/entraTest';
import { type FakeScim, startFakeScim } from './support/fakeScim';

let test: EntraTest;
let scim: FakeScim;
beforeEach(async () => {
  [test, scim] = await Promise.all([startEntraTest({ cycleDurationMs: 0 }, { scimTimeoutMs: 1_500 }), startFakeScim()]);
});
afterEach(() => Promise.all([test.stop(), scim.stop()]));

const writes = () => scim.requests.filter(({ method }) => method !== 'GET');
const userOf = (id: string) => test.context.tenant.users.find((user) => user.id === id)!;
const saveSecrets = (more: Record<string, string>) =>
  test.graph('PUT', `${synchronization}/secrets`, { body: { value: secretsFor(scim, more) } });

interface SchemaMapping {
  flowTypes: string;
  attributeMappings: { targetAttributeName: string }[];
}

async function started(options: Parameters<typeof configuredJob>[2] = {}) {
  const jobId = await configuredJob(test, scim, options);
  await startJob(test, jobId);
  return { jobId, job: await cycleAfter(test, jobId) };
}

describe('the first cycle', () => {
  it('provisions the assigned people and their groups’ direct members only [entra 4.2 cycle]', async () => {
    await Promise.all([assign(test, people.alice), assign(test, groups.artists)]);
    const { job } = await started();
    const names = [...scim.users.values()].map(({ userName }) => userName).sort();
    expect(names).toEqual(['alice@contoso.com', 'emma@contoso.com', 'henry@contoso.com', 'mina@contoso.com']);
    expect(job.status).toMatchObject({
      code: 'Active',
      quarantine: null,
      countSuccessiveCompleteFailures: 0,
      synchronizedEntryCountByType: [{ key: 'User', value: 4 }],
      lastExecution: { state: 'Succeeded', countEntitled: 4, countExported: 4, countEscrowed: 0, error: null },
    });
    expect(job.status.lastSuccessfulExecution).toEqual(job.status.lastExecution);
    expect(job.status.lastSuccessfulExecutionWithExports).toEqual(job.status.lastExecution);
    expect(job.status.steadyStateFirstAchievedTime).toBe(job.status.lastExecution.timeEnded);
  });

  it('provisions every enabled person when SyncAll is true [entra 2.4 SyncAll]', async () => {
    test.context.clock.setSpeed(1000);
    await started({ secrets: { SyncAll: 'true' } });
    const enabled = test.context.tenant.users.filter(({ accountEnabled }) => accountEnabled);
    expect(scim.users.size).toBe(enabled.length);
  });

  it('lasts as long as the switch says in sandbox time [entra 7.3 timing]', async () => {
    test.context.switches.cycleDurationMs = 60_000;
    await assign(test, people.alice);
    const jobId = await configuredJob(test, scim);
    await startJob(test, jobId);
    await eventually('alice is created', () => scim.users.size === 1);
    expect((await readJob(test, jobId)).status.code).toBe('NotRun');
    test.context.clock.advance(60_000);
    const { lastExecution } = (await cycleAfter(test, jobId)).status;
    expect(Date.parse(lastExecution.timeEnded) - Date.parse(lastExecution.timeBegan)).toBeGreaterThanOrEqual(60_000);
  });

  it('goes on after one person’s failure and tries that person again [entra 9.4 one failure]', async () => {
    await Promise.all([assign(test, people.alice), assign(test, people.bruno)]);
    scim.intercept = ({ method, body }) =>
      method === 'POST' && body.userName === 'alice@contoso.com' ? { status: 429, body: {} } : undefined;
    const { jobId, job } = await started();
    expect(job.status).toMatchObject({
      code: 'Active',
      lastExecution: { state: 'EntryLevelErrors', countEscrowed: 1, countExported: 1 },
      lastSuccessfulExecution: null,
    });
    scim.intercept = undefined;
    const later = await nextCycle(test, jobId);
    expect(later.status.lastExecution).toMatchObject({ state: 'Succeeded', countExported: 1 });
    expect(scim.users.size).toBe(2);
  });
});

describe('later cycles', () => {
  it('come one interval after the other with a new activityIdentifier and touch nobody who did not change [entra 7.3 interval]', async () => {
    await assign(test, people.alice);
    const { jobId, job } = await started();
    const before = scim.requests.length;
    const second = await nextCycle(test, jobId);
    expect(second.status.lastExecution.activityIdentifier).not.toBe(job.status.lastExecution.activityIdentifier);
    expect(second.status.lastExecution.countExported).toBe(0);
    expect(second.status.lastSuccessfulExecutionWithExports).toEqual(job.status.lastExecution);
    expect(scim.requests.slice(before)).toHaveLength(1); // the connection test
  });

  it('send what changed in Entra [entra 9.2 update]', async () => {
    await assign(test, people.alice);
    const { jobId } = await started();
    userOf(people.alice).displayName = 'Alice Nowak-Berg';
    await nextCycle(test, jobId);
    expect(writes().at(-1)?.body.Operations).toEqual([{ op: 'Replace', path: 'displayName', value: 'Alice Nowak-Berg' }]);
  });

  it('send the newer PATCH form with the flag [entra 9.2 flag]', async () => {
    await assign(test, people.alice);
    const { jobId } = await started({ secrets: { BaseAddress: `${scim.baseUrl}?aadOptscim062020` } });
    Object.assign(userOf(people.alice), { displayName: 'A. Nowak', givenName: 'A.', mail: 'a@contoso.com' });
    await nextCycle(test, jobId);
    expect(writes().at(-1)?.body.Operations).toEqual([
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@contoso.com' },
      { op: 'replace', value: { displayName: 'A. Nowak', 'name.givenName': 'A.', 'name.formatted': 'A. Nowak' } },
    ]);
    userOf(people.alice).accountEnabled = false;
    await nextCycle(test, jobId);
    expect(writes().at(-1)?.body.Operations).toEqual([{ op: 'replace', path: 'active', value: false }]);
  });

  it('disable who was unassigned, and send no DELETE when that person is deleted later [entra 7.5 unassigned]', async () => {
    const assignment = await assign(test, people.alice);
    const { jobId } = await started();
    await unassign(test, assignment);
    await nextCycle(test, jobId);
    expect(writes().at(-1)).toMatchObject({
      method: 'PATCH',
      body: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
    });
    test.context.tenant.users = test.context.tenant.users.filter(({ id }) => id !== people.alice);
    await nextCycle(test, jobId);
    expect(writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('disable who is blocked, switch the person on again, and delete who is gone [entra 7.5 deleted]', async () => {
    await assign(test, people.alice);
    const { jobId } = await started();
    userOf(people.alice).accountEnabled = false;
    await nextCycle(test, jobId);
    expect([...scim.users.values()][0]?.active).toBe(false);
    userOf(people.alice).accountEnabled = true;
    await nextCycle(test, jobId);
    expect(writes().at(-1)?.body.Operations).toEqual([{ op: 'Replace', path: 'active', value: 'True' }]);
    userOf(people.alice).accountEnabled = false;
    await nextCycle(test, jobId);
    test.context.tenant.users = test.context.tenant.users.filter(({ id }) => id !== people.alice);
    await nextCycle(test, jobId);
    expect(writes().at(-1)?.method).toBe('DELETE');
    expect(scim.users.size).toBe(0);
  });

  it('count who is gone from the target already as deleted [entra 9.2 answers]', async () => {
    await assign(test, people.alice);
    const { jobId } = await started();
    scim.intercept = ({ method }) => (method === 'DELETE' ? { status: 404, body: {} } : undefined);
    test.context.tenant.users = test.context.tenant.users.filter(({ id }) => id !== people.alice);
    const { status } = await nextCycle(test, jobId);
    expect(writes().at(-1)?.method).toBe('DELETE');
    expect(status.lastExecution).toMatchObject({ state: 'Succeeded', countEscrowed: 0 });
  });

  it.each<[string, (mapping: SchemaMapping) => void, string[]]>([
    ['no DELETE where the mapping does not allow one', (mapping) => (mapping.flowTypes = 'Add,Update'), []],
    [
      'DELETE at once where nothing is mapped to active',
      ({ attributeMappings }) => {
        const index = attributeMappings.findIndex(({ targetAttributeName }) => targetAttributeName === 'active');
        attributeMappings.splice(index, 1);
      },
      ['DELETE'],
    ],
  ])('send %s [entra 7.5 mapping]', async (_what, change, expected) => {
    const assignment = await assign(test, people.alice);
    const jobId = await configuredJob(test, scim);
    const path = `${synchronization}/jobs/${jobId}/schema`;
    const { body: schema } = await test.graph('GET', path);
    const rule = schema.synchronizationRules[0];
    change(rule.objectMappings.find(({ sourceObjectName }: { sourceObjectName: string }) => sourceObjectName === 'User'));
    expect((await test.graph('PUT', path, { body: schema })).status).toBe(204);
    await startJob(test, jobId);
    await cycleAfter(test, jobId);
    if (expected.length > 0) await unassign(test, assignment);
    else test.context.tenant.users = test.context.tenant.users.filter(({ id }) => id !== people.alice);
    await nextCycle(test, jobId);
    expect(writes().map(({ method }) => method)).toEqual(['POST', ...expected]);
  });

  it('leave people out of scope alone with SkipOutOfScopeDeletions [entra 7.5 skip]', async () => {
    const assignment = await assign(test, people.alice);
    const { jobId } = await started({ secrets: { SkipOutOfScopeDeletions: 'True' } });
    await unassign(test, assignment);
    await nextCycle(test, jobId);
    expect(writes()).toHaveLength(1);
  });

  it('put SyncAll back to assigned people only after a restart [entra 2.4 restart]', async () => {
    test.context.clock.setSpeed(100);
    const { jobId } = await started({ secrets: { SyncAll: 'true' } });
    const everybody = scim.users.size;
    await saveSecrets({ SyncAll: 'false' });
    await nextCycle(test, jobId);
    expect(writes()).toHaveLength(everybody);
    const before = (await readJob(test, jobId)).status.lastExecution.activityIdentifier;
    await test.graph('POST', `${synchronization}/jobs/${jobId}/restart`, { body: { criteria: { resetScope: '' } } });
    await cycleAfter(test, jobId, before);
    expect([...scim.users.values()].every(({ active }) => active === false)).toBe(true);
  });

  it('stop with pause, after the running one has finished, and go on with start [entra 2.3 pause]', async () => {
    test.context.switches.cycleDurationMs = 60_000;
    await assign(test, people.alice);
    const jobId = await configuredJob(test, scim);
    await startJob(test, jobId);
    await eventually('the cycle runs', () => scim.users.size === 1);
    const { status } = await test.graph('POST', `${synchronization}/jobs/${jobId}/pause`);
    expect(status).toBe(204);
    test.context.clock.advance(60_000);
    const paused = await cycleAfter(test, jobId);
    expect([paused.schedule.state, paused.status.code]).toEqual(['Paused', 'Paused']);
    const requests = scim.requests.length;
    test.context.clock.advance(100 * test.context.switches.cycleMs);
    await onDemand(test, jobId, { objectId: people.bruno });
    expect(scim.requests).toHaveLength(requests + 1); // only the on-demand call's own test
    await startJob(test, jobId);
    test.context.clock.advance(60_000);
    const resumed = await cycleAfter(test, jobId, paused.status.lastExecution.activityIdentifier);
    expect([resumed.schedule.state, resumed.status.code]).toEqual(['Active', 'Active']);
  });
});

describe('quarantine', () => {
  it('begins with refused credentials and ends with the next good attempt [entra 7.4 credentials]', async () => {
    await assign(test, people.alice);
    scim.token = 'rotated-token';
    const jobId = await configuredJob(test, scim, { secrets: { SecretToken: 'old-token' } });
    await startJob(test, jobId);
    const { status } = await cycleAfter(test, jobId);
    expect(status).toMatchObject({
      code: 'Quarantine',
      countSuccessiveCompleteFailures: 1,
      lastExecution: { state: 'Failed' },
      quarantine: {
        reason: 'EncounteredQuarantineException',
        seriesCount: 1,
        error: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials' },
      },
    });
    expect(JSON.stringify(status)).not.toContain('old-token');
    const { currentBegan, nextAttempt } = status.quarantine;
    expect(Date.parse(nextAttempt) - Date.parse(currentBegan)).toBe(300_000);
    await saveSecrets({ SecretToken: 'rotated-token' });
    const healed = await nextCycle(test, jobId, 300_000);
    expect(healed.status).toMatchObject({ code: 'Active', quarantine: null, countSuccessiveCompleteFailures: 0 });
    expect(scim.users.size).toBe(1);
  });

  it('is tried again after 6 h, 12 h, 24 h and then daily, and switched off after 28 days [entra 7.4 attempts]', async () => {
    const jobId = await configuredJob(test, scim, { secrets: { SecretToken: 'wrong' } });
    await startJob(test, jobId);
    let job = await cycleAfter(test, jobId);
    const waits: number[] = [];
    while (job.schedule.state === 'Active') {
      const { seriesBegan, nextAttempt } = job.status.quarantine;
      waits.push(Math.round((Date.parse(nextAttempt) - Date.parse(seriesBegan)) / 60_000));
      job = await nextCycle(test, jobId, Date.parse(nextAttempt) - test.context.clock.now());
    }
    expect(waits.slice(0, 6)).toEqual([5, 360, 720, 1440, 2880, 4320]);
    expect(waits.at(-1)).toBe(28 * 1440);
    expect([job.schedule.state, job.status.code]).toEqual(['Disabled', 'Quarantine']);
  });

  it('is left by start and by restart, at once [entra 7.4 start]', async () => {
    const jobId = await configuredJob(test, scim, { secrets: { SecretToken: 'wrong' } });
    await startJob(test, jobId);
    const { status } = await cycleAfter(test, jobId);
    await saveSecrets({});
    await startJob(test, jobId);
    const started = await readJob(test, jobId);
    expect(started.status.quarantine).toBeNull();
    const after = await cycleAfter(test, jobId, status.lastExecution.activityIdentifier);
    expect(after.status.code).toBe('Active');
  });

  it.each([
    ['a 404 on the list', { status: 404, body: {} }, 'SystemForCrossDomainIdentityManagementServiceIncompatible'],
    ['a web page', { status: 200, html: '<html></html>' }, 'SystemForCrossDomainIdentityManagementServiceIncompatible'],
    ['a server error', { status: 500, body: {} }, 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable'],
  ])('begins with %s whatever the number of people [entra 7.4 incompatible]', async (_what, answer, code) => {
    scim.intercept = () => answer;
    const { job } = await started();
    expect(job.status).toMatchObject({ code: 'Quarantine', quarantine: { error: { code } } });
  });

  it('begins when the token is revoked in mid-cycle, and the rest is left for later [entra 9.4 mid-cycle]', async () => {
    await Promise.all([assign(test, people.alice), assign(test, people.bruno)]);
    scim.intercept = ({ method }) => (method === 'POST' ? { status: 401, body: {} } : undefined);
    const { job } = await started();
    expect(job.status.code).toBe('Quarantine');
    expect(writes()).toHaveLength(1);
  });

  it('begins with too many deletions, logs them as staged, and lets them happen with ForceDeletes [entra 7.5 threshold]', async () => {
    const assignments = await Promise.all([people.alice, people.bruno, people.emma].map((id) => assign(test, id)));
    const settings = JSON.stringify({ Enabled: false, DeleteThresholdEnabled: true, DeleteThresholdValue: 2 });
    const { jobId } = await started({ secrets: { SyncNotificationSettings: settings } });
    for (const assignment of assignments) await unassign(test, assignment);
    const { status } = await nextCycle(test, jobId);
    expect(status).toMatchObject({ code: 'Quarantine', quarantine: { reason: 'TooManyDeletes' } });
    expect(writes().filter(({ method }) => method === 'PATCH')).toEqual([]);
    const { body: log } = await test.graph('GET', `/auditLogs/provisioning?$filter=jobId eq '${jobId}'`.replaceAll(' ', '%20'));
    const staged = log.value.filter((row: { provisioningAction: string }) => row.provisioningAction === 'stagedDelete');
    expect(staged).toHaveLength(3);
    await test.graph('POST', `${synchronization}/jobs/${jobId}/restart`, { body: { criteria: { resetScope: 'ForceDeletes' } } });
    await cycleAfter(test, jobId, status.lastExecution.activityIdentifier);
    expect([...scim.users.values()].every(({ active }) => active === false)).toBe(true);
  });
});

describe('groups', () => {
  it('are created empty, then given the members that are in the target, and emptied again [entra 9.2 groups]', async () => {
    await assign(test, groups.artists);
    const { jobId, job } = await started({ groups: true });
    const [group] = scim.groups.values();
    expect(group).toMatchObject({ displayName: 'Unity Artists', members: [...scim.users.keys()] });
    expect(job.status.synchronizedEntryCountByType).toEqual([
      { key: 'User', value: 3 },
      { key: 'Group', value: 1 },
    ]);
    const match = scim.requests.filter(({ url }) => url.includes('/Groups?'));
    expect(match.at(-1)?.url).toBe('/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22Unity+Artists%22');
    const artists = test.context.tenant.groups.find(({ id }) => id === groups.artists)!;
    artists.members = artists.members.filter((id) => id !== people.emma);
    await nextCycle(test, jobId);
    const emma = [...scim.users.values()].find(({ userName }) => userName === 'emma@contoso.com');
    expect(writes().at(-1)?.body.Operations).toEqual([{ op: 'Remove', path: 'members', value: [{ value: emma?.id }] }]);
    expect(emma?.active).toBe(false);
  });

  it('are left out when their mapping is switched off [entra 2.5 group mapping]', async () => {
    await assign(test, groups.artists);
    await started();
    expect(scim.requests.filter(({ url }) => url.includes('/Groups'))).toEqual([]);
    expect(scim.users.size).toBe(3);
  });
});

describe('on demand beside the schedule', () => {
  it('works while the job is in quarantine and does not end it [entra 3.4 quarantined]', async () => {
    await assign(test, people.alice);
    const jobId = await configuredJob(test, scim, { secrets: { SecretToken: 'wrong' } });
    await startJob(test, jobId);
    await cycleAfter(test, jobId);
    await saveSecrets({});
    const { body } = await onDemand(test, jobId, { objectId: people.alice });
    expect(readShapeA(body).key.result).toBe('Success');
    expect((await readJob(test, jobId)).status.code).toBe('Quarantine');
  });

  it('and a cycle never create one person twice [entra 3.1 with cycles]', async () => {
    await assign(test, people.alice);
    const jobId = await configuredJob(test, scim);
    await Promise.all([startJob(test, jobId), onDemand(test, jobId, { objectId: people.alice })]);
    await cycleAfter(test, jobId);
    expect(scim.users.size).toBe(1);
  });
});
