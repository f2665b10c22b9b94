import { join } from 'node:path';
import { type Administrator, createAdministrator } from '../../../sandbox/journey/administrator';
import { runIn } from '../../../sandbox/journey/runJourney';
import { type BotProcess, startBot } from '../../../sandbox/journey/startBot';
import { type Sandbox, startSandbox } from '../../../sandbox/startSandbox';
import type { MessageView } from '../../../sandbox/teams/clientTypes';
import { openStore } from '../../../src/store/openStore';
import type { Store } from '../../../src/store/sql';
import { makeTestPlace, type TestPlace } from '../../support/testStore';
import { type Colleagues, type Company, writeTenant } from './manyOrganizations';
import { until } from './until';

/** A checkpoint at which the next bot process holds a run: see holdCheckpoints.cjs. */
export interface Hold {
  /** An expression that fits the workflow's id. */
  workflow: string;
  at: string;
  when: 'lost' | 'kept';
  /** Holds the first workflow that comes there, and no other. */
  once?: boolean;
}

const LONG_MS = 3_600_000;
/** Production's bot, fast by its settings; nobody watches while runs are counted. */
const FAST = {
  SWEEP_INTERVAL_MS: '250',
  TYPING_AFTER_MS: '3600000', // a row of the fault table that waits for a message must not meet it
  TOKEN_IN_INVOKE_MS: '10000', // many act at once
  HEARTBEAT_MS: '300',
  SLOT_SILENT_MS: '2500',
  TAKE_OVER_SILENT_MS: '3000',
  CARD_UPDATE_MS: '200',
  ON_DEMAND_WINDOW_MS: '100',
  RETRY_BASE_MS: '100',
  WATCH_FAST_MS: String(LONG_MS),
  // A call that hangs does so until its process dies.
  GRAPH_TIMEOUT_MS: String(LONG_MS),
  ON_DEMAND_TIMEOUT_MS: String(LONG_MS),
  UNITY_TIMEOUT_MS: String(LONG_MS),
};

/** The sandbox in this process, one database, and the real bot in processes that come and go. */
export interface ProcessBench {
  sandbox: Sandbox;
  place: TestPlace;
  companies: Company[];
  /** Starts a bot and sends it what people do; several may live at once, the newest gets the activities. */
  start(options?: { holds?: readonly Hold[]; settings?: Record<string, string> }): Promise<BotProcess>;
  /** Beginning of the ids of a company's runs. */
  subject(kind: 'setup' | 'provision', company: Company): string;
  /** True once the bot has announced that hold. */
  isHeld(bot: BotProcess, index: number): boolean;
  /** Adele as the administrator of that company; with a client that is connected already, or one that `arrive` connects. */
  administrator(company: Company, client?: Administrator['client']): Administrator;
  /** The database itself; on PGlite only while no bot lives. */
  openStore(): Promise<Store>;
  end(): Promise<void>;
}

export interface BenchOptions {
  companies?: number;
  /** Colleagues in the tenant, beside those of its file. */
  colleagues?: Colleagues;
  switches?: NonNullable<Parameters<typeof startSandbox>[0]>['switches'];
}

export async function startProcessBench({
  companies = 1,
  colleagues = {},
  switches = {},
}: BenchOptions = {}): Promise<ProcessBench> {
  const tenant = writeTenant(companies, colleagues);
  const place = await makeTestPlace();
  const sandbox = await startSandbox({
    tenantFile: tenant.path,
    switches: {
      onDemandRateLimit: 'off',
      connectorRateLimit: 'off',
      scimRateLimit: 'off',
      cycleDurationMs: LONG_MS,
      ...switches,
    },
  });
  const adele = sandbox.context.tenant.users.find(({ signsIn, directoryRoles }) => signsIn && directoryRoles.length > 0)!;
  const bots: BotProcess[] = [];
  const clients = new Set<Administrator['client']>();
  return {
    sandbox,
    place,
    companies: tenant.companies,
    async start({ holds = [], settings = {} } = {}) {
      const environment = { ...sandbox.botEnvironment(), DATA_DIR: place.dataDir, ...place.environment, ...FAST, ...settings };
      const bot = await (holds.length === 0
        ? startBot(environment)
        : startBot(
            { ...environment, HOLD_AT: JSON.stringify(holds) },
            { nodeArguments: ['--require', join(__dirname, 'holdCheckpoints.cjs')] },
          ));
      bots.push(bot);
      sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
      return bot;
    },
    subject: (kind, { organizationId }) => `${kind}:${sandbox.context.tenant.tenantId}:${organizationId}:`,
    isHeld: (bot, index) => bot.output().split('\n').includes(`held ${index}`),
    administrator({ organizationId, appName }, client) {
      const person = createAdministrator({
        origin: sandbox.origin,
        dashboardUrl: sandbox.unity.dashboardUrl,
        objectId: adele.id,
        organizationId,
        appName,
        ...(client ? { client } : {}),
      });
      clients.add(person.client);
      return person;
    },
    openStore: () => openStore({ databaseUrl: place.databaseUrl, dataDir: place.dataDir }),
    async end() {
      for (const client of clients) client.close();
      for (const bot of bots) await bot.kill();
      await sandbox.stop();
      await place.remove();
      tenant.remove();
    },
  };
}

/** The newest card of a subject's run, as a program reads it. */
export function newestCard(
  client: Administrator['client'],
  subject: string,
): { state: string; message: MessageView } | undefined {
  const chat = client.chats().find(({ scope }) => scope === 'personal');
  const messages = chat ? client.messages(chat.conversationId) : [];
  const message = messages.findLast((candidate) => runIn(candidate)?.runId.startsWith(subject));
  return message && { state: runIn(message)!.state, message };
}

/** The whole setup of this person's company, from an empty chat to a started job. */
export async function setUp(person: Administrator, subject: string): Promise<void> {
  const plan = await person.fillForms(await person.makeUnityToken());
  await person.press(plan, 'plan.confirm');
  await until(`${subject} to be done`, () => newestCard(person.client, subject)?.state === 'done', 30_000);
}
