import type { AppRoleAssignment } from './people';
import type { SetupPlan } from './setup';

/**
 * Whom a cycle takes: people assigned directly and direct members of assigned groups, each once however often they are in scope.
 * Groups inside groups do not count, because Entra does not follow them.
 * @param groupMembers - object ids of the people who are direct members, by group id
 * @param added - somebody who will be assigned before the cycle runs
 */
export function countFirstCycle(
  assignments: readonly AppRoleAssignment[],
  groupMembers: Readonly<Record<string, readonly string[]>>,
  added: string | null,
): SetupPlan['firstCycle'] {
  const idsOf = (type: AppRoleAssignment['principalType']) =>
    assignments.filter((assignment) => assignment.principalType === type).map((assignment) => assignment.principalId);
  const users = new Set([...idsOf('User'), ...(added === null ? [] : [added])]);
  const groups = new Set(idsOf('Group'));
  const people = new Set([...users, ...[...groups].flatMap((groupId) => groupMembers[groupId] ?? [])]);
  return { people: people.size, users: users.size, groups: groups.size };
}
