import type { Browser } from 'playwright-core';
import type { Switches } from '../../../sandbox/core/switches';
import { type BotProcess, startBot } from '../../../sandbox/journey/startBot';
import { type Sandbox, startSandbox } from '../../../sandbox/startSandbox';
import { makeTestPlace } from '../../support/testStore';
import { type BrowserPerson, enter, type PersonOptions } from './browserPerson';
import { launchBrowser } from './launchBrowser';

/** Pretend services, the real bot in its own process, and a Chromium in which people use both. */
export interface World {
  sandbox: Sandbox;
  bot: BotProcess;
  browser: Browser;
  /** Opens the page as this person of the tenant, in a browser profile of their own. */
  enter(name: string, options?: Omit<PersonOptions, 'origin' | 'objectId'>): Promise<BrowserPerson>;
  stop(): Promise<void>;
}

/** For `beforeAll`: how long a busy machine may take to start three services, the bot with its database, and Chromium. */
export const START_LIMIT_MS = 90_000;

/** Waits that a person would sit through, made short: the code is production's. */
const SHORT_WAITS = {
  SWEEP_INTERVAL_MS: '250',
  CARD_UPDATE_MS: '100',
  WATCH_FAST_MS: '200',
  WATCH_SLOW_MS: '500',
  ASSIGNMENT_RETRY_MS: '500',
};

export async function startWorld(switches: Partial<Switches> = {}): Promise<World> {
  const place = await makeTestPlace();
  const cleanups: (() => unknown)[] = [place.remove];
  const stop = async () => {
    for (const cleanup of cleanups.reverse().splice(0)) await cleanup();
  };
  try {
    const sandbox = await startSandbox({ switches });
    cleanups.push(() => sandbox.stop());
    const bot = await startBot({ ...sandbox.botEnvironment(), DATA_DIR: place.dataDir, ...place.environment, ...SHORT_WAITS });
    cleanups.push(() => bot.stop());
    sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
    const browser = await launchBrowser();
    cleanups.push(() => browser.close());
    const idOf = (name: string) => {
      const person = sandbox.context.tenant.users.find(({ displayName }) => displayName.startsWith(name));
      if (!person) throw new Error(`Nobody in the tenant is called ${name}.`);
      return person.id;
    };
    return {
      sandbox,
      bot,
      browser,
      enter: (name, options = {}) => enter(browser, { origin: sandbox.origin, objectId: idOf(name), ...options }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
