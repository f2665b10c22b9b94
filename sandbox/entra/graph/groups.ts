import type { TenantGroup } from '../../core/tenant';
import { type ListResource, queryList, queryOne } from '../odata/queryList';
import type { GraphCall, GraphRoute } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { notFound, unsupportedQuery } from './graphError';
import { permissions } from './permissions';
import { userOf, userResource, userRow } from './users';

const groupResource: ListResource = {
  resource: 'Group',
  context: 'groups',
  properties: [
    'id',
    'displayName',
    'description',
    'groupTypes',
    'mail',
    'mailEnabled',
    'mailNickname',
    'securityEnabled',
    'visibility',
    'createdDateTime',
  ],
  filters: {
    id: ['eq', 'ne', 'in'],
    displayName: ['eq', 'ne', 'in', 'startswith'],
    mail: ['eq', 'ne', 'in', 'startswith'],
    mailNickname: ['eq', 'ne', 'in', 'startswith'],
    securityEnabled: ['eq', 'ne', 'in'],
  },
  orderBy: ['displayName'],
  search: ['displayName', 'description'],
};

/** Members are users or groups; a directory object has the properties of both, as far as it has them. */
const memberResource: ListResource = {
  ...userResource,
  resource: 'DirectoryObject',
  context: 'directoryObjects',
  properties: [...new Set([...userResource.properties, ...groupResource.properties])],
  defaults: [
    ...new Set([...(userResource.defaults ?? []), 'description', 'groupTypes', 'mailEnabled', 'securityEnabled', 'visibility']),
  ],
  isSparse: true,
  filters: { id: ['eq', 'in'], displayName: ['eq', 'startswith'], mail: ['eq', 'startswith'] },
};

function groupRow(group: TenantGroup): Record<string, unknown> {
  return {
    id: group.id,
    displayName: group.displayName,
    description: null,
    groupTypes: [],
    mail: group.mail,
    mailEnabled: group.mail !== null,
    mailNickname: group.displayName.replaceAll(/[^\w-]/g, ''),
    securityEnabled: group.securityEnabled,
    visibility: null,
    createdDateTime: null,
  };
}

export function groupRoutes({ store, context, pageSize }: GraphDeps): GraphRoute[] {
  const groupOf = (call: GraphCall): TenantGroup => {
    const group = store.group(call.params.group ?? '');
    if (!group) throw notFound(call.params.group ?? '');
    return group;
  };

  const memberRows = (group: TenantGroup, isTransitive: boolean): Record<string, unknown>[] => {
    const found = new Set<string>();
    const add = (ids: readonly string[]) => {
      for (const id of ids) {
        if (found.has(id)) continue;
        found.add(id);
        if (isTransitive) add(store.group(id)?.members ?? []);
      }
    };
    add(group.members);
    return [...found].flatMap((id): Record<string, unknown>[] => {
      const [user, nested] = [store.user(id), store.group(id)];
      if (user) return [{ '@odata.type': '#microsoft.graph.user', ...userRow(user) }];
      return nested ? [{ '@odata.type': '#microsoft.graph.group', ...groupRow(nested) }] : [];
    });
  };

  const groupsWith = (userId: string, isTransitive: boolean): Record<string, unknown>[] => {
    const found = new Set<TenantGroup>();
    const add = (memberId: string) => {
      for (const group of context.tenant.groups) {
        if (found.has(group) || !group.members.includes(memberId)) continue;
        found.add(group);
        if (isTransitive) add(group.id);
      }
    };
    add(userId);
    return [...found].map((group) => ({ '@odata.type': '#microsoft.graph.group', ...groupRow(group) }));
  };
  const memberOf = (path: string, isTransitive: boolean): GraphRoute => ({
    method: 'GET',
    path: `/users/:user/${path}`,
    needs: permissions.readMembership,
    handle(call) {
      const { id } = userOf(call, context.tenant.users);
      return queryList(call, { ...groupResource, context: 'directoryObjects' }, groupsWith(id, isTransitive), pageSize);
    },
  });

  const members = (path: string, isTransitive: boolean): GraphRoute[] => [
    {
      method: 'GET',
      path: `/groups/:group/${path}`,
      needs: permissions.readGroups,
      handle: (call) => queryList(call, memberResource, memberRows(groupOf(call), isTransitive), pageSize),
    },
    {
      method: 'GET',
      path: `/groups/:group/${path}/microsoft.graph.user`,
      needs: permissions.readGroups,
      handle(call) {
        const isAdvanced = call.header('consistencylevel')?.toLowerCase() === 'eventual' && call.query.get('$count') === 'true';
        if (!isAdvanced)
          throw unsupportedQuery('The specified cast is only supported with ConsistencyLevel: eventual and $count=true.');
        const rows = memberRows(groupOf(call), isTransitive).filter((row) => row['@odata.type'] === '#microsoft.graph.user');
        return queryList(call, userResource, rows, pageSize);
      },
    },
  ];

  return [
    {
      method: 'GET',
      path: '/groups',
      needs: permissions.readGroups,
      handle: (call) => queryList(call, groupResource, context.tenant.groups.map(groupRow), pageSize),
    },
    {
      method: 'GET',
      path: '/groups/:group',
      needs: permissions.readGroups,
      handle: (call) => queryOne(call, groupResource, groupRow(groupOf(call))),
    },
    ...members('members', false),
    ...members('transitiveMembers', true),
    memberOf('memberOf', false),
    memberOf('transitiveMemberOf', true),
  ];
}
