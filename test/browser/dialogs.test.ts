import type { Request } from 'playwright-core';
import { type BrowserPerson, choose } from './support/browserPerson';
import { acknowledge, fillFirstForm, goToSecondForm, openForm, reachPlan, tokenField } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';
import { story } from './support/story';

const ORGANIZATION = '1234567890123';
const NO_TOKEN = 'not-the-token-of-anybody-0123456789';

describe('the setup dialogs', () => {
  let world: World;
  let adele: BrowserPerson;
  const chapter = story();

  beforeAll(async () => {
    world = await startWorld();
    adele = await world.enter('Adele');
    await adele.install();
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());

  chapter('open after a silent sign-in that the command itself began', async () => {
    await openForm(adele);
    await adele.hears('Signed in as Adele Vance');
  });

  chapter('say beside each field what is wrong, and keep what was typed', async () => {
    const organization = adele.dialog.getByRole('textbox', { name: /Unity organization/ });
    await fillFirstForm(adele, 'Contoso Games');
    await adele.dialog.getByRole('textbox', { name: /E-mail domains/ }).fill('contoso');
    await adele.dialog.getByRole('checkbox').nth(3).uncheck();
    await adele.dialog.getByRole('button', { name: 'Next' }).click();
    await adele.dialog.getByText(/neither a number nor a link/).waitFor();
    await adele.dialog.getByText(/“contoso” is not a domain/).waitFor();
    await adele.dialog.getByText(/needs all five/).waitFor();
    expect(await organization.inputValue()).toBe('Contoso Games');
    expect(await adele.dialog.getByRole('checkbox').nth(0).isChecked()).toBe(true);
    expect(await adele.dialog.getByRole('checkbox').nth(3).isChecked()).toBe(false);
  });

  chapter('check required fields before anything is sent', async () => {
    const sent: string[] = [];
    const note = (request: Request) => void (request.method() === 'POST' && sent.push(request.url()));
    adele.page.on('request', note);
    await adele.dialog.getByRole('textbox', { name: /Unity organization/ }).fill('');
    await adele.dialog.getByRole('button', { name: 'Next' }).click();
    await adele.dialog.locator('.ac-input-validation-failed').waitFor();
    adele.page.off('request', note);
    expect(sent).toEqual([]);
  });

  chapter('say why an app that typing finds cannot be used', async () => {
    await choose(adele.dialog.getByRole('combobox', { name: /Entra app/ }), 'unity build', /Unity Build Reports/);
    await fillFirstForm(adele, `${world.sandbox.unity.dashboardUrl}/home/organizations/${ORGANIZATION}/settings`);
    await adele.dialog.getByRole('textbox', { name: /E-mail domains/ }).fill('contoso.com');
    await adele.dialog.getByRole('button', { name: 'Next' }).click();
    await adele.dialog
      .getByText(/Cannot be used.*plain app registration/)
      .first()
      .waitFor();
  });

  chapter('go on to the token, and back to what was typed', async () => {
    await choose(adele.dialog.getByRole('combobox', { name: /Entra app/ }), 'unity cloud', /Unity Cloud/);
    await goToSecondForm(adele);
    await adele.dialog.getByRole('button', { name: 'Back' }).click();
    await adele.dialog.getByText('Step 1 of 2').waitFor();
    expect(await adele.dialog.getByRole('textbox', { name: /E-mail domains/ }).inputValue()).toBe('contoso.com');
    await goToSecondForm(adele);
  });

  chapter('never show a typed token again, but keep it', async () => {
    const address = adele.dialog.getByRole('textbox', { name: /SCIM base connector URL/ });
    const right = await address.inputValue();
    await tokenField(adele).fill(NO_TOKEN);
    await address.fill(right.replace(ORGANIZATION, '9876543210987'));
    await adele.dialog.getByRole('button', { name: 'Check and plan' }).click();
    await adele.dialog.getByText(/belongs to another organization/).waitFor();
    await adele.dialog.getByText(/Token kept/).waitFor();
    expect(await tokenField(adele).inputValue()).toBe('');
    expect(await adele.page.content()).not.toContain(NO_TOKEN);
    await address.fill(right);
    await adele.dialog.getByRole('button', { name: 'Check and plan' }).click();
    await acknowledge(adele);
  });

  chapter('lead to a failed card that names the refused token, and Cancel closes the run', async () => {
    const card = await adele.hears('Try the token at Unity');
    await card.filter({ hasText: 'Failed' }).getByRole('button', { name: 'Cancel', exact: true }).click();
    await adele.hears('Cancelled');
  });

  chapter('lead to a plan, and Cancel ends it with nothing made', async () => {
    const plan = await reachPlan(adele, ORGANIZATION);
    await plan.getByRole('button', { name: 'Cancel', exact: true }).click();
    const card = adele.page.locator(`[data-message-id="${await plan.getAttribute('data-message-id')}"]`);
    await card.filter({ hasText: 'Cancelled' }).waitFor();
    expect(await card.getByRole('button', { name: 'Start', exact: true }).count()).toBe(0);
    const { jobs } = world.sandbox.entra.state() as { jobs: unknown[] };
    expect(jobs).toEqual([]);
  });
});
