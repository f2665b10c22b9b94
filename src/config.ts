import { z } from 'zod';
import { CLOUDS, type Cloud, type CloudDefaults, cloudDefaults } from './clouds';
import { readWaits, type Setting, WAIT_NAMES, type Waits } from './waits';

/** Every setting as the code sees it; docs and `env/.env.example` name them as the environment does. */
export interface Settings extends Omit<CloudDefaults, 'connectorHosts'> {
  production: boolean;
  host: string;
  port: number;
  botId: string;
  botType: 'SingleTenant' | 'UserAssignedMSI';
  botTenantId: string;
  /** Only with `SingleTenant`. */
  botPassword: string | undefined;
  /** Names of the OAuth connections on the bot's registration. */
  oauthConnection: string;
  readConnection: string;
  /** undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  /** Base64 of 32 bytes each, the current key first, separated by commas; undefined only outside production. */
  secretsKey: string | undefined;
  cloud: Cloud;
  unityScimUrl: string;
  unityDashboardUrl: string;
  watchWith: 'delegated' | 'app';
  keepScimToken: boolean;
  retentionDays: number;
  auditRetentionDays: number;
  forms: 'dialog' | 'card';
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  waits: Waits;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const guid = z.guid().toLowerCase();
const address = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const oneOf = (values: readonly string[]) => `one of ${values.join(', ')}`;

/** Text settings; a default stands in the schema. The waits follow below. */
const NAMED = {
  HOST: { schema: z.string().default('0.0.0.0'), must: 'an address to listen on', example: '127.0.0.1' },
  PORT: { schema: z.coerce.number().int().min(0).max(65_535).default(3978), must: 'a port number', example: '3978' },
  BOT_ID: { schema: guid, must: 'the app id of the bot, a GUID', example: '00000000-0000-0000-0000-000000000001' },
  BOT_TYPE: {
    schema: z.enum(['SingleTenant', 'UserAssignedMSI']).default('SingleTenant'),
    must: oneOf(['SingleTenant', 'UserAssignedMSI']),
    example: 'SingleTenant',
  },
  BOT_TENANT_ID: {
    schema: guid,
    must: 'the id of the Entra tenant that the bot serves, a GUID',
    example: '00000000-0000-0000-0000-000000000002',
  },
  SECRET_BOT_PASSWORD: {
    schema: z.string().optional(),
    must: 'the client secret of the bot, with BOT_TYPE=SingleTenant only',
    example: '(a client secret from the app registration)',
  },
  ENTRA_OAUTH_CONNECTION: { schema: z.string().default('entra'), must: 'a name', example: 'entra' },
  ENTRA_READ_CONNECTION: { schema: z.string().default('entraRead'), must: 'a name', example: 'entraRead' },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    must: 'a Postgres address; leave it out for the embedded database',
    example: 'postgres://user@localhost:5432/provisioning',
  },
  DATA_DIR: { schema: z.string().default('.data'), must: 'a folder on a local disk', example: '.data' },
  SECRETS_KEY: {
    schema: z
      .string()
      .refine((value) => value.split(',').every((key) => /^[A-Za-z0-9+/]{43}=$/.test(key.trim())))
      .optional(),
    must: '32 random bytes in base64; after a change the new key first, then the old ones, separated by commas',
    example: 'the output of: openssl rand -base64 32',
  },
  CLOUD: { schema: z.enum(CLOUDS).default('public'), must: oneOf(CLOUDS), example: 'public' },
  GRAPH_URL: { schema: address.optional(), must: 'an https address', example: 'https://graph.microsoft.com' },
  LOGIN_URL: { schema: address.optional(), must: 'an https address', example: 'https://login.microsoftonline.com' },
  OAUTH_URL: { schema: address.optional(), must: 'an https address', example: 'https://europe.token.botframework.com' },
  OPENID_METADATA_URL: {
    schema: address.optional(),
    must: 'an https address',
    example: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  },
  TOKEN_ISSUER: {
    schema: address.optional(),
    must: 'the issuer in the channel’s tokens',
    example: 'https://api.botframework.com',
  },
  BOT_OAUTH_SCOPE: {
    schema: address.optional(),
    must: 'the scope of the bot’s own token, without /.default',
    example: 'https://api.botframework.com',
  },
  UNITY_SCIM_URL: {
    schema: address.default('https://services.api.unity.com/scim/v2'),
    must: 'the https address of Unity’s SCIM service',
    example: 'https://services.api.unity.com/scim/v2',
  },
  UNITY_DASHBOARD_URL: {
    schema: address.default('https://cloud.unity.com'),
    must: 'the https address of Unity’s dashboard',
    example: 'https://cloud.unity.com',
  },
  WATCH_WITH: {
    schema: z.enum(['delegated', 'app']).default('delegated'),
    must: oneOf(['delegated', 'app']),
    example: 'delegated',
  },
  KEEP_SCIM_TOKEN: { schema: flag.default(false), must: oneOf(['true', 'false']), example: 'false' },
  RETENTION_DAYS: { schema: z.coerce.number().int().min(1).max(3650).default(90), must: 'a number of days', example: '90' },
  AUDIT_RETENTION_DAYS: {
    schema: z.coerce.number().int().min(1).max(36_500).default(730),
    must: 'a number of days',
    example: '730',
  },
  FORMS: { schema: z.enum(['dialog', 'card']).default('dialog'), must: oneOf(['dialog', 'card']), example: 'dialog' },
  LOG_LEVEL: { schema: z.enum(LOG_LEVELS).default('info'), must: oneOf(LOG_LEVELS), example: 'info' },
  NODE_ENV: {
    schema: z.enum(['production', 'development', 'test']).default('development'),
    must: oneOf(['production', 'development', 'test']),
    example: 'production',
  },
} satisfies Record<string, Omit<Setting, 'name'>>;

