import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Microsoft's Agents Playground in a process of its own. */
export interface Tool {
  /** `http://127.0.0.1:<port>`: its page. */
  origin: string;
  pid: number;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  stop(): Promise<void>;
  ended: Promise<number | null>;
}

interface ToolOptions {
  /** Its configuration file, as data. */
  config: object;
  /** Where it posts activities. */
  endpoint: string;
  /** What it names as the connector in them. */
  serviceUrl: string;
  /** Default 0: a free port. A port in use becomes a free one, as the tool itself does. */
  port?: number;
  signal?: AbortSignal;
}

/** No window, no telemetry: it has a flag for its own events, and variables for the library that sends them. */
const QUIET = {
  TEAMSAPPTESTER_BROWSER: 'none',
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  APPLICATION_INSIGHTS_NO_DIAGNOSTIC_CHANNEL: 'true',
};

/**
 * Starts it and resolves once its page can be opened. It keeps its files in a temporary folder and reaches this machine only.
 * @throws Error with what it wrote, when it ends before that
 */
export function startTool({ config, endpoint, serviceUrl, port = 0, signal }: ToolOptions): Promise<Tool> {
  const folder = mkdtempSync(join(tmpdir(), 'agents-playground-'));
  const configFile = join(folder, 'playground.yml');
  writeFileSync(configFile, JSON.stringify(config, null, 2)); // JSON is YAML too
  const flags = ['--app-endpoint', endpoint, '--service-url', serviceUrl, '--channel-id', 'msteams', '--port', String(port)];
  const child = spawn(
    process.execPath,
    ['-r', guard(), require.resolve('@microsoft/m365agentsplayground/cli.js'), 'start', '--disable-telemetry', ...flags],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        ...QUIET,
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: configFile,
        M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, 'playground.log'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal reaches only the parent, which then stops everything in order.
      detached: true,
      ...(signal && { signal }),
    },
  );
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code))).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', () => undefined); // an abort: the end of the process is what counts
    void ended.then((code) => reject(new Error(`The Agents Playground ended with ${code} before it listened:\n${output}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const listening = /^Listening on (\d+)$/.exec(line)?.[1];
      if (listening === undefined) return;
      resolve({
        origin: `http://127.0.0.1:${listening}`,
        pid: child.pid!,
        output: () => output,
        ended,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      });
    });
  });
}

/** The compiled guard: this file runs from dist/sandbox/playground, or from the sources in a test. */
function guard(): string {
  const name = 'onlyThisMachine.js';
  const file = [join(__dirname, name), join(__dirname, '../../dist/sandbox/playground', name)].find(existsSync);
  if (!file) throw new Error('The sandbox is not built. Run: npm run build');
  return file;
}
