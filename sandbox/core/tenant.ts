import { z } from 'zod';

const guid = z.guid();

/** A person of the pretend tenant. Whoever has `signsIn` can be chosen on the page. */
export const userSchema = z.strictObject({
  id: guid,
  userPrincipalName: z.string().min(3),
  displayName: z.string().min(1),
  givenName: z.string().nullable().default(null),
  surname: z.string().nullable().default(null),
  mail: z.string().nullable().default(null),
  otherMails: z.array(z.string()).default([]),
  proxyAddresses: z.array(z.string()).default([]),
  accountEnabled: z.boolean().default(true),
  userType: z.enum(['Member', 'Guest']).default('Member'),
  jobTitle: z.string().nullable().default(null),
  /** Directory roles by display name, for example `Application Administrator`. */
  directoryRoles: z.array(z.string()).default([]),
  signsIn: z.boolean().default(false),
});

export const groupSchema = z.strictObject({
  id: guid,
  displayName: z.string().min(1),
  securityEnabled: z.boolean().default(true),
  mail: z.string().nullable().default(null),
  /** Object ids of users and groups that are direct members. */
  members: z.array(guid).default([]),
});

export const appRoleSchema = z.strictObject({
  id: guid,
  displayName: z.string(),
  value: z.string().nullable().default(null),
  allowedMemberTypes: z.array(z.enum(['User', 'Application'])).default(['User']),
  isEnabled: z.boolean().default(true),
});

/** An enterprise application (service principal) together with its registration. */
export const appSchema = z.strictObject({
  servicePrincipalId: guid,
  appId: guid,
  applicationObjectId: guid,
  displayName: z.string().min(1),
  /** null: a plain app registration, which Entra cannot provision to. */
  applicationTemplateId: guid.nullable(),
  identifierUris: z.array(z.string()).default([]),
  replyUrls: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  preferredSingleSignOnMode: z.string().nullable().default(null),
  appRoles: z.array(appRoleSchema).default([]),
  appRoleAssignmentRequired: z.boolean().default(true),
  accountEnabled: z.boolean().default(true),
  /** Object ids of users and groups assigned at the start. */
  assigned: z.array(guid).default([]),
});

export const organizationSchema = z.strictObject({
  genesisId: z.string().regex(/^[0-9]{6,20}$/),
  uuid: guid,
  name: z.string().min(1),
  plan: z.enum(['Unity Enterprise', 'Unity Industry', 'Unity Pro']).default('Unity Enterprise'),
  validatedDomains: z.array(z.string()).default([]),
  ssoConfigured: z.boolean().default(true),
  scimEnabled: z.boolean().default(true),
  members: z
    .array(z.strictObject({ email: z.string(), displayName: z.string(), type: z.enum(['owner', 'manager', 'user', 'guest']) }))
    .default([]),
});

export const tenantSchema = z
  .strictObject({
    tenantId: guid,
    name: z.string().min(1),
    domain: z.string().min(3),
    users: z.array(userSchema).min(1),
    groups: z.array(groupSchema).default([]),
    apps: z.array(appSchema).default([]),
    organizations: z.array(organizationSchema).min(1),
  })
  .superRefine((tenant, context) => {
    const principals = new Set([...tenant.users, ...tenant.groups].map(({ id }) => id));
    const problem = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (principals.size !== tenant.users.length + tenant.groups.length)
      problem(['users'], 'two users or groups have the same id');
    tenant.groups.forEach((group, index) => {
      for (const member of group.members)
        if (!principals.has(member)) problem(['groups', index, 'members'], `${member} is no user or group of this file`);
    });
    tenant.apps.forEach((app, index) => {
      for (const assigned of app.assigned)
        if (!principals.has(assigned)) problem(['apps', index, 'assigned'], `${assigned} is no user or group of this file`);
    });
    if (!tenant.users.some((user) => user.signsIn))
      problem(['users'], 'nobody has "signsIn": true, so nobody could chat with the bot');
  });

export type TenantData = z.infer<typeof tenantSchema>;
export type TenantUser = z.infer<typeof userSchema>;
export type TenantGroup = z.infer<typeof groupSchema>;
export type TenantApp = z.infer<typeof appSchema>;
export type OrganizationData = z.infer<typeof organizationSchema>;
