import type { Facts } from '../errors';
import type { DirectoryPerson } from './people';

/** What Entra's on-demand answer proves; the client makes it of both answer shapes. */
export interface OnDemandAnswer {
  result: 'created' | 'updated' | 'inStep' | 'skipped' | 'failed' | 'notProven';
  /** `SkipReason`, for example `NotEffectivelyEntitled`. */
  skipReason: string | null;
  errorCode: string | null;
  /** Step that failed, in Entra's words: import, scoping, matching, export. */
  failedStep: string | null;
  /** False when Entra says that the person is not assigned (yet). */
  assigned: boolean | null;
  /** False when Entra says that the account is disabled or deleted. */
  active: boolean | null;
  changeId: string | null;
}

export interface ProvisionInput {
  connectionId: string;
  /** As typed, cleaned: addresses, user principal names or object ids chosen from a list. */
  people: string[];
  /** The approved request that this run carries out. */
  requestId?: string;
  /** Id of the request, or of the run that was to freeze one, in place of which its requester acts with their own right. */
  insteadOf?: string;
}

/** What a `request` run freezes. */
export interface RequestInput {
  connectionId: string;
  people: string[];
  reason: string | null;
  /** Number of the request that this one replaces or tries again. */
  supersedes: number | null;
}

export type SkipCode =
  | 'guest'
  | 'disabled'
  | 'no_mail'
  | 'other_domain'
  | 'not_entitled'
  | 'out_of_scope'
  | 'matching_attribute_empty'
  | 'other';

/** Exactly one for each person of a run. */
export type PersonOutcome =
  | { kind: 'created'; changeId: string | null }
  | { kind: 'updated'; changeId: string | null }
  | { kind: 'in_step' }
  | { kind: 'skipped'; why: SkipCode; facts: Facts }
  | { kind: 'failed'; step: string; code: string; facts: Facts }
  | { kind: 'not_proven'; facts: Facts }
  | { kind: 'not_found' }
  | { kind: 'choose'; candidates: { objectId: string; displayName: string; userPrincipalName: string }[] }
  | { kind: 'not_reached' };

/** The person is in Unity as Entra has them. */
export function isGood(outcome: PersonOutcome | null): boolean {
  return outcome !== null && ['created', 'updated', 'in_step'].includes(outcome.kind);
}

/** What is known of a person before anything changes. */
export interface PersonObserved {
  asked: string;
  person: DirectoryPerson | null;
  candidates: DirectoryPerson[];
  assignment: { how: 'directly'; assignmentId: string } | { how: 'group'; groupId: string; groupDisplayName: string } | null;
}

export type PersonPlan =
  | { kind: 'assign_and_provision'; asked: string; person: DirectoryPerson }
  | { kind: 'provision'; asked: string; person: DirectoryPerson; through: string | null }
  | { kind: 'end'; asked: string; person: DirectoryPerson | null; outcome: PersonOutcome };

/** One person of a run, as the card shows it. */
export interface RunPerson {
  asked: string;
  objectId: string | null;
  displayName: string | null;
  userPrincipalName: string | null;
  /** null while it is under way. */
  outcome: PersonOutcome | null;
  /** What happens now: looking, assigning, provisioning, or waiting for Entra until `waitUntil`. */
  doing: 'looking' | 'assigning' | 'provisioning' | 'waiting' | null;
  waitUntil: string | null;
  /** When the waiting ends by itself; `waitUntil` is the next try. */
  giveUpAt?: string | null;
  assignedThrough: string | null;
}
