import { z } from 'zod';
import type { Graph } from './graphCall';
import { literal, path, withQuery } from './odata';
import { readPages } from './readPages';
import type { EntraClient } from './types';

const MOST_FOUND = 25;
const group = z.object({ id: z.string(), displayName: z.string().nullish() });
const member = z.object({
  '@odata.type': z.string().optional(),
  id: z.string(),
  displayName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
});

/**
 * Groups of the tenant and their direct members: provisioning does not look into nested groups either. Needs `GroupMember.Read.All`;
 * `User.Read.All` to see whether an account is a guest's or disabled.
 * @see https://learn.microsoft.com/graph/api/group-list
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export function groups(graph: Graph): Pick<EntraClient, 'listGroupMembers' | 'searchGroups'> {
  return {
    async listGroupMembers(groupId) {
      const address = withQuery(path`/groups/${groupId}/members`, { $select: 'id,displayName,accountEnabled,userType' });
      const members = await readPages(graph, { operation: 'list group members', area: 'directory', path: address }, member);
      return members
        .filter((row) => row['@odata.type']?.toLowerCase() === '#microsoft.graph.user')
        .map((row) => ({
          objectId: row.id,
          displayName: row.displayName ?? '',
          isGuest: row.userType === 'Guest',
          isEnabled: row.accountEnabled !== false,
        }));
    },

    async searchGroups(displayNamePrefix) {
      const $filter = `startsWith(displayName,${literal(displayNamePrefix)})`;
      const address = withQuery('/groups', { $filter, $select: 'id,displayName', $top: MOST_FOUND });
      const found = await readPages(graph, { operation: 'search groups', area: 'directory', path: address }, group, MOST_FOUND);
      return found.map(({ id, displayName }) => ({ objectId: id, displayName: displayName ?? id }));
    },
  };
}
