import type { ActionAnswer, Card, MessageView, TeamsClient } from '../../../sandbox/teams/clientTypes';
import type { BotAnswer, Handler } from './support/fakeBot';
import { ADELE, ALEX, MEGAN } from './support/fakeServices';
import { cardAttachment, chatOf, sample, shapeOf, startTestTeams, type TestTeams, until } from './support/testTeams';

/** What the bot answers to each invoke by name; a test sets what it needs. */
let answers: Record<string, BotAnswer | ((value: unknown) => BotAnswer)> = {};
const handle: Handler = ({ name = '', value }) => {
  const answer = answers[name];
  return typeof answer === 'function' ? answer(value) : answer;
};

const card = (more: Record<string, unknown> = {}): Card => ({ type: 'AdaptiveCard', version: '1.5', body: [], ...more });

describe('Teams client', () => {
  let world: TestTeams;
  beforeEach(async () => {
    answers = {};
    world = await startTestTeams({ handle });
  });
  afterEach(() => world.stop());

  const installed = async (scope: 'personal' | 'groupChat' | 'channel' = 'personal') => {
    const client = await world.client();
    const chat = chatOf(client, scope);
    await client.install(chat);
    return { client, chat };
  };
  const withCard = async (content: Card, scope: 'personal' | 'groupChat' | 'channel' = 'personal') => {
    const { client, chat } = await installed(scope);
    const id = await world.post(chat, { attachments: [cardAttachment(content)] });
    return { client, chat, message: await client.waitFor(chat, (message) => message.id === id) };
  };
  const press = (
    client: TeamsClient,
    message: MessageView,
    title: string,
    inputs?: Record<string, string>,
  ): Promise<ActionAnswer> => {
    const buttons = message.cards[0]?.actions as Record<string, unknown>[];
    const action = buttons.find((button) => button.title === title);
    if (!action) throw new Error(`No button ${title}`);
    return client.act(message, action, inputs);
  };

  describe('chats', () => {
    it('gives each person a personal chat, and all of them a group chat and a channel', async () => {
      const client = await world.client({ as: 'megan@contoso.com' });
      expect(client.me).toMatchObject({ objectId: MEGAN, displayName: 'Megan Bowen', mri: expect.stringMatching(/^29:/) });
      expect(client.chats().map(({ scope, memberIds, installed }) => [scope, memberIds.length, installed])).toEqual([
        ['personal', 1, false],
        ['groupChat', 3, false],
        ['channel', 3, false],
      ]);
      expect(chatOf(client, 'personal')).toMatch(/^a:/);
      expect(chatOf(client, 'groupChat')).toMatch(/^19:.+@thread\.v2$/);
      expect(chatOf(client, 'channel')).toMatch(/^19:.+@thread\.tacv2$/);
    });

    it('does not know a person who cannot sign in', async () => {
      await expect(world.client({ as: 'alice@contoso.com' })).rejects.toThrow('"signsIn": true');
    });

    it('keeps personal chats to their owner', async () => {
      const adele = await world.client();
      const alex = await world.client({ as: ALEX });
      await adele.install(chatOf(adele, 'personal'));
      await world.post(chatOf(adele, 'personal'), { text: 'for Adele' });
      await adele.waitFor(chatOf(adele, 'personal'), ({ text }) => text === 'for Adele');
      expect(alex.chats().map(({ conversationId }) => conversationId)).not.toContain(chatOf(adele, 'personal'));
      await expect(alex.say(chatOf(adele, 'personal'), 'let me in')).rejects.toThrow('Unknown chat');
    });

    it('shows what was said before it connected', async () => {
      const { client, chat } = await installed();
      await world.post(chat, { text: 'earlier' });
      const later = await world.client();
      expect(later.messages(chat).map(({ text }) => text)).toEqual(['earlier']);
      expect(later.toasts()).toEqual([]);
      expect(client.me.objectId).toBe(ADELE);
    });
  });

  describe('lifecycle', () => {
    it('tells a personal chat that the app was added [teams 1.4 personal]', async () => {
      await installed();
      expect(world.bot.activities.map(({ type }) => type)).toEqual(['conversationUpdate', 'installationUpdate']);
      expect(shapeOf(world.bot.activities[0])).toMatchObject(shapeOf(sample('conversationUpdatePersonal')) as object);
      expect(world.bot.activities[0]).toMatchObject({ membersAdded: [{ id: `28:${world.context.bot.appId}` }] });
      expect(Object.keys(world.bot.activities[0]?.channelData as object)).toEqual(['tenant']);
    });

    it('tells a team that the app was added, with the channel that was chosen [teams 1.4 team]', async () => {
      await installed('channel');
      expect(shapeOf(world.bot.activities[0])).toMatchObject(shapeOf(sample('conversationUpdateTeam')) as object);
      expect(shapeOf(world.bot.activities[1])).toMatchObject(shapeOf(sample('installationUpdate')) as object);
      expect(world.bot.activities[1]).toMatchObject({ action: 'add' });
    });

    it('tells about removal and upgrade [teams 1.4 upgrade]', async () => {
      const { client, chat } = await installed();
      await client.upgrade(chat);
      await client.uninstall(chat);
      expect(world.bot.activities.slice(2).map(({ type, action }) => [type, action])).toEqual([
        ['installationUpdate', 'add-upgrade'],
        ['installationUpdate', 'remove'],
        ['conversationUpdate', undefined],
      ]);
      await until('the chat is bare', () => client.chats()[0]?.installed === false);
      await expect(client.say(chat, 'hello')).rejects.toThrow('Add the app to this chat first');
    });
  });

  describe('messages', () => {
    it('sends a personal message in the shape of the contract [teams 1.3 personal]', async () => {
      const { client, chat } = await installed();
      await client.say(chat, 'provision alice@contoso.com');
      const [activity] = await world.bot.received('message');
      const expected = sample('messagePersonal');
      expect(shapeOf(activity)).toEqual(shapeOf(expected));
      expect(activity).toMatchObject({ text: expected.text, textFormat: 'plain', attachments: expected.attachments });
      expect(client.messages(chat)).toMatchObject([{ id: activity?.id, text: expected.text, from: { objectId: ADELE } }]);
    });

    it('puts the mention in front in a group chat [teams 1.3 group]', async () => {
      const { client, chat } = await installed('groupChat');
      await client.say(chat, 'status');
      const [activity] = await world.bot.received('message');
      expect(shapeOf(activity)).toEqual(shapeOf(sample('messageGroupChat')));
      const { name } = (activity as unknown as { recipient: { name: string } }).recipient;
      expect(activity?.text).toBe(`<at>${name}</at> status`);
      expect(client.messages(chat)[0]?.html).toBe(`<p><span class="mention">${name}</span> status</p>`);
    });

    it('starts a thread with each post in a channel, and replies in one [teams 1.3 channel]', async () => {
      const { client, chat } = await installed('channel');
      await client.say(chat, 'status');
      const [post] = await world.bot.received('message');
      expect(shapeOf(post)).toEqual(shapeOf(sample('messageChannel')));
      expect(post).toMatchObject({ conversation: { id: `${chat};messageid=${post?.id}` } });
      await client.say(chat, 'again', { threadId: String(post?.id) });
      const [, reply] = await world.bot.received('message', 2);
      expect(reply).toMatchObject({ conversation: { id: `${chat};messageid=${post?.id}` } });
    });

    it('keeps a message without mention from the bot [teams 1.3 mention]', async () => {
      const { client, chat } = await installed('groupChat');
      await client.say(chat, 'lunch?', { mention: false });
      await client.say(chat, 'help');
      const messages = await world.bot.received('message');
      expect(messages.map(({ text }) => String(text).split(' ').pop())).toEqual(['help']);
      await client.waitFor(chat, ({ text }) => text === 'lunch?');
    });

    it('can leave a non-breaking space behind the mention [teams 8.5 nbsp]', async () => {
      const { client, chat } = await installed('groupChat');
      await client.say(chat, 'help', { nonBreakingSpace: true });
      expect((await world.bot.received('message'))[0]?.text).toMatch(/<\/at>&nbsp;help$/);
    });

    it('tells the bot about edits and deletions [teams 1.3 edits]', async () => {
      const { client, chat } = await installed();
      await client.say(chat, 'help');
      const message = await client.waitFor(chat, ({ text }) => text === 'help');
      await client.edit(message, 'status');
      const [edited] = await world.bot.received('messageUpdate');
      expect(edited).toMatchObject({ id: message.id, text: 'status', channelData: { eventType: 'editMessage' } });
      await client.remove(message);
      const [deleted] = await world.bot.received('messageDelete');
      expect(deleted).toMatchObject({ id: message.id, channelData: { eventType: 'softDeleteMessage' } });
      await until('it is gone', () => client.messages(chat).length === 0);
    });

    it('can come from another tenant, or without an object id', async () => {
      const client = await world.client({ tenantId: '99999999-0000-4000-8000-000000000099', withoutObjectId: true });
      await client.install(chatOf(client, 'personal'));
      await client.say(chatOf(client, 'personal'), 'hello');
      const [activity] = await world.bot.received('message');
      expect(activity).toMatchObject({
        conversation: { tenantId: '99999999-0000-4000-8000-000000000099' },
        channelData: { tenant: { id: '99999999-0000-4000-8000-000000000099' } },
      });
      expect(activity?.from).not.toHaveProperty('aadObjectId');
    });
  });

  describe('notifications', () => {
    it('pop up for a message in a personal chat that is not open', async () => {
      const { client, chat } = await installed();
      await world.post(chat, { text: 'Done', summary: 'Provisioning finished' });
      await client.waitFor(chat, ({ notifies }) => notifies);
      expect(client.toasts()).toMatchObject([{ kind: 'message', text: 'Provisioning finished', conversationId: chat }]);
      client.dismissToast(client.toasts()[0]?.id ?? '');
      client.view(chat);
      await world.post(chat, { text: 'Seen at once' });
      await client.waitFor(chat, ({ text }) => text === 'Seen at once');
      expect(client.toasts()).toEqual([]);
    });

    it('pop up in a group chat only for an alert [teams 5 alert]', async () => {
      const { client, chat } = await installed('groupChat');
      await world.post(chat, { text: 'quiet' });
      await world.post(chat, { text: 'loud', channelData: { notification: { alert: true } } });
      await client.waitFor(chat, ({ text, notifies }) => text === 'loud' && notifies);
      expect(client.toasts().map(({ text }) => text)).toEqual(['loud']);
    });
  });

  describe('Action.Submit', () => {
    const form = card({
      body: [
        { type: 'Input.Text', id: 'name', value: 'first' },
        { type: 'Input.Toggle', id: 'sure', title: 'Sure', valueOn: 'yes', valueOff: 'no' },
      ],
      actions: [{ type: 'Action.Submit', title: 'Save', data: { verb: 'save', name: 'from data' } }],
    });

    it('is a message without text, with data and inputs merged, in reply to the card [teams 1.3 submit]', async () => {
      const { client, chat, message } = await withCard(form);
      expect(await press(client, message, 'Save', { sure: 'yes' })).toEqual({ kind: 'sent' });
      const [activity] = await world.bot.received('message');
      expect(activity).toMatchObject({ replyToId: message.id, value: { verb: 'save', name: 'first', sure: 'yes' } });
      expect(activity).not.toHaveProperty('text');
      expect(client.messages(chat)).toHaveLength(1);
    });

    it('reaches the bot in a group chat without a mention', async () => {
      const { client, message } = await withCard(form, 'groupChat');
      await press(client, message, 'Save');
      expect(await world.bot.received('message')).toMatchObject([{ conversation: { isGroup: true }, value: { sure: 'no' } }]);
    });

    it('stays in the thread of its card in a channel', async () => {
      const { client, chat, message } = await withCard(form, 'channel');
      await press(client, message, 'Save');
      expect(await world.bot.received('message')).toMatchObject([{ conversation: { id: `${chat};messageid=${message.id}` } }]);
    });

    it('is not sent while a required input is empty [teams 4 isRequired]', async () => {
      const { client, message } = await withCard(
        card({
          body: [{ type: 'Input.Text', id: 'domain', isRequired: true, regex: '^\\w+\\.com$', errorMessage: 'Type a domain' }],
          actions: [{ type: 'Action.Submit', title: 'Save', data: {} }],
        }),
      );
      const refused = { kind: 'error', code: 'invalidInput', text: 'Type a domain' };
      expect(await press(client, message, 'Save')).toEqual(refused);
      expect(await press(client, message, 'Save', { domain: 'no domain' })).toEqual(refused);
      expect(await press(client, message, 'Save', { domain: 'contoso.com' })).toEqual({ kind: 'sent' });
      expect(await world.bot.received('message')).toHaveLength(1);
    });

    it('writes for the person when it is an imBack', async () => {
      const { client, chat, message } = await withCard(
        card({ actions: [{ type: 'Action.Submit', title: 'Help', data: { msteams: { type: 'imBack', value: 'help' } } }] }),
      );
      await press(client, message, 'Help');
      expect(await world.bot.received('message')).toMatchObject([{ text: 'help' }]);
      await client.waitFor(chat, ({ text, from }) => text === 'help' && from.kind === 'person');
    });
  });

  describe('Action.Execute', () => {
    const base = card({
      body: [{ type: 'Input.Text', id: 'comment' }],
      actions: [
        {
          type: 'Action.Execute',
          title: 'Approve',
          verb: 'approve',
          data: { requestId: '42' },
          fallback: { type: 'Action.Submit', title: 'Approve' },
        },
      ],
    });

    it('is an invoke in the shape of the contract, in reply to the card [teams 1.6 action]', async () => {
      answers = { 'adaptiveCard/action': { body: sample('answerMessage') } };
      const { client, message } = await withCard(base);
      expect(await press(client, message, 'Approve', { comment: 'ok' })).toEqual({ kind: 'message', text: 'Saved' });
      expect(world.bot.invokes('adaptiveCard/action')).toMatchObject([
        { replyToId: message.id, value: sample('adaptiveCardAction') },
      ]);
    });

    it('replaces the card only in the client that asked, until the bot edits it [teams 1.6 own card]', async () => {
      answers = { 'adaptiveCard/action': { body: sample('answerCard') } };
      const { client, chat, message } = await withCard(base, 'groupChat');
      const alex = await world.client({ as: ALEX });
      const mine = sample<{ value: Card }>('answerCard').value;
      expect(await press(client, message, 'Approve')).toEqual({ kind: 'card', card: mine });
      expect(client.messages(chat)[0]).toMatchObject({ cards: [mine], personal: true });
      expect(alex.messages(chat)[0]?.cards).toEqual([base]);
      const edited = card({ body: [{ type: 'TextBlock', text: 'Closed' }] });
      await world.asBot('PUT', `/teams/v3/conversations/${encodeURIComponent(chat)}/activities/${message.id}`, {
        type: 'message',
        attachments: [cardAttachment(edited)],
      });
      const shown = await client.waitFor(chat, ({ edits }) => edits === 1);
      expect(shown.cards).toEqual([edited]);
      expect(shown.personal).toBeUndefined();
    });

    it('shows errors of the bot, and a bare failure as unable to reach the app [teams 8.2 unable to reach]', async () => {
      const { client, message } = await withCard(base);
      answers = { 'adaptiveCard/action': { body: sample('answerError') } };
      expect(await press(client, message, 'Approve')).toEqual({
        kind: 'error',
        code: 'BadRequest',
        text: 'The request is closed',
      });
      answers = { 'adaptiveCard/action': { status: 501 } };
      expect(await press(client, message, 'Approve')).toMatchObject({ kind: 'error', code: 'BotError' });
      answers = { 'adaptiveCard/action': { body: sample('answerIncorrectAuthCode') } };
      expect(await press(client, message, 'Approve')).toMatchObject({ kind: 'error', code: 'invalidAuthCode' });
    });
  });

  describe('dialogs', () => {
    const opener = card({ actions: [sample('taskOpenerAction')] });
    const step = (text: string) => ({
      task: {
        type: 'continue',
        value: { title: text, card: cardAttachment(card({ body: [{ type: 'Input.Text', id: 'token', label: 'Token' }] })) },
      },
    });
    const next = { type: 'Action.Submit', title: 'Next', data: { verb: 'next' } };

    it('open by the button, with its data and the theme [teams 1.6 task]', async () => {
      answers = { 'task/fetch': { body: sample('taskContinue') } };
      const { client, message } = await withCard(opener);
      client.setTheme('dark');
      const answer = await press(client, message, 'Set up');
      const { card: attachment, ...size } = sample<{ task: { value: { card: { content: Card } } } }>('taskContinue').task.value;
      const dialog = { ...size, card: attachment.content };
      expect(answer).toEqual({ kind: 'dialog', dialog });
      expect(client.dialog()).toEqual(dialog);
      expect(world.bot.invokes('task/fetch')).toMatchObject([
        {
          replyToId: message.id,
          value: { data: { msteams: { type: 'task/fetch' }, verb: 'openSetup' }, context: { theme: 'dark' } },
        },
      ]);
    });

    it('go on with the next step, close with a text, or just close [teams 1.6 chain]', async () => {
      answers = { 'task/fetch': { body: step('one') }, 'task/submit': { body: step('two') } };
      const { client, message } = await withCard(opener);
      await press(client, message, 'Set up');
      expect(await client.submitDialog(next, { token: 'abc' })).toMatchObject({ kind: 'dialog', dialog: { title: 'two' } });
      expect(world.bot.invokes('task/submit')).toMatchObject([{ value: { data: { verb: 'next', token: 'abc' } } }]);
      answers['task/submit'] = { body: sample('taskMessage') };
      expect(await client.submitDialog(next)).toEqual({ kind: 'message', text: 'Saved.' });
      expect(client.dialog()).toBeUndefined();
      await press(client, message, 'Set up');
      answers['task/submit'] = {};
      expect(await client.submitDialog(next)).toEqual({ kind: 'closed' });
      expect(client.dialog()).toBeUndefined();
    });

    it('stay open when the bot answers without the wrapper [teams 9 task wrapper]', async () => {
      answers = { 'task/fetch': { body: step('one') }, 'task/submit': { body: { ok: true } } };
      const { client, message } = await withCard(opener);
      await press(client, message, 'Set up');
      expect(await client.submitDialog(next)).toMatchObject({ kind: 'error', code: 'InvalidAnswer' });
      expect(client.dialog()?.title).toBe('one');
      client.closeDialog();
      expect(client.dialog()).toBeUndefined();
    });

    it('take an input only when their card has it', async () => {
      answers = { 'task/fetch': { body: step('one') } };
      const { client, message } = await withCard(opener);
      await press(client, message, 'Set up');
      await expect(client.submitDialog(next, { password: 'x' })).rejects.toThrow('The card has no input "password"');
    });
  });

  describe('search', () => {
    it('asks the bot for its own datasets [teams 1.6 search]', async () => {
      answers = { 'application/search': { body: sample('searchAnswer') } };
      const { client, chat } = await installed();
      expect(await client.search(chat, 'apps', 'un')).toEqual([{ title: 'Unity Cloud', value: 'app-1' }]);
      expect(world.bot.invokes('application/search')[0]?.value).toEqual(sample('searchRequest'));
    });

    it('answers the people picker itself, with object ids [teams 4 people picker]', async () => {
      const { client, chat } = await installed('groupChat');
      expect(await client.search(chat, 'graph.microsoft.com/users', 'hen')).toEqual([
        expect.objectContaining({ title: 'Henry Lee', value: '7b0c1d2e-0000-4000-8000-000000000009' }),
      ]);
      const here = await client.search(chat, 'graph.microsoft.com/users?scope=currentContext', '');
      expect(here.map(({ value }) => value)).toEqual([ADELE, ALEX, MEGAN]);
      expect(world.bot.invokes('application/search')).toEqual([]);
    });
  });

  describe('waiting', () => {
    it('gives up with what was there instead', async () => {
      const { client, chat } = await installed();
      await world.post(chat, { text: 'something else' });
      await client.waitFor(chat, () => true);
      await expect(client.waitFor(chat, () => false, { timeoutMs: 20, what: 'the plan card' })).rejects.toThrow(
        /for the plan card; there was:\n- bot: something else/,
      );
    });
  });
});
