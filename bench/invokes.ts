import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIRMED } from '../sandbox/journey/administrator';
import { actionOf, findAction } from '../sandbox/journey/cardActions';
import { startBot } from '../sandbox/journey/startBot';
import { startSandbox } from '../sandbox/startSandbox';
import { createTeamsClient } from '../sandbox/teams/client';
import type { MessageView, TeamsClient } from '../sandbox/teams/clientTypes';
import { type Figure, percentile } from './figures';

const LIMIT_MS = 3_000;
const ROUNDS = 20;
const SLOW_MS = 5_000;
const QUICK = { SWEEP_INTERVAL_MS: '1000', CARD_UPDATE_MS: '500', WATCH_FAST_MS: '3600000' };

/**
 * Opens, searches, submits and presses with the real bot while Graph and Unity take 5 s for each call: how long Teams waits for
 * all but the slowest hundredth of each kind of invoke.
 */
export async function measureInvokes(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'upt-bench-'));
  const sandbox = await startSandbox({ switches: { connectorRateLimit: 'off' } });
  const bot = await startBot({ ...sandbox.botEnvironment(), DATA_DIR: folder, ...QUICK });
  sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
  const client = createTeamsClient({ origin: sandbox.origin, as: sandbox.context.tenant.users[0]!.id });
  try {
    await client.connect();
    const chat = client.chats().find(({ scope }) => scope === 'personal')!.conversationId;
    await client.install(chat);
    const start = await answerTo(client, chat, 'setup', ({ cards }) => findAction(cards[0], 'setup.open') !== undefined);
    for (const service of ['graph', 'scim'] as const)
      sandbox.context.faults.add({ service, effect: { kind: 'slow', ms: SLOW_MS } });
    const organization = sandbox.context.tenant.organizations[0]!.genesisId;
    const app = sandbox.context.tenant.apps[0]!.servicePrincipalId;
    for (let round = 0; round < ROUNDS; round += 1) await oneRound(client, start, { organization, servicePrincipalId: app });
    return figuresOf(await invokeTimes(sandbox.origin));
  } finally {
    client.close();
    await bot.kill();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the form, searches, goes through both dialogs, and cancels the run that they began. */
async function oneRound(client: TeamsClient, start: MessageView, form: Record<string, string>): Promise<void> {
  await client.act(start, actionOf(start.cards[0], 'setup.open'));
  await client.search(start.conversationId, 'apps', 'Travel');
  const first = client.dialog()!.card;
  await client.submitDialog(actionOf(first, 'setup.submitApp'), { ...form, domains: 'contoso.com', ...CONFIRMED });
  const before = new Set(client.messages(start.conversationId).map(({ id }) => id));
  await client.submitDialog(actionOf(client.dialog()!.card, 'setup.submitToken'), { scimToken: 'no-real-token' });
  const canCancel = ({ id, cards }: MessageView) => !before.has(id) && findAction(cards[0], 'run.cancel') !== undefined;
  const card = await client.waitFor(start.conversationId, canCancel, { timeoutMs: 10_000, what: 'the card of the run' });
  await client.act(card, actionOf(card.cards[0], 'run.cancel'));
  const isCancelled = ({ id, value }: MessageView) => id === card.id && (value as { state?: string })?.state === 'cancelled';
  await client.waitFor(start.conversationId, isCancelled, { timeoutMs: 60_000, what: 'the run to be cancelled' });
}

async function answerTo(client: TeamsClient, chat: string, text: string, matches: (message: MessageView) => boolean) {
  await client.say(chat, text);
  return client.waitFor(chat, matches, { timeoutMs: 30_000, what: `an answer to ${text}` });
}

/** Name of the invoke → milliseconds of each. */
async function invokeTimes(origin: string): Promise<Map<string, number[]>> {
  const state = (await (await fetch(`${origin}/__sandbox/state`)).json()) as {
    deliveries: { type: string; name?: string; ms: number }[];
  };
  const times = new Map<string, number[]>();
  for (const { type, name, ms } of state.deliveries)
    if (type === 'invoke' && name) times.set(name, [...(times.get(name) ?? []), ms]);
  return times;
}

function figuresOf(times: Map<string, number[]>): Figure[] {
  return [...times]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, samples]) => ({
      name: `${name}, p99 while outside is slow`,
      value: percentile(samples, 0.99),
      unit: 'ms',
      atMost: LIMIT_MS,
      means: `${samples.length} invokes while Graph and Unity take ${SLOW_MS} ms for each call; half took at most ${percentile(samples, 0.5)} ms`,
    }));
}
