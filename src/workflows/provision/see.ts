import type { EntraClient } from '../../entra/types';
import { StepFailedError } from '../../errors';
import { isMe } from '../../provisioning/addresses';
import type { Connection } from '../../provisioning/connections';
import type { AppRoleAssignment } from '../../provisioning/people';
import { meantPerson } from '../../provisioning/planPeople';
import type { PersonObserved } from '../../provisioning/provision';
import type { Run } from '../../provisioning/runs';
import type { WorkflowDeps } from '../deps';
import { isGone } from '../isGone';

export type SeenPerson = PersonObserved & { position: number };

/** How many people are looked up at once. */
const AT_ONCE = 5;

/** Finds each person and whether they are in scope already: directly, or as a direct member of an assigned group. */
export function seePeople(
  { steps, entraFor }: WorkflowDeps,
  run: Run,
  connection: Connection,
  asked: readonly { position: number; asked: string }[],
): Promise<SeenPerson[]> {
  const entra = entraFor(run.actingAs);
  return steps.record('seePeople', async () => {
    const reads = probe(entra, connection).then(() => lookUpPeople(entra, connection, asked));
    reads.catch(() => undefined); // a guest has no rights either, and hears the first reason
    const me = await entra.getMe();
    if (me.userType === 'Guest') throw new StepFailedError('guest_refused');
    const seen = await reads;
    return seen;
  });
}

/** The reads alone, for whoever may read the directory; rights on the app are not asked for. `me` is whose token reads. */
export async function lookUpPeople(
  entra: EntraClient,
  { servicePrincipalId }: Pick<Connection, 'servicePrincipalId'>,
  asked: readonly { position: number; asked: string }[],
): Promise<SeenPerson[]> {
  const assignments = await entra.listAppRoleAssignedTo(servicePrincipalId);
  const groups = await membersOf(entra, assignments);
  const seen: SeenPerson[] = [];
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const some = asked.slice(start, start + AT_ONCE);
    seen.push(...(await Promise.all(some.map((one) => seePerson(entra, one, assignments, groups)))));
  }
  return seen;
}

/** Reading the jobs is the proof of rights; without it nothing is shown or changed. It also tells what somebody has deleted. */
async function probe(entra: EntraClient, { servicePrincipalId, jobId }: Connection): Promise<void> {
  const jobs = await entra.listSynchronizationJobs(servicePrincipalId).catch((error: unknown) => {
    throw isGone(error) ? new StepFailedError('app_not_found', { servicePrincipalId }) : error;
  });
  if (!jobs.some(({ id }) => id === jobId)) throw new StepFailedError('job_gone', { jobId });
}

interface AssignedGroup {
  groupId: string;
  groupDisplayName: string;
  members: Set<string>;
}

async function membersOf(entra: EntraClient, assignments: readonly AppRoleAssignment[]): Promise<AssignedGroup[]> {
  const groups = assignments.filter(({ principalType }) => principalType === 'Group');
  return Promise.all(
    groups.map(async ({ principalId, principalDisplayName }) => ({
      groupId: principalId,
      groupDisplayName: principalDisplayName,
      members: new Set((await entra.listGroupMembers(principalId)).map(({ objectId }) => objectId)),
    })),
  );
}

async function seePerson(
  entra: EntraClient,
  { position, asked }: { position: number; asked: string },
  assignments: readonly AppRoleAssignment[],
  groups: readonly AssignedGroup[],
): Promise<SeenPerson> {
  const found = isMe(asked) ? [await entra.getMe()] : await entra.findUsersByAddress(asked);
  const person = isMe(asked) ? found[0] : meantPerson(asked, found);
  if (!person) return { position, asked, person: null, candidates: found, assignment: null };
  const direct = assignments.find(({ principalId }) => principalId === person.objectId);
  const group = groups.find(({ members }) => members.has(person.objectId));
  return {
    position,
    asked,
    person,
    candidates: [],
    assignment: direct
      ? { how: 'directly', assignmentId: direct.id }
      : group
        ? { how: 'group', groupId: group.groupId, groupDisplayName: group.groupDisplayName }
        : null,
  };
}
