import { startApp } from './app';
import { readSettings, type Settings, SettingsError } from './config';
import { createLog } from './log';

/** How long a stop may take before the process ends anyway. */
const LONGEST_STOP_MS = 15_000;

async function main(): Promise<void> {
  const settings = settingsOrExit();
  const log = createLog(settings.logLevel);
  const end = (why: string) => {
    log.fatal({ why }, 'this process ends at once');
    process.exit(1);
  };
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise failed without anyone waiting for it'));
  const starting = startApp(settings, log, end);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    try {
      await (await starting).stop();
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, 'the stop was not clean');
      process.exit(1);
    }
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  try {
    const { port } = await starting;
    console.log(`The bot listens on port ${port}.`);
  } catch (error) {
    console.error(`The bot could not start: ${whatWentWrong(error)}`);
    log.debug({ err: error }, 'start failed');
    process.exit(1);
  }
}

/** The embedded database throws plain objects when its WebAssembly ends. */
function whatWentWrong(error: unknown): string {
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; message?: unknown };
  return [name, message].filter((part) => typeof part === 'string' && part !== 'Error').join(': ') || String(error);
}

function settingsOrExit(): Settings {
  try {
    return readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

void main();
