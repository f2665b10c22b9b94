import type { UnityStatements } from '../../src/provisioning/setup';
import type { saveConnection } from '../../src/store/connections';
import { personRef, TENANT } from './people';

export const STATEMENTS: UnityStatements = {
  planIsEnterpriseOrIndustry: true,
  ssoIsConfigured: true,
  scimTabIsVisible: true,
  scimIsEnabled: true,
  isOwnerOrManager: true,
  statedAt: '2026-01-05T10:00:00.000Z',
};

type SavedConnection = Parameters<typeof saveConnection>[1];

/** A connection that Adele has set up, as `saveConnection` takes it. */
export function savedConnection(change: Partial<SavedConnection> = {}): SavedConnection {
  const organizationId = change.organizationId ?? '1234567890123';
  return {
    connectionId: organizationId,
    tenantId: TENANT,
    organizationId,
    servicePrincipalId: 'sp-1',
    appId: 'app-1',
    appDisplayName: 'Unity Cloud',
    jobId: 'job-1',
    ruleId: 'rule-1',
    appRoleId: 'role-user',
    scimConnectorUrl: `https://services.api.unity.com/scim/v2/tenants/${organizationId}`,
    domains: ['contoso.com'],
    savedSyncAll: 'false',
    state: 'started',
    setUpBy: personRef('Adele'),
    statements: STATEMENTS,
    ...change,
  };
}
