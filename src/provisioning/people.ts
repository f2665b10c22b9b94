/** Who speaks or acts: always from the signed activity, never from what a card carried. */
export interface PersonRef {
  tenantId: string;
  objectId: string;
  /** Teams' own id of the person for this bot, `29:…`; the token service asks for it. */
  mri: string;
  displayName: string;
}

/** A person as Entra's directory describes them. */
export interface DirectoryPerson {
  objectId: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  accountEnabled: boolean;
  userType: 'Member' | 'Guest';
}

/** A user or group that is in scope of an enterprise application. */
export interface AppRoleAssignment {
  id: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  principalDisplayName: string;
  appRoleId: string;
}

export interface AppRole {
  id: string;
  displayName: string;
  value: string | null;
  allowedMemberTypes: string[];
  isEnabled: boolean;
}

/** An enterprise application of the tenant. `servicePrincipalId` is what synchronization and assignment calls use. */
export interface EnterpriseApp {
  servicePrincipalId: string;
  appId: string;
  displayName: string;
  /** null: a plain app registration, which Entra cannot provision to. */
  applicationTemplateId: string | null;
  servicePrincipalNames: string[];
  replyUrls: string[];
  appRoles: AppRole[];
  appRoleAssignmentRequired: boolean;
  accountEnabled: boolean;
}
