import type { Locator } from 'playwright-core';
import type { BrowserPerson } from './support/browserPerson';
import { wideParts } from './support/inPage';
import { addPerson, openRules } from './support/ruleSteps';
import { acknowledge, reachPlan } from './support/setupSteps';
import { START_LIMIT_MS, startWorld, type World } from './support/startWorld';
import { story } from './support/story';

const ORGANIZATION = '1234567890123';
const PHONE = { width: 360, height: 740 };

describe('a request between three people side by side', () => {
  let world: World;
  let adele: BrowserPerson;
  let alex: BrowserPerson;
  let megan: BrowserPerson;
  const chapter = story();

  beforeAll(async () => {
    world = await startWorld();
    [adele, alex, megan] = await Promise.all([world.enter('Adele'), world.enter('Alex'), world.enter('Megan')]);
    await Promise.all([adele.install(), alex.install(), megan.install()]);
  }, START_LIMIT_MS);
  afterAll(() => world?.stop());

  const idOf = (name: string) => world.sandbox.context.tenant.users.find(({ displayName }) => displayName.startsWith(name))!.id;
  const userNames = () => world.sandbox.unity.state().organizations[0]!.scimUsers.map(({ userName }) => userName.toLowerCase());
  /** The one message with this card, whatever it reads later. */
  const sameMessage = async ({ page }: BrowserPerson, message: Locator) =>
    page.locator(`[data-message-id="${await message.getAttribute('data-message-id')}"]`);
  const copyOf = async (who: BrowserPerson, number: number) =>
    sameMessage(who, await who.hears(new RegExp(`Request ${number}\\b[\\s\\S]*asks to provision`)));
  const button = (card: Locator, name: string) => card.getByRole('button', { name, exact: true });

  chapter('begins once Adele has set provisioning up', async () => {
    const plan = await reachPlan(adele, ORGANIZATION);
    await button(plan, 'Start').click();
    await adele.hears('Provisioning is started');
  });

  chapter('has no way before there are rules: Megan reads so', async () => {
    await megan.say('request alice@contoso.com');
    await megan.hears('no rules yet');
  });

  chapter('gets its rules by typing and picking, with what is wrong beside the field', async () => {
    await openRules(adele);
    const submit = adele.dialog.getByRole('button', { name: 'Check and save' });
    const small = adele.dialog.getByRole('spinbutton', { name: 'Most people in a small request' });
    await small.fill('5');
    await submit.click();
    await adele.dialog.getByText('Nobody is named who may approve.').waitFor();
    expect(await small.inputValue()).toBe('5');
    await addPerson(adele, 'People', 'Adele Vance');
    await addPerson(adele, 'People', 'Alex Wilber');
    await adele.dialog.getByRole('spinbutton', { name: 'Approvals for a small request' }).fill('1');
    await adele.dialog.getByRole('spinbutton', { name: 'Approvals for a larger request' }).fill('2');
    await adele.dialog.getByRole('textbox', { name: 'Hours until a request expires' }).fill('4');
    await submit.click();
    await acknowledge(adele);
    const rules = await (await adele.hears('In force, version 1')).textContent();
    expect(rules).toContain('Adele Vance, Alex Wilber');
    expect(rules).toContain('1 up to 5 people, 2 above');
    expect(rules).toContain('4 h');
  });

  chapter('is what becomes of “provision” for Megan, who has no role', async () => {
    await alex.page.getByTestId('chat-groupChat').click();
    await megan.say('provision alice@contoso.com');
    const mine = await copyOf(megan, 1);
    await mine.filter({ hasText: 'Waiting for approval' }).waitFor();
    expect(await mine.textContent()).toContain('Nothing has been changed so far');
    await button(mine, 'Withdraw').waitFor();
    expect(await button(mine, 'Approve').count()).toBe(0);
  });

  chapter('reaches Alex by a notification that opens the chat', async () => {
    const toast = alex.page.getByTestId('toast').filter({ hasText: 'Request 1' });
    await toast.waitFor();
    expect(await toast.textContent()).toContain('Megan Bowen asks to provision 1 person');
    await toast.locator('.toastOpen').click();
    const copy = await copyOf(alex, 1);
    expect(await copy.textContent()).toMatch(/Alice Nowak[\s\S]*Assign and create\. Now: member, enabled, not assigned yet/);
    await button(copy, 'Decline').waitFor();
  });

  chapter('is acted on by one click of his, and is green only with the result', async () => {
    const [mine, his, hers] = await Promise.all([copyOf(megan, 1), copyOf(alex, 1), copyOf(adele, 1)]);
    const { faults } = world.sandbox.context;
    const held = faults.add({ service: 'graph', caller: idOf('Alex'), times: 1, effect: { kind: 'hold' } });
    await button(his, 'Approve').click();
    await his.filter({ hasText: 'Your approval: Checking…' }).waitFor();
    expect(await his.textContent()).toContain('Waiting for approval');
    expect(await button(his, 'Approve').count()).toBe(0);
    expect(userNames()).not.toContain('alice@contoso.com');
    faults.remove(held.id);
    await his.filter({ hasText: '✓ Done' }).filter({ hasText: 'Entra reports it created' }).waitFor();
    expect(userNames()).toContain('alice@contoso.com');
    for (const copy of [mine, hers]) {
      await copy.filter({ hasText: '✓ Done' }).waitFor();
      expect(await copy.textContent()).toMatch(/1 of 1 by Alex Wilber/);
      expect(Number(await copy.getAttribute('data-edits'))).toBeGreaterThanOrEqual(1);
    }
  });

  chapter('ends by a decline whose reason is typed into the unfolded field', async () => {
    await megan.say('request bruno@contoso.com because the second floor moves');
    const [his, hers] = await Promise.all([copyOf(alex, 2), copyOf(adele, 2)]);
    expect(await his.textContent()).toContain('the second floor moves');
    // Edits of her copy get lost, so that it goes stale under her eyes.
    world.sandbox.context.faults.add({
      id: 'stale',
      service: 'connector',
      method: 'PUT',
      path: `/activities/${await hers.getAttribute('data-message-id')}`,
      effect: { kind: 'status', status: 503 },
    });
    await button(his, 'Decline').click();
    await button(his, 'Decline with this reason').click();
    await his.getByText('Say why you decline.').waitFor();
    await his.getByRole('textbox', { name: /Why do you decline/ }).fill('Not this month');
    await button(his, 'Decline with this reason').click();
    const mine = await copyOf(megan, 2);
    await mine.filter({ hasText: '✕ Declined' }).filter({ hasText: '“Not this month”' }).waitFor();
    expect(await mine.textContent()).toContain('By Alex Wilber');
    await button(mine, 'Ask again').waitFor();
  });

  chapter('answers a click on Adele’s stale copy with who decided, and changes nothing', async () => {
    const hers = await copyOf(adele, 2);
    await button(hers, 'Approve').click();
    await adele.page.getByText(/already decided by Alex Wilber.*Your click changed nothing/).waitFor();
    world.sandbox.context.faults.remove('stale');
    await hers.filter({ hasText: '✕ Declined' }).waitFor();
    expect(await button(hers, 'Approve').count()).toBe(0);
    expect(userNames()).not.toContain('bruno@contoso.com');
  });

  chapter('is listed by “requests”, each with its state in words', async () => {
    await megan.say('requests');
    const list = await (await megan.hears('To see any of them')).textContent();
    expect(list).toMatch(/2 · Bruno Keller[\s\S]*Declined[\s\S]*1 · Alice Nowak[\s\S]*Done/);
  });

  chapter('fits a phone, the unfolded field included, and goes there too when it is withdrawn', async () => {
    await megan.say('request carla@contoso.com because the film team needs her on Monday');
    const phone = await world.enter('Alex', { viewport: PHONE });
    const his = await copyOf(phone, 3);
    await button(his, 'Approve').scrollIntoViewIfNeeded();
    expect(await wideParts(phone.page)).toEqual([]);
    await button(his, 'Decline').click();
    await his.getByRole('textbox', { name: /Why do you decline/ }).scrollIntoViewIfNeeded();
    expect(await wideParts(phone.page)).toEqual([]);
    await button(await copyOf(megan, 3), 'Withdraw').click();
    await his.filter({ hasText: 'Withdrawn' }).waitFor();
    expect(await button(his, 'Approve').count()).toBe(0);
    await phone.leave();
  });
});
