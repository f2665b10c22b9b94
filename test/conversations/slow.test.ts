import { CONFIRMED } from '../../sandbox/journey/administrator';
import { actionOf, readMessage } from '../../sandbox/journey/cardActions';
import { until } from '../support/until';
import type { Person } from './support/person';
import { ADELE, startTown, type Town } from './support/startTown';

const SLOW_MS = 5_000;

let town: Town;
let adele: Person;
beforeAll(async () => {
  town = await startTown({ isSetUp: true, settings: { TYPING_AFTER_MS: '300' } });
}, 90_000);
afterAll(() => town.stop());
afterEach(() => town.reset());
beforeEach(async () => {
  adele = await town.arrive(ADELE);
  for (const service of ['graph', 'scim'] as const)
    town.sandbox.context.faults.add({ service, effect: { kind: 'slow', ms: SLOW_MS } });
});

/** Teams' own rule: after 5 s without an answer to an invoke the client warns. */
const warnings = () => adele.client.toasts().filter(({ kind, text }) => kind === 'warning' && /invoke|reach app/.test(text));

describe('with Graph and Unity 5 s slow [teams 1.7 limits]', () => {
  it('every step of the forms is answered, and the card says what it waits for', async () => {
    await adele.say('setup');
    const start = await adele.hears(/Set up Unity provisioning/);
    expect(await adele.press(start, 'setup.open')).toMatchObject({ kind: 'dialog' });
    expect(Array.isArray(await adele.client.search(adele.personal, 'apps', 'Travel'))).toBe(true);
    const second = await adele.client.submitDialog(actionOf(adele.client.dialog()!.card, 'setup.submitApp'), {
      organization: town.sandbox.context.tenant.organizations[1]!.genesisId,
      servicePrincipalId: 'a1b2c3d4-0000-4000-8000-000000000001',
      domains: 'contoso.com',
      ...CONFIRMED,
    });
    expect(second).toMatchObject({ kind: 'dialog' });
    const submit = actionOf(adele.client.dialog()!.card, 'setup.submitToken');
    expect(await adele.client.submitDialog(submit, { scimToken: 'no-real-token' })).toMatchObject({
      kind: 'message',
      text: expect.stringMatching(/The plan appears in the chat, and nothing changes before you confirm it/),
    });
    const card = await adele.runCard('running', (text) => /Find the Entra app/.test(text));
    expect(readMessage(card)).toMatch(/Looking; nothing is changed yet[\s\S]*Find the Entra app/);
    expect(await adele.press(card, 'run.cancel')).toEqual({ kind: 'message', text: 'Accepted.' });
    await adele.waits((message) => message.id === card.id && /Cancelling/.test(readMessage(message)), 'the card to say so');
    town.sandbox.context.faults.clear();
    await adele.runCard('cancelled');
    expect(warnings()).toEqual([]);
  }, 60_000);

  it('a provision is answered at once, says that it looks in Entra, and takes its buttons', async () => {
    await adele.say('provision bruno@contoso.com');
    const card = await adele.runCard('running', (text) => /bruno@contoso\.com[\s\S]*Looking in Entra/.test(text));
    expect(await adele.press(card, 'run.cancel')).toEqual({ kind: 'message', text: 'Accepted.' });
    town.sandbox.context.faults.clear(); // what is under way ends by itself
    await adele.runCard('cancelled');
    expect(warnings()).toEqual([]);
  });

  it('status says in its time that Entra gave no answer, or shows what it has, and that it is at work meanwhile', async () => {
    const isTyping = () => adele.client.chats().find(({ conversationId }) => conversationId === adele.personal)?.typing === true;
    await adele.say('status');
    await until('the bot to type', isTyping);
    expect(adele.heard()).toEqual([]);
    await adele.hears(/Unity Cloud|gave no usable answer/);
    expect(isTyping()).toBe(false);
    expect(warnings()).toEqual([]);
  }, 40_000);
});
