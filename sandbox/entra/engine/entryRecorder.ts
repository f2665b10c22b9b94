import { randomUUID } from 'node:crypto';
import type { EntryAction, EntryResult, EntryStatus, ModifiedProperty, Step, StepType } from './entryResult';
import type { ScimFailure } from './scimClient';

/** Collects what happens to one entry, then seals it into an `EntryResult`. */
export class EntryRecorder {
  private readonly steps: Step[] = [];
  private readonly startedAt: string;
  action: EntryAction = 'Other';
  targetId: string | null = null;
  modifiedProperties: ModifiedProperty[] = [];

  constructor(
    private readonly subject: EntryResult['subject'],
    private readonly targetType: string,
    private readonly now: () => string,
  ) {
    this.startedAt = now();
  }

  step(name: string, type: StepType, status: EntryStatus, description: string, details: Record<string, string> = {}): void {
    this.steps.push({ name, type, status, description, timestamp: this.now(), details });
  }

  succeed(): EntryResult {
    return this.seal('Success');
  }

  /** The entry was left as it is. `RedundantExport` means both sides already match. */
  skip(skipReason: string, reason: string): EntryResult {
    this.step('EntrySynchronizationSkip', 'Export', 'Skipped', reason, { SkipReason: skipReason });
    return { ...this.seal('Skipped'), errorCode: skipReason, reason };
  }

  fail(errorCode: string, reason: string): EntryResult {
    return { ...this.seal('Failure'), errorCode, reason };
  }

  /** Records the step at which the endpoint failed. */
  failExport(name: string, type: StepType, failure: ScimFailure, isList = false): EntryResult {
    this.step(name, type, 'Failure', failure.text, { ReportableIdentifier: this.subject.reportableIdentifier });
    const refusesCredentials = failure.kind === 'credentials';
    return { ...this.fail(entryErrorCode(failure, isList), failure.text), ...(refusesCredentials ? { refusesCredentials } : {}) };
  }

  private seal(status: EntryStatus): EntryResult {
    return {
      subject: this.subject,
      targetId: this.targetId,
      targetType: this.targetType,
      action: this.action,
      status,
      steps: this.steps,
      modifiedProperties: this.modifiedProperties,
      changeId: randomUUID(),
      startedAt: this.startedAt,
      endedAt: this.now(),
    };
  }
}

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const entryCodes: Record<number, string> = {
  401: 'Unauthorized',
  403: 'InsufficientRights',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  422: 'UnprocessableEntity',
  429: 'TooManyRequests',
  501: 'NotImplemented',
};

/** Error code of one entry: section 9.4 of the contract, with the codes of 5.3. */
function entryErrorCode({ kind, status }: ScimFailure, isList: boolean): string {
  if (kind === 'timeout') return 'Timeout';
  if (kind === 'unreadable') return INCOMPATIBLE;
  if (kind === 'notFound') return isList ? INCOMPATIBLE : 'InvalidAnchor';
  return entryCodes[status] ?? (status >= 500 ? 'InternalServerError' : 'WebExceptionProtocolError');
}

/** Code of a failed credential test: an answer that was understood and refused, or everything else. */
export function credentialTestCode({ kind, status }: ScimFailure): string {
  const isFailure = status === 401 || status === 400 || kind === 'unreadable';
  return `SystemForCrossDomainIdentityManagementCredentialValidation${isFailure ? 'Failure' : 'Unavailable'}`;
}

/** Code with which a cycle that cannot work at all goes into quarantine. */
export function quarantineCode(failure: ScimFailure): string {
  if (failure.kind === 'credentials') return 'SystemForCrossDomainIdentityManagementInvalidCredentials';
  return failure.kind === 'unreadable' || failure.kind === 'notFound' || failure.status === 400
    ? INCOMPATIBLE
    : credentialTestCode(failure);
}
