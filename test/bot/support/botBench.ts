import { randomUUID } from 'node:crypto';
import { createCredentialsFactory } from '../../../src/auth/botFrameworkAuth';
import { createDelegatedTokens } from '../../../src/auth/delegatedTokens';
import { createSignIn } from '../../../src/auth/signIn';
import { createTokenService } from '../../../src/auth/tokenService';
import { createAdapter } from '../../../src/bot/adapter';
import { createBot } from '../../../src/bot/createBot';
import type { BotDeps, BotQueries } from '../../../src/bot/deps';
import type { Routes } from '../../../src/bot/routes';
import { createServer } from '../../../src/bot/server';
import type { AppChoice } from '../../../src/cards/views';
import { edgeWords } from '../../../src/cards/words/edgeWords';
import type { Settings } from '../../../src/config';
import { createLog } from '../../../src/log';
import { createMessenger, type MessageContent } from '../../../src/notify/messenger';
import type { PersonRef } from '../../../src/provisioning/people';
import { createAuditLog } from '../../../src/store/audit';
import { findConversation } from '../../../src/store/conversations';
import { embeddedSealingKeys } from '../../../src/store/sealingKeys';
import { createSecrets } from '../../../src/store/secrets';
import { markSeen } from '../../../src/store/seenActivities';
import type { Workflows } from '../../../src/workflows/createWorkflows';
import { createRequestCommands } from '../../../src/workflows/requests/requestCommands';
import type { CommandAnswer, RunCommands } from '../../../src/workflows/runCommands';
import { openTestStore, type TestStore } from '../../support/testStore';
import { BOT_ID, TENANT_ID, testSettings } from './settings';
import { type SentActivity, startTeamsStub, type TeamsStub } from './teamsStub';

export const BOT = `28:${BOT_ID}`;
export const adele = person(1, 'Adele Vance');
export const megan = person(3, 'Megan Bowen');

function person(number: number, displayName: string): PersonRef {
  const objectId = `7b0c1d2e-0000-4000-8000-00000000000${number}`;
  return { tenantId: TENANT_ID, objectId, mri: `29:${objectId}`, displayName };
}

export const unityApp: AppChoice = {
  servicePrincipalId: 'aaaaaaaa-0000-4000-8000-000000000001',
  displayName: 'Unity Cloud SSO',
  appId: 'aaaaaaaa-0000-4000-8000-000000000002',
  usable: true,
  why: null,
  isUnity: true,
};

/** A call of a fake, by its name and what it was given. */
export interface Asked {
  what: string;
  input: unknown;
  kind?: string;
}

export interface BotBench {
  stub: TeamsStub;
  settings: Settings;
  deps: BotDeps;
  bot: Routes;
  asked: Asked[];
  /** What the next calls of `runs` answer; empty: accepted. */
  runAnswers: CommandAnswer[];
  queries: { -readonly [K in keyof BotQueries]: BotQueries[K] };
  /** Posts an activity as Teams would; gives status and body of the HTTP answer. */
  post(activity: object): Promise<{ status: number; body: unknown }>;
  say(text: string, more?: object): Promise<{ status: number; body: unknown }>;
  invoke(name: string, value: unknown, more?: object): Promise<{ status: number; body: unknown }>;
  /** Waits until what turns left behind is done, then gives all texts and card titles that were sent, in order. */
  heard(): Promise<string[]>;
  /** Forgets what was sent and asked. */
  forget(): void;
  signedIn(who?: PersonRef): void;
  stop(): Promise<void>;
}

