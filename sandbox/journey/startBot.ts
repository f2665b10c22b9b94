import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The real bot in a process of its own, told by settings alone: production's entry point. */
export interface BotProcess {
  port: number;
  pid: number;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  /** Ends it as an operator would (SIGTERM) and resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, whoever ended it. */
  ended: Promise<number | null>;
}

/** The compiled bot: this file runs from dist/sandbox/journey, or from the sources in a test. */
function botEntry(): string {
  const places = [join(__dirname, '../../src/index.js'), join(__dirname, '../../dist/src/index.js')];
  const entry = places.find((place) => existsSync(place));
  if (!entry) throw new Error('The bot is not built. Run: npm run build');
  return entry;
}

/**
 * Starts the bot and resolves once it listens.
 * @param options.signal - ends a bot that is still starting
 * @param options.ownGroup - Ctrl-C in the terminal reaches only the parent, which then stops the bot in its turn
 * @throws Error with what it wrote, when it ends before that
 */
export function startBot(
  environment: Record<string, string>,
  options: { nodeArguments?: string[]; ownGroup?: boolean; signal?: AbortSignal } = {},
): Promise<BotProcess> {
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), botEntry()], {
    env: { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.ownGroup === true,
    ...(options.signal ? { signal: options.signal, killSignal: 'SIGTERM' as const } : {}),
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', () => undefined); // an abort: the end of the process is what counts
    ended.then((code) => reject(new Error(`The bot ended with ${code} before it listened:\n${output}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      output += `${line}\n`;
      const port = portIn(line);
      if (port !== undefined) resolve(asBotProcess(child, port, () => output, ended));
    });
  });
}

function asBotProcess(child: ChildProcess, port: number, output: () => string, ended: Promise<number | null>): BotProcess {
  return {
    port,
    pid: child.pid!,
    output,
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The one line of the start, printed whatever the log level is. */
function portIn(line: string): number | undefined {
  const port = /^The bot listens on port (\d+)\.$/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}
