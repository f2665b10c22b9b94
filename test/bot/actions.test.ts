import { randomUUID } from 'node:crypto';
import { insertRun } from '../../src/store/runs';
import type { Store } from '../../src/store/sql';
import { adele, type BotBench, inPersonal, megan, speaks, startBotBench, titleOf, unityApp } from './support/botBench';
import { PATIENT, TENANT_ID } from './support/settings';

/** Of the signed activity. */
const ANY_ID = expect.stringMatching(/./);
let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.signedIn();
  bench.stub.override = {};
});

/** Answers are taken for late at once in the tests of this block. */
function impatient(): void {
  beforeAll(() => {
    bench.settings.waits.invokeAnswerMs = 300;
  });
  afterAll(() => {
    bench.settings.waits.invokeAnswerMs = Number(PATIENT.INVOKE_ANSWER_MS);
  });
}

const execute = (verb: string, data: object, more: object = {}) =>
  bench.invoke('adaptiveCard/action', { action: { type: 'Action.Execute', id: '', verb, data }, trigger: 'manual' }, more);

describe('buttons of a run', () => {
  const testPersonId = '7b0c1d2e-0000-4000-8000-000000000004';
  it.each([
    ['plan.confirm', { runId: 'r', testPersonId }, 'confirmPlan', { runId: 'r', testPersonId }],
    ['plan.confirm', { runId: 'r', testPersonId: '' }, 'confirmPlan', { runId: 'r', testPersonId: undefined }],
    ['run.retry', { runId: 'r', testPersonId: `${testPersonId},x` }, 'retry', { runId: 'r', testPersonId }],
    ['run.startWithoutTest', { runId: 'r' }, 'retry', { runId: 'r', startWithoutTest: true }],
    ['run.cancel', { runId: 'r' }, 'cancel', { runId: 'r' }],
  ])('%s %j asks %s', async (verb, data, what, input) => {
    expect(await execute(verb, data)).toEqual({
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Accepted.' },
    });
    expect(bench.asked).toEqual([{ what, input: { activityId: ANY_ID, person: adele, ...input } }]);
  });

  it('act for the person of the signed activity, whoever the card names', async () => {
    await execute(
      'run.cancel',
      { runId: 'r', person: adele, objectId: adele.objectId },
      { ...speaks(megan), ...inPersonal(megan) },
    );
    expect(bench.asked).toEqual([{ what: 'cancel', input: { activityId: ANY_ID, person: megan, runId: 'r' } }]);
  });

  it('say why nothing changed', async () => {
    bench.runAnswers.push({ kind: 'refused', why: 'already_confirmed', by: 'Alex Wilber', at: '2026-01-05T10:04:00Z' });
    expect(await execute('plan.confirm', { runId: 'r' })).toMatchObject({
      body: { value: expect.stringMatching(/already confirmed by Alex Wilber/) },
    });
  });

  it.each([{}, { runId: 7 }, { runId: '' }])('with data %j change nothing', async (data) => {
    expect(await execute('run.cancel', data)).toMatchObject({ body: { value: expect.stringContaining('older card') } });
    expect(bench.asked).toEqual([]);
  });

  it('pressed twice at the same time reach the run twice, which decides; a replay reaches it once [teams 1.7 new id]', async () => {
    await Promise.all([execute('run.cancel', { runId: 'r' }), execute('run.cancel', { runId: 'r' })]);
    expect(bench.asked).toHaveLength(2);
    bench.forget();
    await Promise.all([
      execute('run.cancel', { runId: 'r' }, { id: 'f:1' }),
      execute('run.cancel', { runId: 'r' }, { id: 'f:1' }),
    ]);
    expect(bench.asked).toHaveLength(1);
  });
});

