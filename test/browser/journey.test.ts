import { type BrowserPerson, choose } from './support/browserPerson';
import { acknowledge, fillFirstForm, goToSecondForm, openDashboard, openForm, tokenField } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';
import { story } from './support/story';
import { makeToken, scimUsers } from './support/unityDashboard';

const ORGANIZATION = '1234567890123';
const VISIBLE_AFTER_MS = 4_000;

describe('an administrator in the browser', () => {
  let world: World;
  let adele: BrowserPerson;
  let token: string;
  const chapter = story();

  beforeAll(async () => {
    world = await startWorld({ assignmentVisibilityDelayMs: VISIBLE_AFTER_MS });
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());

  chapter('becomes Adele and adds the app, which greets her', async () => {
    const anybody = await world.enter('Megan');
    await anybody.page.getByTestId('be').selectOption({ label: 'Adele Vance (Cloud Application Administrator)' });
    await anybody.page.getByTestId('role').getByText('Cloud Application Administrator').waitFor();
    adele = anybody;
    await adele.install();
    expect(await adele.message('Unity Provisioning').textContent()).toContain('It has no rights of its own');
  });

  chapter('is signed in without a window and without a click', async () => {
    await adele.say('sign in');
    await adele.hears('Signed in as Adele Vance');
    expect(await adele.page.getByTestId('sign-in-card').count()).toBe(0);
    expect(adele.context.pages()).toHaveLength(1);
  });

  chapter('fills the first dialog: organization, app by typing, checklist', async () => {
    await openForm(adele);
    const app = adele.dialog.getByRole('combobox', { name: /Entra app/ });
    expect(await app.inputValue()).toBe('Unity Cloud');
    await choose(app, 'trav', /Travel Desk/);
    expect(await app.inputValue()).toBe('Travel Desk');
    await choose(app, 'unity cl', /Unity Cloud/);
    expect(await app.inputValue()).toBe('Unity Cloud');
    await fillFirstForm(adele, ORGANIZATION);
    await goToSecondForm(adele);
  });

  chapter('makes the token in the Unity dashboard and pastes it where nobody can read it', async () => {
    const tab = await openDashboard(adele);
    expect(tab.url()).toContain(ORGANIZATION);
    token = await makeToken(tab, 'Entra SCIM');
    await tab.close();
    await tokenField(adele).fill(token);
    expect(await tokenField(adele).getAttribute('type')).toBe('password');
    await adele.dialog.getByRole('button', { name: 'Check and plan' }).click();
    await acknowledge(adele);
  });

  chapter('reads the plan before anything is changed', async () => {
    const plan = await (await adele.hears('Plan to confirm')).textContent();
    expect(plan).toContain('Nothing has been changed so far');
    expect(plan).toMatch(/Make a provisioning job/);
    expect(plan).toContain('creates or matches 1 person');
    expect(world.sandbox.context.calls.list('graph').filter(({ method }) => method !== 'GET')).toHaveLength(1);
  });

  chapter('confirms it and watches the steps on the same card until provisioning is started', async () => {
    const plan = adele.message('Plan to confirm');
    const id = await plan.getAttribute('data-message-id');
    const card = adele.page.locator(`[data-message-id="${id}"]`);
    await plan.getByRole('button', { name: 'Start', exact: true }).click();
    await card.filter({ hasText: /of 11 steps/ }).waitFor();
    await card.filter({ hasText: 'Entra has not seen the assignment' }).waitFor();
    await card.filter({ hasText: 'Provisioning is started' }).waitFor();
    expect(Number(await card.getAttribute('data-edits'))).toBeGreaterThanOrEqual(3);
    expect(await card.textContent()).toMatch(/Entra reports Adele Vance updated/);
  });

  chapter('provisions Alice and reads what Entra reports as proof', async () => {
    await adele.say('provision alice@contoso.com');
    const card = adele.message('Provision a person');
    await card
      .filter({ hasText: /Entra reports it created|created/i })
      .filter({ hasText: 'Alice Nowak' })
      .waitFor();
    await card.filter({ hasText: /Finished/ }).waitFor();
  });

  chapter('moves the clock and is told by a notification that opens the chat', async () => {
    await adele.page.getByTestId('chat-groupChat').click();
    await adele.page.getByTestId('rail-sandbox').click();
    await adele.page.getByTestId('advance').click();
    const toast = adele.page.getByTestId('toast').filter({ hasText: 'finished' });
    await toast.waitFor();
    expect(await toast.textContent()).toMatch(/written to Unity, 0 failed/);
    await toast.locator('.toastOpen').click();
    await adele.hears('Provisioning finished');
  });

  chapter('finds Alice in the Unity dashboard, active', async () => {
    const [tab] = await Promise.all([
      adele.context.waitForEvent('page'),
      (async () => {
        await adele.page.getByTestId('rail-dashboard').click();
        await adele.page.getByRole('link', { name: 'Open in a new tab' }).click();
      })(),
    ]);
    await tab.getByRole('link', { name: /Contoso Games/ }).click();
    const rows = await scimUsers(tab);
    expect(rows.find((row) => row.includes('alice@contoso.com'))).toContain('Active');
  });

  chapter('never shows the token in the chat', async () => {
    expect(token.length).toBeGreaterThan(20);
    expect(await adele.page.content()).not.toContain(token);
  });
});
