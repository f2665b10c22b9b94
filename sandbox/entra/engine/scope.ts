import type { TenantData, TenantUser } from '../../core/tenant';
import type { EntraStore } from '../entraStore';
import type { SynchronizationJob } from './synchronizationJob';

/** What scoping found about one user. */
export interface Entitlement {
  isAssigned: boolean;
  isEnabled: boolean;
  /** Display names of the roles, as the import step lists them. */
  roles: string[];
}

interface ScopeInput {
  store: EntraStore;
  tenant: TenantData;
  /** Sandbox time, ms: assignments younger than their delay are not seen yet. */
  now: number;
}

/** `SyncAll` as it is in force: captured at the last start, before that as saved. */
function syncsAll(store: EntraStore, job: SynchronizationJob): boolean {
  return job.syncAll ?? savedSyncAll(store, job);
}

export function savedSyncAll(store: EntraStore, { servicePrincipalId }: SynchronizationJob): boolean {
  const saved = store.secrets.get(servicePrincipalId)?.find(({ key }) => key === 'SyncAll')?.value;
  return saved?.toLowerCase() === 'true';
}

/** Assigned directly, or as a direct member of an assigned group; nested groups do not count. */
export function entitlementOf({ store, now }: ScopeInput, job: SynchronizationJob, user: TenantUser): Entitlement {
  const app = store.app(job.servicePrincipalId);
  const assignments = store.assignments.filter(
    ({ resourceId, principalId, visibleAt }) =>
      resourceId === job.servicePrincipalId &&
      visibleAt <= now &&
      (principalId === user.id || store.group(principalId)?.members.includes(user.id)),
  );
  const roles = assignments.map(
    ({ appRoleId }) => app?.appRoles.find(({ id }) => id === appRoleId)?.displayName ?? 'Default Access',
  );
  return {
    isAssigned: assignments.length > 0 || syncsAll(store, job),
    isEnabled: user.accountEnabled,
    roles: [...new Set(roles)],
  };
}

export function usersInScope(input: ScopeInput, job: SynchronizationJob): TenantUser[] {
  return input.tenant.users.filter((user) => {
    const { isAssigned, isEnabled } = entitlementOf(input, job, user);
    return isAssigned && isEnabled;
  });
}

/** Groups that are assigned themselves, or all of them when everything is synchronized. */
export function groupsInScope({ store, tenant, now }: ScopeInput, job: SynchronizationJob) {
  return tenant.groups.filter(
    ({ id }) =>
      syncsAll(store, job) ||
      store.assignments.some(
        ({ resourceId, principalId, visibleAt }) =>
          resourceId === job.servicePrincipalId && principalId === id && visibleAt <= now,
      ),
  );
}
