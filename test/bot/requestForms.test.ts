import { randomUUID } from 'node:crypto';
import { nameConversations, rememberConversation } from '../../src/store/conversations';
import { adele, type BotBench, dialogCard, inGroup, inPersonal, megan, speaks, startBotBench } from './support/botBench';
import { allowRequests, connect, ORGANIZATION } from './support/requestRows';
import { TENANT_ID } from './support/settings';

const ALICE = '7b0c1d2e-0000-4000-8000-000000000004';
const ARTISTS = '9c0d1e2f-0000-4000-8000-000000000001';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
  await connect(bench.deps.store);
});
afterAll(() => bench.stop());
beforeEach(async () => {
  bench.forget();
  bench.signedIn();
  await bench.deps.store.query('delete from runs');
  await bench.deps.store.query('delete from drafts');
  await allowRequests(bench.deps.store);
});

const open = (verb: string, data: object = {}, more: object = {}) =>
  bench.invoke('task/fetch', { data: { msteams: { type: 'task/fetch' }, verb, ...data } }, more);
const submit = (verb: string, data: object, more: object = {}) => bench.invoke('task/submit', { data: { verb, ...data } }, more);
const inputs = async () => (await bench.deps.store.query<{ input: unknown }>('select input from runs')).map(({ input }) => input);
const closes = (text: RegExp) => ({ body: { task: { type: 'message', value: expect.stringMatching(text) } } });
const elsewhere = { ...speaks(megan), ...inPersonal(megan) };

describe('the form for requests', () => {
  const filled = { connectionId: ORGANIZATION, people: ALICE, addresses: 'Bruno@contoso.com', reason: ' both join ' };

  it('opens for whoever asks, with nothing filled', async () => {
    const { body } = await open('request.open');
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: 'Request' } } });
    expect(dialogCard(body)).toContain(`"verb":"request.submit","connectionId":"${ORGANIZATION}"`);
    expect(dialogCard(body)).toContain('graph.microsoft.com/users');
  });

  it('asks for chosen and typed people, by the person of the signed activity', async () => {
    expect(await submit('request.submit', { ...filled, person: megan, tenantId: 'x' }, elsewhere)).toMatchObject(
      closes(/appears in the chat/),
    );
    expect(await bench.deps.store.query('select requested_by, conversation_id, input from runs')).toEqual([
      {
        requested_by: megan,
        conversation_id: `a:${megan.objectId}`,
        input: {
          connectionId: ORGANIZATION,
          people: [ALICE, 'bruno@contoso.com'],
          reason: 'both join',
          supersedes: null,
        },
      },
    ]);
  });

  const problems: [string, object, string][] = [
    ['nobody', { people: '', addresses: ' ' }, 'Choose people, or write their addresses.'],
    ['a person who is no id', { people: `${ALICE},alice` }, 'Choose people from the list.'],
    ['text that is no address', { addresses: 'alice, @@@' }, 'neither an address nor a name'],
    ['a reason that is too long', { reason: 'x'.repeat(501) }, 'The reason has 501 characters'],
    ['more people than one request takes', { people: Array.from({ length: 51 }, () => randomUUID()).join(',') }, '52 people'],
  ];
  it.each(problems)('shows %s beside the field and keeps the rest', async (_what, change, sentence) => {
    const { body } = await submit('request.submit', { ...filled, ...change });
    const problem = dialogCard(body);
    expect(problem).toContain('request.submit');
    expect(problem).toContain(sentence);
    if (!('reason' in change)) expect(problem).toContain('both join');
    expect(await inputs()).toEqual([]);
  });

  it('with an organization that has no rules asks for nothing', async () => {
    const { body } = await submit('request.submit', { ...filled, connectionId: '20000000000099' });
    expect(dialogCard(body)).toContain(`"connectionId":"${ORGANIZATION}"`);
    expect(await inputs()).toEqual([]);
  });

  it('wants a reason where the rules do', async () => {
    await allowRequests(bench.deps.store, { reasonRequired: true });
    const { body } = await submit('request.submit', { ...filled, reason: '  ' });
    expect(dialogCard(body)).toContain('Say why you ask.');
    expect(await inputs()).toEqual([]);
  });

  it('lets people choose where several organizations have rules, and no other', async () => {
    await connect(bench.deps.store, '20000000000002', 'Unity for games');
    await connect(bench.deps.store, '20000000000003', 'Unity without rules');
    await allowRequests(bench.deps.store, { connectionId: '20000000000002' });
    const { body } = await open('request.open');
    expect(dialogCard(body)).toContain('Unity for games (20000000000002)');
    expect(dialogCard(body)).not.toContain('Unity without rules');
    const none = await submit('request.submit', { ...filled, connectionId: '20000000000003' });
    expect(dialogCard(none.body)).toContain('Choose an organization.');
    await bench.deps.store.query(`delete from connections where connection_id <> $1`, [ORGANIZATION]);
    await bench.deps.store.query(`delete from policies where connection_id <> $1`, [ORGANIZATION]);
  });

  it('opens only in the personal chat, and only where there are rules', async () => {
    expect(await open('request.open', {}, inGroup)).toMatchObject(closes(/own chat with this bot/));
    expect(await submit('request.submit', filled, inGroup)).toMatchObject(closes(/own chat with this bot/));
    await bench.deps.store.query('delete from policies');
    expect(await open('request.open')).toMatchObject(closes(/no rules yet/));
    expect(await inputs()).toEqual([]);
  });

  it('sent again with the same id asks once [teams 1.7 redelivery]', async () => {
    const id = `f:${randomUUID()}`;
    await submit('request.submit', filled, { id });
    await submit('request.submit', filled, { id });
    expect(await inputs()).toHaveLength(1);
  });
});

