import type { Facts } from '../errors';
import type { DirectoryRef, Policy } from '../provisioning/policy';
import type { RunPerson } from '../provisioning/provision';
import type { DecisionRefusal, FrozenPerson, RequestState, Verdict, ViewerRole } from '../provisioning/requests';
import type { Failure, RunState, WaitingFor } from '../provisioning/runs';
import type { SetupPlan } from '../provisioning/setup';

/** A request as one viewer sees it: the same facts for everybody, other buttons for each. */
export interface RequestView {
  requestId: string;
  number: number;
  kind: 'provision' | 'setup';
  state: RequestState;
  organizationId: string;
  appDisplayName: string;
  requestedBy: string;
  reason: string | null;
  /** Frozen: what approvers decide about; with the outcome once the run has one. */
  people: (FrozenPerson & { outcome: RunPerson['outcome']; doing: RunPerson['doing']; waitUntil: string | null })[];
  /** Of a setup: the plan that was confirmed. */
  plan?: SetupPlan | null;
  /** First characters of the hash, for people to compare. */
  fingerprint: string;
  approvals: { needed: number; given: { by: string; at: string }[] };
  declined: { by: string; at: string; reason: string | null } | null;
  autoApproved: boolean;
  actingAs: string | null;
  createdAt: string;
  expiresAt: string;
  endedAt: string | null;
  supersedes: number | null;
  supersededBy: number | null;
  /** Why the run ended early, for example `request_changed` with what changed. */
  failure: Failure | null;
  role: ViewerRole;
  /** What this viewer's newest click came to. */
  mine: {
    verdict: Verdict;
    state: 'checking' | 'waiting' | 'counted' | 'declined' | 'refused';
    why?: DecisionRefusal | 'failed';
    by?: string;
    at?: string;
  } | null;
  can: { approve: boolean; decline: boolean; run: boolean; withdraw: boolean; again: boolean };
  /** MRIs of people whose clients ask for their own view by themselves; only on a shared copy that is still open. Teams takes 60. */
  refreshFor?: string[];
  /** Approvers whom the bot cannot reach, by name; shown to the requester. */
  unreachable: string[];
}

/** The requester's card: while it is being frozen, refused, or as the request itself. */
export interface RequestRunView {
  runId: string;
  connectionName: string;
  state: RunState;
  waitingFor: WaitingFor | null;
  people: RunPerson[];
  failure: Failure | null;
  request: RequestView | null;
}

/** `requests`: own and waiting ones. */
export interface RequestListView {
  requests: {
    requestId: string;
    number: number;
    state: RequestState;
    requestedBy: string;
    people: number;
    firstPerson: string;
    expiresAt: string;
    role: RequestView['role'];
  }[];
}

/** One card for approvers: *Run N approved requests*. */
export interface ApprovedWaitingView {
  connectionId: string;
  organizationId: string;
  appDisplayName: string;
  requests: { requestId: string; number: number; requestedBy: string; people: number; expiresAt: string }[];
}

/** What somebody typed in the request dialog. */
interface RequestFormValues {
  connectionId: string;
  /** Comma-joined object ids of the people picker. */
  people: string;
  /** Addresses and names as in `provision`. */
  addresses: string;
  reason: string;
}
export interface RequestFormView {
  /** One: implied; several: a choice. */
  connections: { connectionId: string; organizationId: string; appDisplayName: string }[];
  reasonRequired: boolean;
  values: Partial<RequestFormValues>;
  problems: Partial<Record<keyof RequestFormValues, string>>;
}

/** What an administrator typed in the policy dialog, as text fields, shown again with problems beside them. */
export interface PolicyFormValues {
  /** Comma-joined object ids of the people pickers. */
  approvers: string;
  approverGroupId: string;
  whoMayAsk: 'everyone' | 'group';
  askerGroupId: string;
  guestsMayAsk: boolean;
  approvalsSmall: string;
  smallUpTo: string;
  approvalsLarge: string;
  selfApproval: boolean;
  reasonRequired: boolean;
  lifetimeHours: string;
  remindMinutes: string;
  escalateMinutes: string;
  escalateTo: string;
  autoDomains: string;
  autoGroupId: string;
  autoPerDay: string;
  postTo: 'approvers' | 'channel';
  channelId: string;
  setupNeedsApproval: boolean;
}
export interface PolicyFormView {
  connectionId: string;
  organizationId: string;
  appDisplayName: string;
  basedOn: number;
  values: PolicyFormValues;
  problems: Partial<Record<keyof PolicyFormValues, string>>;
  /** Channels and group chats where the bot is installed. */
  channels: { conversationId: string; title: string }[];
  /** Names of people and groups whose ids stand in `values`, as far as they are known. */
  known?: { people: DirectoryRef[]; groups: DirectoryRef[] };
}

/** A policy that is being checked, was refused, or is in force. */
export interface PolicyRunView {
  runId: string;
  connectionId: string;
  organizationId: string;
  appDisplayName: string;
  state: RunState;
  waitingFor: WaitingFor | null;
  failure: Failure | null;
  policy: Policy | null;
}

/** `audit` in chat. */
export interface AuditView {
  rows: { number: number; at: string; action: string; by: string; facts: Facts }[];
  firstBadRow: number | null;
}
