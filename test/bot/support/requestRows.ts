import { randomUUID } from 'node:crypto';
import type { PersonRef } from '../../../src/provisioning/people';
import type { Policy } from '../../../src/provisioning/policy';
import type { Frozen } from '../../../src/provisioning/requests';
import { saveConnection } from '../../../src/store/connections';
import { savePolicy } from '../../../src/store/policies';
import { insertRequest, type StoredRequest } from '../../../src/store/requests';
import { insertViewers, type RequestViewer } from '../../../src/store/requestViewers';
import type { Store } from '../../../src/store/sql';
import { savedConnection } from '../../support/connectionSamples';
import { aPolicy } from '../../support/requestBench';
import { adele } from './botBench';
import { TENANT_ID } from './settings';

export const ORGANIZATION = '20000000000001';
export const SERVICE_PRINCIPAL = 'aaaaaaaa-0000-4000-8000-00000000000a';

export async function connect(store: Store, organizationId = ORGANIZATION, appDisplayName = 'Unity Cloud SSO'): Promise<string> {
  await saveConnection(
    store,
    savedConnection({
      tenantId: TENANT_ID,
      organizationId,
      servicePrincipalId: SERVICE_PRINCIPAL,
      appId: randomUUID(),
      appDisplayName,
      appRoleId: null,
      savedSyncAll: null,
      setUpBy: adele,
    }),
  );
  return organizationId;
}

/** Saves a policy, whatever was there before. */
export async function allowRequests(store: Store, change: Partial<Policy> = {}): Promise<void> {
  const connectionId = change.connectionId ?? ORGANIZATION;
  await store.query('delete from policies where tenant_id = $1 and connection_id = $2', [TENANT_ID, connectionId]);
  await savePolicy(store, TENANT_ID, { ...aPolicy(), ...change, connectionId }, adele, 0);
}

export interface RequestRows {
  by: PersonRef;
  approvers: PersonRef[];
  state?: StoredRequest['state'];
  autoApproved?: boolean;
  kind?: StoredRequest['kind'];
  /** Where copies for approvers are; default: their personal chats. */
  channel?: string;
}

/** A frozen request as its run would have left it. */
export async function insertFrozen(store: Store, rows: RequestRows): Promise<StoredRequest> {
  const { by, approvers, state, autoApproved = false, kind = 'provision', channel } = rows;
  const frozen: Frozen = {
    connection: ORGANIZATION,
    servicePrincipal: SERVICE_PRINCIPAL,
    job: 'job-1',
    appRole: 'role-1',
    people: [
      {
        objectId: '7b0c1d2e-0000-4000-8000-000000000004',
        displayName: 'Alice Nowak',
        userPrincipalName: 'alice@contoso.com',
        mail: 'alice@contoso.com',
        enabled: true,
        userType: 'Member',
        assigned: false,
      },
    ],
  };
  const activityId = `request:${TENANT_ID}:${ORGANIZATION}:${randomUUID()}:1`;
  const request = await insertRequest(store, {
    requestId: randomUUID(),
    tenantId: TENANT_ID,
    kind,
    connectionId: ORGANIZATION,
    frozen,
    hash: 'a'.repeat(64),
    reason: 'a new colleague',
    requestedBy: by,
    approvalsNeeded: 1,
    selfApproval: false,
    autoApproved,
    policyVersion: 1,
    conversationId: `a:${by.objectId}`,
    activityId,
    supersedes: null,
    runId: null,
    lifetimeMs: 3_600_000,
    remindAfterMs: 900_000,
    escalateAfterMs: null,
  });
  const viewer = ({ objectId, displayName }: PersonRef, role: RequestViewer['role'], conversationId: string | null) => ({
    objectId,
    displayName,
    role,
    conversationId,
  });
  await insertViewers(store, TENANT_ID, request.requestId, [
    viewer(by, 'requester', `a:${by.objectId}`),
    ...approvers.map((one) => viewer(one, 'approver', channel ? null : `a:${one.objectId}`)),
    ...(channel ? [{ objectId: channel, displayName: '', role: 'channel' as const, conversationId: channel }] : []),
  ]);
  if (state) await store.query('update requests set state = $2 where request_id = $1', [request.requestId, state]);
  return request;
}
