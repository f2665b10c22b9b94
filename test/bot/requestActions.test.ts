import { randomUUID } from 'node:crypto';
import { requestCard } from '../../src/cards/request';
import { rememberConversation } from '../../src/store/conversations';
import { insertDecision } from '../../src/store/decisions';
import { rememberPerson } from '../../src/store/people';
import { findRequest } from '../../src/store/requests';
import { changeRunState, insertRun } from '../../src/store/runs';
import { readRequestView } from '../../src/workflows/requests/requestView';
import { adele, type BotBench, inGroup, inPersonal, megan, speaks, startBotBench } from './support/botBench';
import { allowRequests, connect, insertFrozen, ORGANIZATION, type RequestRows } from './support/requestRows';
import { TENANT_ID } from './support/settings';

const alex = { ...adele, objectId: '7b0c1d2e-0000-4000-8000-000000000002', mri: '29:alex', displayName: 'Alex Wilber' };

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
  await connect(bench.deps.store);
  await allowRequests(bench.deps.store);
});
afterAll(() => bench.stop());
beforeEach(async () => {
  bench.forget();
  bench.stub.tokens.clear();
  bench.stub.override = {};
  for (const who of [adele, alex, megan]) bench.signedIn(who);
  await bench.deps.store.query('delete from decision_attempts');
  await bench.deps.store.query('delete from requests');
});

const execute = (verb: string, data: object, who = alex, more: object = {}) =>
  bench.invoke(
    'adaptiveCard/action',
    { action: { type: 'Action.Execute', id: '', verb, data }, trigger: 'manual' },
    { ...speaks(who), ...inPersonal(who), ...more },
  );
const ask = (rows: Partial<RequestRows> = {}) => insertFrozen(bench.deps.store, { by: megan, approvers: [adele, alex], ...rows });
const attempts = () =>
  bench.deps.store.query<Record<string, unknown>>(
    'select request_id, object_id, actor, verdict, reason, activity_id, conversation_id from decision_attempts order by created_at',
  );
