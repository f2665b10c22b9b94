import { z } from 'zod';
import type { EnterpriseApp } from '../provisioning/people';
import { UNITY_ENTITY_ID } from '../provisioning/planSetup';
import type { Graph } from './graphCall';
import { graphErrorOf } from './graphErrors';
import { bodyOf } from './graphReply';
import { literal, path, withQuery } from './odata';
import { readPages } from './readPages';
import type { EntraClient } from './types';

const SELECT =
  'id,appId,displayName,applicationTemplateId,servicePrincipalNames,replyUrls,appRoles,appRoleAssignmentRequired,accountEnabled';
const MOST_FOUND = 25;

const strings = z.array(z.string()).nullish();
const appRole = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  value: z.string().nullish(),
  allowedMemberTypes: strings,
  isEnabled: z.boolean().nullish(),
});
const servicePrincipal = z
  .object({
    id: z.string(),
    appId: z.string(),
    displayName: z.string().nullish(),
    applicationTemplateId: z.string().nullish(),
    servicePrincipalNames: strings,
    replyUrls: strings,
    appRoles: z.array(appRole).nullish(),
    appRoleAssignmentRequired: z.boolean().nullish(),
    accountEnabled: z.boolean().nullish(),
  })
  .transform(
    (row): EnterpriseApp => ({
      servicePrincipalId: row.id,
      appId: row.appId,
      displayName: row.displayName ?? row.appId,
      applicationTemplateId: row.applicationTemplateId || null,
      servicePrincipalNames: row.servicePrincipalNames ?? [],
      replyUrls: row.replyUrls ?? [],
      appRoles: (row.appRoles ?? []).map((role) => ({
        id: role.id,
        displayName: role.displayName ?? '',
        value: role.value ?? null,
        allowedMemberTypes: role.allowedMemberTypes ?? [],
        isEnabled: role.isEnabled ?? true,
      })),
      appRoleAssignmentRequired: row.appRoleAssignmentRequired ?? false,
      accountEnabled: row.accountEnabled ?? true,
    }),
  );

/**
 * Enterprise applications of the tenant. Needs `Application.Read.All`.
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list
 */
export function servicePrincipals(graph: Graph): Pick<EntraClient, 'findUnityApps' | 'searchApps' | 'getApp'> {
  const where = (operation: string, filter: string) => {
    const address = withQuery('/servicePrincipals', { $filter: filter, $select: SELECT, $top: MOST_FOUND });
    return readPages(graph, { operation, area: 'directory', path: address }, servicePrincipal, MOST_FOUND);
  };
  return {
    async findUnityApps() {
      const [byEntityId, byName] = await Promise.all([
        where('find apps by Entity ID', `servicePrincipalNames/any(n:n eq ${literal(UNITY_ENTITY_ID)})`),
        where('find apps by name', `startsWith(displayName,'Unity')`),
      ]);
      return [...new Map([...byEntityId, ...byName].map((app) => [app.servicePrincipalId, app])).values()];
    },

    searchApps: (displayNamePrefix) => where('search apps', `startsWith(displayName,${literal(displayNamePrefix)})`),

    async getApp(servicePrincipalId) {
      const address = withQuery(path`/servicePrincipals/${servicePrincipalId}`, { $select: SELECT });
      const call = { operation: 'read an app', area: 'directory', method: 'GET', path: address } as const;
      const reply = await graph.ask(call);
      if (reply.status === 404) return undefined;
      if (reply.status >= 300) throw graphErrorOf(call, reply);
      return bodyOf(call, reply, servicePrincipal);
    },
  };
}
