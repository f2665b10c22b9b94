import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../core/context';
import type { TenantApp, TenantGroup, TenantUser } from '../core/tenant';
import type { LogEntry } from './engine/entryResult';
import type { SynchronizationJob } from './engine/synchronizationJob';

/** One user or group that has an app role on an enterprise application. */
export interface AppRoleAssignment {
  id: string;
  principalId: string;
  principalType: 'User' | 'Group';
  resourceId: string;
  appRoleId: string;
  createdDateTime: string;
  /** Sandbox time from which provisioning sees it; listing shows it at once. */
  visibleAt: number;
}

export interface Secret {
  key: string;
  value: string;
}

/** What the pretend tenant remembers beside the tenant file: assignments, jobs, secrets, provisioning log. */
export interface EntraStore {
  readonly assignments: AppRoleAssignment[];
  readonly jobs: SynchronizationJob[];
  /** By service principal id. */
  readonly secrets: Map<string, Secret[]>;
  readonly log: LogEntry[];
  user(id: string): TenantUser | undefined;
  group(id: string): TenantGroup | undefined;
  app(servicePrincipalId: string): TenantApp | undefined;
  assign(input: { principalId: string; resourceId: string; appRoleId: string }): AppRoleAssignment;
}

/** Graph's id of an assignment: the principal's id in .NET byte order and 16 more bytes, base64url without padding. */
function assignmentId(principalId: string): string {
  const hex = Buffer.from(principalId.replaceAll('-', ''), 'hex');
  const guid = Buffer.concat([
    hex.subarray(0, 4).reverse(),
    hex.subarray(4, 6).reverse(),
    hex.subarray(6, 8).reverse(),
    hex.subarray(8),
  ]);
  return Buffer.concat([guid, randomBytes(16)]).toString('base64url');
}

/** Starts from the tenant file; it is read anew at each look-up, so a person changed there is changed in Entra. */
export function createEntraStore({ tenant, clock, switches }: SandboxContext): EntraStore {
  const store: EntraStore = {
    assignments: [],
    jobs: [],
    secrets: new Map(),
    log: [],
    user: (id) => tenant.users.find((user) => user.id === id.toLowerCase()),
    group: (id) => tenant.groups.find((group) => group.id === id.toLowerCase()),
    app: (id) => tenant.apps.find((app) => app.servicePrincipalId === id.toLowerCase()),
    assign({ principalId, resourceId, appRoleId }) {
      const assignment: AppRoleAssignment = {
        id: assignmentId(principalId),
        principalId,
        principalType: store.group(principalId) ? 'Group' : 'User',
        resourceId,
        appRoleId,
        createdDateTime: clock.iso(),
        visibleAt: clock.now() + switches.assignmentVisibilityDelayMs,
      };
      store.assignments.push(assignment);
      return assignment;
    },
  };
  for (const app of tenant.apps)
    for (const principalId of app.assigned) {
      const appRoleId = defaultAppRoleId(app);
      store.assign({ principalId, resourceId: app.servicePrincipalId, appRoleId }).visibleAt = clock.now();
    }
  return store;
}

/** Role used for people who are assigned in the tenant file: the app's first role for users, else the all-zero id. */
function defaultAppRoleId(app: TenantApp): string {
  const role = app.appRoles.find(({ allowedMemberTypes }) => allowedMemberTypes.includes('User'));
  return role?.id ?? '00000000-0000-0000-0000-000000000000';
}
