import type { BrowserPerson } from './support/browserPerson';
import { focused, tabTo, wideParts } from './support/inPage';
import { fillFirstForm, goToSecondForm, openForm } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';

const PHONE = { width: 360, height: 740 };
const ORGANIZATION = '1234567890123';

describe('the page', () => {
  let world: World;
  let person: BrowserPerson;

  beforeAll(async () => {
    world = await startWorld();
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());
  afterEach(() => person?.leave());

  it('fits a phone: chat, list, both dialogs and the sandbox panel, nothing to scroll sideways', async () => {
    person = await world.enter('Adele', { viewport: PHONE });
    await person.install();
    await openForm(person);
    expect(await wideParts(person.page)).toEqual([]);
    await fillFirstForm(person, ORGANIZATION);
    await goToSecondForm(person);
    expect(await wideParts(person.page)).toEqual([]);
    await person.page.keyboard.press('Escape');
    await person.say('help');
    await person.hears('What you can type');
    expect(await wideParts(person.page)).toEqual([]);
    await person.page.getByRole('button', { name: 'Back to chats' }).click();
    await person.page.getByTestId('chat-channel').waitFor();
    expect(await wideParts(person.page)).toEqual([]);
    await person.page.getByTestId('rail-sandbox').click();
    await person.page.getByTestId('advance').waitFor();
    expect(await wideParts(person.page)).toEqual([]);
  });

  it('shows the phone width beside a desk too, and back', async () => {
    person = await world.enter('Adele');
    const width = () => person.page.locator('.conversation').evaluate((element) => element.clientWidth);
    const before = await width();
    await person.page.getByTestId('width').click();
    expect(await width()).toBeLessThan(430);
    await person.page.getByTestId('width').click();
    expect(await width()).toBe(before);
  });

  it('shows on a phone that the bot is at work while Graph is slow, until it answers', async () => {
    person = await world.enter('Megan', { viewport: PHONE });
    await person.install();
    await person.say('sign in');
    await person.hears('signed in as');
    const { faults } = world.sandbox.context;
    const held = faults.add({ service: 'graph', effect: { kind: 'hold' } });
    await person.say('status');
    const sign = person.page.getByText('Unity Provisioning is typing…');
    await sign.waitFor({ state: 'visible' });
    expect(await wideParts(person.page)).toEqual([]);
    faults.remove(held.id);
    await person.hears('No Unity organization');
    await sign.waitFor({ state: 'hidden' });
  });

  it('needs no pointer: from typing to the button of a card, into the dialog and out again', async () => {
    person = await world.enter('Alex');
    const { page, dialog } = person;
    await person.install();
    await page.getByTestId('compose').focus();
    await page.keyboard.type('setup');
    await page.keyboard.press('Enter');
    await person.hears('Set up Unity provisioning');
    await tabTo(page, 'Open the form');
    await page.keyboard.press('Enter');
    await dialog.getByText('Step 1 of 2').waitFor();
    await page.keyboard.type(ORGANIZATION);
    expect(await dialog.getByRole('textbox', { name: /Unity organization/ }).inputValue()).toBe(ORGANIZATION);
    await tabTo(page, 'Next');
    await page.keyboard.press('Enter');
    await dialog.getByText(/needs all five/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Open the form');
  });

  it('keeps theme and chat in its address, so that a reload shows the same', async () => {
    person = await world.enter('Adele', { chat: 'channel' });
    await person.page.getByTestId('theme').click();
    await person.page.reload();
    await person.page.getByTestId('compose').waitFor();
    expect(await person.page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await person.page.getByTestId('chat-channel').getAttribute('aria-current')).toBe('true');
  });
});
