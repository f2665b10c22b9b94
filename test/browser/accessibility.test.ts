import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { type CardPage, drawOneCard, startCardPage } from '../../sandbox/page/cardPictures';
import { cardSamples } from '../support/cardSamples';
import { launchBrowser, PAGE_LOCALE } from './support/launchBrowser';
import { fillFirstForm, goToSecondForm, openForm } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Each of a good hundred cards takes a busy machine half a second. */
const CARDS_LIMIT_MS = 120_000;
const ORGANIZATION = '1234567890123';

/** Serious and critical violations on the page as it stands, each with the elements concerned; empty is good. */
async function violations(page: Page): Promise<string[]> {
  const isThere = await page.evaluate<boolean>(`'axe' in window`);
  if (!isThere) await page.evaluate(AXE);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(WCAG)} })`,
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
}

describe('the page', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());

  it.each([
    ['light', { theme: 'light' }],
    ['dark', { theme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 } }],
  ] as const)('has no serious accessibility problem, %s', async (_look, options) => {
    const adele = await world.enter('Adele', options);
    const problems: Record<string, string[]> = {};
    const look = async (what: string) => {
      problems[what] = await violations(adele.page);
    };
    await look('before the first message');
    if (await adele.page.getByTestId('install').isVisible()) await adele.install();
    await adele.say('help');
    await adele.hears('What you can type');
    await openForm(adele);
    await look('dialog 1');
    await fillFirstForm(adele, 'x');
    await adele.dialog.getByRole('button', { name: 'Next' }).click();
    await adele.dialog.getByText(/neither a number/).waitFor();
    await look('dialog 1 with problems');
    await fillFirstForm(adele, ORGANIZATION);
    await goToSecondForm(adele);
    await look('dialog 2');
    await adele.page.keyboard.press('Escape');
    await look('chat with cards');
    if (await adele.page.getByRole('button', { name: 'Back to chats' }).isVisible())
      await adele.page.getByRole('button', { name: 'Back to chats' }).click();
    await adele.page.getByTestId('rail-sandbox').click();
    await adele.page.getByTestId('advance').waitFor();
    await look('sandbox panel');
    await adele.page.getByTestId('rail-dashboard').click();
    await adele.page.locator('iframe').waitFor();
    await look('dashboard panel');
    await adele.leave();
    expect(problems).toEqual(Object.fromEntries(Object.keys(problems).map((what) => [what, []])));
  });

  it.each(['light', 'dark'] as const)('leads to a dashboard without serious problems, %s', async (colorScheme) => {
    const context = await world.browser.newContext({ ...PAGE_LOCALE, colorScheme });
    const tab = await context.newPage();
    const settings = `${world.sandbox.unity.dashboardUrl}/home/organizations/${ORGANIZATION}/settings`;
    const found: string[] = [];
    for (const path of ['', '/service-accounts', '/service-accounts/new', '/sso', '/users']) {
      await tab.goto(`${settings}${path}`);
      found.push(...(await violations(tab)));
    }
    await context.close();
    expect(found).toEqual([]);
  });
});

describe('cards', () => {
  let browser: Browser;
  let cardPage: CardPage;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    cardPage = await startCardPage();
    page = await browser.newPage(PAGE_LOCALE);
  });
  afterAll(async () => {
    await browser?.close();
    await cardPage?.stop();
  });

  it.each(['light', 'dark'] as const)(
    'have no serious accessibility problem in any state, %s',
    async (theme) => {
      const found: Record<string, string[]> = {};
      for (const { name, frame, title = '', card } of cardSamples()) {
        await drawOneCard(page, cardPage, { ...card }, { theme, frame, title });
        const problems = await violations(page);
        if (problems.length > 0) found[name] = problems;
      }
      expect(found).toEqual({});
    },
    CARDS_LIMIT_MS,
  );
});
