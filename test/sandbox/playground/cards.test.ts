import { loadTenant } from '../../../sandbox/core/loadTenant';
import { channelOf } from '../../../sandbox/playground/channel';
import { buttonsOf, drawDialog } from '../../../sandbox/playground/drawDialog';
import { linkDialogs } from '../../../sandbox/playground/linkDialogs';
import { playgroundConfig } from '../../../sandbox/playground/playgroundConfig';
import { teamsActivity } from '../../../sandbox/playground/teamsActivity';

const tenant = loadTenant();
const channel = channelOf({ tenant, bot: { appId: '0b07b07b-0000-4000-8000-0000000000b0', secret: 'made up' } });
const SERVICE_URL = 'http://127.0.0.1:1/connector/';

describe('an activity of the Playground', () => {
  const posted = {
    type: 'message',
    id: 'a-guid',
    text: 'help',
    serviceUrl: 'http://localhost:1/_connector',
    from: { id: channel.me.objectId, aadObjectId: channel.me.objectId },
    recipient: { id: channel.bot.id, name: 'Bot' },
    conversation: { id: channel.personalChatId, tenantId: 'another' },
    channelData: { tenant: { id: 'another' }, source: { name: 'message' } },
    deliveryMode: 'expectReplies',
  };

  it('reaches the bot with the sandbox’s person, bot, tenant and service URL', () => {
    expect(teamsActivity(posted, channel, SERVICE_URL)).toEqual({
      type: 'message',
      id: 'a-guid',
      text: 'help',
      channelId: 'msteams',
      serviceUrl: SERVICE_URL,
      from: { id: channel.me.mri, name: 'Adele Vance', aadObjectId: channel.me.objectId },
      recipient: channel.bot,
      conversation: { id: channel.personalChatId, conversationType: 'personal', tenantId: tenant.tenantId },
      channelData: { tenant: { id: tenant.tenantId }, source: { name: 'message' } },
    });
  });

  it('speaks for another person of the tenant who signs in, and for nobody else', () => {
    const from = (id: string) => teamsActivity({ ...posted, from: { id } }, channel, SERVICE_URL).from;
    const megan = channel.people.find(({ displayName }) => displayName === 'Megan Bowen')!;
    expect(from(megan.objectId)).toMatchObject({ id: megan.mri });
    expect(from('29:somebody')).toMatchObject({ id: channel.me.mri });
  });

  it('names added members as Teams does', () => {
    const activity = { ...posted, type: 'conversationUpdate', membersAdded: [posted.from, posted.recipient] };
    expect(teamsActivity(activity, channel, SERVICE_URL).membersAdded).toEqual([
      { id: channel.me.mri, aadObjectId: channel.me.objectId },
      { id: channel.bot.id },
    ]);
  });

  it('keeps what a group chat is', () => {
    const conversation = { id: channel.groupChatId, conversationType: 'groupChat', isGroup: true };
    expect(teamsActivity({ ...posted, conversation }, channel, SERVICE_URL).conversation).toEqual({
      ...conversation,
      tenantId: tenant.tenantId,
    });
  });

  it.each([undefined, [], {}, { type: 'message' }])('is refused when it is none: %j', (body) => {
    expect(() => teamsActivity(body, channel, SERVICE_URL)).toThrow();
  });
});

describe('the Playground’s configuration', () => {
  it('names whoever uses it and exactly five others, however small the tenant is', () => {
    const small = { ...tenant, users: tenant.users.slice(0, 2) };
    for (const some of [tenant, small]) {
      const config = playgroundConfig(channel, some) as { currentUser: { name: string }; users: { id: string }[] };
      expect(config.currentUser.name).toBe('Adele Vance');
      expect(new Set(config.users.map(({ id }) => id)).size).toBe(5);
    }
  });
});

describe('a button that opens a dialog', () => {
  const card = {
    type: 'AdaptiveCard',
    body: [{ type: 'TextBlock', text: 'task/fetch' }],
    actions: [
      { type: 'Action.Submit', title: 'Open', data: { msteams: { type: 'task/fetch' }, verb: 'a.b' } },
      { type: 'Action.Submit', title: 'Send', data: { verb: 'c.d' } },
      { type: 'Action.Execute', title: 'Do', verb: 'e.f', fallback: { type: 'Action.Submit', data: { verb: 'e.f' } } },
    ],
  };

  it('becomes a link, and nothing else of the card changes', () => {
    const linked = linkDialogs(card, ({ verb }) => `http://127.0.0.1:1/dialogs/${String(verb)}`);
    expect(linked).toEqual({
      ...card,
      actions: [{ type: 'Action.OpenUrl', title: 'Open', url: 'http://127.0.0.1:1/dialogs/a.b' }, ...card.actions.slice(1)],
    });
  });
});

describe('the page of a dialog', () => {
  const card = {
    type: 'AdaptiveCard',
    actions: [
      { type: 'Action.Submit', title: 'Send', data: { verb: 'c.d' } },
      { type: 'Action.Submit', title: 'Back', data: { verb: 'b.a' }, associatedInputs: 'none' },
    ],
    body: [
      { type: 'TextBlock', text: 'Choose **this** <b>&' },
      {
        type: 'ColumnSet',
        columns: [
          { type: 'Column', items: [{ type: 'TextBlock', text: '1' }] },
          { type: 'Column', items: [{ type: 'TextBlock', text: 'First' }] },
        ],
      },
      { type: 'Container', items: [{ type: 'Input.Text', id: 'secret', label: 'Token', style: 'Password', isRequired: true }] },
    ],
  };

  it('draws texts, lines of columns, inputs and buttons, and takes no markup from the card', () => {
    const page = drawDialog({ title: 'A & B', card });
    expect(page).toContain('<h1>A &amp; B</h1>');
    expect(page).toContain('<p>Choose <b>this</b> &lt;b&gt;&amp;</p>');
    expect(page).toContain('<p>1 First</p>');
    expect(page).toContain('<label>Token<input name="secret" type="password" value="" required></label>');
    expect(page).toMatch(/<button name="button" value="0">Send<.*\n.*value="1" formnovalidate>Back</);
  });

  it('knows its buttons by their order', () => {
    expect(buttonsOf(card).map(({ data }) => data.verb)).toEqual(['c.d', 'b.a']);
  });
});
