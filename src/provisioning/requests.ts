import canonicalize from 'canonicalize';
import type { PersonRef } from './people';
import { isGood, type PersonOutcome } from './provision';
import type { SetupPlan } from './setup';

/** Of asking and of declining, in characters. */
export const LONGEST_REASON = 500;

export type RequestState =
  | 'requested'
  | 'approved'
  | 'running'
  | 'done'
  | 'partly_done'
  | 'failed'
  | 'declined'
  | 'expired'
  | 'withdrawn'
  | 'superseded';

/** Allowed changes of `requests.state`; a state with none is final. */
export const REQUEST_TRANSITIONS: Record<RequestState, readonly RequestState[]> = {
  requested: ['approved', 'declined', 'expired', 'withdrawn', 'superseded'],
  approved: ['running', 'expired', 'withdrawn', 'superseded'],
  running: ['done', 'partly_done', 'failed', 'approved', 'superseded'],
  done: [],
  partly_done: [],
  failed: ['superseded'],
  declined: [],
  expired: [],
  withdrawn: [],
  superseded: [],
};

/** Waits for decisions, or for its run to begin. */
export function isWaitingRequest(state: RequestState): boolean {
  return state === 'requested' || state === 'approved';
}

export function isFinalRequest(state: RequestState): boolean {
  return !['requested', 'approved', 'running'].includes(state);
}

/** One person as frozen: what approvers see is what they decide about. */
export interface FrozenPerson {
  objectId: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  enabled: boolean;
  userType: 'Member' | 'Guest';
  assigned: boolean;
}

/** The whole of a request, by the requester's directory reads and our own rows; nothing of it comes from a card. */
export interface Frozen {
  connection: string;
  servicePrincipal: string;
  job: string;
  appRole: string;
  people: FrozenPerson[];
  /** Of a setup: the plan that was confirmed and waits for a second pair of eyes. */
  plan?: SetupPlan;
}

/** Canonical JSON: the same content has the same text, whatever the order of its keys. */
export function frozenText(frozen: Frozen): string {
  return canonicalize(frozen) ?? '';
}

export interface ProvisionRequest {
  requestId: string;
  tenantId: string;
  /** Short, for people to say: 1, 2, 3 within the tenant. */
  number: number;
  kind: 'provision' | 'setup';
  connectionId: string;
  state: RequestState;
  frozen: Frozen;
  /** SHA-256 of the frozen text. */
  hash: string;
  reason: string | null;
  requestedBy: PersonRef;
  /** The approver whose click completed the approvals; null after an auto-approval, until one runs it. */
  actingAs: PersonRef | null;
  approvalsNeeded: number;
  autoApproved: boolean;
  policyVersion: number;
  runId: string | null;
  supersededBy: number | null;
  supersedes: number | null;
  declineReason: string | null;
  createdAt: string;
  expiresAt: string;
  endedAt: string | null;
}

/** What somebody, or a conversation, is to a request. */
export type ViewerRole = 'requester' | 'approver' | 'escalation' | 'channel';

export function isDecider({ role }: { role: ViewerRole }): boolean {
  return role === 'approver' || role === 'escalation';
}

/** `run`: an approver starts a request that the policy approved by itself. */
export type Verdict = 'approve' | 'decline' | 'run';

export interface Decision {
  requestId: string;
  actor: PersonRef;
  verdict: Verdict;
  reason: string | null;
  decidedAt: string;
}

/** What is wrong with a click, said to whoever clicked. */
export type DecisionRefusal =
  | 'request_unknown'
  | 'not_an_approver'
  | 'own_request'
  | 'already_decided_by_you'
  | 'already_ended'
  | 'expired'
  | 'withdrawn'
  | 'superseded'
  | 'no_right'
  | 'account_disabled'
  | 'guest_may_not_decide'
  | 'decline_reason_missing'
  | 'not_yours'
  | 'clicked_again'
  | 'waited_too_long'
  | 'signed_out'
  | 'given_up';

/** Who was faster, and when; `number`: the request that took the place of this one. */
export interface LateFacts {
  by?: string;
  at?: string;
  number?: number;
}

/** Why a verdict comes too late for a request in this state. */
export function lateRefusal(state: RequestState): DecisionRefusal {
  return state === 'expired' || state === 'withdrawn' || state === 'superseded' ? state : 'already_ended';
}

