import { createHash } from 'node:crypto';
import type { EntraClient } from '../../entra/types';
import { StepFailedError } from '../../errors';
import type { Connection } from '../../provisioning/connections';
import type { PersonRef } from '../../provisioning/people';
import { approversOf, type DirectoryRef, findPolicyProblems, type Policy } from '../../provisioning/policy';
import { type Frozen, frozenText } from '../../provisioning/requests';
import type { Run } from '../../provisioning/runs';
import { findConversation } from '../../store/conversations';
import type { StoredRequest } from '../../store/requests';
import type { RequestViewer } from '../../store/requestViewers';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import { findKeeper, nameToKeeper, tellViewer, whereToTell } from './requestCards';

/** An approver with the place where the bot can tell them something; null: nowhere. */
export type Reachable = DirectoryRef & { conversationId: string | null };

export function hashOf(frozen: Frozen): string {
  return createHash('sha256').update(frozenText(frozen)).digest('hex');
}

/** Those of the approvers' group who can decide: neither guests nor disabled accounts. Null without such a group. */
export async function decidersOf(entra: EntraClient, { approvers }: Pick<Policy, 'approvers'>): Promise<DirectoryRef[] | null> {
  if (approvers.group === null) return null;
  const members = await entra.listGroupMembers(approvers.group.objectId);
  return members
    .filter(({ isGuest, isEnabled }) => isEnabled && !isGuest)
    .map(({ objectId, displayName }) => ({ objectId, displayName }));
}

/** Approvers with their personal conversation, where the bot has one. */
export function reachableApprovers(
  { steps, store }: WorkflowDeps,
  run: Run,
  policy: Policy,
  groupMembers: DirectoryRef[] | null,
): Promise<Reachable[]> {
  return steps.record('resolveApprovers', async () => {
    const approvers = approversOf(policy, groupMembers);
    const found = [];
    for (const approver of [...approvers, ...(policy.escalation?.people ?? [])]) {
      found.push({ ...approver, conversationId: await whereToTell(store, run.tenantId, approver.objectId) });
    }
    return found;
  });
}

/** True unless requests go to a channel from which the bot was removed, or that Teams closed to it. */
export async function canPost(sql: Sql, tenantId: string, { postTo }: Pick<Policy, 'postTo'>): Promise<boolean> {
  if (postTo.kind !== 'channel') return true;
  const channel = await findConversation(sql, tenantId, postTo.conversationId);
  return channel?.installed === true && channel.state === 'active';
}

/** Who sees the request, where, and in which role: resolved once and kept. */
export function viewersOf(
  requester: PersonRef,
  conversationId: string,
  policy: Policy,
  approvers: readonly DirectoryRef[],
  reachable: readonly Reachable[],
): RequestViewer[] {
  const where = (objectId: string) => reachable.find((one) => one.objectId === objectId)?.conversationId ?? null;
  const privately = policy.postTo.kind === 'approvers';
  const viewers: RequestViewer[] = [
    { objectId: requester.objectId, displayName: requester.displayName, role: 'requester', conversationId },
    ...approvers
      .filter(({ objectId }) => policy.selfApproval || objectId !== requester.objectId)
      .map(({ objectId, displayName }) => ({
        objectId,
        displayName,
        role: 'approver' as const,
        conversationId: privately ? where(objectId) : null,
      })),
    ...(policy.escalation?.people ?? []).map(({ objectId, displayName }) => ({
      objectId,
      displayName,
      role: 'escalation' as const,
      conversationId: null,
    })),
  ];
  if (policy.postTo.kind === 'channel')
    viewers.push({
      objectId: policy.postTo.conversationId,
      displayName: '',
      role: 'channel',
      conversationId: policy.postTo.conversationId,
    });
  return viewers;
}

/**
 * Ends a run that would ask what nobody could decide, and tells whoever saved the policy that it can no longer be satisfied.
 * @throws StepFailedError `nobody_can_decide`
 */
export async function demandDeciders(
  deps: WorkflowDeps,
  run: Run,
  connection: Connection,
  policy: Policy,
  { members, reachable, people }: { members: DirectoryRef[] | null; reachable: readonly Reachable[]; people: number },
): Promise<void> {
  const [unsatisfied] = findPolicyProblems(policy, {
    groupMembers: policy.approvers.group ? members : [],
    reachable: reachable.flatMap(({ objectId, conversationId }) => (conversationId ? [objectId] : [])),
    requesterId: run.requestedBy.objectId,
    people,
  });
  const problem = unsatisfied ?? ((await canPost(deps.store, run.tenantId, policy)) ? undefined : 'channel_not_reachable');
  if (!problem) return;
  await tellKeeper(deps, run, connection, problem);
  throw new StepFailedError('nobody_can_decide', { problem });
}

async function tellKeeper({ store, changed }: WorkflowDeps, run: Run, connection: Connection, problem: string): Promise<void> {
  const { tenantId, runId } = run;
  const keeper = await findKeeper(store, { tenantId, connectionId: connection.connectionId });
  if (!keeper) return;
  await tellViewer(store, { tenantId, requestId: runId }, keeper, 'nobodyCanDecide', {
    kind: 'nobody_can_decide',
    organizationId: connection.organizationId,
    appDisplayName: connection.appDisplayName,
    problem,
    by: run.requestedBy.displayName,
  });
  changed();
}

/** Approvers without a copy are named to whoever saved the policy; where a channel has the request, nobody needs one. */
export async function tellUnreachable(sql: Sql, request: StoredRequest, viewers: readonly RequestViewer[]): Promise<void> {
  if (viewers.some(({ role }) => role === 'channel')) return;
  const without = viewers.filter(({ role, conversationId }) => role === 'approver' && !conversationId);
  await nameToKeeper(sql, request, without, 'unreachable');
}