describe('a verb that nobody knows', () => {
  it('of a card is answered in words [teams 1.1 501]', async () => {
    expect(await execute('constructor', {})).toMatchObject({
      status: 200,
      body: {
        statusCode: 400,
        type: 'application/vnd.microsoft.error',
        value: { message: expect.stringContaining('older card') },
      },
    });
  });
  it('of a dialog is answered in words [teams 1.1 501]', async () => {
    for (const name of ['task/fetch', 'task/submit'])
      for (const data of [{ verb: 'nobody.knows' }, { msteams: { type: 'task/fetch' } }, {}])
        expect(await bench.invoke(name, { data })).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  });
  it('of a typeahead finds nothing', async () => {
    expect(await bench.invoke('application/search', { queryText: 'x', dataset: 'other' })).toMatchObject({
      body: { value: { results: [] } },
    });
  });
  it.each([{ queryText: '' }, { queryText: '', queryOptions: { skip: 0, top: 15 } }, {}])(
    'is none, but a typeahead with nothing typed gives what is known: %j [teams 1.6 empty query]',
    async (query) => {
      expect(await bench.invoke('application/search', { ...query, dataset: 'apps' })).toMatchObject({
        status: 200,
        body: { value: { results: [{ value: unityApp.servicePrincipalId }] } },
      });
    },
  );
  it('of an invoke that Teams may invent gets an error status [teams 1.1 501]', async () => {
    expect((await bench.invoke('future/invoke', {})).status).toBe(400);
  });
});

describe('Action.Submit from clients without Action.Execute [teams 1.3 submit]', () => {
  const submit = (value: object, more: object = {}) => bench.post({ type: 'message', id: randomUUID(), value, ...more });
  it('takes the same verbs', async () => {
    await submit({ verb: 'run.cancel', runId: 'r' }, { replyToId: '77' });
    expect(bench.asked).toEqual([{ what: 'cancel', input: { activityId: ANY_ID, person: adele, runId: 'r' } }]);
    expect(await bench.heard()).toEqual(['Accepted.']);
  });
  it('says so for a verb that nobody knows', async () => {
    await submit({ verb: 'nobody.knows' });
    expect(await bench.heard()).toEqual([expect.stringContaining('older card')]);
  });
  it('without a verb is a message without words', async () => {
    await submit({ other: 1 });
    expect(await bench.heard()).toEqual([expect.stringContaining('not a command')]);
  });
});

describe('an answer that takes too long', () => {
  impatient();

  it('is said in time; the work is not lost [teams 1.7 limits]', async () => {
    let finish = () => {};
    const { runs } = bench.deps;
    const cancel = runs.cancel;
    const finished = new Promise<void>((resolve) => {
      runs.cancel = async (input) => {
        await new Promise<void>((go) => {
          finish = go;
        });
        resolve();
        return cancel(input);
      };
    });
    const answer = await execute('run.cancel', { runId: 'r' });
    runs.cancel = cancel;
    expect(answer).toMatchObject({
      status: 200,
      body: { statusCode: 500, value: { message: expect.stringContaining('longer than Teams waits') } },
    });
    finish();
    await finished;
  });
});

it('a handler that throws is answered with a number and no detail [teams 8.2 unable to reach]', async () => {
  const { runs } = bench.deps;
  const cancel = runs.cancel;
  runs.cancel = () => Promise.reject(new Error('secret detail'));
  const { body } = await execute('run.cancel', { runId: 'r' });
  runs.cancel = cancel;
  expect(JSON.stringify(body)).toMatch(/log has more under/);
  expect(JSON.stringify(body)).not.toContain('secret');
});

