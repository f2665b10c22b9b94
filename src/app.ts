import { randomUUID } from 'node:crypto';
import { createAppCredential } from './auth/appCredential';
import { createCredentialsFactory } from './auth/botFrameworkAuth';
import { tellDeadSignIn } from './auth/deadSignIn';
import { createDelegatedTokens } from './auth/delegatedTokens';
import { readingCredential } from './auth/readingCredential';
import { createSignIn } from './auth/signIn';
import { createTokenOwners } from './auth/tokenOwners';
import { createTokenService } from './auth/tokenService';
import { createAdapter } from './bot/adapter';
import { createBot } from './bot/createBot';
import type { Routes } from './bot/routes';
import { createServer } from './bot/server';
import { edgeWords } from './cards/words/edgeWords';
import { entraPortalUrl } from './clouds';
import type { Settings } from './config';
import { createEntraClientFactory } from './entra/createEntraClient';
import type { Logger } from './log';
import { createDrawMessage } from './notify/drawMessage';
import { createMessenger } from './notify/messenger';
import { createOutbox } from './notify/outbox';
import type { PersonRef } from './provisioning/people';
import { emailDomains } from './queries/emailDomains';
import { findSetupApps } from './queries/findSetupApps';
import { forMembers } from './queries/forMembers';
import { isGuest } from './queries/isGuest';
import { probeRights } from './queries/probeRights';
import { readStatus } from './queries/readStatus';
import { searchApps } from './queries/searchApps';
import { searchGroups } from './queries/searchGroups';
import { createAuditLog } from './store/audit';
import { exportAudit, verifyAudit } from './store/auditReport';
import { leaseSlot } from './store/executors';
import { answerTools } from './store/holderSocket';
import { wantMessage } from './store/messages';
import { openStore } from './store/openStore';
import { embeddedSealingKeys, parseSealingKeys } from './store/sealingKeys';
import { createSecrets } from './store/secrets';
import { hasSeen, markSeen } from './store/seenActivities';
import { watchDatabase } from './store/watchdog';
import { listWatches } from './store/watches';
import { createUnityClient } from './unity/createUnityClient';
import { createGuidedAdministration } from './unity/guided';
import { createRunCommands } from './workflows/createRunCommands';
import { createWorkflows } from './workflows/createWorkflows';
import type { WorkflowDeps } from './workflows/deps';
import { createDurable } from './workflows/durable';
import { nameUnreachable } from './workflows/requests/requestCards';
import { createRequestCommands } from './workflows/requests/requestCommands';
import { sweepRequests } from './workflows/requests/requestSweep';
import { readApprovedWaiting, readRequestView } from './workflows/requests/requestView';
import { createRunSteps } from './workflows/runStep';
import { readRunView } from './workflows/runViews';
import { keepSlot } from './workflows/slots';
import { createSweep } from './workflows/sweep';
import { createWatcher } from './workflows/watch';

export interface App {
  /** The port in use. */
  port: number;
  /** Takes no new calls, lets turns and runs end, and gives everything back. */
  stop(): Promise<void>;
}

/** How long a stop waits for runs; what is not done by then goes on at the next start. */
const STOP_WAITS_MS = 5_000;
/** For a token that is used once, right away. */
const ONE_READ_MS = 60_000;

/**
 * Builds every client, store and handler once and hands them to each other, from the database outwards; the door opens last.
 * @param onFatal - this process must end at once: its slot is lost, or its embedded database is dead
 */
