import type { SandboxContext } from '../../core/context';
import type { TenantUser } from '../../core/tenant';
import type { EntraStore } from '../entraStore';
import { ENTERPRISE_USER } from './defaultSchema';
import { deprovisionEntry } from './deprovisionEntry';
import { EntryRecorder } from './entryRecorder';
import type { EntryResult } from './entryResult';
import { exportEntry, userKind } from './exportEntry';
import { mapAttributes, provisionedName, userAttributes } from './mapAttributes';
import { enabledMapping } from './schemaTypes';
import type { PatchForm } from './scimAttributes';
import type { ScimTarget } from './scimClient';
import { type Entitlement, entitlementOf } from './scope';
import type { SynchronizationJob } from './synchronizationJob';

/** One pass of the engine over entries: a cycle, or a single call on demand. */
export interface Pass {
  context: SandboxContext;
  store: EntraStore;
  job: SynchronizationJob;
  target: ScimTarget;
  form: PatchForm;
  onDemand: boolean;
  /** Runs `work` once nothing else works on the same object. */
  alone<T>(objectId: string, work: () => Promise<T>): Promise<T>;
}

/** Instants of steps and entries carry seven decimals. */
export const passTime = ({ clock }: SandboxContext): string => clock.iso().replace(/(\.\d{3})Z$/, '$10000Z');

/** Import, scoping, matching and export of one user; the order of section 3.2. */
export function provisionUser(pass: Pass, objectId: string): Promise<EntryResult> {
  return pass.alone(objectId, () => provisionUserAlone(pass, objectId));
}

async function provisionUserAlone(pass: Pass, objectId: string): Promise<EntryResult> {
  const { context, store, job } = pass;
  const user = store.user(objectId);
  const name = user ? provisionedName(user.userPrincipalName) : objectId;
  const subject = { id: objectId, type: 'User' as const, displayName: user?.displayName ?? '', reportableIdentifier: name };
  const record = new EntryRecorder(subject, ENTERPRISE_USER, () => passTime(pass.context));
  const mapping = enabledMapping(job.schema, 'User');
  if (!user || !mapping)
    return importSkipped(record, `User '${name}' could not be read, or the mapping for users is switched off.`);

  const entitlement = entitlementOf({ store, tenant: context.tenant, now: context.clock.now() }, job, user);
  const attributes = mapAttributes(mapping, userAttributes(user, false));
  if (!attributes.some(({ matchingPriority }) => matchingPriority > 0))
    return importSkipped(record, `User '${name}' has no value for a matching attribute.`);
  recordImport(record, user, entitlement);
  if (recordScoping(record, name, entitlement))
    return exportEntry({ ...pass, kind: userKind, mapping, objectId, attributes, name }, record);
  return leaveScope(pass, record, user, entitlement);
}

function importSkipped(record: EntryRecorder, reason: string): EntryResult {
  record.step('EntryImport', 'Import', 'Failure', reason);
  return record.fail('ImportSkipped', reason);
}

function recordImport(record: EntryRecorder, user: TenantUser, { roles }: Entitlement): void {
  const description = `Retrieved User '${provisionedName(user.userPrincipalName)}' from Azure Active Directory`;
  record.step('EntryImport', 'Import', 'Success', description, {
    objectId: user.id,
    accountEnabled: user.accountEnabled ? 'True' : 'False',
    userPrincipalName: user.userPrincipalName,
    IsSoftDeleted: 'False',
    appRoleAssignments: roles.join(','),
  });
}

/** @returns true when the user is to be in the target */
function recordScoping(record: EntryRecorder, name: string, { isAssigned, isEnabled }: Entitlement): boolean {
  const isEntitled = isAssigned && isEnabled;
  const truth = (value: boolean) => (value ? 'True' : 'False');
  const description = isEntitled ? `User '${name}' is in scope` : `User '${name}' is not in scope`;
  record.step('EntrySynchronizationScoping', 'Scoping', isEntitled ? 'Success' : 'Skipped', description, {
    IsActive: truth(isEnabled),
    Assigned: truth(isAssigned),
    IsEffectivelyEntitledForProvisioning: truth(isEntitled),
    IsInProvisioningScopeDisplayName: 'True',
    ScopeEvaluationResult: '{}',
  });
  return isEntitled;
}

/**
 * Out of scope: disabled in the target if this job put the user there. On demand that works for the unassigned only,
 * a user who is blocked in Entra waits for the next cycle.
 */
async function leaveScope(pass: Pass, record: EntryRecorder, user: TenantUser, entitlement: Entitlement): Promise<EntryResult> {
  const { job, store } = pass;
  const link = job.links.get(user.id);
  const mapping = enabledMapping(job.schema, 'User');
  const keeps = store.secrets
    .get(job.servicePrincipalId)
    ?.some(({ key, value }) => key === 'SkipOutOfScopeDeletions' && value.toLowerCase() === 'true');
  const why = entitlement.isEnabled ? 'unassigned' : 'blocked';
  const name = provisionedName(user.userPrincipalName);
  if (link?.isActive && mapping && !keeps && !(pass.onDemand && why === 'blocked'))
    return deprovisionEntry({ ...pass, kind: userKind, mapping, objectId: user.id, link, name, why }, record);
  const facts = [
    ...(entitlement.isAssigned ? [] : ['Assigned to the application: False']),
    ...(entitlement.isEnabled ? [] : ['IsActive: False']),
  ];
  const reason = `User '${name}' will be skipped. It is not effectively entitled. ${facts.join(', ')}`;
  return record.skip('NotEffectivelyEntitled', reason);
}

/** Deletes a user who is gone from Entra, if the job still holds on to them. */
export async function deleteGoneUser(pass: Pass, objectId: string): Promise<EntryResult | undefined> {
  const { job } = pass;
  const link = job.links.get(objectId);
  const mapping = enabledMapping(job.schema, 'User');
  if (!link?.isManaged || !mapping) return undefined;
  const name = String(link.sent.userName ?? objectId);
  const subject = { id: objectId, type: 'User' as const, displayName: '', reportableIdentifier: name };
  const record = new EntryRecorder(subject, ENTERPRISE_USER, () => passTime(pass.context));
  return deprovisionEntry({ ...pass, kind: userKind, mapping, objectId, link, name, why: 'deleted' }, record);
}
