import type { Facts } from '../errors';
import type { PolicyProblem } from '../provisioning/policy';
import type { RunPerson } from '../provisioning/provision';
import type { RequestState } from '../provisioning/requests';
import type { Failure, RunState, RunStep, WaitingFor } from '../provisioning/runs';
import type { JobState, SetupPlan, Statement, StopReason } from '../provisioning/setup';

/** An app that a setup may use, or why not. */
export interface AppChoice {
  servicePrincipalId: string;
  displayName: string;
  appId: string;
  usable: boolean;
  why: 'not_provisionable' | 'is_the_bot' | 'disabled' | null;
  /** Its Entity ID and reply URL are Unity's. */
  isUnity: boolean;
}

/** Where a form is shown: in a dialog, or with `FORMS=card` on a card of the chat, for clients without dialogs. */
export type FormPlace = 'dialog' | 'chat';

/** `setup` answered: what was found, and the button that opens the first form. */
export interface SetupStartView {
  draftId: string;
  apps: AppChoice[];
}

/** What the person typed in dialog 1, kept in a draft, shown again with problems beside the fields. */
export interface AppFormValues extends Record<Statement, boolean> {
  organization: string;
  servicePrincipalId: string;
  domains: string;
}
export interface AppFormView {
  draftId: string;
  values: Partial<AppFormValues>;
  apps: AppChoice[];
  /** Field name → sentence. */
  problems: Partial<Record<keyof AppFormValues, string>>;
  /** Default: dialog. */
  place?: FormPlace;
}

/** In place of dialog 2 where the first form was a card: the button that opens dialog 2 in Teams. */
export interface TokenInTeamsView {
  draftId: string;
  organizationId: string;
}

/** Dialog 2: the guided Unity part, and the field for the token. */
export interface UnityFormView {
  draftId: string;
  organizationId: string;
  scimConnectorUrl: string;
  settingsUrl: string;
  serviceAccountsPath: string[];
  singleSignOnPath: string[];
  problems: { scimToken?: string; scimConnectorUrl?: string };
  /** A token was sealed at an earlier submit of this form. */
  tokenKept: boolean;
}

/** One live card for a setup run: plan, progress, failure, end. */
export interface SetupRunView {
  runId: string;
  organizationId: string;
  appDisplayName: string;
  actingAs: string;
  state: RunState;
  waitingFor: WaitingFor | null;
  /** Undoing after *Cancel*. */
  cancelling: boolean;
  steps: RunStep[];
  plan: SetupPlan | null;
  stop: { reason: StopReason; facts: Record<string, string> } | null;
  failure: Failure | null;
  /** Offered only after the test person was not provisioned. */
  canStartWithoutTest: boolean;
  portalUrl: string | null;
  /** ISO; when the waiting ends by itself. */
  expiresAt: string | null;
}

export interface ProvisionRunView {
  runId: string;
  connectionName: string;
  actingAs: string;
  state: RunState;
  waitingFor: WaitingFor | null;
  cancelling: boolean;
  people: RunPerson[];
  failure: Failure | null;
}

export interface StatusView {
  connections: ConnectionStatus[];
}
export interface ConnectionStatus {
  connectionId: string;
  organizationId: string;
  appDisplayName: string;
  scimConnectorUrl: string;
  setUpBy: string;
  setUpAt: string;
  jobState: JobState | null;
  lastCycle: { state: 'Succeeded' | 'Failed' | 'EntryLevelErrors'; endedAt: string; counts: CycleCounts } | null;
  synchronizedUsers: number | null;
  quarantine: { reason: string; nextAttempt: string | null } | null;
  nextCycleAt: string | null;
  /** Who watches, or since when nobody can. */
  watch: { by: string; blindSince: string | null } | null;
  /** Set when Entra could not be asked: why. */
  unread: Failure | null;
}
export interface CycleCounts {
  imported: number;
  exported: number;
  failed: number;
}

/** What a notification tells: first cycle finished, cycle with failures, quarantine, blind, or the job is gone. */
export type NoticeView = { organizationId: string; appDisplayName: string } & (
  | { kind: 'cycle_finished'; runId: string | null; endedAt: string; counts: CycleCounts; users: string[] }
  | {
      kind: 'cycle_failed';
      runId: string | null;
      endedAt: string;
      counts: CycleCounts;
      failures: { displayName: string; code: string }[];
    }
  | { kind: 'quarantine'; reason: string; errorCode: string | null; nextAttempt: string | null; since: string | null }
  /** `noRight`: signed in, but the account may not read provisioning now. */
  | { kind: 'blind'; since: string; noRight?: boolean }
  | { kind: 'job_gone'; jobId: string }
  | { kind: 'run_expired'; runId: string; facts: Facts }
  | {
      kind: 'request_ended';
      requestId?: string;
      number: number;
      isSetup?: boolean;
      state: RequestState;
      good: number;
      people: number;
    }
  /** `isApproved`: by the rules, and an approver still has to run it. */
  | {
      kind: 'request_reminder';
      requestId?: string;
      number: number;
      isSetup?: boolean;
      isApproved?: boolean;
      by: string;
      people: number;
      expiresAt: string;
    }
  | { kind: 'approvers_unreachable'; requestId: string; number: number; names: string[]; by: string }
  | { kind: 'channel_unreachable'; requestId: string; number: number; by: string }
  | { kind: 'nobody_can_decide'; problem: PolicyProblem | 'channel_not_reachable'; by: string }
);
