import type { SynchronizationJob, TaskExecution } from '../../src/entra/types';
import { judge } from '../../src/workflows/judgeJob';
import { synchronizationJob } from '../support/fakeEntra';

const watch = { runId: 'setup:t:1:2', firstCycleTold: false, lastActivityIdentifier: null, lastState: null };
const connection = { organizationId: '1', appDisplayName: 'Unity Cloud', jobId: 'job-1' };
const cycle = (change: Partial<TaskExecution> = {}): TaskExecution => ({
  activityIdentifier: 'a1',
  state: 'Succeeded',
  timeBegan: '2026-01-05T10:00:00Z',
  timeEnded: '2026-01-05T10:01:00Z',
  errorCode: null,
  countImported: 3,
  countExported: 2,
  countEscrowed: 0,
  ...change,
});
const active = (change: Partial<SynchronizationJob> = {}) =>
  synchronizationJob({ state: 'Active', schedule: 'Active', lastExecution: cycle(), ...change });

it('tells when the first cycle has finished, with its counts [entra 2.6 cycle states]', () => {
  const { notice, change } = judge(watch, connection, active(), []);
  expect(notice).toMatchObject({ kind: 'cycle_finished', runId: 'setup:t:1:2', counts: { imported: 3, exported: 2, failed: 0 } });
  expect(change).toMatchObject({ firstCycleTold: true, lastActivityIdentifier: 'a1' });
});

it('[entra 2.3 placeholder] tells nothing while no cycle has really run', () => {
  expect(judge(watch, connection, active({ state: 'NotRun', lastExecution: null }), []).notice).toBeUndefined();
});

it('tells nothing of a cycle that it has seen [entra 2.6 new cycle]', () => {
  expect(judge({ ...watch, lastActivityIdentifier: 'a1' }, connection, active(), []).notice).toBeUndefined();
});

it('is quiet about later clean cycles', () => {
  expect(judge({ ...watch, firstCycleTold: true }, connection, active(), []).notice).toBeUndefined();
});

it('tells of a cycle with failures, whichever it is, and names them [entra 2.6 cycle states]', () => {
  const failing = active({ lastExecution: cycle({ state: 'EntryLevelErrors', countEscrowed: 1 }) });
  const failures = [{ displayName: 'Ana', code: 'Conflict' }];
  expect(judge({ ...watch, firstCycleTold: true }, connection, failing, failures).notice).toMatchObject({
    kind: 'cycle_failed',
    failures,
  });
});

it('tells of a cycle that failed as a whole, with its counts [entra 2.6 cycle states]', () => {
  const failed = active({ lastExecution: cycle({ state: 'Failed', errorCode: 'InternalError', countExported: 0 }) });
  expect(judge({ ...watch, firstCycleTold: true }, connection, failed, []).notice).toMatchObject({
    kind: 'cycle_failed',
    counts: { exported: 0 },
    failures: [],
  });
});

it('tells of quarantine once, with the reason and the next attempt [entra 7.4 quarantine]', () => {
  const quarantine = {
    reason: 'EncounteredQuarantineException',
    errorCode: 'X',
    currentBegan: '2026-01-05T10:00:00Z',
    nextAttempt: '2026-01-05T16:00:00Z',
  };
  const job = active({ state: 'Quarantine', quarantine });
  expect(judge(watch, connection, job, []).notice).toMatchObject({
    kind: 'quarantine',
    reason: 'EncounteredQuarantineException',
  });
  expect(judge({ ...watch, lastState: 'Quarantine' }, connection, job, []).notice).toBeUndefined();
});
