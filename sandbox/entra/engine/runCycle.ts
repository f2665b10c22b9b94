import type { TenantUser } from '../../core/tenant';
import { ENTERPRISE_USER } from './defaultSchema';
import { EntryRecorder, quarantineCode } from './entryRecorder';
import type { EntryResult } from './entryResult';
import { mapAttributes, userAttributes } from './mapAttributes';
import { provisionGroup, removeGroup, scopeInput } from './provisionGroup';
import { deleteGoneUser, type Pass, passTime, provisionUser } from './provisionUser';
import { enabledMapping } from './schemaTypes';
import { ScimFailure } from './scimClient';
import { groupsInScope, usersInScope } from './scope';
import type { JobError } from './synchronizationJob';
import { testConnection } from './testConnection';

export interface CycleOutcome {
  results: EntryResult[];
  entitled: number;
  imported: number;
  /** The cycle could not do its work: the job goes into quarantine. */
  quarantine?: { reason: string; error: JobError };
}

const DEFAULT_DELETE_THRESHOLD = 500;
const TOO_MANY_REQUESTS = 429;
/** Entra takes about 0.01 minutes for an entry. Here a few go at once, then the engine rests for as long as they should take. */
const ENTRIES_AT_ONCE = 6;
const ENTRY_MS = 600;

/** An initial cycle looks at everybody in scope; a later one at what changed, what failed and who left. */
export async function runCycle(pass: Pass): Promise<CycleOutcome> {
  const { store, job, target } = pass;
  const outcome: CycleOutcome = { results: [], entitled: 0, imported: 0 };
  try {
    await testConnection(target, job.schema);
  } catch (error) {
    if (!(error instanceof ScimFailure)) throw error;
    if (error.status !== TOO_MANY_REQUESTS) return { ...outcome, quarantine: exceptionQuarantine(error) };
  }

  const inScope = usersInScope(scopeInput(pass), job);
  const leaving = leavingUsers(pass, inScope);
  const threshold = deleteThreshold(pass);
  if (threshold !== undefined && leaving.length > threshold && !job.forcesDeletes) {
    const message = `${leaving.length} deletions and disables are more than the threshold of ${threshold}.`;
    const error = { code: 'TooManyDeletes', message, tenantActionable: true };
    const results = leaving.map((objectId) => stagedDelete(pass, objectId, message));
    return { results, entitled: inScope.length, imported: inScope.length, quarantine: { reason: 'TooManyDeletes', error } };
  }

  const groups = enabledMapping(job.schema, 'Group') ? groupsInScope(scopeInput(pass), job) : [];
  const changed = inScope.filter((user) => needsExport(pass, user));
  const goneGroups = [...job.links].filter(([id, { type }]) => type === 'Group' && !groups.some((group) => group.id === id));
  const work: (() => Promise<EntryResult | undefined>)[] = [
    ...leaving.map((id) => () => (store.user(id) ? provisionUser(pass, id) : deleteGoneUser(pass, id))),
    ...changed.map(
      ({ id }) =>
        () =>
          provisionUser(pass, id),
    ),
    ...groups.map(
      ({ id }) =>
        () =>
          provisionGroup(pass, id),
    ),
    ...goneGroups.map(
      ([id]) =>
        () =>
          removeGroup(pass, id),
    ),
  ];
  outcome.entitled = inScope.length + groups.length;
  outcome.imported = leaving.length + changed.length + groups.length;
  for (const [index, doOne] of work.entries()) {
    if (index > 0 && index % ENTRIES_AT_ONCE === 0) await rest(pass, ENTRIES_AT_ONCE * ENTRY_MS);
    if (!store.jobs.includes(job)) break; // deleted while the cycle ran
    const result = await doOne();
    if (!result) continue;
    outcome.results.push(result);
    if (result.status === 'Failure') job.escrows.add(result.subject.id);
    else job.escrows.delete(result.subject.id);
    if (result.refusesCredentials) return { ...outcome, quarantine: credentialsQuarantine(result.reason ?? '') };
  }
  return outcome;
}

function rest({ context }: Pass, ms: number): Promise<void> {
  return new Promise((resolve) => context.clock.after(ms, resolve));
}

/** Users this job put into the target who are no longer in scope, or gone from Entra altogether. */
function leavingUsers({ store, job }: Pass, inScope: readonly TenantUser[]): string[] {
  const stays = new Set(inScope.map(({ id }) => id));
  return [...job.links]
    .filter(([id, { type, isActive, isManaged }]) => type === 'User' && !stays.has(id) && (store.user(id) ? isActive : isManaged))
    .map(([id]) => id);
}

function needsExport({ job }: Pass, user: TenantUser): boolean {
  const link = job.links.get(user.id);
  const mapping = enabledMapping(job.schema, 'User');
  if (!mapping) return false;
  if (!job.hasWatermark || !link?.isActive || job.escrows.has(user.id)) return true;
  const wanted = mapAttributes(mapping, userAttributes(user, false));
  return wanted.some(({ path, value }) => link.sent[path] !== value);
}

/** The accidental-deletion threshold of `SyncNotificationSettings`; undefined when it is off. */
function deleteThreshold({ store, job }: Pass): number | undefined {
  const saved = store.secrets.get(job.servicePrincipalId)?.find(({ key }) => key === 'SyncNotificationSettings')?.value;
  if (!saved) return undefined;
  try {
    const { DeleteThresholdEnabled: isOn, DeleteThresholdValue: value } = JSON.parse(saved) as Record<string, unknown>;
    return isOn === true ? Number(value ?? DEFAULT_DELETE_THRESHOLD) : undefined;
  } catch {
    return undefined; // saved as something that is no JSON: the service has no threshold then
  }
}

function stagedDelete(pass: Pass, objectId: string, reason: string): EntryResult {
  const link = pass.job.links.get(objectId);
  const name = String(link?.sent.userName ?? objectId);
  const record = new EntryRecorder(
    { id: objectId, type: 'User', displayName: '', reportableIdentifier: name },
    ENTERPRISE_USER,
    () => passTime(pass.context),
  );
  record.action = 'StagedDelete';
  record.targetId = link?.targetId ?? null;
  return record.skip('TooManyDeletes', reason);
}

export function exceptionQuarantine(failure: ScimFailure) {
  return {
    reason: 'EncounteredQuarantineException',
    error: { code: quarantineCode(failure), message: failure.text, tenantActionable: true },
  };
}

function credentialsQuarantine(message: string) {
  return exceptionQuarantine(new ScimFailure('credentials', 401, message));
}
