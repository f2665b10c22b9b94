import type { ApprovedWaitingView, RequestListView } from '../cards/requestViews';
import type { PersonRef } from '../provisioning/people';
import { isDecider } from '../provisioning/requests';
import { listConnections } from '../store/connections';
import { listWaitingForActor, type StoredRequest } from '../store/requests';
import { listViewersNow, type RequestViewer } from '../store/requestViewers';
import type { Sql } from '../store/sql';
import { lineOf, viewersBehind } from '../workflows/requests/requestView';

type Listed = RequestListView['requests'][number];

/** Requests as lines of a list, in the order given, each with what this person is to it. */
export async function readListed(sql: Sql, person: PersonRef, requests: readonly StoredRequest[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const request of requests) {
    const { requestId, state, requestedBy, frozen } = request;
    const role = requestedBy.objectId === person.objectId ? 'requester' : (await viewerOf(sql, person, requestId))?.role;
    if (role) listed.push({ ...lineOf(request), state, firstPerson: frozen.people[0]?.displayName ?? '', role });
  }
  return listed;
}

/** What the policies approved by themselves and this person may run, by connection; connections without any are left out. */
export async function readWaiting(sql: Sql, person: PersonRef): Promise<ApprovedWaitingView[]> {
  const waiting: ApprovedWaitingView[] = [];
  for (const { connectionId, organizationId, appDisplayName } of await listConnections(sql, person.tenantId)) {
    const requests = await listRunnable(sql, person, connectionId);
    if (requests.length === 0) continue;
    waiting.push({ connectionId, organizationId, appDisplayName, requests: requests.map(lineOf) });
  }
  return waiting;
}

/** Approved by the policy, not run yet, and this person decides about them. */
export async function listRunnable(sql: Sql, person: PersonRef, connectionId: string): Promise<StoredRequest[]> {
  const runnable: StoredRequest[] = [];
  for (const request of await listWaitingForActor(sql, person.tenantId, connectionId)) {
    const isOwn = request.requestedBy.objectId === person.objectId && !request.selfApproval;
    const viewer = await viewerOf(sql, person, request.requestId);
    if (!isOwn && viewer && isDecider(viewer)) runnable.push(request);
  }
  return runnable;
}

async function viewerOf(sql: Sql, person: PersonRef, requestId: string): Promise<RequestViewer | undefined> {
  return viewersBehind(person, await listViewersNow(sql, person.tenantId, requestId))[0];
}
