import { checkToken } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';

const ORGANIZATION = '1234567890123';

describe('people in the browser', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());

  it('without a role read that they have no right, and what to do about it', async () => {
    const megan = await world.enter('Megan');
    await megan.install();
    await checkToken(megan, ORGANIZATION);
    const card = await megan.hears(/Cloud Application Administrator/);
    expect(await card.textContent()).toContain('Failed');
    expect(await card.textContent()).toMatch(/activate roles with PIM/);
    await megan.leave();
  });

  it('get privileged answers of a group chat and of a channel in their personal chat', async () => {
    const adele = await world.enter('Adele');
    await adele.install();
    for (const chat of ['groupChat', 'channel']) {
      await adele.page.getByTestId(`chat-${chat}`).click();
      await adele.install();
      await adele.say('setup');
      await adele.hears('The setup goes on in Adele Vance’s personal chat');
    }
    await adele.page.getByTestId('chat-personal').click();
    await adele.hears('Set up Unity provisioning');
    await adele.leave();
  });

  it('read help in a channel, as an answer in its thread', async () => {
    const adele = await world.enter('Adele', { chat: 'channel' });
    await adele.say('help');
    const answer = await adele.hears('What you can type');
    expect(await answer.getAttribute('class')).toContain('reply');
    await adele.leave();
  });

  it('are told in a group chat to add the app, and their command goes on once they have', async () => {
    const alex = await world.enter('Alex', { chat: 'groupChat' });
    await alex.say('setup');
    await alex.hears('Alex Wilber, add this app for yourself first');
    await alex.page.getByTestId('chat-personal').click();
    await alex.page.getByTestId('install').click();
    await alex.hears('Set up Unity provisioning');
    await alex.leave();
  });

  it('are not heard in a group chat without a mention', async () => {
    const adele = await world.enter('Adele', { chat: 'groupChat' });
    await adele.page.getByTestId('mention').click();
    await adele.say('help me with this');
    await adele.page.getByTestId('mention').click();
    await adele.say('hlep');
    await adele.hears('This is not a command');
    const mine = adele.page.locator('[data-testid=message][data-from=person]').filter({ hasText: 'help me with this' });
    const after = mine.locator('xpath=following-sibling::*[@data-testid="message"]');
    expect(await after.count()).toBe(2);
    await adele.leave();
  });

  it('sign in by the button when it does not work silently, and the command goes on', async () => {
    world.sandbox.context.switches.consent = 'required';
    const alex = await world.enter('Alex');
    await alex.say('sign out');
    await alex.hears('Signed out');
    await alex.say('setup');
    const [popup] = await Promise.all([alex.context.waitForEvent('page'), alex.page.getByTestId('sign-in').last().click()]);
    await popup.getByText('Alex Wilber').waitFor();
    await popup.getByRole('button', { name: 'Accept and sign in' }).click();
    await alex.hears('Signed in as Alex Wilber');
    await alex.message('Set up Unity provisioning').getByRole('button', { name: 'Open the form' }).waitFor();
    world.sandbox.context.switches.consent = 'granted';
    await alex.leave();
  });
});
