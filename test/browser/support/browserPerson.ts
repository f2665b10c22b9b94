import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { PAGE_LOCALE } from './launchBrowser';

export interface PersonOptions {
  origin: string;
  objectId: string;
  theme?: 'light' | 'dark';
  chat?: 'personal' | 'groupChat' | 'channel';
  /** Of the window; default 1280 × 800. */
  viewport?: { width: number; height: number };
  /** Device pixels for one CSS pixel, for pictures; default 1. */
  scale?: number;
}

/** Somebody at the page of the sandbox, who sees, types and clicks. Nothing here knows of the client behind the page. */
export interface BrowserPerson {
  page: Page;
  context: BrowserContext;
  /** Adds the app to the open chat and waits for the bot's welcome. */
  install(): Promise<void>;
  /** Types into the compose box and presses Enter. */
  say(text: string): Promise<void>;
  /** The newest message of the bot that reads so; it is looked up anew each time, so that it follows edits. */
  message(text: string | RegExp): Locator;
  /** Waits until the bot has said this in the open chat. */
  hears(text: string | RegExp): Promise<Locator>;
  dialog: Locator;
  /** Ends the person's browser profile. */
  leave(): Promise<void>;
}

const LONGEST_WAIT_MS = 20_000;

export async function enter(browser: Browser, options: PersonOptions): Promise<BrowserPerson> {
  const { origin, objectId, theme = 'light', chat = 'personal', viewport = { width: 1280, height: 800 }, scale = 1 } = options;
  const context = await browser.newContext({ ...PAGE_LOCALE, viewport, deviceScaleFactor: scale, reducedMotion: 'reduce' });
  context.setDefaultTimeout(LONGEST_WAIT_MS);
  const page = await context.newPage();
  await page.goto(`${origin}/?${new URLSearchParams({ as: objectId, theme, chat })}`);
  await page.getByTestId('compose').waitFor();
  const message = (text: string | RegExp) =>
    page.locator('[data-testid=message][data-from=bot]').filter({ hasText: text }).last();

  return {
    page,
    context,
    message,
    dialog: page.getByTestId('dialog'),
    async install() {
      await page.getByTestId('install').click();
      await message(/type setup|type help/i).waitFor();
    },
    async say(text) {
      await page.getByTestId('compose').fill(text);
      await page.getByTestId('compose').press('Enter');
    },
    async hears(text) {
      await message(text).waitFor();
      return message(text);
    },
    leave: () => context.close(),
  };
}

/** Chooses in a combo box by typing and the keyboard; waits until the list, which follows the typing, has it first. */
export async function choose(box: Locator, typed: string, title: RegExp): Promise<void> {
  await box.click();
  await box.fill('');
  await box.pressSequentially(typed);
  await box.page().locator('.comboList:popover-open .comboOption').first().filter({ hasText: title }).waitFor();
  await box.press('ArrowDown');
  await box.press('Enter');
}