const says = (text: string | RegExp) => ({
  body: { type: 'application/vnd.microsoft.activity.message', value: expect.stringMatching(text) },
});
const card = ({ body }: { body: unknown }) => JSON.stringify((body as { value?: unknown }).value);
const isCard = { body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' } };

describe('a click of an approver', () => {
  it.each([
    ['request.approve', 'approve', {}, null],
    ['request.decline', 'decline', { declineReason: ' not now ' }, 'not now'],
  ])('%s is on record when it is answered, with the clicker’s newest card', async (verb, verdict, inputs, reason) => {
    const { requestId } = await ask();
    const id = `f:${randomUUID()}`;
    const answer = await execute(verb, { requestId, ...inputs }, alex, { id });
    expect(answer).toMatchObject(isCard);
    expect(card(answer)).toContain('Checking…');
    expect(card(answer)).not.toContain('request.approve"');
    expect(await attempts()).toEqual([
      {
        request_id: requestId,
        object_id: alex.objectId,
        actor: alex,
        verdict,
        reason,
        activity_id: id,
        conversation_id: `a:${alex.objectId}`,
      },
    ]);
    expect(bench.asked).toEqual([
      { what: 'decide', input: { tenantId: TENANT_ID, requestId, objectId: alex.objectId, activityId: id } },
    ]);
  });

  it('on *Decline* without a reason changes nothing', async () => {
    const { requestId } = await ask();
    for (const declineReason of [undefined, '', '   ', 7])
      expect(await execute('request.decline', { requestId, declineReason })).toMatchObject(says(/Say why you decline/));
    expect(await attempts()).toEqual([]);
  });

  it('sent again with the same id is one click [teams 1.7 redelivery]', async () => {
    const { requestId } = await ask();
    const [first, again] = await Promise.all([
      execute('request.approve', { requestId }, alex, { id: 'f:same' }),
      execute('request.approve', { requestId }, alex, { id: 'f:same' }),
    ]);
    expect(again).toEqual(first);
    expect(await attempts()).toHaveLength(1);
  });

  it('on a request that is over hears who decided and when', async () => {
    const { requestId } = await ask({ state: 'declined' });
    await insertDecision(bench.deps.store, {
      tenantId: TENANT_ID,
      requestId,
      actor: adele,
      verdict: 'decline',
      reason: 'no',
      activityId: 'x',
    });
    expect(await execute('request.approve', { requestId })).toMatchObject(
      says(/already decided by Adele Vance, \d{4}-\d\d-\d\d \d\d:\d\d UTC/),
    );
    expect(await attempts()).toEqual([]);
  });

  it('without a sign-in leads to one, and nothing is on record before [teams 1.6 loginRequest]', async () => {
    bench.stub.tokens.clear();
    bench.stub.tokens.set(`${alex.mri}|entraRead`, 'reads');
    const { requestId } = await ask();
    for (const verb of ['request.approve', 'request.decline', 'request.run', 'request.runAll', 'request.administer'])
      expect(await execute(verb, { requestId, declineReason: 'no' })).toMatchObject({
        body: { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value: { connectionName: 'entra' } },
      });
    expect(await attempts()).toEqual([]);
    const value = {
      action: { type: 'Action.Execute', id: '', verb: 'request.approve', data: { requestId } },
      trigger: 'manual',
      authentication: { id: 'exchange-1', connectionName: 'entra', token: 'sso' },
    };
    expect(await bench.invoke('adaptiveCard/action', value, { ...speaks(alex), ...inPersonal(alex) })).toMatchObject(isCard);
    expect(await attempts()).toHaveLength(1);
  });

  it('that waited for a sign-in is checked again after it', async () => {
    const { requestId } = await ask();
    await execute('request.approve', { requestId }, alex, { id: 'f:waits' });
    await bench.deps.store.query(`update decision_attempts set state = 'waiting'`);
    bench.forget();
    await bench.say('sign in', { ...speaks(alex), ...inPersonal(alex) });
    expect(bench.asked).toContainEqual({
      what: 'decide',
      input: { tenantId: TENANT_ID, requestId, objectId: alex.objectId, activityId: 'f:waits+' },
    });
  });
});

describe('whatever a card says', () => {
  const other = randomUUID();
  const tampered: [string, object][] = [
    ['other people', { people: ['7b0c1d2e-0000-4000-8000-000000000009'], frozen: { people: [] } }],
    ['another approver', { approver: adele, actor: adele, objectId: adele.objectId, from: speaks(adele).from }],
    ['another tenant', { tenantId: other, tenant: { id: other } }],
    ['another hash', { hash: 'b'.repeat(64), fingerprint: 'bbbbbbbb' }],
    ['another verdict and activity', { verdict: 'run', activityId: 'x', conversationId: '19:x', state: 'approved' }],
  ];
  it.each(tampered)(
    'of %s is not read: clicker, tenant and request come from the activity and from rows',
    async (_what, more) => {
      const before = await ask();
      const id = `f:${randomUUID()}`;
      await execute('request.approve', { requestId: before.requestId, ...more }, alex, { id });
      expect(await attempts()).toMatchObject([
        { object_id: alex.objectId, actor: alex, verdict: 'approve', activity_id: id, conversation_id: `a:${alex.objectId}` },
      ]);
      expect(await findRequest(bench.deps.store, TENANT_ID, before.requestId)).toEqual(before);
    },
  );

  it.each([
    'request.approve',
    'request.decline',
    'request.run',
    'request.withdraw',
    'request.again',
    'request.view',
    'request.administer',
  ])('%s of a request that is not there changes nothing', async (verb) => {
    expect(await execute(verb, { requestId: randomUUID(), declineReason: 'no' })).toMatchObject(says(/not there any more/));
    expect(await attempts()).toEqual([]);
    expect(bench.asked).toEqual([]);
  });

  it.each([{}, { requestId: '' }, { requestId: 7 }, { requestId: { $ne: null } }, { requestId: 'x'.repeat(200) }])(
    'data %j is answered in words',
    async (data) => {
      expect(await execute('request.approve', data)).toMatchObject(says(/older card/));
      expect(await attempts()).toEqual([]);
    },
  );

  it('a request of another tenant is not there', async () => {
    const { requestId } = await ask();
    await bench.deps.store.query('update requests set tenant_id = $1', [other]);
    expect(await execute('request.approve', { requestId, tenantId: other })).toMatchObject(says(/not there any more/));
    expect(await attempts()).toEqual([]);
  });

  it('a person of another tenant is refused', async () => {
    const { requestId } = await ask();
    const stranger = { ...inPersonal(alex), channelData: { tenant: { id: other } } };
    expect(await execute('request.approve', { requestId }, alex, stranger)).toMatchObject({ body: { statusCode: 403 } });
    expect(await attempts()).toEqual([]);
  });

  it('somebody who is no approver is told so at once; the click is on record and will be refused', async () => {
    const { requestId } = await ask({ approvers: [adele] });
    expect(await execute('request.approve', { requestId }, alex)).toMatchObject(says(/You may not decide/));
    expect(await attempts()).toHaveLength(1);
    expect(await findRequest(bench.deps.store, TENANT_ID, requestId)).toMatchObject({ state: 'requested' });
  });
});

describe('the buttons of whoever asked', () => {
  it('*Withdraw* ends it at once, and only for them', async () => {
    const { requestId } = await ask();
    expect(await execute('request.withdraw', { requestId }, alex)).toMatchObject(says(/Only the person who asked/));
    const answer = await execute('request.withdraw', { requestId }, megan);
    expect(card(answer)).toContain('Withdrawn');
    expect(await findRequest(bench.deps.store, TENANT_ID, requestId)).toMatchObject({ state: 'withdrawn' });
    expect(await execute('request.withdraw', { requestId }, megan)).toMatchObject(says(/was withdrawn by Megan/));
  });

  it('*Ask again* is one new request for the same people, however often it is pressed', async () => {
    const { requestId, number } = await ask({ state: 'declined' });
    for (const person of [{ people: ['somebody else'], reason: 'other', connectionId: 'other' }, {}])
      await execute('request.again', { requestId, ...person }, megan);
    const runs = await bench.deps.store.query('select input from runs where kind = $1 and subject like $2', [
      'request',
      `%again.${requestId}`,
    ]);
    expect(runs).toEqual([
      {
        input: {
          connectionId: ORGANIZATION,
          people: ['7b0c1d2e-0000-4000-8000-000000000004'],
          reason: 'a new colleague',
          supersedes: number,
        },
      },
    ]);
  });

  it('*Ask again* is refused to others, while it is open, when it went on already, and for a setup', async () => {
    const declined = await ask({ state: 'declined' });
    const open = await ask();
    const setup = await ask({ state: 'declined', kind: 'setup' });
    expect(await execute('request.again', declined, alex)).toMatchObject(says(/Only the person who asked/));
    expect(await execute('request.again', open, megan)).toMatchObject(says(/older card/));
    expect(await execute('request.again', setup, megan)).toMatchObject(says(/type: setup/));
    await bench.deps.store.query('update requests set superseded_by = 77 where request_id = $1', [declined.requestId]);
    expect(await execute('request.again', declined, megan)).toMatchObject(says(/went on as request 77/));
    expect(bench.asked).toEqual([]);
  });

  it('*I administer this app* is a run of the same people with their own right, in their own chat; the request stays until it is proven', async () => {
    const { requestId } = await ask();
    expect(await execute('request.administer', { requestId }, alex)).toMatchObject(says(/Only the person who asked/));
    expect(await execute('request.administer', { requestId, people: ['x'] }, megan)).toMatchObject(says(/with your own rights/));
    await execute('request.administer', { requestId }, megan, inGroup);
    const subject = `provision:${TENANT_ID}:${ORGANIZATION}:instead-${requestId}`;
    expect(bench.asked).toEqual([{ what: 'start', input: { runId: `${subject}:1`, kind: 'provision' } }]);
    const [run] = await bench.deps.store.query('select acting_as, conversation_id, input from runs where subject = $1', [
      subject,
    ]);
    expect(run).toEqual({
      acting_as: megan,
      conversation_id: `a:${megan.objectId}`,
      input: { connectionId: ORGANIZATION, people: ['7b0c1d2e-0000-4000-8000-000000000004'], insteadOf: requestId },
    });
    expect(await findRequest(bench.deps.store, TENANT_ID, requestId)).toMatchObject({ state: 'requested' });
  });

  it('*I administer this app* on a request that could not be made closes it and goes on in the same card', async () => {
    const subject = `request:${TENANT_ID}:${ORGANIZATION}:${randomUUID()}`;
    const runId = await insertRun(bench.deps.store, {
      tenantId: TENANT_ID,
      subject,
      attempt: 1,
      kind: 'request',
      requestedBy: megan,
      actingAs: megan,
      connectionId: ORGANIZATION,
      conversationId: `a:${megan.objectId}`,
      input: { connectionId: ORGANIZATION, people: ['alice@contoso.com'], reason: null, supersedes: null },
    });
    expect(await execute('request.administer', { runId }, megan)).toMatchObject(says(/already decided/));
    await changeRunState(bench.deps.store, runId ?? '', { state: 'running' });
    await changeRunState(bench.deps.store, runId ?? '', {
      state: 'failed',
      failure: { step: 'freeze', code: 'nobody_can_decide', facts: {} },
    });
    expect(await execute('request.administer', { runId }, alex)).toMatchObject(says(/Only the person who asked/));
    await execute('request.administer', { runId }, megan);
    expect(bench.asked).toMatchObject([{ what: 'start', input: { kind: 'provision' } }]);
    const rows = await bench.deps.store.query('select state from runs where run_id = $1', [runId]);
    expect(rows).toEqual([{ state: 'replaced' }]);
    expect(await execute('request.administer', { runId: `request:${randomUUID()}:x:1` }, megan)).toMatchObject(says(/not there/));
  });
});

describe('what the rules approved', () => {
  const approved = (rows: Partial<RequestRows> = {}) => ask({ state: 'approved', autoApproved: true, ...rows });
  const runAll = (requests: { requestId: string }[], who = alex) =>
    execute(
      'request.runAll',
      { connectionId: ORGANIZATION, requestIds: requests.map(({ requestId }) => requestId).join(',') },
      who,
    );

  it('runs by one click, each request of the card as a click of its own; later ones do not', async () => {
    const shown = [await approved(), await approved()];
    await approved();
    expect(await runAll(shown)).toMatchObject(says(/^Checking 2 requests…$/));
    expect((await attempts()).map(({ request_id, verdict }) => [request_id, verdict]).sort()).toEqual(
      shown.map(({ requestId }) => [requestId, 'run']).sort(),
    );
  });

  it('is left alone where the clicker decides about none of it, or asked for it themselves', async () => {
    const shown = [await approved({ approvers: [adele] }), await approved({ by: alex, approvers: [alex, adele] }), await ask()];
    expect(await runAll(shown)).toMatchObject(says(/Nothing waits any more/));
    expect(await runAll([{ requestId: randomUUID() }])).toMatchObject(says(/Nothing waits any more/));
    expect(await execute('request.runAll', { connectionId: ORGANIZATION })).toMatchObject(says(/older card/));
    expect(await attempts()).toEqual([]);
  });

  it('runs one by one too', async () => {
    const { requestId } = await approved();
    expect(card(await execute('request.run', { requestId }))).toContain('Checking…');
    expect(await attempts()).toMatchObject([{ verdict: 'run' }]);
  });
});

describe('in a channel', () => {
  const channel = inGroup.conversation.id;
  beforeEach(() =>
    rememberConversation(bench.deps.store, {
      tenantId: TENANT_ID,
      conversationId: channel,
      kind: 'channel',
      serviceUrl: bench.stub.serviceUrl,
      reference: {},
      installed: true,
    }),
  );

  it('*Decide* shows the buttons to whoever clicks and may decide, and to nobody else [teams 1.6 own card]', async () => {
    const { requestId } = await ask({ channel });
    const answer = await execute('request.view', { requestId }, alex, inGroup);
    expect(card(answer)).toContain('request.approve');
    const stranger = { ...alex, objectId: '7b0c1d2e-0000-4000-8000-0000000000ff' };
    expect(await execute('request.view', { requestId }, stranger, inGroup)).toMatchObject(says(/You may not decide/));
    expect(await bench.heard()).toEqual([]);
  });

  it('the shared card gives approvers their own view by itself, for no more than 60 of them [teams 4 sixty]', async () => {
    const many = Array.from({ length: 70 }, (_, index) => {
      const objectId = `7b0c1d2e-0000-4000-8000-1000000000${String(index).padStart(2, '0')}`;
      return { ...alex, objectId, mri: `29:${objectId}`, displayName: `Approver ${index}` };
    });
    for (const one of many) await rememberPerson(bench.deps.store, one);
    const { requestId } = await ask({ channel, approvers: many });
    const shared = async () => {
      const view = await readRequestView(bench.deps.store, TENANT_ID, requestId, { conversationId: channel });
      return requestCard(view!);
    };
    const { refresh } = await shared();
    expect(refresh?.action).toMatchObject({ type: 'Action.Execute', verb: 'request.view', data: { requestId } });
    expect(refresh?.userIds).toHaveLength(60);
    expect(many.map(({ mri }) => mri)).toEqual(expect.arrayContaining(refresh?.userIds ?? []));
    const last = many.find(({ mri }) => !refresh?.userIds?.includes(mri))!;
    expect(card(await execute('request.view', { requestId }, last, inGroup))).toContain('request.approve');
    await bench.deps.store.query(`update requests set state = 'declined' where request_id = $1`, [requestId]);
    expect((await shared()).refresh).toBeUndefined();
  });

  it('an old client’s click never writes somebody’s own view into the shared message [teams 1.3 submit]', async () => {
    const { requestId, number } = await ask({ channel });
    const submit = (verb: string, place: object) =>
      bench.post({
        type: 'message',
        id: randomUUID(),
        replyToId: '77',
        value: { verb, requestId },
        ...speaks(alex),
        ...place,
      });
    await submit('request.view', inGroup);
    await submit('request.approve', inGroup);
    expect(await bench.heard()).toEqual([
      expect.stringContaining(`type in your own chat with this bot: request ${number}`),
      'Checking…',
    ]);
    bench.forget();
    await submit('request.approve', inPersonal(alex));
    expect(bench.stub.sent.map(({ method, id }) => [method, id])).toEqual([['PUT', '77']]);
  });

  it('an old client’s click without a sign-in is kept, and the card to sign in comes to the personal chat', async () => {
    await bench.say('help', { ...speaks(alex), ...inPersonal(alex) });
    bench.forget();
    bench.stub.tokens.clear();
    const { requestId } = await ask();
    await bench.post({
      type: 'message',
      id: randomUUID(),
      replyToId: '77',
      value: { verb: 'request.approve', requestId },
      ...speaks(alex),
      ...inPersonal(alex),
    });
    expect(await attempts()).toHaveLength(1);
    expect(await bench.heard()).toEqual([expect.stringMatching(/^card: Request/), expect.stringMatching(/^sign-in:/)]);
  });
});
