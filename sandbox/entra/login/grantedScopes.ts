/** Delegated scopes configured on the bot's app registration: what `.default` stands for. */
const delegatedScopes = [
  'User.Read',
  'User.Read.All',
  'GroupMember.Read.All',
  'Application.Read.All',
  'AppRoleAssignment.ReadWrite.All',
  'Synchronization.ReadWrite.All',
  'AuditLog.Read.All',
  'Directory.Read.All',
  'ProvisioningLog.Read.All',
];

/** Application permissions granted to the bot: reading only, so that an app token can watch and never change. */
export const applicationPermissions = [
  'Application.Read.All',
  'Synchronization.Read.All',
  'User.Read.All',
  'GroupMember.Read.All',
  'AuditLog.Read.All',
  'Directory.Read.All',
  'ProvisioningLog.Read.All',
];

/** `https://graph.microsoft.com/User.Read`, `<graph>/User.Read` and `User.Read` are one scope; `.default` is all of them. */
export function grantedScopes(requested: readonly string[]): string[] {
  const names = requested.map((scope) => scope.replace(/^https?:\/\/[^/]+\//, ''));
  return names.includes('.default') ? delegatedScopes : [...new Set(names)];
}
