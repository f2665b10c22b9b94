import type { ApprovedWaitingView, RequestView } from '../../cards/requestViews';
import { type Decision, isDecider, isWaitingRequest } from '../../provisioning/requests';
import { findConnection } from '../../store/connections';
import { type DecisionAttempt, listDecisions, newestAttempt } from '../../store/decisions';
import { listMris } from '../../store/people';
import { findRequest, listWaitingForActor, type StoredRequest } from '../../store/requests';
import { listUnreachableApprovers, listViewersNow, type RequestViewer } from '../../store/requestViewers';
import { listRunPeople } from '../../store/runPeople';
import { findNewestRun } from '../../store/runs';
import type { Sql } from '../../store/sql';

/** Who looks: a person, or the conversation of a copy. */
type Looker = { objectId: string } | { conversationId: string };

const FINGERPRINT = 8;
/** Teams asks for no more people by itself; everybody else has the button. */
const MOST_REFRESHED = 60;
const RANK: Record<RequestViewer['role'], number> = { approver: 0, escalation: 1, requester: 2, channel: 3 };

/** A request as this viewer sees it, from rows alone; undefined for somebody who is none of its viewers. */
export async function readRequestView(
  sql: Sql,
  tenantId: string,
  requestId: string,
  looker: Looker,
): Promise<RequestView | undefined> {
  const request = await findRequest(sql, tenantId, requestId);
  if (!request) return undefined;
  const viewers = await listViewersNow(sql, tenantId, requestId);
  const own = viewersBehind(looker, viewers);
  const viewer = own[0];
  if (!viewer) return undefined;
  const decisions = await listDecisions(sql, tenantId, requestId);
  const attempt = viewer.role === 'channel' ? undefined : await newestAttempt(sql, tenantId, requestId, viewer.objectId);
  const connection = await findConnection(sql, tenantId, request.connectionId);
  const run = request.runId ? await findNewestRun(sql, request.runId) : undefined;
  const done = run ? await listRunPeople(sql, run.runId) : [];
  const declined = decisions.find(({ verdict }) => verdict === 'decline');
  return {
    requestId,
    number: request.number,
    kind: request.kind,
    state: request.state,
    organizationId: connection?.organizationId ?? request.connectionId,
    appDisplayName: connection?.appDisplayName ?? '',
    requestedBy: request.requestedBy.displayName,
    reason: request.reason,
    people: request.frozen.people.map((person) => {
      const outcome = done.find(({ asked, objectId }) => asked === person.objectId || objectId === person.objectId);
      return {
        ...person,
        outcome: outcome?.outcome ?? null,
        doing: outcome?.doing ?? null,
        waitUntil: outcome?.waitUntil ?? null,
      };
    }),
    plan: request.frozen.plan ?? null,
    fingerprint: request.hash.slice(0, FINGERPRINT),
    approvals: { needed: request.approvalsNeeded, given: decisions.flatMap(asApproval) },
    declined: declined ? { by: declined.actor.displayName, at: declined.decidedAt, reason: declined.reason } : null,
    autoApproved: request.autoApproved,
    actingAs: request.actingAs?.displayName ?? null,
    createdAt: request.createdAt,
    expiresAt: request.expiresAt,
    endedAt: request.endedAt,
    supersedes: request.supersedes,
    supersededBy: request.supersededBy,
    failure: run?.failure ?? null,
    role: viewer.role,
    mine: attempt ? asMine(attempt) : null,
    can: whatCan(request, viewer, own, decisions, attempt),
    ...(viewer.role === 'channel' && isWaitingRequest(request.state)
      ? {
          refreshFor: await listMris(
            sql,
            tenantId,
            viewers.filter(isDecider).map(({ objectId }) => objectId),
            MOST_REFRESHED,
          ),
        }
      : {}),
    unreachable: viewer.role === 'requester' ? await listUnreachableApprovers(sql, tenantId, requestId) : [],
  };
}

/** What a looker is to a request, in the order of what it lets them do. */
export function viewersBehind(looker: Looker, viewers: readonly RequestViewer[]): RequestViewer[] {
  return viewers
    .filter((viewer) =>
      'objectId' in looker ? viewer.objectId === looker.objectId : viewer.conversationId === looker.conversationId,
    )
    .sort((one, other) => RANK[one.role] - RANK[other.role]);
}

function asApproval({ actor, verdict, decidedAt }: Decision): { by: string; at: string }[] {
  return verdict === 'approve' ? [{ by: actor.displayName, at: decidedAt }] : [];
}

function asMine(attempt: DecisionAttempt): NonNullable<RequestView['mine']> {
  const { verdict, state, answer } = attempt;
  if (state === 'checking' || answer === null) return { verdict, state: 'checking' };
  if (answer.kind === 'sign_in') return { verdict, state: 'waiting' };
  if (answer.kind !== 'refused') return { verdict, state: answer.kind };
  const { why, by, at } = answer;
  return { verdict, state: 'refused', why, ...(by ? { by } : {}), ...(at ? { at } : {}) };
}

/** What the buttons offer; the click is checked anew all the same. */
function whatCan(
  request: StoredRequest,
  viewer: RequestViewer,
  own: readonly RequestViewer[],
  decisions: readonly Decision[],
  attempt: DecisionAttempt | undefined,
): RequestView['can'] {
  const { state } = request;
  const isMine = request.requestedBy.objectId === viewer.objectId;
  const decides = isDecider(viewer);
  const hasDecided = decisions.some(({ actor }) => actor.objectId === viewer.objectId);
  const isChecking = attempt?.state === 'checking';
  const mayDecide = decides && state === 'requested' && !hasDecided && !isChecking;
  return {
    approve: mayDecide && (request.selfApproval || !isMine),
    decline: mayDecide,
    run:
      decides &&
      state === 'approved' &&
      request.autoApproved &&
      request.actingAs === null &&
      !isChecking &&
      (request.selfApproval || !isMine),
    withdraw: own.some(({ role }) => role === 'requester') && isWaitingRequest(state),
    again:
      own.some(({ role }) => role === 'requester') &&
      ['failed', 'partly_done', 'declined', 'expired'].includes(state) &&
      request.supersededBy === null,
  };
}

/** What the rules of a connection approved and nobody runs yet; undefined for a connection that is gone. */
export async function readApprovedWaiting(
  sql: Sql,
  tenantId: string,
  connectionId: string,
): Promise<ApprovedWaitingView | undefined> {
  const connection = await findConnection(sql, tenantId, connectionId);
  if (!connection) return undefined;
  const waiting = await listWaitingForActor(sql, tenantId, connectionId);
  return {
    connectionId,
    organizationId: connection.organizationId,
    appDisplayName: connection.appDisplayName,
    requests: waiting.map(lineOf),
  };
}

/** A request as a line of a list. */
export function lineOf({ requestId, number, requestedBy, frozen, expiresAt }: StoredRequest) {
  return { requestId, number, requestedBy: requestedBy.displayName, people: frozen.people.length, expiresAt };
}