/** Names of all settings, for the check that `env/.env.example` and the README name each. */
export const SETTING_NAMES: readonly string[] = [...Object.keys(NAMED), ...WAIT_NAMES];

/** Everything that is wrong, one line each: name, what it must be, an example. Values are never repeated: some are secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(
      `The settings do not fit:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nenv/.env.example explains each of them.`,
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings once, at the start.
 * @throws SettingsError with all problems at once
 */
export function readSettings(environment: Environment = process.env): Settings {
  const problems: string[] = [];
  const read = <T>(setting: { name: string; schema: z.ZodType<T>; must: string; example: string }): T => {
    const value = environment[setting.name]?.trim();
    const parsed = setting.schema.safeParse(value === '' ? undefined : value);
    if (!parsed.success) problems.push(describe(setting, value ? 'is wrong' : 'is missing'));
    return parsed.data as T;
  };
  const named = <N extends keyof typeof NAMED>(name: N) =>
    read<z.output<(typeof NAMED)[N]['schema']>>({ name, ...NAMED[name] } as never);

  const cloud = named('CLOUD');
  const defaults = cloudDefaults(cloud ?? 'public');
  const settings: Settings = {
    production: named('NODE_ENV') === 'production',
    host: named('HOST'),
    port: named('PORT'),
    botId: named('BOT_ID'),
    botType: named('BOT_TYPE'),
    botTenantId: named('BOT_TENANT_ID'),
    botPassword: named('SECRET_BOT_PASSWORD'),
    oauthConnection: named('ENTRA_OAUTH_CONNECTION'),
    readConnection: named('ENTRA_READ_CONNECTION'),
    databaseUrl: named('DATABASE_URL'),
    dataDir: named('DATA_DIR'),
    secretsKey: named('SECRETS_KEY'),
    cloud,
    graphUrl: named('GRAPH_URL') ?? defaults.graphUrl,
    loginUrl: named('LOGIN_URL') ?? defaults.loginUrl,
    oauthUrl: named('OAUTH_URL') ?? defaults.oauthUrl,
    openIdMetadataUrl: named('OPENID_METADATA_URL') ?? defaults.openIdMetadataUrl,
    tokenIssuer: named('TOKEN_ISSUER') ?? defaults.tokenIssuer,
    botOauthScope: named('BOT_OAUTH_SCOPE') ?? defaults.botOauthScope,
    unityScimUrl: named('UNITY_SCIM_URL'),
    unityDashboardUrl: named('UNITY_DASHBOARD_URL'),
    watchWith: named('WATCH_WITH'),
    keepScimToken: named('KEEP_SCIM_TOKEN'),
    retentionDays: named('RETENTION_DAYS'),
    auditRetentionDays: named('AUDIT_RETENTION_DAYS'),
    forms: named('FORMS'),
    logLevel: named('LOG_LEVEL'),
    waits: readWaits(read),
  };
  problems.push(...contradictions(settings), ...(settings.production ? productionRefusals(settings) : []));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function describe({ name, must, example }: Omit<Setting, 'schema'>, what: string): string {
  return `${name} ${what}. It must be ${must}. Example: ${example}`;
}

/** Settings that are fine alone and wrong together. */
function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  const { SECRET_BOT_PASSWORD } = NAMED;
  if (settings.botType === 'SingleTenant' && !settings.botPassword)
    problems.push(describe({ name: 'SECRET_BOT_PASSWORD', ...SECRET_BOT_PASSWORD }, 'is missing'));
  if (settings.botType === 'UserAssignedMSI' && settings.botPassword)
    problems.push(
      'SECRET_BOT_PASSWORD must be left out with BOT_TYPE=UserAssignedMSI: a managed identity has no secret. Example: (empty)',
    );
  for (const [name, value] of [
    ['GRAPH_URL', settings.graphUrl],
    ['LOGIN_URL', settings.loginUrl],
  ] as const)
    if (value?.startsWith('http:')) problems.push(describe({ name, ...NAMED[name] }, 'is plain http'));
  if (settings.waits.heartbeatMs >= settings.waits.slotSilentMs)
    problems.push('HEARTBEAT_MS must be less than SLOT_SILENT_MS, or a living process loses its slot. Example: 5000');
  if (settings.waits.slotSilentMs > settings.waits.takeOverSilentMs)
    problems.push('TAKE_OVER_SILENT_MS must be at least SLOT_SILENT_MS. Example: 60000');
  return problems;
}

