import { z } from 'zod';

/** What the real services may do one way or the other; the first value is the default. Names follow the contracts. */
export const switchesSchema = z.strictObject({
  // Entra and Graph
  jobCreateStyle: z.enum(['paused', 'notConfigured']).default('paused'),
  onDemandShape: z.enum(['A', 'B']).default('A'),
  duplicateAssignmentVariant: z.enum(['permissionExists', 'entitlementExists', 'conflict']).default('permissionExists'),
  /** Sandbox milliseconds until on-demand sees a new assignment. */
  assignmentVisibilityDelayMs: z.int().min(0).default(0),
  onDemandRateLimit: z.enum(['withRetryAfter', 'withoutRetryAfter', 'off']).default('withRetryAfter'),
  scimActiveForm: z.enum(['string', 'boolean']).default('string'),
  validateFailureStatus: z.union([z.literal(400), z.literal(401), z.literal(403), z.literal(500)]).default(400),
  /** How many synchronization calls are answered 401 although all is well. */
  backendLag401: z.int().min(0).default(0),
  logDelayMs: z.int().min(0).default(0),
  /** Sandbox milliseconds between two cycles of a started job (Entra: 40 min). */
  cycleMs: z
    .int()
    .min(1)
    .default(40 * 60_000),
  /** Sandbox milliseconds that a cycle takes. */
  cycleDurationMs: z.int().min(0).default(60_000),
  emptyTemplates: z.boolean().default(false),
  secretsReadBack: z.enum(['masked', 'empty', 'forbidden']).default('masked'),
  premiumLicence: z.boolean().default(true),
  accessTokenSeconds: z.int().min(1).default(3599),
  // Token service and Teams
  consent: z.enum(['granted', 'required']).default('granted'),
  /** Entra error code that every delegated token request ends in, for example 50076; 0 for none. */
  delegatedTokenError: z.int().default(0),
  /** `silent`: only the silent exchange ends so, and the sign-in page meets what Entra asks for. */
  delegatedTokenErrorFor: z.enum(['everything', 'silent']).default('everything'),
  /** Devices of one person that exchange the SSO token at once. */
  devices: z.int().min(1).default(1),
  redeliverMessages: z.enum(['off', 'sameId', 'newId']).default('off'),
  /** A second copy of each invoke arrives while the first is being handled. One that timed out follows `redeliverMessages`. */
  redeliverInvokes: z.enum(['off', 'sameId', 'newId']).default('off'),
  connectorRateLimit: z.enum(['on', 'off']).default('on'),
  // Unity
  auth: z.enum(['both', 'bearer', 'basic']).default('both'),
  onActiveFalse: z.enum(['delete', 'store', 'ignore', 'reject']).default('delete'),
  existingAccount: z.enum(['link', 'conflict']).default('link'),
  foreignDomain: z.enum(['reject', 'accept']).default('reject'),
  listScope: z.enum(['scimOnly', 'validatedDomains']).default('scimOnly'),
  filterWithoutDomain: z.enum(['empty', 'error']).default('empty'),
  domainFilter: z.enum(['unsupported', 'ew']).default('unsupported'),
  maxPageSize: z.int().min(0).default(100),
  patchResponse: z.union([z.literal(200), z.literal(204)]).default(200),
  errorStyle: z.enum(['gatewayFor401_403_429', 'scimEverywhere']).default('gatewayFor401_403_429'),
  roleDelaySeconds: z.int().min(0).default(0),
  whenScimDisabled: z.union([z.literal(403), z.literal(404)]).default(403),
  scimRateLimit: z.enum(['on', 'off']).default('on'),
  groups: z.enum(['on', 'off']).default('on'),
  tokenLimit: z.enum(['none', '1']).default('none'),
  discoveryAuth: z.enum(['required', 'open']).default('required'),
});
export type Switches = z.infer<typeof switchesSchema>;
