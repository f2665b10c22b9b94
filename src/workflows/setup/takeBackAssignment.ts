import type { EntraClient, GraphReceipt } from '../../entra/types';
import type { AppRoleAssignment } from '../../provisioning/people';

/** Removes an assignment that the subject made. Nothing is sent when neither Graph's list nor our row knows its id. */
export async function takeBackAssignment(
  entra: EntraClient,
  servicePrincipalId: string,
  made: { principalId: string; assignmentId: string },
  assignments: readonly AppRoleAssignment[],
): Promise<Partial<GraphReceipt>> {
  // Graph's list may lag behind a new assignment; its id, where we got one, does not.
  const assignmentId = assignments.find(({ principalId }) => principalId === made.principalId)?.id ?? made.assignmentId;
  return assignmentId === '' ? {} : entra.removeAppRoleAssignment(servicePrincipalId, assignmentId);
}
