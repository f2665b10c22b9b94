import type { Facts } from '../errors';

/** Somebody or some group of the directory, as a policy names them. */
export interface DirectoryRef {
  objectId: string;
  displayName: string;
}

/** Who may ask for what, and who decides. One per connection; without one nobody can ask. */
export interface Policy {
  connectionId: string;
  /** Grows by one with each saving. */
  version: number;
  whoMayAsk: { kind: 'everyone' } | { kind: 'group'; group: DirectoryRef };
  guestsMayAsk: boolean;
  approvers: { people: DirectoryRef[]; group: DirectoryRef | null };
  /** How many approvals a request of up to `upTo` people needs, ascending; the last has no limit (null). */
  approvals: { upTo: number | null; needed: number }[];
  selfApproval: boolean;
  reasonRequired: boolean;
  lifetimeMs: number;
  /** First reminder after this long; the pause doubles each time. */
  remindAfterMs: number;
  /** Who hears it when nobody has decided by then. */
  escalation: { afterMs: number; people: DirectoryRef[] } | null;
  /** Decides by itself, never acts: an approver still has to run it. */
  autoApproval: { domains: string[]; group: DirectoryRef | null; perDay: number } | null;
  postTo: { kind: 'approvers' } | { kind: 'channel'; conversationId: string };
  setupNeedsApproval: boolean;
}

/** What is known of the approvers when a policy is saved and again at each request. */
export interface ApproverCheck {
  /** Members of the approvers' group, resolved with the reader's token; `null` when the group does not exist. */
  groupMembers: DirectoryRef[] | null;
  /** Object ids of people whom the bot can reach in a personal chat. */
  reachable: readonly string[];
  /** The person who asks; null when a policy is saved. */
  requesterId: string | null;
  /** How many people a request is for; null when a policy is saved, which must hold for every size. */
  people: number | null;
}

export type PolicyProblem =
  | 'no_approver'
  | 'approver_group_gone'
  | 'approver_group_empty'
  | 'no_approver_reachable'
  | 'quorum_above_approvers'
  | 'only_the_requester'
  | 'approvals_missing'
  | 'approvals_not_ascending'
  | 'lifetime_out_of_range'
  | 'reminder_out_of_range'
  | 'escalation_to_nobody'
  | 'auto_approval_of_everybody'
  | WhyNoDecider;

/** Why somebody who was named can never decide; their names go with it. */
export type WhyNoDecider = 'approver_gone' | 'approver_disabled' | 'approver_guest';

const MINUTE_MS = 60_000;
const LONGEST_LIFETIME_MS = 30 * 24 * 60 * MINUTE_MS;

/** Everybody who may approve: named people and the group's members, each once. */
export function approversOf(policy: Policy, groupMembers: readonly DirectoryRef[] | null): DirectoryRef[] {
  const all = [...policy.approvers.people, ...(groupMembers ?? [])];
  return all.filter((one, index) => all.findIndex(({ objectId }) => objectId === one.objectId) === index);
}

/** How many approvals a request of this size needs. */
export function approvalsNeeded(policy: Policy, people: number): number {
  const step = policy.approvals.find(({ upTo }) => upTo === null || people <= upTo);
  return step?.needed ?? Math.max(1, ...policy.approvals.map(({ needed }) => needed));
}

/** What would make a policy one that nobody can satisfy, or that lets everybody through. Empty: it can be saved. */
export function findPolicyProblems(policy: Policy, check: ApproverCheck): PolicyProblem[] {
  const { approvals, approvers, escalation, autoApproval, lifetimeMs, remindAfterMs, selfApproval } = policy;
  const problems = new Set<PolicyProblem>();
  const found = approversOf(policy, check.groupMembers);
  const able = found.filter(({ objectId }) => selfApproval || objectId !== check.requesterId);
  const needed =
    check.people === null ? Math.max(...approvals.map((step) => step.needed)) : approvalsNeeded(policy, check.people);
  const reachable = able.filter(({ objectId }) => check.reachable.includes(objectId));

  if (approvers.people.length === 0 && approvers.group === null) problems.add('no_approver');
  else if (approvers.group !== null && check.groupMembers === null) problems.add('approver_group_gone');
  else if (found.length === 0) problems.add('approver_group_empty');
  else if (able.length === 0) problems.add('only_the_requester');
  else if (reachable.length === 0 && policy.postTo.kind === 'approvers') problems.add('no_approver_reachable');
  else if (needed > able.length) problems.add('quorum_above_approvers');

  const limits = approvals.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
  const isSound =
    approvals.length > 0 && limits.at(-1) === Number.POSITIVE_INFINITY && approvals.every((step) => step.needed >= 1);
  if (!isSound) problems.add('approvals_missing');
  else if (limits.some((limit, index) => index > 0 && limit <= limits[index - 1]!)) problems.add('approvals_not_ascending');
  if (lifetimeMs < 10 * MINUTE_MS || lifetimeMs > LONGEST_LIFETIME_MS) problems.add('lifetime_out_of_range');
  if (remindAfterMs < MINUTE_MS || remindAfterMs > lifetimeMs) problems.add('reminder_out_of_range');
  if (escalation !== null && escalation.people.length === 0) problems.add('escalation_to_nobody');
  if (autoApproval !== null && autoApproval.domains.length === 0 && autoApproval.group === null)
    problems.add('auto_approval_of_everybody');
  return [...problems];
}

