import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCallLog } from './core/calls';
import { createClock } from './core/clock';
import type { SandboxContext } from './core/context';
import { createFaultTable } from './core/faults';
import { loadTenant } from './core/loadTenant';
import type { EntraService, TeamsService, UnityService } from './core/services';
import { type Switches, switchesSchema } from './core/switches';
import { startEntra } from './entra/startEntra';
import { CHANNEL_ISSUER } from './teams/signingKey';
import { startTeams } from './teams/startTeams';
import { startUnity } from './unity/startUnity';

/** App id of the bot under test; any GUID would do. */
const SANDBOX_BOT_ID = '0b07b07b-0000-4000-8000-0000000000b0';

/** Where the bot listens unless it is told otherwise. */
const DEFAULT_BOT_ENDPOINT = 'http://127.0.0.1:3978/api/messages';

export interface SandboxOptions {
  /** Default 0 each: a free port. */
  ports?: { teams?: number; entra?: number; unity?: number };
  /** A tenant file in place of the one that comes along; its format is docs/sandbox.md. */
  tenantFile?: string;
  /** Sandbox milliseconds that pass in one real millisecond; default 1. */
  speed?: number;
  switches?: Partial<Switches>;
  /** Default `http://127.0.0.1:3978/api/messages`; `teams.setBotEndpoint` moves it later. */
  botEndpoint?: string;
}

export interface Sandbox {
  /** The one address: the page, and what `createTeamsClient` wants. */
  origin: string;
  entra: EntraService;
  unity: UnityService;
  teams: TeamsService;
  context: SandboxContext;
  /** Settings with which the real bot lives in this sandbox. The password is new at each start. */
  botEnvironment(): Record<string, string>;
  /** Stops everything and removes what was written; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts pretend Entra, Unity and Teams together on this machine.
 * @throws Error that names the port in use and its setting, or the problems of the tenant file; nothing is left running then
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { ports = {}, tenantFile, speed = 1, switches = {}, botEndpoint = DEFAULT_BOT_ENDPOINT } = options;
  const context: SandboxContext = {
    tenant: loadTenant(tenantFile),
    switches: switchesSchema.parse(switches),
    clock: createClock(speed),
    faults: createFaultTable(),
    calls: createCallLog(),
    bot: { appId: SANDBOX_BOT_ID, secret: randomBytes(24).toString('base64url') },
  };
  const cleanups: (() => Promise<void> | void)[] = [() => context.clock.stop()];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    })();
    return stopping;
  };

  try {
    const entra = await startEntra(context, { port: ports.entra ?? 0, portSetting: 'SANDBOX_ENTRA_PORT' });
    cleanups.push(() => entra.stop());
    const unity = await startUnity(context, { port: ports.unity ?? 0, portSetting: 'SANDBOX_UNITY_PORT' });
    cleanups.push(() => unity.stop());
    const teams = await startTeams(context, { port: ports.teams ?? 0, portSetting: 'SANDBOX_PORT', entra, unity });
    cleanups.push(() => teams.stop());
    teams.setBotEndpoint(botEndpoint);
    const folder = await mkdtemp(join(tmpdir(), 'teams-sandbox-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const authorityFile = join(folder, 'authority.pem');
    await writeFile(authorityFile, entra.authorityPem);
    const botEnvironment = () => settingsOf({ context, entra, unity, teams, authorityFile });
    return { origin: teams.origin, entra, unity, teams, context, botEnvironment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = Pick<Sandbox, 'context' | 'entra' | 'unity' | 'teams'> & { authorityFile: string };

const settingsOf = ({ context, entra, unity, teams, authorityFile }: Parts): Record<string, string> => ({
  BOT_ID: context.bot.appId,
  BOT_TYPE: 'SingleTenant',
  BOT_TENANT_ID: context.tenant.tenantId,
  SECRET_BOT_PASSWORD: context.bot.secret,
  ENTRA_OAUTH_CONNECTION: 'entra',
  ENTRA_READ_CONNECTION: 'entraRead',
  CLOUD: 'public',
  GRAPH_URL: entra.origin,
  LOGIN_URL: entra.origin,
  OAUTH_URL: teams.oauthUrl,
  OPENID_METADATA_URL: teams.openIdMetadataUrl,
  TOKEN_ISSUER: CHANNEL_ISSUER,
  BOT_OAUTH_SCOPE: 'https://api.botframework.com',
  UNITY_SCIM_URL: unity.scimUrl,
  UNITY_DASHBOARD_URL: unity.dashboardUrl,
  NODE_EXTRA_CA_CERTS: authorityFile,
});