/** The real server, routes, sign-in and store, between a stub of Teams and fakes of what runs do. */
export async function startBotBench(environment: Record<string, string> = {}): Promise<BotBench> {
  const stub = await startTeamsStub(BOT_ID);
  const settings = testSettings(stub, environment);
  const place: TestStore = await openTestStore();
  const { store } = place;
  const log = createLog('silent');
  const credential = { getToken: async () => ({ token: 'own', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const adapter = createAdapter({ settings, credential, log });
  const messenger = createMessenger(adapter, settings);
  const tokenService = createTokenService(settings, createCredentialsFactory(settings, credential));
  const asked: Asked[] = [];
  const runAnswers: CommandAnswer[] = [];
  const ask =
    (what: string) =>
    async (input: unknown): Promise<CommandAnswer> => {
      asked.push({ what, input });
      return runAnswers.shift() ?? { kind: 'accepted', runId: `run-${asked.length}` };
    };
  const runs = {
    requestSetup: ask('requestSetup'),
    confirmPlan: ask('confirmPlan'),
    retry: ask('retry'),
    cancel: ask('cancel'),
    requestProvision: ask('requestProvision'),
    async signedIn(who: PersonRef, kind?: string) {
      asked.push({ what: 'signedIn', input: who, ...(kind ? { kind } : {}) });
      return 0;
    },
  } as RunCommands;
  const keys = embeddedSealingKeys('DATA_DIR' in place.environment ? place.environment.DATA_DIR : '/tmp');
  const [secrets, audit] = [createSecrets(keys), createAuditLog(keys)];
  /** Requests are real down to their rows; what would start from there is only written down. */
  const workflows: Workflows = {
    async start(run) {
      asked.push({ what: 'start', input: run });
    },
    async decide(key) {
      asked.push({ what: 'decide', input: key });
    },
  };
  const queries: BotBench['queries'] = {
    isGuest: async () => false,
    findSetupApps: async () => [unityApp],
    emailDomains: async () => ['contoso.com'],
    searchApps: async () => ({ apps: [unityApp], complete: true }),
    searchGroups: async () => [],
    probeRights: async () => 'can',
    readStatus: async () => [],
  };
  const deps: BotDeps = {
    settings,
    log,
    store,
    secrets,
    runs,
    requests: createRequestCommands({ store, audit, secrets, log, changed: () => undefined, workflows }),
    audit,
    changed: () => undefined,
    async postAgain(to, tag) {
      asked.push({ what: 'postAgain', input: { ...to, tag } });
    },
    queries: queryProxy(queries),
    tokens: createDelegatedTokens(settings, tokenService),
    signIn: createSignIn({
      settings,
      tokenService,
      claim: (tenantId, key) => markSeen(store, tenantId, key),
      texts: edgeWords,
    }),
    messenger,
    async post({ tenantId, conversationId }, content: MessageContent) {
      const to = await findConversation(store, tenantId, conversationId);
      if (to) await messenger.send(to, content);
    },
    unity: {
      guide: (organizationId) => ({
        settingsUrl: `https://cloud.unity.com/home/organizations/${organizationId}/settings`,
        serviceAccountsPath: ['Administration', 'Service accounts'],
        singleSignOnPath: ['Administration', 'Single sign on'],
      }),
    },
    listWatches: async () => [],
  };
  const bot: Routes = createBot(deps);
  const server = createServer(settings, { adapter, onTurn: bot.onTurn, readiness: async () => ({}), log });
  const url = `http://127.0.0.1:${await server.start()}/api/messages`;

  const post: BotBench['post'] = async (activity) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await stub.sign(stub.serviceUrl)}` },
      body: JSON.stringify({ ...envelope(stub), ...activity }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? '' : JSON.parse(text) };
  };
  return {
    stub,
    settings,
    deps,
    bot,
    asked,
    runAnswers,
    queries,
    post,
    say: (text, more = {}) => post({ type: 'message', id: randomUUID(), text, ...more }),
    invoke: (name, value, more = {}) => post({ type: 'invoke', id: `f:${randomUUID()}`, name, value, ...more }),
    async heard() {
      await bot.settled();
      return stub.sent.map(titleOf);
    },
    forget() {
      stub.sent.length = 0;
      stub.tokenCalls.length = 0;
      asked.length = 0;
    },
    signedIn(who = adele) {
      stub.tokens.set(`${who.mri}|${settings.oauthConnection}`, 'graph-token');
    },
    async stop() {
      await bot.settled();
      await server.stop();
      await stub.stop();
      await place.end();
    },
  };
}

/** Lets a test replace a query after the bot was made. */
function queryProxy(queries: BotBench['queries']): BotQueries {
  return {
    isGuest: (who) => queries.isGuest(who),
    findSetupApps: (who) => queries.findSetupApps(who),
    emailDomains: (who) => queries.emailDomains(who),
    searchApps: (who, typed) => queries.searchApps(who, typed),
    searchGroups: (who, typed) => queries.searchGroups(who, typed),
    probeRights: (who, servicePrincipalId) => queries.probeRights(who, servicePrincipalId),
    readStatus: (who, of) => queries.readStatus(who, of),
  };
}

const envelope = (stub: TeamsStub) => ({
  channelId: 'msteams',
  serviceUrl: stub.serviceUrl,
  recipient: { id: BOT, name: 'Unity Provisioning' },
  ...speaks(adele),
  ...inPersonal(adele),
});

/** Parts of an activity: who, and where. */
export const speaks = (who: PersonRef) => ({ from: { id: who.mri, name: who.displayName, aadObjectId: who.objectId } });
export const inPersonal = (who: PersonRef) => ({
  conversation: { id: `a:${who.objectId}`, conversationType: 'personal', tenantId: TENANT_ID },
  channelData: { tenant: { id: TENANT_ID } },
});
export const inGroup = {
  conversation: { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: TENANT_ID },
  channelData: { tenant: { id: TENANT_ID } },
};
export const mentioning = (text: string) => ({
  ...inGroup,
  text: `<at>Unity Provisioning</at> ${text}`,
  entities: [{ type: 'mention', mentioned: { id: BOT, name: 'Unity Provisioning' }, text: '<at>Unity Provisioning</at>' }],
});

/** A message's text, its card's title, or `sign-in: …` for a sign-in card. */
export function titleOf({ activity }: SentActivity): string {
  const [attachment] = activity.attachments ?? [];
  if (attachment?.contentType === 'application/vnd.microsoft.card.oauth') return `sign-in: ${String(attachment.content.text)}`;
  if (attachment) return `card: ${String((attachment.content as { fallbackText?: string }).fallbackText).split(':')[0]}`;
  return String(activity.text);
}

/** The card in the answer to a dialog. */
export function dialogCard(body: unknown): string {
  return JSON.stringify((body as { task?: { value?: { card?: { content?: unknown } } } }).task?.value?.card?.content ?? body);
}
