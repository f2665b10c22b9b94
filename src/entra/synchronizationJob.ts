import { z } from 'zod';
import { anyCase } from './anyCase';
import type { SynchronizationJob, TaskExecution } from './types';

const instant = z
  .string()
  .nullish()
  .transform((value) => (value && !value.startsWith('0001-') ? value : null));
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const serviceError = z
  .object({ code: z.string().nullish() })
  .nullish()
  .transform((error) => (error?.code && error.code.toLowerCase() !== 'none' ? error.code : null));

const execution = z
  .object({
    activityIdentifier: z.string().nullish(),
    state: anyCase(['Succeeded', 'Failed', 'EntryLevelErrors']),
    timeBegan: instant,
    timeEnded: instant,
    error: serviceError,
    countImported: count,
    countExported: count,
    countEscrowed: count,
  })
  .transform(({ activityIdentifier, timeBegan, timeEnded, error, ...rest }): TaskExecution | null =>
    // A job that has just been started shows a placeholder: `Failed`, year 0001, no identifier. It is no failure.
    activityIdentifier && timeBegan && timeEnded ? { activityIdentifier, timeBegan, timeEnded, errorCode: error, ...rest } : null,
  )
  .nullish();

const quarantine = z
  .object({
    reason: z.string().nullish(),
    currentBegan: instant,
    nextAttempt: instant,
    error: serviceError,
  })
  .transform(({ reason, error, ...rest }) => ({ reason: reason ?? 'Unknown', errorCode: error, ...rest }))
  .nullish();

const status = z.object({
  code: anyCase(['NotConfigured', 'NotRun', 'Active', 'Paused', 'Quarantine']),
  lastExecution: execution,
  lastSuccessfulExecution: execution,
  lastSuccessfulExecutionWithExports: execution,
  quarantine,
  synchronizedEntryCountByType: z.array(z.object({ key: z.string(), value: z.number() })).nullish(),
});

/**
 * A job as Graph prints it. A new job may be `Paused` with PT40M or `NotConfigured` with the longest possible interval; both are read.
 * @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationstatus
 */
export const synchronizationJob = z
  .object({
    id: z.string(),
    templateId: z.string().nullish(),
    schedule: z.object({ interval: z.string().nullish(), state: anyCase(['Active', 'Disabled', 'Paused']) }),
    status,
  })
  .transform(
    ({ id, templateId, schedule, status: told }): SynchronizationJob => ({
      id,
      templateId: templateId ?? id.split('.')[0] ?? '',
      schedule: schedule.state,
      state: told.code,
      lastExecution: told.lastExecution ?? told.lastSuccessfulExecution ?? told.lastSuccessfulExecutionWithExports ?? null,
      quarantine: told.quarantine ?? null,
      interval: schedule.interval ?? 'PT40M',
      synchronizedUsers: told.synchronizedEntryCountByType?.find(({ key }) => isUser(key))?.value ?? null,
    }),
  );

/** `User`, or the SCIM name that ends so. */
function isUser(key: string): boolean {
  return /(^|[:.])user$/i.test(key.trim());
}
