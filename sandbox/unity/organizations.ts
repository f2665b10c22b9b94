import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../core/clock';
import type { OrganizationData, TenantData } from '../core/tenant';
import type { ScimGroup, ScimUser } from './scim/resources';
import type { ServiceAccount } from './serviceAccounts';

export type MemberType = OrganizationData['members'][number]['type'];

/** One pretend Unity organization. Everything in it lives in memory and starts anew with the sandbox. */
export interface Organization {
  genesisId: string;
  uuid: string;
  name: string;
  plan: string;
  validatedDomains: string[];
  ssoConfigured: boolean;
  ssoEnforced: boolean;
  scimEnabled: boolean;
  scimEnforced: boolean;
  serviceAccounts: Map<string, ServiceAccount>;
  /** People of the organization by SCIM id: those made by SCIM, and members who were there before. */
  users: Map<string, ScimUser>;
  groups: Map<string, ScimGroup>;
}

export type Organizations = Map<string, Organization>;

/** Part of an address after the last `@`, in lower case; undefined when the text is no e-mail address. */
export function domainOf(address: string): string | undefined {
  return /^[^\s@]+@([^\s@]+)$/.exec(address)?.[1]?.toLowerCase();
}

export function isInValidatedDomain(organization: Organization, address: string): boolean {
  const domain = domainOf(address);
  return domain !== undefined && organization.validatedDomains.some((validated) => validated.toLowerCase() === domain);
}

/** Finds a person by user name, ignoring case. */
export function findUser(organization: Organization, userName: string): ScimUser | undefined {
  const wanted = userName.toLowerCase();
  return [...organization.users.values()].find((user) => user.attributes.userName.toLowerCase() === wanted);
}

/** Adds somebody who did not come through SCIM: a member from the tenant file, or a person who signed up. */
export function addMember(
  organization: Organization,
  member: { email: string; displayName: string; type: MemberType },
  clock: SandboxClock,
): ScimUser {
  const user: ScimUser = {
    id: randomUUID(),
    memberType: member.type,
    provisionedByScim: false,
    createdAt: clock.iso(),
    modifiedAt: clock.iso(),
    attributes: {
      userName: member.email,
      displayName: member.displayName,
      active: true,
      emails: [{ value: member.email, type: 'work', primary: true }],
    },
  };
  organization.users.set(user.id, user);
  return user;
}

export function createOrganizations(tenant: TenantData, clock: SandboxClock): Organizations {
  const organizations: Organizations = new Map();
  for (const { members, ...data } of tenant.organizations) {
    const organization: Organization = {
      ...data,
      validatedDomains: [...data.validatedDomains],
      ssoEnforced: false,
      scimEnforced: false,
      serviceAccounts: new Map(),
      users: new Map(),
      groups: new Map(),
    };
    for (const member of members) addMember(organization, member, clock);
    organizations.set(organization.genesisId, organization);
  }
  return organizations;
}