/** What the directory says of somebody whom a policy names; undefined: they are gone. */
type NamedPerson = DirectoryRef & { found: { accountEnabled: boolean; userType: 'Member' | 'Guest' } | undefined };

/** People whom a policy names although they can never decide: it is refused with their names, nobody is dropped silently. */
export function findNoDeciders(named: readonly NamedPerson[]): { problem: WhyNoDecider; names: string } | undefined {
  for (const problem of ['approver_gone', 'approver_disabled', 'approver_guest'] as const) {
    const names = named.flatMap(({ displayName, objectId, found }) =>
      whyNoDecider(found) === problem ? [displayName || objectId] : [],
    );
    if (names.length > 0) return { problem, names: [...new Set(names)].join(', ') };
  }
  return undefined;
}

function whyNoDecider(found: NamedPerson['found']): WhyNoDecider | undefined {
  if (found === undefined) return 'approver_gone';
  if (!found.accountEnabled) return 'approver_disabled';
  return found.userType === 'Guest' ? 'approver_guest' : undefined;
}

/**
 * What `findPolicyProblems` says, and, where only members of a group may ask, also what would be in the way of every one of them.
 * An empty group is no problem: it can get members.
 */
export function findSavingProblem(
  policy: Policy,
  check: Pick<ApproverCheck, 'groupMembers' | 'reachable'>,
  askerIds: readonly string[],
): PolicyProblem | undefined {
  const problemFor = (requesterId: string | null) => findPolicyProblems(policy, { ...check, requesterId, people: null })[0];
  const problems = askerIds.map(problemFor);
  return problemFor(null) ?? (problems.every((problem) => problem !== undefined) ? problems[0] : undefined);
}

/** The speaker of a request as the directory and the signed activity describe them. */
interface Asker {
  objectId: string;
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
  /** Group ids the person is a direct member of, as far as they were asked for. */
  groupIds: readonly string[];
}

export type AskRefusal = 'no_policy' | 'guest_may_not_ask' | 'account_disabled' | 'not_in_group' | 'reason_missing';

/** Deny by default: undefined means yes. */
export function findAskRefusal(policy: Policy | undefined, asker: Asker, reason: string | null): AskRefusal | undefined {
  if (policy === undefined) return 'no_policy';
  if (!asker.accountEnabled) return 'account_disabled';
  if (asker.userType === 'Guest' && !policy.guestsMayAsk) return 'guest_may_not_ask';
  if (policy.whoMayAsk.kind === 'group' && !asker.groupIds.includes(policy.whoMayAsk.group.objectId)) return 'not_in_group';
  if (policy.reasonRequired && (reason ?? '').trim() === '') return 'reason_missing';
  return undefined;
}

/**
 * True when the policy approves this request by itself: each person is in a named domain or in the named group, and the day's
 * quota has room for all of them. It never acts.
 */
export function autoApproves(
  policy: Policy,
  people: readonly { objectId: string; userPrincipalName: string }[],
  { usedToday, groupMemberIds }: { usedToday: number; groupMemberIds: readonly string[] },
): boolean {
  const rule = policy.autoApproval;
  if (rule === null || people.length === 0 || usedToday + people.length > rule.perDay) return false;
  return people.every(({ objectId, userPrincipalName }) => {
    const domain = userPrincipalName.split('@').at(-1)?.toLowerCase() ?? '';
    return rule.domains.some((named) => named.toLowerCase() === domain) || groupMemberIds.includes(objectId);
  });
}

/** Facts of a policy for its audit row: everything that matters, as plain values. */
export function policyFacts(policy: Policy): Facts {
  return {
    version: policy.version,
    whoMayAsk: policy.whoMayAsk.kind === 'everyone' ? 'everyone' : policy.whoMayAsk.group.objectId,
    guestsMayAsk: policy.guestsMayAsk,
    approvers: policy.approvers.people.map(({ objectId }) => objectId).join(' '),
    approverGroup: policy.approvers.group?.objectId ?? null,
    approvals: policy.approvals.map(({ upTo, needed }) => `${upTo ?? 'more'}:${needed}`).join(' '),
    selfApproval: policy.selfApproval,
    reasonRequired: policy.reasonRequired,
    lifetimeMs: policy.lifetimeMs,
    remindAfterMs: policy.remindAfterMs,
    escalateAfterMs: policy.escalation?.afterMs ?? null,
    escalateTo: policy.escalation?.people.map(({ objectId }) => objectId).join(' ') ?? null,
    autoApproval: policy.autoApproval === null ? null : `${policy.autoApproval.domains.join(' ')} ${policy.autoApproval.perDay}`,
    autoApprovalGroup: policy.autoApproval?.group?.objectId ?? null,
    postTo: policy.postTo.kind === 'channel' ? policy.postTo.conversationId : 'approvers',
    setupNeedsApproval: policy.setupNeedsApproval,
  };
}
