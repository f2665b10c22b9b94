import type { Page } from 'playwright-core';

// What runs in the page is text: this project's own types know no document.

/** What sticks out to the right: the page itself, or a part that would have to be scrolled sideways. */
export function wideParts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('html, body, .shell, .messages, .conversation, .dialog, .dialogBody, .card')]
      .filter((part) => part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1)
      .filter((part) => part === document.documentElement || getComputedStyle(part).overflowX !== 'visible')
      .map((part) => part.className || part.tagName)`);
}

/** The text of the control that has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`document.activeElement?.textContent?.trim() ?? ''`);
}

const MOST_TABS = 40;

/** Tabs on until the control with this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  throw new Error(`${MOST_TABS} tabs do not reach "${name}"`);
}
