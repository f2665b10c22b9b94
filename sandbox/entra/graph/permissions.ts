import type { EntraStore } from '../entraStore';
import { type AccessTokens, bearerOf, type Caller } from '../login/accessTokens';
import type { Permission } from './graphCall';
import { forbidden, GraphError } from './graphError';

const GLOBAL_ADMINISTRATOR = 'Global Administrator';
/** A custom role that may look at provisioning but not touch it; it passes a probe that only reads. */
const PROVISIONING_READER = 'Provisioning Reader (custom)';
const provisioningRoles = ['Application Administrator', 'Cloud Application Administrator', 'Hybrid Identity Administrator'];

const applicationRead = [['Application.Read.All'], ['Application.ReadWrite.All'], ['Directory.Read.All']];
const userRead = [['User.Read.All'], ['User.ReadWrite.All'], ['Directory.Read.All']];
const groupRead = [['GroupMember.Read.All'], ['Group.Read.All'], ['Directory.Read.All']];
const assignmentWrite = [
  ['AppRoleAssignment.ReadWrite.All', 'Application.Read.All'],
  ['AppRoleAssignment.ReadWrite.All', 'Directory.Read.All'],
];
const assignmentRead = [...applicationRead, ['AppRoleAssignment.ReadWrite.All']];
const logRead = [['AuditLog.Read.All', 'Directory.Read.All']];

/** Who may call what: section 6 of the contract as a table. `Global Administrator` has every role. */
export const permissions = {
  me: { delegated: [['User.Read'], ['User.ReadBasic.All'], ...userRead], application: [] },
  readUsers: { delegated: [['User.ReadBasic.All'], ...userRead], application: userRead },
  readMembership: {
    delegated: [['User.Read.All', 'GroupMember.Read.All'], ['Directory.Read.All']],
    application: [['User.Read.All', 'GroupMember.Read.All'], ['Directory.Read.All']],
  },
  readGroups: { delegated: groupRead, application: groupRead },
  readApplications: { delegated: applicationRead, application: applicationRead },
  readAssignments: { delegated: assignmentRead, application: assignmentRead },
  writeAssignments: {
    delegated: assignmentWrite,
    application: assignmentWrite,
    roles: [
      'Application Administrator',
      'Cloud Application Administrator',
      'User Administrator',
      'Identity Governance Administrator',
      'Directory Writers',
      'Hybrid Identity Administrator',
      'Privileged Role Administrator',
    ],
  },
  readSynchronization: {
    delegated: [['Synchronization.Read.All'], ['Synchronization.ReadWrite.All']],
    application: [['Synchronization.Read.All'], ['Synchronization.ReadWrite.All']],
    roles: [...provisioningRoles, PROVISIONING_READER],
  },
  writeSynchronization: {
    delegated: [['Synchronization.ReadWrite.All']],
    application: [['Synchronization.ReadWrite.All']],
    roles: provisioningRoles,
  },
  readLogs: {
    delegated: logRead,
    application: logRead,
    roles: [
      'Reports Reader',
      'Security Reader',
      'Security Operator',
      'Security Administrator',
      'Global Reader',
      'Application Administrator',
      'Cloud Application Administrator',
    ],
  },
  /** Anyone with a valid token; each item of a batch is checked by itself. */
  batch: { delegated: [[]], application: [[]] },
} satisfies Record<string, Permission>;

/** Whose token it is. @throws GraphError 401 `InvalidAuthenticationToken` */
export function authenticate(tokens: AccessTokens, authorization: string | undefined): Caller {
  const token = bearerOf(authorization);
  const refused = (message: string) => new GraphError(401, 'InvalidAuthenticationToken', message);
  if (token === undefined) throw refused('Access token is empty.');
  const found = tokens.find(token);
  if (found.state === 'expired') throw refused('Lifetime validation failed, the token is expired.');
  if (found.state === 'unknown') throw refused('Access token validation failure. Invalid token.');
  if (found.grant.audience !== 'graph') throw refused('Access token validation failure. Invalid audience.');
  return found.grant.caller;
}

/** Checks scope and, for a person, directory role as the tenant has it now. @throws GraphError 403 */
export function authorize(store: EntraStore, caller: Caller, needs: Permission): void {
  const choices = caller.kind === 'app' ? needs.application : needs.delegated;
  if (!choices.some((choice) => choice.every((permission) => caller.permissions.includes(permission)))) throw forbidden();
  if (caller.kind === 'app' || !needs.roles) return;
  const roles = store.user(caller.userId)?.directoryRoles ?? [];
  if (!roles.some((role) => role === GLOBAL_ADMINISTRATOR || needs.roles?.includes(role))) throw forbidden();
}

/** True when the caller may read all properties of other people, not only the basic ones. */
export function readsWholeUsers(caller: Caller): boolean {
  return userRead.some((choice) => choice.every((permission) => caller.permissions.includes(permission)));
}