/** Marks of the sandbox: its tenant and bot ids begin so, and so do its secrets. */
const SANDBOX_ID = /^(5a1e0000|0b07b07b)-/;
const SANDBOX_SECRET = /^sandbox/i;

/** What would be an open door outside a developer's own machine. */
function productionRefusals(settings: Settings): string[] {
  const problems: string[] = [];
  const addresses = {
    GRAPH_URL: settings.graphUrl,
    LOGIN_URL: settings.loginUrl,
    OAUTH_URL: settings.oauthUrl,
    OPENID_METADATA_URL: settings.openIdMetadataUrl,
    TOKEN_ISSUER: settings.tokenIssuer,
    BOT_OAUTH_SCOPE: settings.botOauthScope,
    UNITY_SCIM_URL: settings.unityScimUrl,
    UNITY_DASHBOARD_URL: settings.unityDashboardUrl,
  };
  for (const [name, value] of Object.entries(addresses)) {
    const setting = { name, ...NAMED[name as keyof typeof addresses] };
    if (value && isLoopback(value)) problems.push(describe(setting, 'names this machine, which production refuses'));
    else if (value?.startsWith('http:') && name !== 'GRAPH_URL' && name !== 'LOGIN_URL')
      problems.push(describe(setting, 'is plain http, which production refuses'));
  }
  for (const [name, value] of [
    ['BOT_ID', settings.botId],
    ['BOT_TENANT_ID', settings.botTenantId],
  ] as const)
    if (value && SANDBOX_ID.test(value)) problems.push(describe({ name, ...NAMED[name] }, 'belongs to the sandbox'));
  if (settings.botPassword && SANDBOX_SECRET.test(settings.botPassword))
    problems.push(describe({ name: 'SECRET_BOT_PASSWORD', ...NAMED.SECRET_BOT_PASSWORD }, 'belongs to the sandbox'));
  if (!settings.secretsKey)
    problems.push(describe({ name: 'SECRETS_KEY', ...NAMED.SECRETS_KEY }, 'is missing, which production refuses'));
  if (settings.forms === 'card') problems.push('FORMS must be dialog in production. Example: dialog');
  return [...new Set(problems)];
}

/** True for addresses of this machine: `localhost`, 127.0.0.0/8, `::1`, and the unspecified addresses. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /(^|\.)localhost$|^127\.|^0\.0\.0\.0$|^\[::1?\]$|^\[::ffff:7f/i.test(hostname);
}
