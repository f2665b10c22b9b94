import { botAndSandboxSettings, LIVELY_BOT, portSetting, readCommandSettings, sandboxOptions } from '../commandSettings';
import { type Playground, startPlayground } from './startPlayground';

/**
 * `npm run playground`: the sandbox, the real bot and Microsoft's Agents Playground. Ports can be moved by PLAYGROUND_PORT,
 * PLAYGROUND_RELAY_PORT, PORT, SANDBOX_PORT, SANDBOX_ENTRA_PORT and SANDBOX_UNITY_PORT; SANDBOX_TENANT and SANDBOX_SPEED as in docs/sandbox.md.
 */
const settingsSchema = botAndSandboxSettings.extend({
  PLAYGROUND_PORT: portSetting(56_150),
  PLAYGROUND_RELAY_PORT: portSetting(3982),
});

async function main(): Promise<void> {
  const settings = readCommandSettings(settingsSchema);
  const starting = new AbortController();
  let playground: Playground | undefined;
  const stop = async () => {
    starting.abort();
    await playground?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      stop().catch(fail);
    });

  try {
    playground = await startPlayground({
      sandbox: sandboxOptions(settings),
      bot: { ...LIVELY_BOT, PORT: String(settings.PORT), LOG_LEVEL: settings.LOG_LEVEL },
      ports: { playground: settings.PLAYGROUND_PORT, relay: settings.PLAYGROUND_RELAY_PORT },
      signal: starting.signal,
    });
  } catch (error) {
    if (starting.signal.aborted) return; // asked to stop while it started: everything is stopped
    throw error;
  }
  if (starting.signal.aborted) return playground.stop();
  const { bot, tool, channel, sandbox } = playground;
  console.log(`
Ready. Open Microsoft's Agents Playground; you are ${channel.me.displayName}:

    ${tool.origin}

It has no dialogs: a button for one opens a page of the sandbox in its place.
Unity's dashboard, where the token is made: ${sandbox.unity.dashboardUrl}

Ctrl-C stops everything.`);
  const endedEarly = (what: string, output: () => string) => (code: number | null) => {
    if (starting.signal.aborted) return;
    console.error(`${what} ended with ${code}:\n${output().split('\n').slice(-10).join('\n')}`);
    process.exitCode = 1;
    stop().catch(fail);
  };
  void bot.ended.then(endedEarly('The bot', bot.output));
  void tool.ended.then(endedEarly('The Agents Playground', tool.output));
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

main().catch(fail);
