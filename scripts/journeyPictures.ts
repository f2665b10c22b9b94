import type { BrowserPerson } from '../test/browser/support/browserPerson';
import { addPerson, openRules } from '../test/browser/support/ruleSteps';
import {
  acknowledge,
  fillFirstForm,
  goToSecondForm,
  openDashboard,
  openForm,
  tokenField,
} from '../test/browser/support/setupSteps';
import { startWorld, type World } from '../test/browser/support/startWorld';
import { makeToken } from '../test/browser/support/unityDashboard';

/** What is kept of a picture of the whole page: PNG, by name. */
type Keep = (name: string, picture: Buffer) => void;

const ORGANIZATION = '1234567890123';
const DESK = { width: 1280, height: 1000 };
const PHONE = { width: 360, height: 740 };

type Take = (person: Pick<BrowserPerson, 'page'>, name: string) => Promise<void>;

/** Does the whole job in the browser against the real bot and takes a picture of the page at each station. Needs a build. */
export async function takeJourneyPictures(keep: Keep): Promise<number> {
  const world = await startWorld({ assignmentVisibilityDelayMs: 3_000 });
  let taken = 0;
  const take: Take = async ({ page }, name) => {
    keep(name, await page.screenshot());
    taken += 1;
  };
  try {
    const adele = await world.enter('Adele', { viewport: DESK });
    await take(adele, 'page-first-visit');
    await adele.install();
    await take(adele, 'page-welcome');
    await openForm(adele);
    await fillFirstForm(adele, ORGANIZATION);
    await take(adele, 'page-dialog-1');
    await goToSecondForm(adele);
    await take(adele, 'page-dialog-2');
    const dashboard = await openDashboard(adele);
    await tokenField(adele).fill(await makeToken(dashboard, 'Entra SCIM'));
    await take({ page: dashboard }, 'page-dashboard');
    await dashboard.close();
    await adele.dialog.getByRole('button', { name: 'Check and plan' }).click();
    await take(adele, 'page-dialog-sent');
    await acknowledge(adele);
    await adele.hears('Plan to confirm');
    await take(adele, 'page-plan');
    await adele.message('Plan to confirm').getByRole('button', { name: 'Start', exact: true }).click();
    await adele.hears('Entra has not seen the assignment');
    await take(adele, 'page-progress');
    await adele.hears('Provisioning is started');
    await take(adele, 'page-started');
    await adele.say("provision alice@contoso.com, sean.o'neill@contoso.com, keiko@fabrikam.example");
    await adele.message('Provision 3 people').filter({ hasText: 'Finished' }).waitFor();
    await take(adele, 'page-result');
    await adele.say('status');
    await adele.hears('Watching');
    await take(adele, 'page-status');
    await takeRequestPictures(world, adele, take);

    const channel = await world.enter('Adele', { viewport: DESK, chat: 'channel', theme: 'dark' });
    await channel.install();
    await channel.say('status');
    await channel.hears('personal chat with this bot');
    await channel.page.getByRole('button', { name: 'Dismiss' }).click();
    await channel.page.getByTestId('rail-sandbox').click();
    await channel.page.getByTestId('advance').click();
    await channel.page.getByTestId('toast').filter({ hasText: 'written to Unity' }).waitFor();
    await take(channel, 'page-notification');
    await channel.page.getByTestId('rail-dashboard').click();
    await channel.page.frameLocator('iframe').getByText('Contoso Games').waitFor();
    await take(channel, 'page-dashboard-panel');

    const phone = await world.enter('Adele', { viewport: PHONE, scale: 2 });
    await phone.hears('Provisioning finished');
    await take(phone, 'page-phone');
    await phone.page.getByRole('button', { name: 'Back to chats' }).click();
    await take(phone, 'page-phone-chats');
    return taken;
  } finally {
    await world.stop();
  }
}

/** Rules, a request as its asker and an approver see it side by side, and the approver's copy once it is done. */
async function takeRequestPictures(world: World, adele: BrowserPerson, take: Take): Promise<void> {
  const [alex, megan] = await Promise.all(['Alex', 'Megan'].map((name) => world.enter(name, { viewport: DESK })));
  if (!alex || !megan) throw new Error('Nobody came.');
  await Promise.all([alex.install(), megan.install()]);
  await openRules(adele);
  await addPerson(adele, 'People', 'Adele Vance');
  await addPerson(adele, 'People', 'Alex Wilber');
  await take(adele, 'page-rules');
  await adele.dialog.getByRole('button', { name: 'Check and save' }).click();
  await acknowledge(adele);
  await adele.hears('In force, version 1');
  await megan.say('request bruno@contoso.com, carla@contoso.com because they join the Mars project on Monday');
  await megan.hears('Waiting for approval');
  await take(megan, 'page-request-asked');
  const copy = await alex.hears('Waiting for approval');
  await take(alex, 'page-request');
  await copy.getByRole('button', { name: 'Approve', exact: true }).click();
  await alex.hears('✓ Done');
  await take(alex, 'page-request-done');
  await Promise.all([alex.leave(), megan.leave()]);
}
