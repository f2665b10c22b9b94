import { type EntraTest, eventually, roles, unityApp } from './entraTest';
import type { FakeScim } from './fakeScim';

export const synchronization = `/servicePrincipals/${unityApp}/synchronization`;

/** Secrets as the bot writes them; `more` replaces or adds keys. */
export function secretsFor(scim: FakeScim, more: Record<string, string> = {}): { key: string; value: string }[] {
  const all = {
    BaseAddress: scim.baseUrl,
    SecretToken: scim.token,
    SyncAll: 'false',
    SyncNotificationSettings: JSON.stringify({ Enabled: false, DeleteThresholdEnabled: false }),
    ...more,
  };
  return Object.entries(all).map(([key, value]) => ({ key, value }));
}

/** A configured, not started job on the Unity app; users only unless `groups`. */
export async function configuredJob(
  test: EntraTest,
  scim: FakeScim,
  { groups = false, secrets = {} }: { groups?: boolean; secrets?: Record<string, string> } = {},
): Promise<string> {
  const created = await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'scim' } });
  const saved = await test.graph('PUT', `${synchronization}/secrets`, { body: { value: secretsFor(scim, secrets) } });
  if (created.status !== 201 || saved.status !== 204) throw new Error(`not configured: ${created.status} ${saved.status}`);
  const jobId = created.body.id as string;
  if (!groups) await switchOffGroups(test, jobId);
  return jobId;
}

async function switchOffGroups(test: EntraTest, jobId: string): Promise<void> {
  const { body: schema } = await test.graph('GET', `${synchronization}/jobs/${jobId}/schema`);
  for (const mapping of schema.synchronizationRules[0].objectMappings)
    if (mapping.sourceObjectName === 'Group') mapping.enabled = false;
  const { status } = await test.graph('PUT', `${synchronization}/jobs/${jobId}/schema`, { body: schema });
  if (status !== 204) throw new Error(`the schema was not taken: ${status}`);
}

/** Assigns a user or group to the Unity app and gives the assignment's id. */
export async function assign(test: EntraTest, principalId: string, appRoleId = roles.user): Promise<string> {
  const { body, status } = await test.graph('POST', `/servicePrincipals/${unityApp}/appRoleAssignedTo`, {
    body: { principalId, resourceId: unityApp, appRoleId },
  });
  if (status !== 201) throw new Error(`not assigned: ${JSON.stringify(body)}`);
  return body.id as string;
}

export async function unassign(test: EntraTest, assignmentId: string): Promise<void> {
  const { status } = await test.graph('DELETE', `/servicePrincipals/${unityApp}/appRoleAssignedTo/${assignmentId}`);
  if (status !== 204) throw new Error(`not unassigned: ${status}`);
}

export async function readJob(test: EntraTest, jobId: string) {
  return (await test.graph('GET', `${synchronization}/jobs/${jobId}`)).body;
}

export function startJob(test: EntraTest, jobId: string) {
  return test.graph('POST', `${synchronization}/jobs/${jobId}/start`);
}

/** Waits for a cycle that is not `before` and gives the job. */
export function cycleAfter(test: EntraTest, jobId: string, before: string | null = null) {
  return eventually('a new cycle', async () => {
    const job = await readJob(test, jobId);
    const { activityIdentifier } = job.status.lastExecution ?? { activityIdentifier: null };
    return activityIdentifier !== null && activityIdentifier !== before && job;
  });
}

/** Moves the clock to the job's next cycle and waits until it is over. */
export async function nextCycle(test: EntraTest, jobId: string, advanceMs = test.context.switches.cycleMs) {
  const before = (await readJob(test, jobId)).status.lastExecution.activityIdentifier;
  test.context.clock.advance(advanceMs);
  return cycleAfter(test, jobId, before);
}

export async function onDemand(test: EntraTest, jobId: string, subject: Record<string, unknown>) {
  const { body: schema } = await test.graph('GET', `${synchronization}/jobs/${jobId}/schema`);
  return test.graph('POST', `${synchronization}/jobs/${jobId}/provisionOnDemand`, {
    body: { parameters: [{ ruleId: schema.synchronizationRules[0].id, subjects: [{ objectTypeName: 'User', ...subject }] }] },
  });
}

/** The two JSON texts inside an answer of shape A. */
export function readShapeA(body: { key: string; value: string }) {
  return { key: JSON.parse(body.key), value: JSON.parse(body.value) };
}
