import type { EntryRecorder } from './entryRecorder';
import type { EntryResult } from './entryResult';
import type { MappedAttribute } from './mapAttributes';
import type { ObjectMapping } from './schemaTypes';
import { buildScimResource, type Change, type PatchForm, patchFor, readScimPath } from './scimAttributes';
import { callScim, findScim, ScimFailure, type ScimTarget } from './scimClient';
import type { Link, SynchronizationJob } from './synchronizationJob';

type Json = Record<string, unknown>;

/** Where and how one kind of object lives in the target. */
export interface TargetKind {
  type: 'User' | 'Group';
  path: '/Users' | '/Groups';
  /** Goes with every read: groups are never read with their members. */
  readQuery: Record<string, string>;
  /** What a new resource has beside the mapped attributes. */
  template: Json;
}

export const userKind: TargetKind = {
  type: 'User',
  path: '/Users',
  readQuery: {},
  template: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
    meta: { resourceType: 'User' },
    roles: [],
  },
};

export const groupKind: TargetKind = {
  type: 'Group',
  path: '/Groups',
  readQuery: { excludedAttributes: 'members' },
  template: {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    ],
    meta: { resourceType: 'Group' },
  },
};

interface ExportInput {
  job: SynchronizationJob;
  target: ScimTarget;
  form: PatchForm;
  kind: TargetKind;
  mapping: ObjectMapping;
  objectId: string;
  attributes: MappedAttribute[];
  name: string;
}

/** Two entries of the target fit one of Entra: nothing can be sent without guessing. */
const AMBIGUOUS = 'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse';

/** Matches the entry in the target, then creates it, updates what differs, or finds nothing to do. */
export async function exportEntry(input: ExportInput, record: EntryRecorder): Promise<EntryResult> {
  const { kind, name } = input;
  let found: Json[];
  try {
    found = await findTarget(input);
  } catch (error) {
    if (error instanceof ScimFailure) return record.failExport('EntrySynchronizationAdd', 'Matching', error, true);
    throw error;
  }
  if (found.length > 1) {
    const reason = `${found.length} entries in the target match ${kind.type} '${name}'.`;
    record.step('EntrySynchronizationAdd', 'Matching', 'Failure', reason);
    return record.fail(AMBIGUOUS, reason);
  }
  const [existing] = found;
  return existing ? update(input, record, existing) : create(input, record);
}

async function findTarget({ job, target, kind, objectId, attributes }: ExportInput): Promise<Json[]> {
  const link = job.links.get(objectId);
  if (link) {
    const known = await readKnown(target, kind, link);
    if (known) return [known];
    job.links.delete(objectId);
  }
  const matching = attributes
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((left, right) => left.matchingPriority - right.matchingPriority);
  for (const { path, value } of matching) {
    const hits = await findScim(target, kind.path, { ...kind.readQuery, filter: `${path} eq ${JSON.stringify(value)}` });
    if (hits.length > 0) return hits;
  }
  return [];
}

async function readKnown(target: ScimTarget, kind: TargetKind, link: Link): Promise<Json | undefined> {
  try {
    const path = `${kind.path}/${encodeURIComponent(link.targetId)}`;
    return (await callScim(target, { method: 'GET', path, query: kind.readQuery })).body;
  } catch (error) {
    if (error instanceof ScimFailure && error.kind === 'notFound') return undefined; // gone: match anew
    throw error;
  }
}

async function create(input: ExportInput, record: EntryRecorder): Promise<EntryResult> {
  const { job, target, kind, mapping, objectId, attributes, name } = input;
  record.action = 'Create';
  record.step(
    'EntrySynchronizationAdd',
    'Matching',
    'Success',
    `${kind.type} '${name}' will be created in the target (${kind.type} does not exist)`,
  );
  if (!allows(mapping, 'Add')) return record.skip('EntrySynchronizationSkipped', 'The mapping does not allow to add.');
  const sent = attributes.filter(({ path }) => path !== 'members');
  record.modifiedProperties = sent.map(({ path, value }) => ({ displayName: path, oldValue: null, newValue: value }));
  try {
    const { body, status } = await callScim(target, {
      method: 'POST',
      path: kind.path,
      body: buildScimResource(sent, kind.template),
    });
    if (typeof body.id !== 'string') throw new ScimFailure('unreadable', status, 'The created resource came back without an id.');
    record.targetId = body.id;
    job.links.set(objectId, { type: kind.type, targetId: body.id, sent: sentOf(sent), isActive: true, isManaged: true });
  } catch (error) {
    if (error instanceof ScimFailure) return record.failExport('EntryExportAdd', 'Export', error);
    throw error;
  }
  record.step('EntryExportAdd', 'Export', 'Success', `${kind.type} '${name}' was created in the target`, {
    ReportableIdentifier: name,
  });
  return record.succeed();
}

async function update(input: ExportInput, record: EntryRecorder, existing: Json): Promise<EntryResult> {
  const { job, target, kind, mapping, objectId, attributes, name, form } = input;
  const targetId = String(existing.id);
  const known = job.links.get(objectId);
  const mapped = attributes.filter(({ path }) => path !== 'members');
  const changes = mapped.flatMap(({ path, value }): Change[] => {
    const oldValue = readScimPath(existing, path);
    if (oldValue === value) return [];
    const wasDropped = oldValue === undefined && known?.sent[path] === value;
    return wasDropped ? [] : [{ path, value, oldValue }]; // flows when changed: a value the target does not keep is not sent again
  });
  record.targetId = targetId;
  const link: Link = { ...known, type: kind.type, targetId, sent: sentOf(mapped), isActive: true, isManaged: true };
  if (changes.length === 0) {
    job.links.set(objectId, link);
    return record.skip('RedundantExport', `${kind.type} '${name}' is already as it should be in the target.`);
  }
  record.action = 'Update';
  record.step(
    'EntrySynchronizationAdd',
    'Matching',
    'Success',
    `${kind.type} '${name}' was found in the target and will be updated`,
  );
  if (!allows(mapping, 'Update')) return record.skip('EntrySynchronizationSkipped', 'The mapping does not allow to update.');
  record.modifiedProperties = changes.map(({ path, value, oldValue }) => ({
    displayName: path,
    oldValue: oldValue ?? null,
    newValue: value,
  }));
  try {
    const path = `${kind.path}/${encodeURIComponent(targetId)}`;
    await callScim(target, { method: 'PATCH', path, body: patchFor(changes, form) });
  } catch (error) {
    if (!(error instanceof ScimFailure)) throw error;
    if (error.kind === 'notFound') job.links.delete(objectId);
    return record.failExport('EntryExportUpdate', 'Export', error);
  }
  job.links.set(objectId, link);
  record.step('EntryExportUpdate', 'Export', 'Success', `${kind.type} '${name}' was updated in the target`, {
    ReportableIdentifier: name,
  });
  return record.succeed();
}

function sentOf(attributes: readonly MappedAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ path, value }) => [path, value]));
}

/** `flowTypes` is a comma list, with or without spaces. */
export function allows({ flowTypes }: ObjectMapping, flow: 'Add' | 'Update' | 'Delete'): boolean {
  return flowTypes.split(',').some((name) => name.trim() === flow);
}
