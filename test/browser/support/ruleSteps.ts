import type { BrowserPerson } from './browserPerson';

/** `settings`, and the form of the rules open. */
export async function openRules({ say, hears, dialog }: BrowserPerson): Promise<void> {
  await say('settings');
  const card = await hears('Who may ask, who approves');
  await card.getByRole('button', { name: /the rules/ }).click();
  await dialog.getByRole('heading', { name: 'Rules for requests' }).waitFor();
}

/** Adds somebody in a people picker by typing a name and pressing the row: they stand there as a chip. */
export async function addPerson({ dialog, page }: BrowserPerson, field: string | RegExp, name: string): Promise<void> {
  const box = dialog.getByRole('combobox', { name: field });
  await box.click();
  await box.pressSequentially(name.split(' ')[0] ?? name);
  await page.locator('.comboList:popover-open .comboOption').filter({ hasText: name }).first().click();
  await dialog.locator('.comboChip').filter({ hasText: name }).waitFor();
}
