import type { Browser, Page } from 'playwright-core';
import { type Playground, startPlayground } from '../../sandbox/playground/startPlayground';
import { launchBrowser } from './support/launchBrowser';
import { enterPlayground, type PlaygroundPerson } from './support/playgroundPage';
import { CHECKLIST } from './support/setupSteps';
import { START_LIMIT_MS } from './support/startWorld';
import { story } from './support/story';
import { makeToken } from './support/unityDashboard';

const ORGANIZATION = '1234567890123';
const VISIBLE_AFTER_MS = 4_000;
const SHORT_WAITS = {
  SWEEP_INTERVAL_MS: '250',
  CARD_UPDATE_MS: '100',
  WATCH_FAST_MS: '200',
  WATCH_SLOW_MS: '500',
  ASSIGNMENT_RETRY_MS: '500',
};

describe('an administrator in Microsoft’s Agents Playground', () => {
  let playground: Playground;
  let browser: Browser;
  let adele: PlaygroundPerson;
  let dialog: Page;
  let token: string;
  const chapter = story();

  beforeAll(async () => {
    playground = await startPlayground({
      sandbox: { switches: { assignmentVisibilityDelayMs: VISIBLE_AFTER_MS } },
      bot: SHORT_WAITS,
    });
    browser = await launchBrowser();
  }, START_LIMIT_MS);
  afterAll(async () => {
    await browser?.close();
    await playground?.stop();
  });

  chapter('is Adele of the sandbox’s tenant, and the bot greets her', async () => {
    adele = await enterPlayground(browser, playground.tool.origin);
    await adele.page.getByText('Adele Vance').first().waitFor();
    await adele.hears(/To begin, type/);
  });

  chapter('reads the commands on a card', async () => {
    await adele.say('help');
    await adele.card('What you can type').getByText('provision alice@contoso.com').waitFor();
  });

  chapter('is signed in silently, without a card to answer', async () => {
    await adele.say('sign in');
    await adele.hears('Signed in as Adele Vance');
    expect(await adele.page.getByRole('button', { name: /sign in/i }).count()).toBe(0);
  });

  chapter('opens the form as a card in the place of the first one', async () => {
    await adele.say('setup');
    await adele.card('Set up Unity provisioning').getByRole('button', { name: 'Open the form' }).click();
    await adele.card('Step 1 of 2').waitFor();
    expect(await adele.page.getByRole('button', { name: 'Open the form' }).count()).toBe(0);
    expect(await adele.card('Step 1 of 2').getByRole('combobox').inputValue()).toContain('Unity Cloud');
  });

  chapter('reads what is wrong beside the field and keeps what was typed', async () => {
    const form = adele.card('Step 1 of 2');
    await form.getByRole('textbox', { name: /Unity organization/ }).fill('Contoso Games');
    for (let index = 0; index < CHECKLIST; index += 1) await form.getByRole('checkbox').nth(index).check();
    await form.getByRole('button', { name: 'Next' }).click();
    await form.getByText('neither a number nor a link').waitFor();
    expect(await form.getByRole('textbox', { name: /Unity organization/ }).inputValue()).toBe('Contoso Games');
    expect(await form.getByRole('checkbox', { checked: true }).count()).toBe(CHECKLIST);
  });

  chapter('is not asked for the token in the chat', async () => {
    const form = adele.card('Step 1 of 2');
    await form.getByRole('textbox', { name: /Unity organization/ }).fill(ORGANIZATION);
    await form.getByRole('button', { name: 'Next' }).click();
    const card = adele.card('Step 2 of 2');
    await card.getByText('it is not asked for here').waitFor();
    expect(await card.getByRole('textbox').count()).toBe(0);
  });

  chapter('gives it in the dialog that the relay shows', async () => {
    [dialog] = await Promise.all([
      adele.context.waitForEvent('page'),
      adele.card('Step 2 of 2').getByRole('link', { name: 'Open the form in Teams' }).click(),
    ]);
    const [dashboard] = await Promise.all([
      adele.context.waitForEvent('page'),
      dialog.getByRole('link', { name: 'Open Unity Cloud' }).click(),
    ]);
    token = await makeToken(dashboard, 'Entra SCIM');
    await dashboard.close();
    const field = dialog.getByLabel('Bearer token');
    expect(await field.getAttribute('type')).toBe('password');
    await field.fill(token);
    await dialog.getByRole('button', { name: 'Check and plan' }).click();
    await dialog.getByText('The plan appears in the chat').waitFor();
    await dialog.close();
  });

  chapter('chooses another test person, who is named in a new plan', async () => {
    const plan = adele.card(/Assign and create Adele Vance in Unity/);
    await plan.waitFor();
    const picker = plan.getByRole('combobox', { name: 'People Picker' });
    await picker.fill('Carla');
    await adele.page.getByRole('option', { name: /Carla Rossi/ }).click();
    await plan.getByRole('button', { name: 'Start', exact: true }).click();
    await adele.card(/Assign and create Carla Rossi in Unity/).waitFor();
    expect(playground.sandbox.unity.state().organizations[0]?.scimUsers).toEqual([]);
  });

  chapter('confirms it and watches the steps on the same card until provisioning is started', async () => {
    const cards = adele.page.locator('.ac-adaptiveCard').filter({ hasText: `Setup of organization ${ORGANIZATION}` });
    const before = await cards.count();
    const card = cards.last();
    await card.getByRole('button', { name: 'Start', exact: true }).click();
    await card.filter({ hasText: /\d of \d+ steps/ }).waitFor();
    await card.filter({ hasText: 'Entra has not seen the assignment' }).waitFor();
    await card.filter({ hasText: 'Provisioning is started' }).waitFor();
    expect(await cards.count()).toBe(before);
  });

  chapter('provisions Alice and reads what Entra reports as proof', async () => {
    await adele.say('provision alice@contoso.com');
    const card = adele.card('Provision a person');
    await card.filter({ hasText: 'Entra reports it created' }).filter({ hasText: 'Alice Nowak' }).waitFor();
    await card.filter({ hasText: 'Finished' }).waitFor();
  });

  chapter('reads the status', async () => {
    await adele.say('status');
    await adele.card('Status').getByText('Provisioning: started').waitFor();
  });

  chapter('writes rules for requests on a card: she may approve her own', async () => {
    await adele.say('settings');
    await adele.card('Rules for requests').getByRole('button', { name: 'Write the rules' }).click();
    const form = adele.card('Who approves');
    await form.getByRole('combobox', { name: 'People Picker' }).first().fill('Adele');
    await adele.page.getByRole('option', { name: /Adele Vance/ }).click();
    await form.getByText('Approvers may approve their own requests').click();
    await form.getByRole('button', { name: 'Check and save' }).click();
    await adele.card('in force').waitFor();
  });

  chapter('asks on a card, approves it, and reads that it is done', async () => {
    await adele.say('request');
    await adele.card('Faster, in one line').getByRole('button', { name: 'Ask for people' }).click();
    const form = adele.card('Or their addresses');
    await form.getByRole('textbox', { name: /Or their addresses/ }).fill('bruno@contoso.com');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await adele.card('The request appears in the chat').waitFor();
    await adele.card('Bruno Keller').getByRole('button', { name: 'Approve' }).click();
    await adele.card('Bruno Keller').filter({ hasText: 'Done' }).waitFor();
  });

  chapter('finds Alice active in Unity', async () => {
    const users = playground.sandbox.unity.state().organizations.flatMap(({ scimUsers }) => scimUsers);
    expect(users).toContainEqual(expect.objectContaining({ userName: 'alice@contoso.com', active: true }));
  });

  chapter('needs nothing from outside: only pictures and fonts were asked for, in vain', async () => {
    expect([...adele.refusedHosts].filter((host) => !/^res(-\d)?\.cdn\.office\.net$/.test(host))).toEqual([]);
    expect(playground.tool.output()).not.toMatch(/Refused/);
  });

  chapter('never sees the token in the chat', async () => {
    expect(token.length).toBeGreaterThan(20);
    expect(await adele.page.content()).not.toContain(token);
    expect(playground.tool.output() + playground.bot.output()).not.toContain(token);
  });

  chapter('signs in on the page where the silent way is refused, and types its digits into the chat', async () => {
    await adele.say('sign out');
    await adele.hears(/signed out/i);
    playground.sandbox.context.switches.consent = 'required';
    await adele.say('sign in');
    const card = adele.card('six digits');
    await card.waitFor();
    playground.sandbox.context.switches.consent = 'granted';
    const [page] = await Promise.all([adele.context.waitForEvent('page'), card.getByRole('link', { name: 'Sign in' }).click()]);
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    const digits = (await page.locator('.code').textContent()) ?? '';
    await page.close();
    const before = await adele.page.getByText('Signed in as Adele Vance').count();
    await adele.say(digits);
    await adele.page.getByText('Signed in as Adele Vance').nth(before).waitFor();
  });

  chapter('leaves no process behind', async () => {
    const { tool, bot } = playground;
    await playground.stop();
    await Promise.all([tool.ended, bot.ended]);
    expect(() => process.kill(tool.pid, 0)).toThrow();
    expect(() => process.kill(bot.pid, 0)).toThrow();
  });
});
