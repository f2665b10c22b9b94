import type { EntryRecorder } from './entryRecorder';
import type { EntryResult } from './entryResult';
import { allows, type TargetKind } from './exportEntry';
import type { ObjectMapping } from './schemaTypes';
import { type PatchForm, patchFor } from './scimAttributes';
import { callScim, ScimFailure, type ScimTarget } from './scimClient';
import type { Link, SynchronizationJob } from './synchronizationJob';

interface DeprovisionInput {
  job: SynchronizationJob;
  target: ScimTarget;
  form: PatchForm;
  kind: TargetKind;
  mapping: ObjectMapping;
  objectId: string;
  link: Link;
  name: string;
  /** `unassigned` lets the person go, `blocked` keeps the tie so that a later deletion is sent, `deleted` ends it. */
  why: 'unassigned' | 'blocked' | 'deleted';
}

/** Switches the entry off in the target, or deletes it when it is gone from Entra. Something already gone is done. */
export async function deprovisionEntry(input: DeprovisionInput, record: EntryRecorder): Promise<EntryResult> {
  const { job, target, form, kind, mapping, objectId, link, name, why } = input;
  const canDisable = mapping.attributeMappings.some(({ targetAttributeName }) => targetAttributeName === 'active');
  const deletes = why === 'deleted' || !canDisable;
  const path = `${kind.path}/${encodeURIComponent(link.targetId)}`;
  record.targetId = link.targetId;
  record.action = deletes ? 'Delete' : 'Disable';
  if (!allows(mapping, deletes ? 'Delete' : 'Update'))
    return record.skip('EntrySynchronizationSkipped', 'The mapping does not allow this change.');
  const step = deletes ? 'EntryExportDelete' : 'EntryExportUpdate';
  try {
    if (deletes) await callScim(target, { method: 'DELETE', path });
    else {
      const body = patchFor([{ path: 'active', value: 'False', oldValue: 'True' }], form);
      await callScim(target, { method: 'PATCH', path, body });
    }
  } catch (error) {
    if (!(error instanceof ScimFailure)) throw error;
    if (error.kind !== 'notFound') return record.failExport(step, 'Export', error);
  }
  if (deletes) job.links.delete(objectId);
  else {
    const sent = { ...link.sent, active: 'False' };
    job.links.set(objectId, { ...link, sent, isActive: false, isManaged: why !== 'unassigned' });
    record.modifiedProperties = [{ displayName: 'active', oldValue: 'True', newValue: 'False' }];
  }
  const description = `${kind.type} '${name}' was ${deletes ? 'deleted' : 'disabled'} in the target`;
  record.step(step, 'Export', 'Success', description, { ReportableIdentifier: name });
  return record.succeed();
}