/** What whoever came too late is told beside the reason: how the request ended, or who decided last. */
export function lateFacts(
  why: DecisionRefusal,
  actorId: string,
  request: Pick<ProvisionRequest, 'requestedBy' | 'expiresAt' | 'endedAt' | 'supersededBy'>,
  decisions: readonly Pick<Decision, 'actor' | 'decidedAt'>[],
): LateFacts {
  const at = request.endedAt === null ? {} : { at: request.endedAt };
  const byWhom = (decision: (typeof decisions)[number] | undefined): LateFacts =>
    decision ? { by: decision.actor.displayName, at: decision.decidedAt } : {};
  switch (why) {
    case 'already_ended':
      return byWhom(decisions.at(-1));
    case 'already_decided_by_you':
      return byWhom(decisions.find(({ actor }) => actor.objectId === actorId));
    case 'expired':
      return { at: request.endedAt ?? request.expiresAt };
    case 'withdrawn':
      return { by: request.requestedBy.displayName, ...at };
    case 'superseded':
      return {
        by: request.requestedBy.displayName,
        ...at,
        ...(request.supersededBy === null ? {} : { number: request.supersededBy }),
      };
    default:
      return {};
  }
}

/** What a click may do now; facts come from rows and from the clicker's own token. */
export interface DecisionFacts {
  request: Pick<ProvisionRequest, 'state' | 'requestedBy' | 'approvalsNeeded' | 'expiresAt' | 'autoApproved' | 'actingAs'>;
  decisions: readonly Pick<Decision, 'actor' | 'verdict'>[];
  actorId: string;
  isApprover: boolean;
  accountEnabled: boolean;
  isGuest: boolean;
  /** Probed with the clicker's token; a decline needs membership only. */
  canAct: boolean;
  selfApproval: boolean;
  now: string;
}

type DecisionOutcome = { kind: 'refused'; why: DecisionRefusal } | { kind: 'counted'; completes: boolean } | { kind: 'declined' };

/** Decides what a verdict does: one decline ends a request, an approval counts, and the one that completes the number flips it. */
export function decideVerdict(verdict: Verdict, facts: DecisionFacts): DecisionOutcome {
  const { request, decisions, actorId } = facts;
  const refused = (why: DecisionRefusal): DecisionOutcome => ({ kind: 'refused', why });
  if (!facts.isApprover) return refused('not_an_approver');
  if (!facts.accountEnabled) return refused('account_disabled');
  if (facts.isGuest) return refused('guest_may_not_decide');
  if (decisions.some(({ actor }) => actor.objectId === actorId)) return refused('already_decided_by_you');
  const isOpen =
    verdict === 'run'
      ? request.state === 'approved' && request.autoApproved && request.actingAs === null
      : request.state === 'requested';
  if (!isOpen) return refused(lateRefusal(request.state));
  if (facts.now >= request.expiresAt) return refused('expired');
  if (verdict === 'decline') return { kind: 'declined' };
  if (!facts.selfApproval && request.requestedBy.objectId === actorId) return refused('own_request');
  if (!facts.canAct) return refused('no_right');
  if (verdict === 'run') return { kind: 'counted', completes: true };
  const approvals = decisions.filter((decision) => decision.verdict === 'approve').length + 1;
  return { kind: 'counted', completes: approvals >= request.approvalsNeeded };
}

export type MaterialChange =
  | { code: 'person_gone' | 'person_disabled' | 'person_became_guest' | 'address_changed'; objectId: string; displayName: string }
  | { code: 'app_replaced' | 'job_replaced' | 'role_replaced' };

/** What differs, in a way that an approver would want to know, between the frozen preview and now. Assigned meanwhile is no harm. */
export function findMaterialChanges(frozen: Frozen, now: Frozen): MaterialChange[] {
  const changes: MaterialChange[] = [];
  if (frozen.servicePrincipal !== now.servicePrincipal) changes.push({ code: 'app_replaced' });
  if (frozen.job !== now.job) changes.push({ code: 'job_replaced' });
  if (frozen.appRole !== now.appRole) changes.push({ code: 'role_replaced' });
  for (const before of frozen.people) {
    const after = now.people.find(({ objectId }) => objectId === before.objectId);
    const about = { objectId: before.objectId, displayName: before.displayName };
    if (!after) changes.push({ code: 'person_gone', ...about });
    else if (before.enabled && !after.enabled) changes.push({ code: 'person_disabled', ...about });
    else if (before.userType === 'Member' && after.userType === 'Guest') changes.push({ code: 'person_became_guest', ...about });
    else if (before.userPrincipalName !== after.userPrincipalName || before.mail !== after.mail)
      changes.push({ code: 'address_changed', ...about });
  }
  return changes;
}

/** How a request ends, by the outcomes of its people. */
export function endOfRequest(outcomes: readonly (PersonOutcome | null)[]): 'done' | 'partly_done' | 'failed' {
  const good = outcomes.filter(isGood).length;
  if (good === outcomes.length && good > 0) return 'done';
  return good > 0 ? 'partly_done' : 'failed';
}
