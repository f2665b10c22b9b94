import { z } from 'zod';
import type { TenantApp } from '../../core/tenant';
import type { AppRoleAssignment, EntraStore } from '../entraStore';
import { type ListResource, queryList } from '../odata/queryList';
import { type GraphCall, type GraphRoute, noContent } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { badRequest, GraphError, notFound } from './graphError';
import { permissions } from './permissions';
import { servicePrincipalOf } from './servicePrincipals';
import { userOf } from './users';

const NO_ROLE = '00000000-0000-0000-0000-000000000000';
const requestSchema = z.object({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });

const assignmentResource: ListResource = {
  resource: 'AppRoleAssignment',
  context: 'appRoleAssignments',
  properties: [
    'id',
    'deletedDateTime',
    'appRoleId',
    'createdDateTime',
    'principalDisplayName',
    'principalId',
    'principalType',
    'resourceDisplayName',
    'resourceId',
  ],
  filters: { principalDisplayName: ['eq', 'startswith'], resourceId: ['eq'] },
};

export function appRoleAssignmentRoutes({ store, context, pageSize }: GraphDeps): GraphRoute[] {
  const row = ({ visibleAt: _visibleAt, ...assignment }: AppRoleAssignment): Record<string, unknown> => ({
    ...assignment,
    deletedDateTime: null,
    principalDisplayName: (store.user(assignment.principalId) ?? store.group(assignment.principalId))?.displayName ?? null,
    resourceDisplayName: store.app(assignment.resourceId)?.displayName ?? null,
  });
  const list = (call: GraphCall, matches: (assignment: AppRoleAssignment) => boolean) =>
    queryList(call, assignmentResource, store.assignments.filter(matches).map(row), pageSize);

  const create = (call: GraphCall) => {
    const app = servicePrincipalOf(store, call);
    const parsed = requestSchema.safeParse(call.body);
    if (!parsed.success) throw badRequest('Invalid value specified for the app role assignment.');
    const wanted = lowered(parsed.data);
    checkPairing(store, app, wanted);
    const isThere = store.assignments.some(
      ({ principalId, resourceId, appRoleId }) =>
        principalId === wanted.principalId && resourceId === wanted.resourceId && appRoleId === wanted.appRoleId,
    );
    if (isThere) throw duplicate();
    const created = row(store.assign(wanted));
    return { status: 201, body: { '@odata.context': `${call.base}/$metadata#appRoleAssignments/$entity`, ...created } };
  };

  /** The service has said "already assigned" in several ways. */
  const duplicate = (): GraphError => {
    const variant = context.switches.duplicateAssignmentVariant;
    if (variant === 'entitlementExists')
      return new GraphError(400, 'Request_MultipleObjectsWithSameKeyValue', 'EntitlementGrant entry already exists.');
    const message = 'Permission being assigned already exists on the object';
    return variant === 'conflict' ? new GraphError(409, 'Request_Conflict', message) : badRequest(message);
  };

  const path = '/servicePrincipals/:servicePrincipal/appRoleAssignedTo';
  return [
    {
      method: 'GET',
      path,
      needs: permissions.readAssignments,
      handle(call) {
        const { servicePrincipalId } = servicePrincipalOf(store, call);
        return list(call, ({ resourceId }) => resourceId === servicePrincipalId);
      },
    },
    { method: 'POST', path, needs: permissions.writeAssignments, handle: create },
    {
      method: 'DELETE',
      path: `${path}/:assignment`,
      needs: permissions.writeAssignments,
      handle(call) {
        const { servicePrincipalId } = servicePrincipalOf(store, call);
        const at = store.assignments.findIndex(
          ({ id, resourceId }) => id === call.params.assignment && resourceId === servicePrincipalId,
        );
        if (at < 0) throw notFound(call.params.assignment ?? '');
        store.assignments.splice(at, 1);
        return noContent;
      },
    },
    {
      method: 'GET',
      path: '/users/:user/appRoleAssignments',
      needs: permissions.readAssignments,
      handle(call) {
        const { id } = userOf(call, context.tenant.users);
        return list(call, ({ principalId }) => principalId === id);
      },
    },
  ];
}

/** Graph compares ids without regard to case and stores them lower-case. */
function lowered(request: z.infer<typeof requestSchema>): z.infer<typeof requestSchema> {
  return {
    principalId: request.principalId.toLowerCase(),
    resourceId: request.resourceId.toLowerCase(),
    appRoleId: request.appRoleId.toLowerCase(),
  };
}

/** The all-zero role is for apps that declare none; a declared role must be enabled and meant for users. */
function checkPairing(store: EntraStore, app: TenantApp, wanted: z.infer<typeof requestSchema>): void {
  const roles = app.appRoles.filter(({ isEnabled, allowedMemberTypes }) => isEnabled && allowedMemberTypes.includes('User'));
  const fits = roles.length === 0 ? wanted.appRoleId === NO_ROLE : roles.some(({ id }) => id === wanted.appRoleId);
  if (wanted.resourceId !== app.servicePrincipalId || !fits) throw badRequest('Not a valid reference update.');
  if (!store.user(wanted.principalId) && !store.group(wanted.principalId)) throw notFound(wanted.principalId);
}
