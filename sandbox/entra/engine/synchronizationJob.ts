import { randomUUID } from 'node:crypto';
import type { Switches } from '../../core/switches';
import { defaultSchema } from './defaultSchema';
import type { SynchronizationSchema } from './schemaTypes';

export interface JobError {
  code: string;
  message: string;
  tenantActionable: boolean;
}

export interface Execution {
  activityIdentifier: string | null;
  countEntitled: number;
  countEntitledForProvisioning: number;
  countEscrowed: number;
  countEscrowedRaw: number;
  countExported: number;
  countExports: number;
  countImported: number;
  countImportedDeltas: number;
  countImportedReferenceDeltas: number;
  state: 'Succeeded' | 'Failed' | 'EntryLevelErrors';
  error: JobError | null;
  timeBegan: string;
  timeEnded: string;
}

interface Quarantine {
  currentBegan: string;
  nextAttempt: string;
  reason: string;
  seriesBegan: string;
  seriesCount: number;
  error: JobError | null;
}

interface JobStatus {
  countSuccessiveCompleteFailures: number;
  escrowsPruned: boolean;
  code: 'NotConfigured' | 'NotRun' | 'Active' | 'Paused' | 'Quarantine';
  lastExecution: Execution | null;
  lastSuccessfulExecution: Execution | null;
  lastSuccessfulExecutionWithExports: Execution | null;
  quarantine: Quarantine | null;
  steadyStateFirstAchievedTime: string;
  steadyStateLastAchievedTime: string;
  troubleshootingUrl: string | null;
  progress: unknown[];
  synchronizedEntryCountByType: { key: string; value: number }[];
}

/** What the job remembers about one user or group: where it is in the target and what was sent last. */
export interface Link {
  type: 'User' | 'Group';
  targetId: string;
  /** Attributes as last sent, by target path. */
  sent: Record<string, unknown>;
  isActive: boolean;
  /** False after an unassignment: the job lets go, and a later deletion sends nothing. */
  isManaged: boolean;
  /** Object ids of the members that were sent, for groups. */
  members?: string[];
}

export interface SynchronizationJob {
  id: string;
  templateId: string;
  servicePrincipalId: string;
  schedule: { expiration: string | null; interval: string; state: 'Active' | 'Disabled' | 'Paused' };
  status: JobStatus;
  synchronizationJobSettings: { name: string; value: string }[];
  schema: SynchronizationSchema;
  /** By object id. */
  links: Map<string, Link>;
  /** Object ids whose last export failed; tried again in each cycle. */
  escrows: Set<string>;
  /** False: the next cycle is an initial one and looks at everybody. */
  hasWatermark: boolean;
  /** Scope in force since the last start or restart; a changed `SyncAll` waits for a restart. */
  syncAll: boolean | undefined;
  /** One cycle may delete more than the threshold. */
  forcesDeletes: boolean;
}

export const NEVER = '0001-01-01T00:00:00Z';
const LONGEST_INTERVAL = 'P10675199DT2H48M5.4775807S';

/** A job as it is before the first start; the two styles are the two that Microsoft's pages show. */
export function createJob(
  input: { templateId: string; tenantId: string; servicePrincipalId: string },
  style: Switches['jobCreateStyle'],
): SynchronizationJob {
  const id = `${input.templateId}.${input.tenantId.replaceAll('-', '')}.${randomUUID()}`;
  return {
    id,
    templateId: input.templateId,
    servicePrincipalId: input.servicePrincipalId,
    schedule: { expiration: null, interval: style === 'paused' ? 'PT40M' : LONGEST_INTERVAL, state: 'Disabled' },
    status: {
      countSuccessiveCompleteFailures: 0,
      escrowsPruned: false,
      code: style === 'paused' ? 'Paused' : 'NotConfigured',
      lastExecution: null,
      lastSuccessfulExecution: null,
      lastSuccessfulExecutionWithExports: null,
      quarantine: null,
      steadyStateFirstAchievedTime: NEVER,
      steadyStateLastAchievedTime: NEVER,
      troubleshootingUrl: null,
      progress: [],
      synchronizedEntryCountByType: [],
    },
    synchronizationJobSettings: [
      { name: 'AzureIngestionAttributeOptimization', value: 'False' },
      { name: 'LookaheadQueryEnabled', value: 'False' },
    ],
    schema: defaultSchema(id),
    links: new Map(),
    escrows: new Set(),
    hasWatermark: false,
    syncAll: undefined,
    forcesDeletes: false,
  };
}

/** What a started job shows before its first cycle is over; it is no failure, although it says so. */
export function placeholderExecution(): Execution {
  return execution({
    state: 'Failed',
    error: { code: 'None', message: '', tenantActionable: false },
    timeBegan: NEVER,
    timeEnded: NEVER,
  });
}

export function execution(parts: Partial<Execution> & Pick<Execution, 'state' | 'timeBegan' | 'timeEnded'>): Execution {
  return {
    activityIdentifier: null,
    countEntitled: 0,
    countEntitledForProvisioning: 0,
    countEscrowed: 0,
    countEscrowedRaw: 0,
    countExported: 0,
    countExports: 0,
    countImported: 0,
    countImportedDeltas: 0,
    countImportedReferenceDeltas: 0,
    error: null,
    ...parts,
  };
}

/** The job as Graph shows it. */
export function jobView(job: SynchronizationJob): Record<string, unknown> {
  const { id, templateId, schedule, status, synchronizationJobSettings } = job;
  return structuredClone({ id, templateId, schedule, status, synchronizationJobSettings });
}
