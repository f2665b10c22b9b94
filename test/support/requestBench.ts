import { NoRightError } from '../../src/errors';
import type { DirectoryPerson, PersonRef } from '../../src/provisioning/people';
import type { Policy } from '../../src/provisioning/policy';
import type { RequestState, Verdict } from '../../src/provisioning/requests';
import { saveConnection } from '../../src/store/connections';
import { rememberConversation } from '../../src/store/conversations';
import { findAttempt } from '../../src/store/decisions';
import { rememberPerson } from '../../src/store/people';
import { savePolicy } from '../../src/store/policies';
import { findRequestOfActivity, type StoredRequest } from '../../src/store/requests';
import { savedConnection } from './connectionSamples';
import { directoryPerson, synchronizationJob } from './fakeEntra';
import { TENANT } from './people';
import { until } from './until';
import { startWorkflowBench, type WorkflowBench } from './workflowBench';

/** The workflow bench with a connection, a policy and people who can be reached. */
export interface RequestBench extends WorkflowBench {
  person(name: string): PersonRef;
  /** People whose tokens may not act; everybody else may. */
  withoutRight: Set<string>;
  policy(change?: Partial<Policy>): Promise<void>;
  /** Asks and waits until it is frozen. */
  ask(
    by: string,
    people: string[],
    options?: { activityId?: string; reason?: string; supersedes?: number },
  ): Promise<StoredRequest>;
  /** Clicks and waits for what the click came to. */
  click(
    by: string,
    verdict: Verdict,
    request: StoredRequest,
    options?: { activityId?: string; reason?: string },
  ): Promise<string>;
  becomes(request: StoredRequest, ...states: RequestState[]): Promise<StoredRequest>;
}

export const CONNECTION = 'org-1';
const NAMES = ['Megan', 'Alex', 'Adele', 'Bea', 'Carl', 'Alice', 'Bruno', 'Cleo'];

export async function startRequestBench(): Promise<RequestBench> {
  const bench = await startWorkflowBench();
  const { store } = bench.test;
  const directory: DirectoryPerson[] = NAMES.map((name) => directoryPerson(name));
  bench.entra.people = directory;
  bench.entra.jobs = [synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' })];
  const person = (name: string): PersonRef => ({
    tenantId: TENANT,
    objectId: name.toLowerCase(),
    mri: `29:${name}`,
    displayName: name,
  });
  const withoutRight = new Set(['megan']);
  bench.entra.before = (method, caller) => {
    if (method === 'listSynchronizationJobs' && caller && withoutRight.has(caller))
      throw new NoRightError({ operation: method, requestId: null });
  };
  for (const name of NAMES) {
    const conversationId = `a:${name.toLowerCase()}`;
    await rememberConversation(store, {
      tenantId: TENANT,
      conversationId,
      kind: 'personal',
      serviceUrl: 'https://smba.example/',
      reference: {},
      installed: true,
    });
    await rememberPerson(store, person(name), conversationId);
  }
  await saveConnection(
    store,
    savedConnection({
      connectionId: CONNECTION,
      organizationId: CONNECTION,
      scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
      setUpBy: person('Adele'),
    }),
  );
  let activity = 0;

  return {
    ...bench,
    person,
    withoutRight,
    async policy(change = {}) {
      const [row] = await store.query<{ version: number }>('select version from policies where connection_id = $1', [CONNECTION]);
      await savePolicy(store, TENANT, { ...aPolicy(), ...change }, person('Adele'), row?.version ?? 0);
    },
    async ask(by, people, { activityId, reason, supersedes } = {}) {
      activity += 1;
      const answer = await bench.requests.request({
        person: person(by),
        conversationId: `a:${by.toLowerCase()}`,
        connectionId: CONNECTION,
        activityId: activityId ?? `ask-${activity}`,
        people: people.map((name) => `${name.toLowerCase()}@contoso.com`),
        reason: reason ?? null,
        ...(supersedes ? { supersedes } : {}),
      });
      if (answer.kind === 'refused') throw new Error(answer.why);
      const run = await bench.reaches(answer.runId, 'done', 'failed');
      if (run.failure) throw new Error(`${run.failure.code} ${JSON.stringify(run.failure.facts)}`);
      return until('a request', () => findRequestOfActivity(store, TENANT, answer.runId));
    },
    async click(by, verdict, request, { activityId, reason } = {}) {
      activity += 1;
      const key = {
        tenantId: TENANT,
        requestId: request.requestId,
        objectId: by.toLowerCase(),
        activityId: activityId ?? `click-${activity}`,
      };
      const answer = await bench.requests.decide({
        person: person(by),
        conversationId: `a:${by.toLowerCase()}`,
        requestId: request.requestId,
        verdict,
        reason: reason ?? (verdict === 'decline' ? 'not now' : null),
        activityId: key.activityId,
      });
      if (answer.kind === 'refused') return answer.why;
      const attempt = await until(`an answer to ${by}`, async () => {
        const found = await findAttempt(store, key);
        return found && found.state !== 'checking' ? found : undefined;
      });
      const { answer: came } = attempt;
      return came?.kind === 'refused' ? came.why : (came?.kind ?? 'none');
    },
    becomes: (request, ...states) =>
      until(`request ${request.number} to be ${states.join(' or ')}`, async () => {
        const found = await findRequestOfActivity(store, TENANT, request.activityId);
        return found && states.includes(found.state) ? found : undefined;
      }),
  };
}

const HOUR_MS = 3_600_000;

/** Adele, Alex and Bea approve; one approval up to 20 people, two above. */
export function aPolicy(): Omit<Policy, 'version'> {
  const ref = (name: string) => ({ objectId: name.toLowerCase(), displayName: name });
  return {
    connectionId: CONNECTION,
    whoMayAsk: { kind: 'everyone' },
    guestsMayAsk: false,
    approvers: { people: [ref('Adele'), ref('Alex'), ref('Bea')], group: null },
    approvals: [
      { upTo: 2, needed: 1 },
      { upTo: null, needed: 2 },
    ],
    selfApproval: false,
    reasonRequired: false,
    lifetimeMs: 8 * HOUR_MS,
    remindAfterMs: 15 * 60_000,
    escalation: null,
    autoApproval: null,
    postTo: { kind: 'approvers' },
    setupNeedsApproval: false,
  };
}
