import { until } from '../support/until';
import type { Person } from './support/person';
import { ADELE, startTown, type Town } from './support/startTown';

let town: Town;
let adele: Person;
beforeAll(async () => {
  town = await startTown({ isSetUp: true });
}, 90_000);
beforeEach(async () => {
  adele = await town.arrive(ADELE);
});
afterAll(() => town.stop());
afterEach(() => town.reset());

/** The rules of the connection, as the form shows them now. */
async function settingsForm(): Promise<string> {
  await adele.say('settings');
  await adele.press(await adele.hears(/Contoso Games|Unity Cloud/), 'policy.open');
  const card = JSON.stringify(adele.client.dialog()?.card);
  adele.client.closeDialog();
  return card;
}

it('offers channels whose names Teams does not tell in words', async () => {
  const silent = town.sandbox.context.faults.add({
    service: 'connector',
    method: 'GET',
    path: '/v3/teams',
    effect: { kind: 'status', status: 403, headers: {} },
  });
  await adele.client.install(adele.chat('channel'));
  await until('the bot’s question', () => silent.hits > 0);
  expect(await settingsForm()).toMatch(/"title":"Channel or chat 1, whose name Teams has not told"/);
});

it('offers channels and group chats for requests by the names that people know them by', async () => {
  await adele.client.install(adele.chat('channel'));
  await adele.client.install(adele.chat('groupChat'));
  await until('the name of the channel', async () => /"title":"[^"]+ › Unity access"/.test(await settingsForm()));
  expect(await settingsForm()).toMatch(/"title":"Chat with Adele Vance, [^"]+"/);
  expect(await settingsForm()).not.toMatch(/"title":"19:/);
});

it('follows a channel that gets another name', async () => {
  await adele.client.install(adele.chat('channel'));
  await adele.client.rename(adele.chat('channel'), 'Licences');
  await until('the new name', async () => (await settingsForm()).includes('› Licences"'));
});
