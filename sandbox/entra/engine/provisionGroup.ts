import { CORE_GROUP } from './defaultSchema';
import { deprovisionEntry } from './deprovisionEntry';
import { EntryRecorder } from './entryRecorder';
import type { EntryResult } from './entryResult';
import { exportEntry, groupKind } from './exportEntry';
import { groupAttributes, mapAttributes } from './mapAttributes';
import { type Pass, passTime, provisionUser } from './provisionUser';
import { enabledMapping } from './schemaTypes';
import { memberPatch } from './scimAttributes';
import { callScim, ScimFailure } from './scimClient';
import { groupsInScope } from './scope';

/**
 * One assigned group: created or updated without members, then its members in the target are brought in step.
 * @param onlyMembers - object ids of an on-demand call: these users are provisioned and added, nobody is removed
 */
export async function provisionGroup(pass: Pass, objectId: string, onlyMembers?: readonly string[]): Promise<EntryResult> {
  const { store, job } = pass;
  const group = store.group(objectId);
  const record = recorder(pass, objectId, group?.displayName ?? objectId);
  const mapping = enabledMapping(job.schema, 'Group');
  if (!group || !mapping) {
    const reason = `Group '${objectId}' could not be read, or the mapping for groups is switched off.`;
    record.step('EntryImport', 'Import', 'Failure', reason);
    return record.fail('ImportSkipped', reason);
  }
  const name = group.displayName;
  record.step('EntryImport', 'Import', 'Success', `Retrieved Group '${name}' from Azure Active Directory`, { objectId });
  const isAssigned = groupsInScope(scopeInput(pass), job).includes(group);
  record.step('EntrySynchronizationScoping', 'Scoping', isAssigned ? 'Success' : 'Skipped', `Group '${name}'`, {
    Assigned: isAssigned ? 'True' : 'False',
    IsEffectivelyEntitledForProvisioning: isAssigned ? 'True' : 'False',
  });
  if (!isAssigned)
    return record.skip('NotEffectivelyEntitled', `Group '${name}' will be skipped. Assigned to the application: False`);

  for (const member of onlyMembers ?? []) await provisionUser(pass, member);
  const attributes = mapAttributes(mapping, groupAttributes(group));
  const exported = await exportEntry({ ...pass, kind: groupKind, mapping, objectId, attributes, name }, record);
  if (exported.status === 'Failure') return exported;
  return bringMembersInStep(pass, record, exported, group.members, onlyMembers);
}

async function bringMembersInStep(
  pass: Pass,
  record: EntryRecorder,
  exported: EntryResult,
  members: readonly string[],
  onlyMembers: readonly string[] | undefined,
): Promise<EntryResult> {
  const { job, target, form } = pass;
  const link = job.links.get(exported.subject.id);
  if (!link) return exported;
  const inTarget = (id: string) => job.links.get(id)?.targetId;
  const wanted = members.filter((id) => inTarget(id) !== undefined && (!onlyMembers || onlyMembers.includes(id)));
  const sent = link.members ?? [];
  const added = wanted.filter((id) => !sent.includes(id));
  const removed = onlyMembers ? [] : sent.filter((id) => !members.includes(id));
  if (added.length + removed.length === 0) return exported;
  const targetIds = (ids: readonly string[]) => ids.flatMap((id) => inTarget(id) ?? []);
  try {
    const body = memberPatch(targetIds(added), targetIds(removed), form.isNew);
    await callScim(target, { method: 'PATCH', path: `/Groups/${encodeURIComponent(link.targetId)}`, body });
  } catch (error) {
    if (error instanceof ScimFailure) return record.failExport('EntryExportUpdate', 'Export', error);
    throw error;
  }
  job.links.set(exported.subject.id, { ...link, members: [...sent.filter((id) => !removed.includes(id)), ...added] });
  if (exported.action === 'Other') record.action = 'Update';
  record.modifiedProperties = [
    ...exported.modifiedProperties,
    { displayName: 'members', oldValue: null, newValue: String(wanted.length) },
  ];
  record.step('EntryExportUpdate', 'Export', 'Success', 'The members of the group were updated in the target', {
    ReportableIdentifier: exported.subject.reportableIdentifier,
  });
  return record.succeed();
}

/** Deletes a group that is no longer assigned: groups have no `active`. */
export async function removeGroup(pass: Pass, objectId: string): Promise<EntryResult | undefined> {
  const link = pass.job.links.get(objectId);
  const mapping = enabledMapping(pass.job.schema, 'Group');
  if (!link || !mapping) return undefined;
  const name = String(link.sent.displayName ?? objectId);
  const record = recorder(pass, objectId, name);
  return deprovisionEntry({ ...pass, kind: groupKind, mapping, objectId, link, name, why: 'deleted' }, record);
}

function recorder(pass: Pass, objectId: string, name: string): EntryRecorder {
  const subject = { id: objectId, type: 'Group' as const, displayName: name, reportableIdentifier: name };
  return new EntryRecorder(subject, CORE_GROUP, () => passTime(pass.context));
}

export function scopeInput({ context, store }: Pass) {
  return { store, tenant: context.tenant, now: context.clock.now() };
}
