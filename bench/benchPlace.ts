import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Administrator, createAdministrator } from '../sandbox/journey/administrator';
import { runIn } from '../sandbox/journey/runJourney';
import { type BotProcess, startBot } from '../sandbox/journey/startBot';
import { type Sandbox, startSandbox } from '../sandbox/startSandbox';
import type { MessageView } from '../sandbox/teams/clientTypes';

/** A sandbox, one database and the real bot with production's own waits: nothing is made fast by a setting. */
export interface BenchPlace {
  sandbox: Sandbox;
  adele: Administrator;
  /** Starts the bot; the earlier one must have ended. */
  start(): Promise<BotProcess>;
  end(): Promise<void>;
}

/** @param databaseUrl - an empty Postgres; default: the embedded database in a fresh folder */
export async function openBenchPlace(databaseUrl?: string): Promise<BenchPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-bench-'));
  // Teams takes 60 messages in 30 s; a measurement asks more often than a person would.
  const sandbox = await startSandbox({ switches: { connectorRateLimit: 'off' } });
  const { users, organizations } = sandbox.context.tenant;
  const administrator = users.find(({ signsIn, directoryRoles }) => signsIn && directoryRoles.length > 0);
  if (!administrator) throw new Error('Nobody in the sandbox’s tenant can sign in and has a directory role.');
  const adele = createAdministrator({
    origin: sandbox.origin,
    dashboardUrl: sandbox.unity.dashboardUrl,
    objectId: administrator.id,
    organizationId: organizations[0]!.genesisId,
  });
  let bot: BotProcess | undefined;
  return {
    sandbox,
    adele,
    async start() {
      bot = await startBot({
        ...sandbox.botEnvironment(),
        DATA_DIR: dataDir,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      });
      sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
      return bot;
    },
    async end() {
      adele.client.close();
      await bot?.stop();
      await sandbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Adds the app, signs in, and fills both forms, up to the plan on its card. */
export async function planSetup({ adele }: BenchPlace): Promise<MessageView> {
  await adele.arrive();
  await adele.signIn();
  return adele.fillForms(await adele.makeUnityToken());
}

/** Waits until this message's run has ended. @throws Error when it did not end well */
export async function untilDone({ adele }: BenchPlace, { id }: MessageView): Promise<void> {
  const card = await adele.waitFor(
    (message) => message.id === id && ['done', 'failed', 'cancelled'].includes(runIn(message)?.state ?? ''),
    'the end of the run',
  );
  const { state } = runIn(card)!;
  if (state !== 'done') throw new Error(`The run ended as ${state}.`);
}
