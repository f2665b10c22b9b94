import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { botAndSandboxSettings, LIVELY_BOT, readCommandSettings, sandboxOptions } from '../commandSettings';
import { startSandbox } from '../startSandbox';
import { startBot } from './startBot';

/**
 * The sandbox and the real bot together. Ports can be moved by PORT, SANDBOX_PORT, SANDBOX_ENTRA_PORT and SANDBOX_UNITY_PORT;
 * SANDBOX_TENANT and SANDBOX_SPEED as in docs/sandbox.md. The bot keeps its data in DATA_DIR, which is new at each start unless set.
 */
const settingsSchema = botAndSandboxSettings.extend({
  DATA_DIR: z.string().optional(),
  DATABASE_URL: z.string().optional(),
});

async function main(): Promise<void> {
  const settings = readCommandSettings(settingsSchema);
  const stops: (() => Promise<unknown>)[] = [];
  const starting = new AbortController();
  let started: Promise<unknown> = Promise.resolve();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      starting.abort();
      await started.catch(() => undefined); // what was still starting has ended, so nothing is left behind
      for (const end of stops.reverse()) await end();
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

  const start = async () => {
    const sandbox = await startSandbox(sandboxOptions(settings));
    stops.push(sandbox.stop);
    const data = settings.DATABASE_URL
      ? { DATABASE_URL: settings.DATABASE_URL }
      : { DATA_DIR: dataDir(settings.DATA_DIR, stops) };
    const bot = await startBot(
      { ...LIVELY_BOT, ...sandbox.botEnvironment(), ...data, PORT: String(settings.PORT), LOG_LEVEL: settings.LOG_LEVEL },
      { ownGroup: true, signal: starting.signal },
    );
    stops.push(bot.stop);
    sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
    console.log(`\nReady. Open this page:\n\n    ${sandbox.origin}\n\nCtrl-C stops everything.`);
    void bot.ended.then((code) => {
      if (stopping) return;
      console.error(`The bot ended with ${code}:\n${bot.output().split('\n').slice(-10).join('\n')}`);
      process.exitCode = 1;
      void stop();
    });
  };
  started = start();
  try {
    await started;
  } catch (error) {
    const asked = stopping !== undefined;
    await stop();
    if (!asked) throw error;
  }
}

/** The sandbox forgets everything when it stops, so the bot's data would name things that are gone: a fresh folder each time. */
function dataDir(wanted: string | undefined, stops: (() => Promise<unknown>)[]): string {
  if (wanted) {
    mkdirSync(wanted, { recursive: true });
    return wanted;
  }
  const folder = mkdtempSync(join(tmpdir(), 'upt-try-'));
  stops.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
