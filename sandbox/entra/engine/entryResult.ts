export type EntryStatus = 'Success' | 'Skipped' | 'Failure';
export type EntryAction = 'Create' | 'Update' | 'Disable' | 'Delete' | 'StagedDelete' | 'Other';
export type StepType = 'Import' | 'Scoping' | 'Matching' | 'Processing' | 'ReferenceResolution' | 'Export';

export interface Step {
  name: string;
  type: StepType;
  status: EntryStatus;
  description: string;
  timestamp: string;
  details: Record<string, string>;
}

export interface ModifiedProperty {
  displayName: string;
  oldValue: string | null;
  newValue: string | null;
}

/** What the engine did with one user or group: the source of on-demand answers and of log rows alike. */
export interface EntryResult {
  subject: { id: string; type: 'User' | 'Group'; displayName: string; reportableIdentifier: string };
  targetId: string | null;
  targetType: string;
  action: EntryAction;
  status: EntryStatus;
  /** Skip reason or error code; absent when all went well. */
  errorCode?: string;
  reason?: string;
  /** The endpoint refused the credentials: no other entry can succeed either. */
  refusesCredentials?: boolean;
  steps: Step[];
  modifiedProperties: ModifiedProperty[];
  changeId: string;
  startedAt: string;
  endedAt: string;
}

/** A row of the provisioning log, not visible before `visibleAt` (sandbox time, ms). */
export interface LogEntry {
  id: string;
  result: EntryResult;
  jobId: string;
  cycleId: string;
  servicePrincipalId: string;
  visibleAt: number;
}
