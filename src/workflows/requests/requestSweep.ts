import { findAttemptWaitingTooLong, listDecisions, listOpenAttempts } from '../../store/decisions';
import {
  changeRequestState,
  claimEscalations,
  claimReminders,
  listExpiredRequests,
  listRequestsToRun,
  type StoredRequest,
} from '../../store/requests';
import { listViewers, type RequestViewer, setEscalationConversation } from '../../store/requestViewers';
import type { Workflows } from '../createWorkflows';
import type { WorkflowDeps } from '../deps';
import { dropClick } from './dropClick';
import { nameToKeeper, postRequestCards, redrawRequestCards, tellViewer, whereToTell } from './requestCards';
import { requestEntry } from './requestEntry';
import { openRequestRun, tellEnd } from './runRequest';
import { closeSetupOf } from './setupApproval';

type Deps = Pick<WorkflowDeps, 'store' | 'audit' | 'secrets' | 'changed'> & { workflows: Workflows };

/** What is due for requests, also what fell due while no process was running: checks, runs, expiry, old clicks, reminders, escalation. */
export async function sweepRequests(deps: Deps): Promise<void> {
  const { store, workflows } = deps;
  for (const attempt of await listOpenAttempts(store))
    await workflows.decide({
      tenantId: attempt.tenantId,
      requestId: attempt.requestId,
      objectId: attempt.actor.objectId,
      activityId: attempt.activityId,
    });
  for (const request of await listRequestsToRun(store)) {
    const run = await openRequestRun(deps, request.tenantId, request.requestId);
    if (run) await workflows.start(run);
  }
  for (const request of await listExpiredRequests(store)) await expire(deps, request);
  await dropOldClicks(deps);
  await remind(deps);
  await escalate(deps);
}

/** Expired is a state of its own, never a decline. */
async function expire(deps: Deps, request: StoredRequest): Promise<void> {
  const { store, audit, changed } = deps;
  const { tenantId, requestId } = request;
  await store.transaction(async (sql) => {
    if (!(await changeRequestState(sql, tenantId, requestId, { state: 'expired' }))) return;
    await redrawRequestCards(sql, request);
    await tellEnd(sql, request, 'expired');
    await audit.append(sql, requestEntry(request, 'request.expired', null, { number: request.number }));
    await closeSetupOf(deps, sql, request, null);
  });
  changed();
}

/** A click waits for its person's sign-in for a day. One a transaction: the audit is locked by each, and cards by others. */
async function dropOldClicks({ store, audit, changed }: Deps): Promise<void> {
  const dropOldest = () =>
    store.transaction(async (sql) => {
      const old = await findAttemptWaitingTooLong(sql);
      if (old) await dropClick(sql, audit, old, 'waited_too_long');
      return old !== undefined;
    });
  while (await dropOldest()) changed();
}

/** Every approver who has not decided hears it again, in the place where their copy is. Claimed and wanted in one transaction. */
async function remind({ store, changed }: Deps): Promise<void> {
  const reminded = await store.transaction(async (sql) => {
    const due = await claimReminders(sql);
    for (const request of due) {
      const decided = await listDecisions(sql, request.tenantId, request.requestId);
      const viewers = await listViewers(sql, request.tenantId, request.requestId);
      for (const { objectId, conversationId, role } of viewers)
        if (conversationId && role !== 'requester' && !decided.some(({ actor }) => actor.objectId === objectId))
          await tellViewer(sql, request, conversationId, `reminder:${conversationId}:${Date.now()}`, reminder(request));
    }
    return due.length;
  });
  if (reminded > 0) changed();
}

function reminder(request: StoredRequest): object {
  return {
    kind: 'request_reminder',
    requestId: request.requestId,
    organizationId: request.connectionId,
    appDisplayName: '',
    number: request.number,
    isSetup: request.kind === 'setup',
    isApproved: request.state === 'approved',
    by: request.requestedBy.displayName,
    people: request.frozen.people.length,
    expiresAt: request.expiresAt,
  };
}

/**
 * Nobody decided, or ran what the rules approved: those named for it get a copy with buttons, and whom the bot cannot reach is named.
 * Claimed and posted in one transaction: it happens once.
 */
async function escalate({ store, audit, changed }: Deps): Promise<void> {
  const escalated = await store.transaction(async (sql) => {
    const due = await claimEscalations(sql);
    for (const request of due) {
      const { tenantId, requestId } = request;
      const named = (await listViewers(sql, tenantId, requestId)).filter(({ role }) => role === 'escalation');
      const unreachable: RequestViewer[] = [];
      for (const viewer of named) {
        const { objectId } = viewer;
        const conversationId = await whereToTell(sql, tenantId, objectId);
        if (conversationId === null) unreachable.push(viewer);
        else await setEscalationConversation(sql, tenantId, requestId, { objectId, conversationId });
      }
      await postRequestCards(sql, request);
      await nameToKeeper(sql, request, unreachable, 'unreachable:escalation');
      const left = unreachable.map(({ objectId }) => objectId).join(' ') || null;
      await audit.append(sql, requestEntry(request, 'request.escalated', null, { number: request.number, unreachable: left }));
    }
    return due.length;
  });
  if (escalated > 0) changed();
}