describe('the form for rules', () => {
  const channelId = '19:requests@thread.tacv2';
  const filled = {
    connectionId: ORGANIZATION,
    basedOn: '1',
    approvers: `${adele.objectId},${megan.objectId}`,
    approverGroupId: ARTISTS,
    whoMayAsk: 'everyone',
    guestsMayAsk: 'false',
    approvalsSmall: '1',
    smallUpTo: 20,
    approvalsLarge: '2',
    selfApproval: 'false',
    reasonRequired: 'true',
    lifetimeHours: '8',
    remindMinutes: '15',
    escalateMinutes: '60',
    escalateTo: ALICE,
    autoDomains: 'Contoso.com; studio.contoso.com',
    autoPerDay: '5',
    postTo: 'channel',
    channelId,
    setupNeedsApproval: 'true',
  };
  beforeEach(async () => {
    await rememberConversation(bench.deps.store, {
      tenantId: TENANT_ID,
      conversationId: channelId,
      kind: 'channel',
      serviceUrl: bench.stub.serviceUrl,
      reference: {},
      installed: true,
    });
    await nameConversations(bench.deps.store, TENANT_ID, [{ conversationId: channelId, title: 'Requests' }]);
    await bench.say('settings');
    bench.forget();
  });
  const typeahead = async (text: string) => {
    const { searchGroups } = bench.queries;
    bench.queries.searchGroups = async () => [{ objectId: ARTISTS, displayName: 'Unity Artists' }];
    const { body } = await bench.invoke('application/search', {
      queryText: text,
      queryOptions: { skip: 0, top: 15 },
      dataset: 'groups',
    });
    bench.queries.searchGroups = searchGroups;
    return body;
  };

  it('opens with the rules in force and the channels where the app is', async () => {
    const { body } = await open('policy.open', { connectionId: ORGANIZATION });
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: 'Rules for requests' } } });
    for (const text of ['"basedOn":"1"', 'Adele', 'adele,alex,bea', '"title":"Requests"', channelId])
      expect(dialogCard(body)).toContain(text);
  });

  it('asks for a run that checks and saves them, with the names of groups that were offered', async () => {
    expect(await typeahead('Uni')).toMatchObject({ value: { results: [{ title: 'Unity Artists', value: ARTISTS }] } });
    expect(await submit('policy.submit', filled)).toMatchObject(closes(/checks the rules/));
    const person = (objectId: string) => ({ objectId, displayName: objectId });
    expect(await bench.deps.store.query('select kind, acting_as, input from runs')).toEqual([
      {
        kind: 'policy',
        acting_as: adele,
        input: {
          basedOn: 1,
          policy: {
            connectionId: ORGANIZATION,
            whoMayAsk: { kind: 'everyone' },
            guestsMayAsk: false,
            approvers: {
              people: [person(adele.objectId), person(megan.objectId)],
              group: { objectId: ARTISTS, displayName: 'Unity Artists' },
            },
            approvals: [
              { upTo: 20, needed: 1 },
              { upTo: null, needed: 2 },
            ],
            selfApproval: false,
            reasonRequired: true,
            lifetimeMs: 8 * 3_600_000,
            remindAfterMs: 15 * 60_000,
            escalation: { afterMs: 3_600_000, people: [person(ALICE)] },
            autoApproval: { domains: ['contoso.com', 'studio.contoso.com'], group: null, perDay: 5 },
            postTo: { kind: 'channel', conversationId: channelId },
            setupNeedsApproval: true,
          },
        },
      },
    ]);
  });

  it('finds groups for nobody else', async () => {
    await bench.deps.store.query('delete from drafts');
    expect(await typeahead('Uni')).toMatchObject({ value: { results: [] } });
  });

  const problems: [string, object, string][] = [
    ['nobody who approves', { approvers: '', approverGroupId: '' }, 'Nobody is named who may approve.'],
    ['an approver who is no id', { approvers: 'adele@contoso.com' }, 'Choose people from the list.'],
    ['a group that is no id', { approverGroupId: 'Unity Artists' }, 'Choose a group from the list.'],
    ['no group that may ask', { whoMayAsk: 'group', askerGroupId: '' }, 'Choose the group whose members may ask.'],
    ['rubbish for who may ask', { whoMayAsk: 'nobody' }, 'Choose the group whose members may ask.'],
    ['no number of approvals', { approvalsSmall: '' }, 'Write a whole number from 1 to 20.'],
    ['too many approvals', { approvalsLarge: '21' }, 'Write a whole number from 1 to 20.'],
    ['fewer approvals for more people', { approvalsSmall: '3' }, 'cannot need fewer approvals'],
    ['half a person', { smallUpTo: '1.5' }, 'Write a whole number from 1 to 1000.'],
    ['a lifetime that is too short', { lifetimeHours: '0.1' }, '10 minutes to 30 days'],
    ['a lifetime that is too long', { lifetimeHours: '721' }, '10 minutes to 30 days'],
    ['text for a lifetime', { lifetimeHours: 'Infinity' }, '10 minutes to 30 days'],
    ['a reminder after the end', { remindMinutes: '481' }, 'comes after the request has expired'],
    ['no reminder', { remindMinutes: '0' }, 'Write a whole number from 1 to 43200.'],
    ['an escalation to nobody', { escalateTo: '' }, 'nobody is named for it'],
    ['an escalation without a time', { escalateMinutes: '' }, 'Say after how many minutes'],
    ['an escalation after the end', { escalateMinutes: '480' }, 'has expired by then'],
    ['rubbish for a domain', { autoDomains: 'contoso' }, 'is not a domain'],
    ['no quota', { autoPerDay: '' }, 'how many people a day'],
    ['a quota for everybody', { autoDomains: '' }, 'would let everybody through'],
    ['a channel without the app', { channelId: '19:other@thread.tacv2' }, 'Choose a channel.'],
  ];
  it.each(problems)('shows %s beside the field and keeps the rest', async (_what, change, sentence) => {
    const { body } = await submit('policy.submit', { ...filled, ...change });
    expect(body).toMatchObject({ task: { type: 'continue' } });
    expect(dialogCard(body)).toContain(sentence);
    expect(dialogCard(body)).toContain('"basedOn":"1"');
    expect(await inputs()).toEqual([]);
  });

  it('with everything left out says what is missing and saves nothing', async () => {
    const { body } = await submit('policy.submit', { connectionId: ORGANIZATION });
    expect(dialogCard(body)).toContain('Nobody is named who may approve.');
    expect(await inputs()).toEqual([]);
  });

  it('opens only after settings has probed the right, for that person and connection', async () => {
    expect(await open('policy.open', { connectionId: ORGANIZATION }, elsewhere)).toMatchObject(closes(/type: settings/));
    expect(await submit('policy.submit', filled, elsewhere)).toMatchObject(closes(/type: settings/));
    expect(await open('policy.open', { connectionId: '20000000000077' })).toMatchObject(closes(/type: settings/));
    expect(await open('policy.open')).toMatchObject(closes(/type: settings/));
    expect(await open('policy.open', { connectionId: ORGANIZATION }, inGroup)).toMatchObject(closes(/own chat with this bot/));
    expect(await inputs()).toEqual([]);
  });
});
