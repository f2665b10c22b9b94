import type { Card, TeamsClient } from '../../../sandbox/teams/clientTypes';
import { ALEX } from './support/fakeServices';
import { activitiesPath, cardAttachment, chatOf, sample, startTestTeams, type TestTeams, until } from './support/testTeams';

describe('cards that refresh', () => {
  let world: TestTeams;
  let now = 1_000_000;
  beforeEach(async () => {
    now = 1_000_000;
    world = await startTestTeams({
      handle: ({ name }) => (name === 'adaptiveCard/action' ? { body: sample('answerCard') } : undefined),
    });
  });
  afterEach(() => world.stop());

  const asking = (userIds?: string[], text = 'base'): Card => ({
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'TextBlock', text }],
    refresh: { action: { type: 'Action.Execute', verb: 'view', data: { requestId: '42' } }, ...(userIds && { userIds }) },
  });
  const two = async (): Promise<{ adele: TeamsClient; alex: TeamsClient; chat: string }> => {
    const adele = await world.client({ now: () => now });
    const alex = await world.client({ as: ALEX, now: () => now });
    const chat = chatOf(adele, 'groupChat');
    await adele.install(chat);
    return { adele, alex, chat };
  };
  const post = (chat: string, content: Card) => world.post(chat, { attachments: [cardAttachment(content)] });
  const edit = (chat: string, id: string, content: Card) =>
    world.asBot('PUT', `${activitiesPath(chat)}/${id}`, { type: 'message', attachments: [cardAttachment(content)] });
  const asked = () => world.bot.invokes('adaptiveCard/action');
  const isPersonal = ({ personal }: { personal?: boolean }) => personal === true;

  it('ask for the listed people only, and show each their own [teams 4 refresh]', async () => {
    const { adele, alex, chat } = await two();
    await post(chat, asking([alex.me.mri]));
    await alex.waitFor(chat, isPersonal);
    expect(asked()).toMatchObject([
      { from: { aadObjectId: ALEX }, value: { trigger: 'automatic', action: { verb: 'view', data: { requestId: '42' } } } },
    ]);
    expect(adele.messages(chat)[0]?.personal).toBeUndefined();
  });

  it('list by MRI: object ids refresh nobody [teams 8.8 MRIs]', async () => {
    const { adele, chat } = await two();
    await post(chat, asking([adele.me.objectId, ALEX]));
    await post(chat, asking([adele.me.mri]));
    await adele.waitFor(chat, isPersonal);
    expect(asked()).toHaveLength(1);
  });

  it('ask for everybody without a list, and for nobody with an empty one [teams 4 refresh]', async () => {
    const { adele, alex, chat } = await two();
    await post(chat, asking([]));
    await post(chat, asking());
    await Promise.all([adele.waitFor(chat, isPersonal), alex.waitFor(chat, isPersonal)]);
    expect(asked()).toHaveLength(2);
    const message = adele.messages(chat)[0];
    expect(message && (await adele.refresh(message))).toMatchObject({ kind: 'card' });
    expect(asked().pop()).toMatchObject({ value: { trigger: 'manual' } });
  });

  it('heed only the first 60 people of a list [teams 4 sixty]', async () => {
    const { adele, alex, chat } = await two();
    const strangers = Array.from({ length: 59 }, (_, index) => `29:stranger${index}`);
    await post(chat, asking([...strangers, adele.me.mri, alex.me.mri]));
    await adele.waitFor(chat, isPersonal);
    await post(chat, asking([alex.me.mri]));
    await alex.waitFor(chat, isPersonal);
    expect(asked()).toHaveLength(2);
  });

  it('wait until their chat is opened [teams 4 refresh]', async () => {
    const { adele, chat } = await two();
    adele.view(chatOf(adele, 'personal'));
    await post(chat, asking([adele.me.mri]));
    await adele.waitFor(chat, ({ cards }) => cards.length > 0);
    expect(asked()).toEqual([]);
    adele.view(chat);
    await adele.waitFor(chat, isPersonal);
    expect(asked()).toHaveLength(1);
  });

  it('do not ask again within a minute, neither on view nor on edit [teams 4 minute]', async () => {
    const { adele, chat } = await two();
    const id = await post(chat, asking([adele.me.mri]));
    await adele.waitFor(chat, isPersonal);
    now += 59_000;
    adele.view(chat);
    await edit(chat, id, asking([adele.me.mri], 'edited'));
    await adele.waitFor(chat, ({ edits, personal }) => edits === 1 && !personal);
    expect(asked()).toHaveLength(1);
    now += 2_000;
    await edit(chat, id, asking([adele.me.mri], 'edited again'));
    await adele.waitFor(chat, ({ edits, personal }) => edits === 2 && personal === true);
    expect(asked()).toHaveLength(2);
  });

  it('stay as they are when the bot fails', async () => {
    await world.stop();
    world = await startTestTeams({ handle: ({ name }) => (name ? { status: 501 } : undefined) });
    const { adele, chat } = await two();
    await post(chat, asking([adele.me.mri]));
    await until('the bot was asked', () => asked().length === 1);
    expect(adele.messages(chat)).toMatchObject([{ cards: [asking([adele.me.mri])] }]);
  });
});