describe('a database that is away', () => {
  impatient();

  /** Gives back what restores it. */
  function takeAway(query: Store['query']): () => void {
    const { store } = bench.deps;
    const original = { query: store.query, transaction: store.transaction, isAlive: store.isAlive };
    const transaction: Store['transaction'] = (work) => work({ query });
    Object.assign(store, { query, transaction, isAlive: async () => false });
    return () => Object.assign(store, original);
  }

  it.each([
    ['at once', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['after a while', () => new Promise<never>(() => undefined)],
  ])('is said in time to a click and a form: %s', async (_how, query) => {
    const restore = takeAway(query);
    const click = await execute('run.cancel', { runId: 'r' });
    const form = await bench.invoke('task/fetch', { data: { verb: 'setup.open' } });
    restore();
    expect(click.body).toMatchObject({ statusCode: 500, value: { message: expect.stringContaining('database is away') } });
    expect(form.body).toMatchObject({ task: { type: 'message', value: expect.stringContaining('database is away') } });
    expect(bench.asked).toEqual([]);
  });
  it('is said to a message', async () => {
    const restore = takeAway(() => Promise.reject(new Error('connect ECONNREFUSED')));
    await bench.say('help');
    restore();
    expect(await bench.heard()).toEqual([expect.stringContaining('database is away')]);
  });
});

describe('one of several people', () => {
  const objectId = '7b0c1d2e-0000-4000-8000-000000000008';
  const connectionId = 'c-1';
  const insert = () =>
    insertRun(bench.deps.store, {
      tenantId: TENANT_ID,
      subject: `provision:${TENANT_ID}:${connectionId}:${randomUUID()}`,
      attempt: 1,
      kind: 'provision',
      requestedBy: adele,
      actingAs: adele,
      connectionId,
      conversationId: `a:${adele.objectId}`,
      input: { connectionId, people: ['lee'] },
    });

  it('becomes a run of their own, the same for each click', async () => {
    const runId = await insert();
    await execute('provision.choose', { runId, asked: 'lee', objectId });
    await execute('provision.choose', { runId, asked: 'lee', objectId });
    expect(bench.asked).toMatchObject([
      { what: 'requestProvision', input: { person: adele, connectionId, people: [objectId] } },
      { what: 'requestProvision', input: { person: adele, connectionId, people: [objectId] } },
    ]);
    const [one, two] = bench.asked.map(({ input }) => (input as { activityId: string }).activityId);
    expect(one).toBe(two);
  });
  it('is refused to whoever did not ask', async () => {
    bench.signedIn(megan);
    const answer = await execute(
      'provision.choose',
      { runId: await insert(), objectId },
      { ...speaks(megan), ...inPersonal(megan) },
    );
    expect(answer).toMatchObject({ body: { value: expect.stringContaining('Only Adele Vance') } });
    expect(bench.asked).toEqual([]);
  });
  it('must be chosen, of a run that is there', async () => {
    expect(await execute('provision.choose', { runId: await insert() })).toMatchObject({
      body: { value: 'Choose a person first.' },
    });
    expect(await execute('provision.choose', { runId: `provision:${TENANT_ID}:x:y:1`, objectId })).toMatchObject({
      body: { value: expect.stringContaining('not there any more') },
    });
    expect(bench.asked).toEqual([]);
  });
});

describe('installation', () => {
  const place = { conversation: { id: 'a:new', conversationType: 'personal', tenantId: TENANT_ID } };
  const added = { type: 'conversationUpdate', membersAdded: [{ id: '28:11111111-2222-4333-8444-555555555555' }], ...place };
  const install = { type: 'installationUpdate', action: 'add', ...place };

  it('is welcomed once, whichever activity comes first or again [teams 1.4 install]', async () => {
    await Promise.all([bench.post({ ...added, id: '1' }), bench.post({ ...install, id: '2' })]);
    await bench.post({ ...install, id: '3', action: 'add-upgrade' });
    expect(await bench.heard()).toEqual(['card: Unity Provisioning']);
  });
  it.each([['add-upgrade', 'remove-upgrade'], ['remove-upgrade', 'add-upgrade'], ['upgrade']])(
    'stays through an upgrade told as %s %s [teams 1.4 upgrade]',
    async (...actions) => {
      await bench.post({ ...install, id: randomUUID() });
      for (const action of actions) await bench.post({ ...install, id: randomUUID(), action });
      const [row] = await bench.deps.store.query('select state, installed from conversations where conversation_id = $1', [
        'a:new',
      ]);
      expect(row).toEqual({ state: 'active', installed: true });
    },
  );
  it('undone, nothing is sent there until somebody speaks [teams 1.4 removed]', async () => {
    await bench.post({ ...install, id: '4', action: 'remove' });
    const [row] = await bench.deps.store.query('select state, installed from conversations where conversation_id = $1', [
      'a:new',
    ]);
    expect(row).toEqual({ state: 'dead', installed: false });
    await bench.say('help', place);
    const [again] = await bench.deps.store.query('select state, installed from conversations where conversation_id = $1', [
      'a:new',
    ]);
    expect(again).toEqual({ state: 'active', installed: true });
  });
  it('somebody else joining a chat is nothing to the bot [teams 1.4 members]', async () => {
    await bench.post({ type: 'conversationUpdate', id: '5', membersAdded: [{ id: '29:somebody' }] });
    expect(await bench.heard()).toEqual([]);
  });
});

it('a card that is answered with is never written to everybody [teams 8.1 everybody]', async () => {
  await execute('run.cancel', { runId: 'r' });
  expect(bench.stub.sent.filter(({ method }) => method === 'PUT').map(titleOf)).toEqual([]);
});