export async function startApp(settings: Settings, log: Logger, onFatal: (why: string) => void): Promise<App> {
  const { waits } = settings;
  const store = await openStore({
    databaseUrl: settings.databaseUrl,
    dataDir: settings.dataDir,
    onPoolError: (error) => log.error({ err: error }, 'a database connection broke'),
  });
  const instanceId = randomUUID();
  const { slot, executorId } = await leaseSlot(store, instanceId, waits.slotSilentMs);
  const keys = settings.secretsKey ? parseSealingKeys(settings.secretsKey) : embeddedSealingKeys(settings.dataDir);
  const secrets = createSecrets(keys);
  const audit = createAuditLog(keys);
  const durable = createDurable({ store, executorId, log, onDemandWindowMs: waits.onDemandWindowMs });

  const credential = createAppCredential(settings);
  const adapter = createAdapter({ settings, credential, log });
  const messenger = createMessenger(adapter, { botId: settings.botId });
  const tokenService = createTokenService(settings, createCredentialsFactory(settings, credential));
  const createEntraClient = createEntraClientFactory({
    graphUrl: settings.graphUrl,
    timeoutMs: waits.graphTimeoutMs,
    onDemandTimeoutMs: waits.onDemandTimeoutMs,
    firstWaitMs: waits.retryBaseMs,
    log,
  });
  const owners = createTokenOwners(
    async (token) => {
      const only = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + ONE_READ_MS }) };
      return (await createEntraClient(only).getMe()).objectId;
    },
    { has: (tenantId, key) => hasSeen(store, tenantId, key), add: (tenantId, key) => markSeen(store, tenantId, key) },
  );
  const tokens = createDelegatedTokens(settings, tokenService, owners);
  const unity = createUnityClient({
    allowedScimUrl: settings.unityScimUrl,
    timeoutSeconds: waits.unityTimeoutMs / 1000,
    firstWaitMs: waits.retryBaseMs,
    roleWaitsMs: waits.roleWaitsMs,
    log,
  });

  const outbox = createOutbox({
    store,
    messenger,
    log,
    slot,
    cardUpdateMs: waits.cardUpdateMs,
    onDead: (message) => nameUnreachable(store, message),
    draw: createDrawMessage(
      (subject) =>
        readRunView(store, subject, {
          runExpiresMs: waits.runExpiresMs,
          portalUrl: (...app) => entraPortalUrl(settings.cloud, ...app),
        }),
      (tenantId, requestId, conversationId) => readRequestView(store, tenantId, requestId, { conversationId }),
      (tenantId, connectionId) => readApprovedWaiting(store, tenantId, connectionId),
    ),
  });
  const changed = outbox.poke;
  /** Runs that are recovered at the launch may need it before the bot is there. */
  let signInAgain: Routes['signInAgain'] = async () => undefined;
  let echoSignIns: Routes['echoSignIns'] = async () => undefined;
  const deps: WorkflowDeps = {
    store,
    secrets,
    audit,
    durable,
    steps: createRunSteps({ store, durable, log, changed, repeatAfterMs: waits.retryBaseMs }),
    entraFor: (person, access) =>
      tellDeadSignIn(
        createEntraClient(
          access === 'reads' ? readingCredential(tokens, person, settings.readConnection) : tokens.credentialFor(person),
        ),
        (why) => signInAgain(person, why),
      ),
    unity,
    log,
    times: { ...waits, repeatAfterMs: waits.retryBaseMs },
    botAppId: settings.botId,
    keepScimToken: settings.keepScimToken,
    changed,
  };
  const workflows = createWorkflows(deps);
  await durable.launch();

  const entraForApp = settings.watchWith === 'app' ? () => createEntraClient(credential) : undefined;
  const runs = createRunCommands({ ...deps, workflows });
  const requests = createRequestCommands({ ...deps, workflows });
  const slots = keepSlot({
    store,
    audit,
    durable,
    log,
    slot,
    instanceId,
    heartbeatMs: waits.heartbeatMs,
    takeOverMs: waits.takeOverSilentMs,
    onLost: () => onFatal('another process has this one’s executor slot'),
  });
  const watcher = createWatcher({ ...deps, entraForApp, slot });
  const sweep = createSweep({
    store,
    audit,
    secrets,
    durable,
    workflows,
    log,
    everyMs: waits.sweepIntervalMs,
    runExpiresMs: waits.runExpiresMs,
    retentionDays: settings.retentionDays,
    auditRetentionDays: settings.auditRetentionDays,
    alsoDue: [() => sweepRequests({ ...deps, workflows }), watcher.lookAtDue, slots.takeOver, () => echoSignIns(), outbox.poke],
  });
  const watchdog = watchDatabase(store, {
    everyMs: waits.databaseProbeMs,
    givesUpMs: waits.databaseGivesUpMs,
    log,
    onGivingUp: () => onFatal('the embedded database does not answer'),
  });

  const query = { createEntraClient, tokens, botAppId: settings.botId, budgetMs: waits.queryMs };
  const bot = createBot({
    settings,
    log,
    store,
    secrets,
    runs,
    requests,
    audit,
    tokens,
    messenger,
    queries: {
      isGuest: isGuest(query),
      findSetupApps: findSetupApps(query),
      emailDomains: emailDomains(query),
      searchApps: forMembers(isGuest({ ...query, budgetMs: waits.searchMs }), searchApps({ ...query, budgetMs: waits.searchMs })),
      searchGroups: searchGroups({ ...query, budgetMs: waits.searchMs }),
      probeRights: probeRights(query),
      readStatus: readStatus(query),
    },
    signIn: createSignIn({
      settings,
      tokenService,
      claim: (tenantId, key) => markSeen(store, tenantId, key),
      owners,
      texts: { signInFirst: edgeWords.signInFirst, signInButton: edgeWords.signInButton },
    }),
    async post(to, content) {
      await wantMessage(store, { ...to, tag: `post:${randomUUID()}`, content, alert: content.alert === true });
      changed();
    },
    changed,
    async postAgain(to, tag) {
      await wantMessage(store, { ...to, tag, fresh: true });
      changed();
    },
    unity: createGuidedAdministration({ dashboardUrl: settings.unityDashboardUrl }),
    listWatches: async (tenantId) =>
      (await listWatches(store, tenantId)).map(({ connectionId, reader, blindSince }) => ({
        connectionId,
        by: settings.watchWith === 'app' ? edgeWords.watchedByApp : readerName(reader),
        blindSince,
      })),
  });
  signInAgain = bot.signInAgain;
  echoSignIns = bot.echoSignIns;
  const server = createServer(settings, {
    adapter,
    onTurn: bot.onTurn,
    readiness: async () => ({ database: watchdog.isWell() && (await store.isAlive()), runs: true }),
    log,
  });
  const stopAnswering = store.socketDir
    ? await answerTools(store.socketDir, {
        auditVerify: async (asked) => JSON.stringify(await verifyAudit(store, audit, asked.get('tenantId') ?? '')),
        auditExport: (asked) =>
          exportAudit(store, audit, asked.get('tenantId') ?? '', asked.get('format') === 'csv' ? 'csv' : 'jsonl'),
      })
    : undefined;
  const port = await server.start();
  void sweep.pass();

  return {
    port,
    async stop() {
      await server.stop();
      await stopAnswering?.();
      await bot.settled();
      await sweep.stop();
      await watcher.stop();
      watchdog.stop();
      await durable.stop(STOP_WAITS_MS);
      await outbox.stop();
      await slots.stop();
      await store.close();
    },
  };
}

function readerName({ displayName }: PersonRef): string {
  return displayName;
}
