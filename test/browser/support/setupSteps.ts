import type { Locator, Page } from 'playwright-core';
import type { BrowserPerson } from './browserPerson';
import { makeToken } from './unityDashboard';

export const CHECKLIST = 5;

/** `setup`, and its first dialog open. */
export async function openForm({ page, say, dialog }: BrowserPerson): Promise<void> {
  const cards = page.locator('[data-testid=message][data-from=bot]').filter({ hasText: 'Set up Unity provisioning' });
  const before = await cards.count();
  await say('setup');
  await cards.nth(before).getByRole('button', { name: 'Open the form' }).click();
  await dialog.getByText('Step 1 of 2').waitFor();
}

/** Dialog 1: the organization by its number, everything ticked. */
export async function fillFirstForm({ dialog }: BrowserPerson, organization: string): Promise<void> {
  await dialog.getByRole('textbox', { name: /Unity organization/ }).fill(organization);
  const toggles = dialog.getByRole('checkbox');
  for (let index = 0; index < CHECKLIST; index += 1) await toggles.nth(index).check();
}

export async function goToSecondForm({ dialog }: BrowserPerson): Promise<void> {
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByText('Step 2 of 2').waitFor();
}

/** The dashboard in the tab that the link of dialog 2 opens. */
export async function openDashboard({ context, dialog }: BrowserPerson): Promise<Page> {
  const [tab] = await Promise.all([context.waitForEvent('page'), dialog.getByRole('link', { name: 'Open Unity Cloud' }).click()]);
  await tab.waitForLoadState();
  return tab;
}

export function tokenField({ dialog }: BrowserPerson): Locator {
  return dialog.getByLabel(/Bearer token/);
}

/** From nothing to a run that looks: both dialogs, and the token made in the dashboard. */
export async function checkToken(person: BrowserPerson, organization: string): Promise<void> {
  await openForm(person);
  await fillFirstForm(person, organization);
  await goToSecondForm(person);
  const tab = await openDashboard(person);
  const token = await makeToken(tab, 'Entra SCIM');
  await tab.close();
  await tokenField(person).fill(token);
  await person.dialog.getByRole('button', { name: 'Check and plan' }).click();
  await acknowledge(person);
}

export async function reachPlan(person: BrowserPerson, organization: string): Promise<Locator> {
  await checkToken(person, organization);
  return person.hears('Plan to confirm');
}

/** The dialog ends with a sentence and its button OK. */
export async function acknowledge({ dialog }: BrowserPerson): Promise<void> {
  await dialog.getByRole('button', { name: 'OK' }).click();
  await dialog.waitFor({ state: 'hidden' });
}
