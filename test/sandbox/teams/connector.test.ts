import { ALEX } from './support/fakeServices';
import { activitiesPath, cardAttachment, chatOf, sample, startTestTeams, type TestTeams, until } from './support/testTeams';

describe('connector', () => {
  let world: TestTeams;
  beforeEach(async () => {
    world = await startTestTeams();
  });
  afterEach(() => world.stop());

  const installed = async (scope: 'personal' | 'groupChat' | 'channel' = 'personal') => {
    const client = await world.client();
    const chat = chatOf(client, scope);
    await client.install(chat);
    return { client, chat };
  };

  it('takes calls only with the token of the bot [teams 3 bot to channel]', async () => {
    const { chat } = await installed();
    const answer = await world.asBot('POST', activitiesPath(chat), { type: 'message' }, 'Bearer somebody-else');
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'BotNotRegistered' } } });
    await until('the call is recorded', () => world.context.calls.list('connector').length === 1);
    expect(world.context.calls.list('connector')).toMatchObject([{ method: 'POST', status: 401, caller: undefined }]);
  });

  it('gives each message an id made of milliseconds, never twice the same [teams 1.2 ids]', async () => {
    const { chat } = await installed();
    const ids = [await world.post(chat, { text: 'one' }), await world.post(chat, { text: 'two' })];
    expect(ids[0]).toMatch(/^\d{13,}$/);
    expect(new Set(ids).size).toBe(2);
  });

  it('takes any id as what is replied to, and sends a plain message [teams 1.5 reply]', async () => {
    const { client, chat } = await installed();
    const { status } = await world.asBot('POST', `${activitiesPath(chat)}/f%3Asome-invoke`, { type: 'message', text: 'hello' });
    expect(status).toBe(201);
    expect(await client.waitFor(chat, ({ text }) => text === 'hello')).toMatchObject({ from: { kind: 'bot' } });
  });

  it('updates a message in place and remembers what it said before [teams 1.5 routes]', async () => {
    const { client, chat } = await installed();
    const id = await world.post(chat, { text: 'step 1' });
    const answer = await world.asBot('PUT', `${activitiesPath(chat)}/${id}`, { type: 'message', text: 'step 2' });
    expect(answer).toMatchObject({ status: 200, body: { id } });
    await client.waitFor(chat, ({ text, edits }) => text === 'step 2' && edits === 1);
    expect(client.messages(chat)).toHaveLength(1);
    const state = (await (await fetch(`${world.teams.origin}/__sandbox/state`)).json()) as { messages: unknown[] };
    expect(state.messages).toMatchObject([{ id, history: [{ text: 'step 1' }], activity: { text: 'step 2' } }]);
  });

  it('deletes a message, and refuses to edit what is deleted with 403 [teams 8.7 deleted card]', async () => {
    const { client, chat } = await installed();
    const id = await world.post(chat, { text: 'gone soon' });
    await client.waitFor(chat, () => true);
    expect((await world.asBot('DELETE', `${activitiesPath(chat)}/${id}`)).status).toBe(200);
    await until('the message is gone', () => client.messages(chat).length === 0);
    expect((await world.asBot('PUT', `${activitiesPath(chat)}/${id}`, { type: 'message' })).status).toBe(403);
  });

  it('knows no message that was never there [teams 5 404]', async () => {
    const { chat } = await installed();
    const answer = await world.asBot('PUT', `${activitiesPath(chat)}/1485983408511`, { type: 'message' });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'ActivityNotFoundInConversation' } } });
  });

  it('edits only what the bot wrote', async () => {
    const { client, chat } = await installed();
    await client.say(chat, 'mine');
    const { id } = await client.waitFor(chat, ({ text }) => text === 'mine');
    expect((await world.asBot('PUT', `${activitiesPath(chat)}/${id}`, { type: 'message' })).status).toBe(403);
  });

  it('answers 404 for an unknown conversation and 403 where the app is not installed [teams 5 403]', async () => {
    const client = await world.client();
    const unknown = await world.asBot('POST', activitiesPath('a:nobody'), { type: 'message' });
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'ConversationNotFound' } } });
    const outside = await world.asBot('POST', activitiesPath(chatOf(client, 'personal')), { type: 'message' });
    expect(outside).toMatchObject({ status: 403, body: { error: { code: 'BotNotInConversationRoster' } } });
  });

  it('answers 403 to a bot that the person blocked, until it is let in again [teams 5 blocked]', async () => {
    const { client, chat } = await installed();
    await client.block(chat, true);
    const blocked = await world.asBot('POST', activitiesPath(chat), { type: 'message' });
    expect(blocked).toMatchObject({ status: 403, body: { error: { code: 'ConversationBlockedByUser' } } });
    await client.block(chat, false);
    expect((await world.asBot('POST', activitiesPath(chat), { type: 'message' })).status).toBe(201);
  });

  it('refuses a message above 100 KB with 413 [teams 4 size]', async () => {
    const { chat } = await installed();
    const card = (length: number) => ({
      type: 'message',
      attachments: [
        cardAttachment({ type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'x'.repeat(length) }] }),
      ],
    });
    expect((await world.asBot('POST', activitiesPath(chat), card(40_000))).status).toBe(201);
    const large = await world.asBot('POST', activitiesPath(chat), card(52_000));
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'MessageSizeTooBig' } } });
    expect((await world.asBot('POST', activitiesPath(chat), card(2_100_000))).status).toBe(413);
  });

  it('refuses an attachment that claims to be a card and is none', async () => {
    const { chat } = await installed();
    const answer = await world.asBot('POST', activitiesPath(chat), {
      type: 'message',
      attachments: [cardAttachment({ body: [] })],
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BadArgument' } } });
  });

  it('throttles the eighth message of a second with Retry-After [teams 5 429]', async () => {
    const { chat } = await installed();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.asBot('POST', activitiesPath(chat), { type: 'message', text: 'x' })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[12]$/);
  });

  it.each([
    [412, 'PreconditionFailed'],
    [502, 'ServiceError'],
  ])('answers %i when a row of the fault table says so [teams 5 errors]', async (status, code) => {
    const { chat } = await installed();
    world.context.faults.add({
      service: 'connector',
      method: 'POST',
      path: '/activities',
      times: 1,
      effect: { kind: 'status', status },
    });
    expect(await world.asBot('POST', activitiesPath(chat), { type: 'message' })).toMatchObject({
      status,
      body: { error: { code } },
    });
    expect((await world.asBot('POST', activitiesPath(chat), { type: 'message' })).status).toBe(201);
  });

  it('can answer in the other shape of blocked writes [teams 5 MessageWritesBlocked]', async () => {
    const { chat } = await installed();
    const body = sample('blockedWrites');
    world.context.faults.add({ service: 'connector', effect: { kind: 'status', status: 403, body } });
    expect((await world.asBot('POST', activitiesPath(chat), { type: 'message' })).body).toEqual(body);
  });

  it('opens a chat with a person by MRI or object id where the app is installed, never by address [teams 5 proactive]', async () => {
    const { client } = await installed();
    const create = (id: string, tenantId: string | undefined = world.context.tenant.tenantId) =>
      world.asBot('POST', '/teams/v3/conversations', { isGroup: false, members: [{ id }], ...(tenantId && { tenantId }) });
    const personal = chatOf(client, 'personal');
    expect(await create(client.me.mri)).toMatchObject({
      status: 201,
      body: { id: personal, serviceUrl: world.teams.serviceUrl },
    });
    expect(await create(client.me.objectId)).toMatchObject({ status: 201, body: { id: personal } });
    expect((await create('adele@contoso.com')).status).toBe(404);
    expect((await create(client.me.mri, '')).status).toBe(400);
    expect(await create(ALEX)).toMatchObject({ status: 403, body: { error: { code: 'BotNotInConversationRoster' } } });
  });

  it('opens a chat with somebody of a team that has the app [teams 5 proactive]', async () => {
    await installed('channel');
    const members = [{ id: ALEX }];
    const { status, body } = await world.asBot('POST', '/teams/v3/conversations', {
      members,
      tenantId: world.context.tenant.tenantId,
    });
    expect(status).toBe(201);
    expect(await world.post(body.id, { text: 'hello' })).toMatch(/^\d+$/);
  });

  it('starts a thread in a channel and replies in it [teams 1.2 thread]', async () => {
    const { client, chat } = await installed('channel');
    const { body } = await world.asBot('POST', '/teams/v3/conversations', {
      isGroup: true,
      channelData: { channel: { id: chat } },
      activity: { type: 'message', text: 'root' },
    });
    expect(body.id).toBe(`${chat};messageid=${body.activityId}`);
    await world.post(body.id, { text: 'reply' });
    expect(await client.waitFor(chat, ({ text }) => text === 'reply')).toMatchObject({ threadId: body.activityId });
    expect((await world.asBot('POST', activitiesPath(`${chat};messageid=1`), { type: 'message' })).status).toBe(404);
  });

  it('lists the members of a chat in pages, and one of them by MRI, object id or address [teams 1.5 roster]', async () => {
    const { client, chat } = await installed('groupChat');
    const path = `/teams/v3/conversations/${encodeURIComponent(chat)}`;
    const first = await world.asBot('GET', `${path}/pagedmembers?pageSize=2`);
    expect(first.body.members).toHaveLength(2);
    const second = await world.asBot('GET', `${path}/pagedmembers?pageSize=2&continuationToken=${first.body.continuationToken}`);
    expect(second.body.members).toHaveLength(1);
    expect(second.body.continuationToken).toBeUndefined();
    for (const id of [client.me.mri, client.me.objectId, 'adele@contoso.com']) {
      expect((await world.asBot('GET', `${path}/members/${encodeURIComponent(id)}`)).body).toEqual({
        id: client.me.mri,
        name: 'Adele Vance',
        aadObjectId: client.me.objectId,
        givenName: 'Adele',
        surname: 'Vance',
        email: 'adele@contoso.com',
        userPrincipalName: 'adele@contoso.com',
        tenantId: world.context.tenant.tenantId,
        userRole: 'user',
      });
    }
    expect((await world.asBot('GET', `${path}/members/29%3Astranger`)).status).toBe(404);
  });

  it('describes the team and its channels [teams 1.5 routes]', async () => {
    const { chat } = await installed('channel');
    const [event] = await world.bot.received('conversationUpdate');
    const { team } = (event as unknown as { channelData: { team: { id: string; name: string } } }).channelData;
    const path = `/teams/v3/teams/${encodeURIComponent(team.id)}`;
    expect((await world.asBot('GET', path)).body).toMatchObject({ id: team.id, name: team.name, memberCount: 3 });
    expect((await world.asBot('GET', `${path}/conversations`)).body).toEqual({
      conversations: [{ id: chat, name: 'Unity access' }],
    });
  });

  it('shows that the bot is typing until it has written', async () => {
    const { client, chat } = await installed();
    await world.post(chat, { type: 'typing' });
    const typing = () => client.chats().find(({ conversationId }) => conversationId === chat)?.typing;
    await until('it types', () => typing() === true);
    await world.post(chat, { text: 'done' });
    await client.waitFor(chat, ({ text }) => text === 'done');
    expect(typing()).toBe(false);
    expect(client.messages(chat)).toHaveLength(1);
  });
});
