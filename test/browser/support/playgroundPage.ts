import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { PAGE_LOCALE } from './launchBrowser';

/** Somebody at the page of Microsoft's Agents Playground. */
export interface PlaygroundPerson {
  page: Page;
  context: BrowserContext;
  /** Hosts that the page asked for and did not get: everything but this machine. */
  refusedHosts: Set<string>;
  /** Types into the compose box and presses Enter. */
  say(text: string): Promise<void>;
  /** The newest card that reads so; looked up anew each time, so that it follows edits. */
  card(text: string | RegExp): Locator;
  /** Waits until the bot has said this, on a card or as text. */
  hears(text: string | RegExp): Promise<void>;
}

const LONGEST_WAIT_MS = 20_000;
const isHere = (url: URL) => /^(localhost|127(\.\d+){3})$/.test(url.hostname) || /^(data|blob|about):$/.test(url.protocol);

/** Opens the page in a browser profile that reaches this machine alone. */
export async function enterPlayground(browser: Browser, origin: string): Promise<PlaygroundPerson> {
  const context = await browser.newContext({ ...PAGE_LOCALE, viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(LONGEST_WAIT_MS);
  const refusedHosts = new Set<string>();
  await context.route(
    (url) => !isHere(url),
    (route) => {
      refusedHosts.add(new URL(route.request().url()).hostname);
      return route.abort();
    },
  );
  const page = await context.newPage();
  await page.goto(origin);
  const compose = page.getByRole('textbox').last();
  await compose.waitFor();
  const card = (text: string | RegExp) => page.locator('.ac-adaptiveCard').filter({ hasText: text }).last();

  return {
    page,
    context,
    refusedHosts,
    card,
    async say(text) {
      await compose.click();
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    },
    hears: (text) => page.getByText(text).last().waitFor(),
  };
}
