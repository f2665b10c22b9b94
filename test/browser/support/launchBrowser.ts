import { type Browser, chromium } from 'playwright-core';

/** The installed Chromium without a window. `CHROMIUM_PATH` names another one; the sandbox of Chromium needs rights that containers lack. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** Language and time zone of every page: pictures and texts stay the same wherever they are made. */
export const PAGE_LOCALE = { locale: 'en-US', timezoneId: 'UTC' } as const;
