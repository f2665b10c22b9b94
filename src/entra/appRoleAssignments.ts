import { z } from 'zod';
import type { AppRoleAssignment } from '../provisioning/people';
import { anyCase } from './anyCase';
import type { Graph } from './graphCall';
import { graphErrorOf } from './graphErrors';
import { bodyOf, errorOf, type GraphReply } from './graphReply';
import { path } from './odata';
import { readPages } from './readPages';
import type { EntraClient } from './types';

const assignment = z
  .object({
    id: z.string(),
    principalId: z.string(),
    principalType: anyCase(['User', 'Group', 'ServicePrincipal']),
    principalDisplayName: z.string().nullish(),
    appRoleId: z.string(),
  })
  .transform(
    (row): AppRoleAssignment => ({
      id: row.id,
      principalId: row.principalId,
      principalType: row.principalType,
      principalDisplayName: row.principalDisplayName ?? '',
      appRoleId: row.appRoleId,
    }),
  );

/**
 * Who is in scope of an app. Reading needs `Application.Read.All`; writing also `AppRoleAssignment.ReadWrite.All` and a directory role
 * such as Cloud Application Administrator.
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 */
export function appRoleAssignments(
  graph: Graph,
): Pick<EntraClient, 'listAppRoleAssignedTo' | 'assignAppRole' | 'removeAppRoleAssignment'> {
  return {
    listAppRoleAssignedTo: (servicePrincipalId) =>
      readPages(
        graph,
        {
          operation: 'list assignments',
          area: 'assignments',
          path: path`/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`,
        },
        assignment,
      ),

    async assignAppRole({ servicePrincipalId, principalId, appRoleId }) {
      const call = {
        operation: 'assign a person',
        area: 'assignments',
        method: 'POST',
        path: path`/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`,
        body: { principalId, resourceId: servicePrincipalId, appRoleId },
      } as const;
      const reply = await graph.ask(call);
      const { requestId } = reply;
      if (alreadyAssigned(reply)) return { assignmentId: null, existed: true, requestId };
      if (reply.status >= 300) throw graphErrorOf(call, reply);
      return { assignmentId: bodyOf(call, reply, assignment).id, existed: false, requestId };
    },

    async removeAppRoleAssignment(servicePrincipalId, assignmentId) {
      const call = {
        operation: 'remove an assignment',
        area: 'assignments',
        method: 'DELETE',
        path: path`/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo/${assignmentId}`,
      } as const;
      const reply = await graph.ask(call);
      if (reply.status >= 300 && reply.status !== 404) throw graphErrorOf(call, reply); // 404: an earlier try removed it
      return { requestId: reply.requestId };
    },
  };
}

/** No stable code exists for it, so this is the one place that reads a message of Graph. */
function alreadyAssigned(reply: GraphReply): boolean {
  if (reply.status === 409) return true;
  if (reply.status !== 400) return false;
  const { codes, message } = errorOf(reply.body);
  return (
    codes.includes('Request_MultipleObjectsWithSameKeyValue') ||
    /permission being assigned already exists|entitlementgrant entry already exists/i.test(message)
  );
}
