import { readMessage } from '../../sandbox/journey/cardActions';
import { ADELE, ALEX, MEGAN, startTown, type Town } from './support/startTown';

const GUEST_ID = '7b0c1d2e-0000-4000-8000-000000000014';
const ONLY_MEMBERS = /works only for members of the company/;

let town: Town;
beforeAll(async () => {
  town = await startTown({
    isSetUp: true,
    tenant: ({ users }) => Object.assign(users.find(({ id }) => id === GUEST_ID)!, { signsIn: true }),
  });
}, 90_000);
afterAll(() => town.stop());
afterEach(() => town.reset());

const botMri = () => `28:${town.sandbox.context.bot.appId}`;

describe.each([
  ['somebody of another tenant', { tenantId: '11111111-2222-4333-8444-000000000000' }],
  ['somebody without an object id', { withoutObjectId: true }],
])('%s', (_who, options) => {
  it('gets one plain refusal to each command, and nothing is read or changed', async () => {
    const stranger = await town.arrive(ADELE, options);
    town.forgetCalls();
    for (const text of ['help', 'setup', 'status', 'sign in', 'provision bruno@contoso.com']) {
      await stranger.say(text);
      await stranger.hears(ONLY_MEMBERS);
      expect(stranger.heard()).toHaveLength(1);
    }
    expect(stranger.signInCards()).toEqual([]);
    expect(town.calls('graph').filter((call) => !call.includes('/synchronization/jobs/'))).toEqual([]); // the watch looks at its job
    expect(town.calls('token').filter((call) => !call.includes('/GetToken'))).toEqual([]);
  });

  it('gets a refusal to buttons, forms and typeahead', async () => {
    const adele = await town.arrive(ADELE);
    await adele.say('setup');
    const start = await adele.hears(/Set up Unity provisioning/);
    const stranger = await town.arrive(ADELE, options);
    const card = stranger.client.messages(stranger.personal).find(({ id }) => id === start.id)!;
    expect(await stranger.press(card, 'setup.open')).toMatchObject({
      kind: 'message',
      text: expect.stringMatching(ONLY_MEMBERS),
    });
    expect(await stranger.client.search(stranger.personal, 'apps', 'Unity')).toEqual([]);
  });
});

describe('a guest of the tenant', () => {
  it('is refused in words once their account is read, and sees and changes nothing', async () => {
    const guest = await town.arrive(GUEST_ID);
    await guest.install();
    await guest.signIn();
    for (const text of ['setup', 'status']) {
      await guest.say(text);
      await guest.hears(/Guests of your company cannot use this bot\. Ask a colleague who is a member/);
      expect(guest.heard().join('\n')).not.toMatch(/Unity Cloud|1234567890123|Adele/);
    }
    await guest.say('provision alice@contoso.com');
    const ended = await guest.runCard('failed');
    expect(readMessage(ended)).toMatch(/Guests of your company cannot use this bot/);
    expect(readMessage(ended)).not.toMatch(/Alice Nowak/);
  });

  it('finds no apps in a typeahead', async () => {
    const guest = await town.arrive(GUEST_ID);
    expect(await guest.client.search(guest.personal, 'apps', 'Unity')).toEqual([]);
  });
});

describe('what is no message of a person', () => {
  it.each(['role', 'id'])(
    'a message of another bot, known by its %s, is not answered, so that two bots never talk for ever',
    async (by) => {
      const adele = await town.arrive(ADELE);
      const raw = await adele.raw();
      const { objectId, mri, displayName } = adele.client.me;
      const from =
        by === 'id'
          ? { id: '28:another', name: 'Another bot' }
          : { id: mri, name: displayName, aadObjectId: objectId, role: 'bot' };
      adele.mark();
      await raw.message(adele.personal, { text: 'help', from });
      expect(await adele.heardInAll()).toEqual([]);
    },
  );

  it('an edited and a deleted message are ignored [teams 1.3 edits]', async () => {
    const adele = await town.arrive(ADELE);
    await adele.say('nonsense');
    await adele.hears(/not a command/);
    const mine = adele.client.messages(adele.personal).findLast(({ from }) => from.kind === 'person')!;
    adele.mark();
    await adele.client.edit(mine, 'setup');
    await adele.client.remove(mine);
    expect(await adele.heardInAll()).toEqual([]);
  });
});

describe('entities', () => {
  it.each([
    ['null [teams 1.3 entities]', null],
    ['missing', undefined],
    [
      'of kinds that nobody knows [teams 1.3 unknown entities]',
      [{ type: 'quotedReply', quotedReply: { messageId: '1' } }, { type: 'clientInfo' }, { type: 'x' }],
    ],
    ['mentions of nobody', [{ type: 'mention' }, { type: 'mention', mentioned: null, text: null }]],
  ])('that are %s stop nothing', async (_what, entities) => {
    const adele = await town.arrive(ADELE);
    adele.mark();
    await (await adele.raw()).message(adele.personal, { text: 'help', entities });
    await adele.hears(/What you can type/);
  });

  it('a mention of the bot in pieces, before and between the words, is no part of the command [teams 8.5 mention]', async () => {
    const adele = await town.arrive(ADELE);
    const chat = adele.chat('groupChat');
    await adele.client.install(chat);
    adele.mark();
    const mention = (text: string) => ({ type: 'mention', mentioned: { id: botMri(), name: 'Unity Provisioning' }, text });
    await (await adele.raw()).message(chat, {
      text: '<at>Unity</at> <at>Provisioning</at>&nbsp;he<at>Unity Provisioning</at>lp',
      entities: [mention('<at>Unity</at>'), mention('<at>Provisioning</at>'), mention('<at>Unity Provisioning</at>')],
    });
    await adele.hears(/not a command/, chat);
    adele.mark();
    await (await adele.raw()).message(chat, {
      text: '<at>Unity Provisioning</at>&nbsp;<at>Unity Provisioning</at> help',
      entities: [mention('<at>Unity Provisioning</at>')],
    });
    await adele.hears(/What you can type/, chat);
  });
});

it('somebody without the app is told in the group how to add it, and the command goes on once it is there', async () => {
  const megan = await town.arrive(MEGAN);
  const chat = megan.chat('groupChat');
  await megan.say('status', { chat });
  await megan.hears(/Megan Bowen, add this app for yourself first: Apps, search for Unity Provisioning, Add/, chat);
  await megan.client.install(megan.personal);
  await megan.hears(/Unity Cloud|cannot|does not let/);
});

it('a button of one person pressed by another changes nothing and says whose it is', async () => {
  const adele = await town.arrive(ADELE);
  await adele.say('provision Al');
  const card = await adele.runCard('done', (text) => /fits 2 people/.test(text));
  const alex = await town.arrive(ALEX);
  await alex.install();
  const [action] = JSON.stringify(card.cards).match(/\{"type":"Action.Execute".*?"objectId":"[^"]*"\}/) ?? [];
  expect(action).toBeDefined();
  const runId = /"runId":"([^"]*)"/.exec(action!)![1]!;
  const objectId = /"objectId":"([^"]*)"/.exec(action!)![1]!;
  const click = { action: { type: 'Action.Execute', verb: 'provision.choose', data: { runId, objectId } }, trigger: 'manual' };
  await alex.signIn();
  const answer = await (await alex.raw()).invoke(alex.personal, 'adaptiveCard/action', click);
  expect(JSON.stringify(answer.body)).toContain('Only Adele Vance can do this. Nothing was changed.');
});
