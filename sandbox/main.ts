import { z } from 'zod';
import { readCommandSettings, sandboxOptions, sandboxSettings } from './commandSettings';
import { type Sandbox, startSandbox } from './startSandbox';

/** Starts the sandbox alone, from the command line; `npm run try` starts it together with the bot. */

const settingsSchema = sandboxSettings.extend({ SANDBOX_BOT_ENDPOINT: z.url().optional() });

async function main(): Promise<void> {
  const settings = readCommandSettings(settingsSchema);
  const sandbox = await startSandbox({
    ...sandboxOptions(settings),
    ...(settings.SANDBOX_BOT_ENDPOINT && { botEndpoint: settings.SANDBOX_BOT_ENDPOINT }),
  });
  stopOnSignal(sandbox);
  console.log(`The sandbox is ready: ${sandbox.origin}\n\nSettings for the bot (npm start, with these in its environment):`);
  for (const [name, value] of Object.entries(sandbox.botEnvironment())) console.log(`${name}=${value}`);
}

/** Ctrl-C and a polite kill stop everything; the process then ends by itself, with nothing left open. */
function stopOnSignal(sandbox: Sandbox): void {
  const stop = () => {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    sandbox.stop().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
