import type { Page } from 'playwright-core';

/** Makes a service account that may use SCIM and its token, by clicking through the pages of the dashboard as the dialog says. */
export async function makeToken(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Service accounts' }).first().click();
  await page.getByRole('link', { name: 'New', exact: true }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('link', { name: 'Manage' }).click();
  await page.getByLabel(/SCIM Authenticator/).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Add bearer token' }).click();
  return page.getByLabel('Bearer token', { exact: true }).inputValue();
}

/** The people that the dashboard lists as provisioned by SCIM: one text a row. */
export async function scimUsers(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: 'Users' }).first().click();
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  return page.locator('#scim-users tbody tr').allInnerTexts();
}
