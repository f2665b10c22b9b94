import type { SandboxContext } from '../../core/context';
import { CORE_GROUP, ENTERPRISE_USER } from './defaultSchema';
import { credentialTestCode, EntryRecorder } from './entryRecorder';
import type { EntryResult } from './entryResult';
import { provisionGroup } from './provisionGroup';
import { type Pass, passTime, provisionUser } from './provisionUser';
import { ScimFailure } from './scimClient';
import { testConnection } from './testConnection';

export interface Subject {
  objectId: string;
  objectTypeName: 'User' | 'Group';
  /** Object ids of the members to take along, for a group. */
  members: string[];
}

/** Tests the connection, then provisions the one subject. A refused connection is a failed first step. */
export async function provisionOnDemand(context: SandboxContext, makePass: () => Pass, subject: Subject): Promise<EntryResult> {
  try {
    const pass = makePass();
    await testConnection(pass.target, subject.objectTypeName === 'Group' ? pass.job.schema : undefined);
    return subject.objectTypeName === 'Group'
      ? await provisionGroup(pass, subject.objectId, subject.members)
      : await provisionUser(pass, subject.objectId);
  } catch (error) {
    if (!(error instanceof ScimFailure)) throw error;
    return failedTest(context, subject, error);
  }
}

function failedTest(context: SandboxContext, { objectId, objectTypeName }: Subject, failure: ScimFailure): EntryResult {
  const record = new EntryRecorder(
    { id: objectId, type: objectTypeName, displayName: '', reportableIdentifier: objectId },
    objectTypeName === 'User' ? ENTERPRISE_USER : CORE_GROUP,
    () => passTime(context),
  );
  record.step('TestConnection', 'Processing', 'Failure', failure.text);
  return record.fail(credentialTestCode(failure), failure.text);
}
