/** OAuth connections of the bot's registration, and the Graph scopes each asks for. */
export const CONNECTIONS: Record<string, string[]> = {
  entra: [
    'Application.Read.All',
    'Synchronization.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    'User.Read.All',
    'GroupMember.Read.All',
    'AuditLog.Read.All',
    'Directory.Read.All',
  ],
  entraRead: ['User.Read.All', 'GroupMember.Read.All', 'Application.Read.All'],
};

/** Service provider id of a connection to Entra (version 2). */
export const ENTRA_PROVIDER_ID = '30dd229c-58e3-4a48-bdfd-91ec48eb906c';
