import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdministrator } from '../../../sandbox/journey/administrator';
import { runIn } from '../../../sandbox/journey/runJourney';
import { type BotProcess, startBot } from '../../../sandbox/journey/startBot';
import { type Sandbox, startSandbox } from '../../../sandbox/startSandbox';
import { createTeamsClient, type TeamsClientOptions } from '../../../sandbox/teams/client';
import { makeTestPlace } from '../../support/testStore';
import { until } from '../../support/until';
import { createPerson, type Person } from './person';

export const ADELE = 'adele@contoso.com';
export const ALEX = 'alex@contoso.com';
export const MEGAN = 'megan@contoso.com';

/** Production's bot, fast by its settings alone. */
const FAST = {
  SWEEP_INTERVAL_MS: '250',
  TYPING_AFTER_MS: '3600000', // a row of the fault table that waits for a message must not meet it
  CARD_UPDATE_MS: '50',
  TOKEN_IN_INVOKE_MS: '10000',
  RETRY_BASE_MS: '50',
  ASSIGNMENT_RETRY_MS: '300',
  ON_DEMAND_WINDOW_MS: '100',
  WATCH_FAST_MS: '3600000',
  WATCH_SLOW_MS: '3600000',
};
type TenantFile = { users: Record<string, unknown>[]; [more: string]: unknown };

export interface TownOptions {
  /** Changes the tenant that comes with the sandbox. */
  tenant?: (tenant: TenantFile) => void;
  settings?: Record<string, string>;
  /** Adele sets Unity up before the first test. */
  isSetUp?: boolean;
}

/** One sandbox and one real bot process for a test file, and the people who talk to it. */
export interface Town {
  sandbox: Sandbox;
  bot: BotProcess;
  /** Somebody in front of Teams; a second call for the same person is a second client. */
  arrive(as: string, options?: Partial<TeamsClientOptions>): Promise<Person>;
  /** Calls a service got since the last `forgetCalls`, as `METHOD path`. */
  calls(service: 'graph' | 'connector' | 'token'): string[];
  forgetCalls(): void;
  expireTokens(objectId?: string): Promise<void>;
  revokeTokens(objectId?: string): Promise<void>;
  /** What the bot answered to the activities of this kind, oldest first. */
  deliveries(type: string): Promise<{ type: string; name?: string; status: number; ms: number; repeated: boolean }[]>;
  /** No faults, switches as the tests begin with, no open clients. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTown({ tenant, settings = {}, isSetUp = false }: TownOptions = {}): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), 'conversations-'));
  const sandbox = await startSandbox({ ...(tenant ? { tenantFile: writeTenant(folder, tenant) } : {}) });
  const switches = { ...sandbox.context.switches, connectorRateLimit: 'off', onDemandRateLimit: 'off' } as const;
  Object.assign(sandbox.context.switches, switches);
  const place = await makeTestPlace();
  const bot = await startBot({
    ...sandbox.botEnvironment(),
    DATA_DIR: place.dataDir,
    ...place.environment,
    ...FAST,
    ...settings,
  });
  sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
  if (isSetUp) await setUp(sandbox);

  const { faults, calls } = sandbox.context;
  const people: Person[] = [];
  const control = async (path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${sandbox.origin}/__sandbox/${path}`, {
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  };
  return {
    sandbox,
    bot,
    async arrive(as, options = {}) {
      const client = createTeamsClient({ origin: sandbox.origin, as, ...options });
      await client.connect();
      const person = createPerson(client, { origin: sandbox.origin, as, ...options });
      people.push(person);
      return person;
    },
    calls: (service) => calls.list(service).map(({ method, path }) => `${method} ${path}`),
    forgetCalls: () => calls.clear(),
    expireTokens: async (objectId) => void (await control('tokens/expire', { ...(objectId && { objectId }) })),
    revokeTokens: async (objectId) => void (await control('tokens/revoke', { ...(objectId && { objectId }) })),
    async deliveries(type) {
      const state = (await (await control('state')).json()) as { deliveries: Awaited<ReturnType<Town['deliveries']>> };
      return state.deliveries.filter((delivery) => delivery.type === type);
    },
    async reset() {
      // A device whose exchange comes late would sign its person in during the next test.
      await Promise.all(people.map(({ client }) => client.settled()));
      faults.clear();
      Object.assign(sandbox.context.switches, switches);
      for (const { client } of people.splice(0)) client.close();
    },
    async stop() {
      for (const { client } of people) client.close();
      await bot.stop();
      await sandbox.stop();
      await place.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The job that every other command needs: install, sign in, both forms, the plan, done. */
async function setUp(sandbox: Sandbox): Promise<void> {
  const administrator = createAdministrator({
    origin: sandbox.origin,
    dashboardUrl: sandbox.unity.dashboardUrl,
    objectId: sandbox.context.tenant.users[0]!.id,
    organizationId: sandbox.context.tenant.organizations[0]!.genesisId,
  });
  await administrator.arrive();
  await administrator.signIn();
  const plan = await administrator.fillForms(await administrator.makeUnityToken());
  await administrator.press(plan, 'plan.confirm');
  await until('the setup to end', () => runIn(administrator.newest(plan))?.state === 'done');
  administrator.client.close();
}

function writeTenant(folder: string, change: (tenant: TenantFile) => void): string {
  const tenant = JSON.parse(readFileSync(join(__dirname, '../../../sandbox/tenants/contoso.json'), 'utf8')) as TenantFile;
  change(tenant);
  const file = join(folder, 'tenant.json');
  writeFileSync(file, JSON.stringify(tenant));
  return file;
}
