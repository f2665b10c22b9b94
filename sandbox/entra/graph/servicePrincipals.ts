import type { TenantApp } from '../../core/tenant';
import type { EntraStore } from '../entraStore';
import { type ListResource, queryCount, queryList, queryOne } from '../odata/queryList';
import type { GraphCall, GraphRoute } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { notFound } from './graphError';
import { permissions } from './permissions';

/** Properties without documented filters (`replyUrls`, `preferredSingleSignOnMode`, ...) cannot be filtered here either. */
const servicePrincipalResource: ListResource = {
  resource: 'ServicePrincipal',
  context: 'servicePrincipals',
  properties: [
    'id',
    'deletedDateTime',
    'accountEnabled',
    'appDescription',
    'appDisplayName',
    'appId',
    'applicationTemplateId',
    'appOwnerOrganizationId',
    'appRoleAssignmentRequired',
    'appRoles',
    'createdDateTime',
    'description',
    'disabledByMicrosoftStatus',
    'displayName',
    'homepage',
    'info',
    'keyCredentials',
    'loginUrl',
    'logoutUrl',
    'notes',
    'notificationEmailAddresses',
    'oauth2PermissionScopes',
    'passwordCredentials',
    'preferredSingleSignOnMode',
    'preferredTokenSigningKeyThumbprint',
    'replyUrls',
    'samlSingleSignOnSettings',
    'servicePrincipalNames',
    'servicePrincipalType',
    'signInAudience',
    'tags',
    'tokenEncryptionKeyId',
    'verifiedPublisher',
  ],
  filters: {
    id: ['eq', 'ne', 'in'],
    appId: ['eq', 'ne', 'in', 'startswith'],
    displayName: ['eq', 'ne', 'ge', 'le', 'in', 'startswith'],
    servicePrincipalNames: ['eq', 'ge', 'le', 'startswith'],
    tags: ['eq', 'ge', 'le', 'startswith'],
    applicationTemplateId: ['eq', 'ne'],
    appRoleAssignmentRequired: ['eq', 'ne'],
    accountEnabled: ['eq', 'ne', 'in'],
    appOwnerOrganizationId: ['eq', 'ne', 'ge', 'le'],
  },
  orderBy: ['displayName'],
  search: ['displayName'],
};

const applicationResource: ListResource = {
  resource: 'Application',
  context: 'applications',
  properties: [
    'id',
    'appId',
    'applicationTemplateId',
    'displayName',
    'identifierUris',
    'tags',
    'web',
    'signInAudience',
    'appRoles',
    'createdDateTime',
    'publisherDomain',
  ],
  filters: {
    id: ['eq', 'ne', 'in'],
    appId: ['eq'],
    displayName: ['eq', 'ne', 'ge', 'le', 'in', 'startswith'],
    identifierUris: ['eq', 'ne', 'ge', 'le', 'startswith'],
    tags: ['eq', 'ge', 'le', 'startswith'],
    applicationTemplateId: ['eq', 'ne'],
  },
  orderBy: ['displayName'],
  search: ['displayName', 'tags'],
};

function servicePrincipalRow(app: TenantApp, tenantId: string): Record<string, unknown> {
  return {
    id: app.servicePrincipalId,
    accountEnabled: app.accountEnabled,
    appDisplayName: app.displayName,
    appId: app.appId,
    applicationTemplateId: app.applicationTemplateId,
    appOwnerOrganizationId: tenantId,
    appRoleAssignmentRequired: app.appRoleAssignmentRequired,
    appRoles: app.appRoles.map(appRoleRow),
    displayName: app.displayName,
    keyCredentials: [],
    notificationEmailAddresses: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    preferredSingleSignOnMode: app.preferredSingleSignOnMode,
    replyUrls: app.replyUrls,
    samlSingleSignOnSettings: app.preferredSingleSignOnMode === 'saml' ? { relayState: null } : null,
    servicePrincipalNames: [app.appId, ...app.identifierUris],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMyOrg',
    tags: app.tags,
  };
}

function applicationRow(app: TenantApp): Record<string, unknown> {
  return {
    id: app.applicationObjectId,
    appId: app.appId,
    applicationTemplateId: app.applicationTemplateId,
    displayName: app.displayName,
    identifierUris: app.identifierUris,
    tags: app.tags,
    web: { homePageUrl: null, logoutUrl: null, redirectUris: app.replyUrls },
    signInAudience: 'AzureADMyOrg',
    appRoles: app.appRoles.map(appRoleRow),
  };
}

function appRoleRow(role: TenantApp['appRoles'][number]): Record<string, unknown> {
  return { ...role, description: role.displayName, origin: 'Application' };
}

/** The enterprise app of a path, by object id. @throws GraphError 404 */
export function servicePrincipalOf(store: EntraStore, call: GraphCall): TenantApp {
  const key = call.params.servicePrincipal ?? '';
  const app = store.app(key);
  if (!app) throw notFound(key);
  return app;
}

export function servicePrincipalRoutes({ store, context, pageSize }: GraphDeps): GraphRoute[] {
  const { tenant } = context;
  const needs = permissions.readApplications;
  return [
    {
      method: 'GET',
      path: '/servicePrincipals',
      needs,
      handle: (call) =>
        queryList(
          call,
          servicePrincipalResource,
          tenant.apps.map((app) => servicePrincipalRow(app, tenant.tenantId)),
          pageSize,
        ),
    },
    {
      method: 'GET',
      path: '/servicePrincipals/$count',
      needs,
      handle: (call) => queryCount(call, tenant.apps.length),
    },
    {
      method: 'GET',
      path: '/servicePrincipals/:servicePrincipal',
      needs,
      handle: (call) =>
        queryOne(call, servicePrincipalResource, servicePrincipalRow(servicePrincipalOf(store, call), tenant.tenantId)),
    },
    {
      method: 'GET',
      path: '/applications',
      needs,
      handle: (call) => queryList(call, applicationResource, tenant.apps.map(applicationRow), pageSize),
    },
    {
      method: 'GET',
      path: '/applications/:application',
      needs,
      handle(call) {
        const app = tenant.apps.find(({ applicationObjectId }) => applicationObjectId === call.params.application);
        if (!app) throw notFound(call.params.application ?? '');
        return queryOne(call, applicationResource, applicationRow(app));
      },
    },
  ];
}
