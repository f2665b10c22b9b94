import type { TenantUser } from '../../core/tenant';
import { mailNickname } from '../engine/mapAttributes';
import type { Filter } from '../odata/parseFilter';
import { filterOf, type ListResource, queryCount, queryList, queryOne } from '../odata/queryList';
import type { GraphCall, GraphRoute } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { forbidden, notFound } from './graphError';
import { permissions, readsWholeUsers } from './permissions';

const userDefaults = [
  'businessPhones',
  'displayName',
  'givenName',
  'id',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
] as const;

const basicProperties: readonly string[] = ['displayName', 'givenName', 'id', 'mail', 'surname', 'userPrincipalName'];

export const userResource: ListResource = {
  resource: 'User',
  context: 'users',
  properties: [
    ...userDefaults,
    'accountEnabled',
    'userType',
    'otherMails',
    'proxyAddresses',
    'externalUserState',
    'mailNickname',
    'createdDateTime',
    'department',
    'employeeId',
  ],
  defaults: userDefaults,
  filters: {
    id: ['eq', 'ne', 'in'],
    displayName: ['eq', 'ne', 'ge', 'le', 'in', 'startswith'],
    givenName: ['eq', 'ne', 'in', 'startswith'],
    surname: ['eq', 'ne', 'in', 'startswith'],
    mail: ['eq', 'ne', 'ge', 'le', 'in', 'startswith', 'endswith'],
    userPrincipalName: ['eq', 'ne', 'ge', 'le', 'in', 'startswith', 'endswith'],
    otherMails: ['eq', 'ge', 'le', 'in', 'startswith', 'endswith'],
    proxyAddresses: ['eq', 'ge', 'le', 'startswith', 'endswith'],
    accountEnabled: ['eq', 'ne', 'in'],
    userType: ['eq', 'ne', 'in'],
    mailNickname: ['eq', 'ne', 'in', 'startswith'],
    jobTitle: ['eq', 'ne', 'in', 'startswith'],
  },
  orderBy: ['displayName', 'userPrincipalName'],
  search: ['displayName', 'mail', 'userPrincipalName', 'givenName', 'surname'],
};

/** A user as Graph shows it, every property; what the tenant file does not know is null. */
export function userRow(user: TenantUser): Record<string, unknown> {
  const { directoryRoles: _roles, signsIn: _signsIn, ...known } = user;
  return {
    ...known,
    businessPhones: [],
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    externalUserState: user.userType === 'Guest' ? 'Accepted' : null,
    mailNickname: mailNickname(user),
    createdDateTime: null,
    department: null,
    employeeId: null,
  };
}

/** The user of a path, by object id or user principal name. @throws GraphError 404 */
export function userOf(call: GraphCall, users: readonly TenantUser[]): TenantUser {
  const key = (call.params.user ?? '').toLowerCase();
  const user = users.find(({ id, userPrincipalName }) => id === key || userPrincipalName.toLowerCase() === key);
  if (!user) throw notFound(call.params.user ?? '');
  return user;
}

export function userRoutes({ store, context, pageSize }: GraphDeps): GraphRoute[] {
  /** With `User.ReadBasic.All` alone other properties are neither shown nor filtered. */
  const checkBasic = (call: GraphCall) => {
    if (readsWholeUsers(call.caller)) return;
    const filter = filterOf(call.query.get('$filter'));
    const asked = [...(call.query.get('$select')?.split(',') ?? []), ...(filter ? propertiesOf(filter) : [])];
    if (asked.some((name) => !basicProperties.includes(name.trim()))) throw forbidden();
  };
  const rowFor = (call: GraphCall, user: TenantUser) =>
    readsWholeUsers(call.caller)
      ? userRow(user)
      : Object.fromEntries(Object.entries(userRow(user)).filter(([name]) => basicProperties.includes(name)));

  return [
    {
      method: 'GET',
      path: '/me',
      needs: permissions.me,
      handle(call) {
        const user = call.caller.kind === 'delegated' ? store.user(call.caller.userId) : undefined;
        if (!user) throw notFound('me');
        return queryOne(call, userResource, userRow(user));
      },
    },
    {
      method: 'GET',
      path: '/users',
      needs: permissions.readUsers,
      handle(call) {
        checkBasic(call);
        return queryList(
          call,
          userResource,
          context.tenant.users.map((user) => rowFor(call, user)),
          pageSize,
        );
      },
    },
    {
      method: 'GET',
      path: '/users/$count',
      needs: permissions.readUsers,
      handle: (call) => queryCount(call, context.tenant.users.length),
    },
    {
      method: 'GET',
      path: '/users/:user',
      needs: permissions.readUsers,
      handle(call) {
        checkBasic(call);
        return queryOne(call, userResource, rowFor(call, userOf(call, context.tenant.users)));
      },
    },
  ];
}

function propertiesOf(filter: Filter): string[] {
  if (filter.kind === 'and' || filter.kind === 'or') return [...propertiesOf(filter.left), ...propertiesOf(filter.right)];
  if (filter.kind === 'not') return propertiesOf(filter.operand);
  return [filter.property];
}
