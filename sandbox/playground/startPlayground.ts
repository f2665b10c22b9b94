import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BotProcess, startBot } from '../journey/startBot';
import { type Sandbox, type SandboxOptions, startSandbox } from '../startSandbox';
import { type Channel, channelOf } from './channel';
import { playgroundConfig } from './playgroundConfig';
import { type Relay, startRelay } from './startRelay';
import { startTool, type Tool } from './startTool';

interface PlaygroundOptions {
  sandbox?: SandboxOptions;
  /** Settings of the bot beside the sandbox's; `FORMS` is `card` always. */
  bot?: Record<string, string>;
  /** Default 0 each: a free port. */
  ports?: { playground?: number; relay?: number };
  /** Ends what is still starting. */
  signal?: AbortSignal;
}

/** Pretend services, the real bot with forms as cards, and Microsoft's Agents Playground as its client. */
export interface Playground {
  sandbox: Sandbox;
  bot: BotProcess;
  relay: Relay;
  tool: Tool;
  channel: Channel;
  /** Stops everything, the last started first; safe to call twice. */
  stop(): Promise<void>;
}

/** Starts all of it; what was started before something failed is stopped again. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const { ports = {}, signal } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-playground-'));
  const cleanups: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    })();
    return stopping;
  };
  const aborting = signal ? { signal } : {};
  try {
    const sandbox = await startSandbox(options.sandbox);
    cleanups.push(sandbox.stop);
    const settings = { ...sandbox.botEnvironment(), DATA_DIR: dataDir, ...options.bot, FORMS: 'card' };
    const bot = await startBot(settings, { ownGroup: true, ...aborting });
    cleanups.push(bot.stop);
    const botEndpoint = `http://127.0.0.1:${bot.port}/api/messages`;
    sandbox.teams.setBotEndpoint(botEndpoint);
    const channel = channelOf(sandbox.context);
    const { entra, teams } = sandbox;
    const relay = await startRelay({ entra, teams, channel, botEndpoint, port: ports.relay ?? 0 });
    cleanups.push(relay.stop);
    const tool = await startTool({
      config: playgroundConfig(channel, sandbox.context.tenant),
      endpoint: relay.endpoint,
      serviceUrl: relay.serviceUrl,
      port: ports.playground ?? 0,
      ...aborting,
    });
    cleanups.push(tool.stop);
    relay.setPlayground(tool.origin);
    return { sandbox, bot, relay, tool, channel, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
