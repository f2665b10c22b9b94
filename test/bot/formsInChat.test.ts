import { CONFIRMED } from '../../sandbox/journey/administrator';
import { unityForm } from '../../src/cards/words/formWords';
import { type BotBench, inPersonal, megan, speaks, startBotBench, unityApp } from './support/botBench';
import { allowRequests, connect } from './support/requestRows';

const ORGANIZATION = '20000000000001';
const TOKEN = 'canary-token-value-1234567890';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench({ FORMS: 'card' });
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.signedIn();
});

/** Types `setup` and gives the draft that its button names. */
async function startSetup(): Promise<string> {
  await bench.say('setup');
  return /"draftId":"([0-9a-f-]{36})"/.exec(JSON.stringify(bench.stub.sent.at(-1)?.activity))?.[1] ?? '';
}
const click = (verb: string, data: object, more: object = {}) =>
  bench.invoke('adaptiveCard/action', { action: { type: 'Action.Execute', verb, data } }, more);
const filled = (draftId: string, more: object = {}) => ({
  draftId,
  organization: ORGANIZATION,
  servicePrincipalId: unityApp.servicePrincipalId,
  domains: 'contoso.com',
  ...CONFIRMED,
  ...more,
});
/** The card that takes the place of the clicked one. */
function cardIn(body: unknown): string {
  expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
  return JSON.stringify((body as { value: unknown }).value);
}
const secrets = () => bench.deps.store.query('select secret_id from secrets');

describe('with FORMS=card', () => {
  it('setup offers the first form by Action.Execute, which needs no dialog', async () => {
    await bench.say('setup');
    const sent = JSON.stringify(bench.stub.sent.at(-1)?.activity);
    expect(sent).toContain('"verb":"setup.open"');
    expect(sent).toContain('"type":"Action.Execute"');
    expect(sent).not.toContain('task/fetch');
  });

  it('the first form replaces the card and carries what was found before', async () => {
    const card = cardIn((await click('setup.open', { draftId: await startSetup() })).body);
    expect(card).toContain('"verb":"setup.submitApp"');
    expect(card).toContain('"associatedInputs":"auto"');
    expect(card).toContain(unityApp.servicePrincipalId);
    expect(card).toContain('"value":"contoso.com"');
  });

  it('the same problems stand beside the fields, and the rest stays', async () => {
    const draftId = await startSetup();
    const card = cardIn((await click('setup.submitApp', filled(draftId, { organization: 'default' }))).body);
    expect(card).toContain('“default” means');
    expect(card).toContain('"verb":"setup.submitApp"');
    expect(card).toContain('contoso.com');
  });

  it('asks for no token in the chat: the next card opens a dialog in Teams', async () => {
    const draftId = await startSetup();
    const card = cardIn((await click('setup.submitApp', filled(draftId))).body);
    expect(card).toContain(`"verb":"setup.openToken","draftId":"${draftId}"`);
    expect(card).not.toContain('Input.Text');
    expect(card).not.toContain('setup.submitToken');
  });

  it('goes back to the first form with what was typed', async () => {
    const draftId = await startSetup();
    await click('setup.submitApp', filled(draftId, { domains: 'contoso.com, contoso.de' }));
    expect(cardIn((await click('setup.back', { draftId })).body)).toContain('contoso.com, contoso.de');
  });

  it('takes the token in the dialog and asks for the run', async () => {
    const draftId = await startSetup();
    await click('setup.submitApp', filled(draftId));
    const data = { msteams: { type: 'task/fetch' }, verb: 'setup.openToken', draftId };
    const opened = await bench.invoke('task/fetch', { data });
    expect(opened.body).toMatchObject({ task: { type: 'continue', value: { title: unityForm.title } } });
    expect(JSON.stringify(opened.body)).toContain('"verb":"setup.submitToken"');
    await bench.invoke('task/submit', { data: { verb: 'setup.submitToken', draftId, scimToken: TOKEN } });
    expect(bench.asked).toEqual([
      {
        what: 'requestSetup',
        input: expect.objectContaining({ setup: expect.objectContaining({ organizationId: ORGANIZATION }) }),
      },
    ]);
  });

  it('opens no token form before the first one is accepted', async () => {
    const opened = await bench.invoke('task/fetch', { data: { verb: 'setup.openToken', draftId: await startSetup() } });
    expect(opened.body).toMatchObject({ task: { type: 'message' } });
  });

  it('takes no token from a card, whatever the client sends', async () => {
    const draftId = await startSetup();
    await click('setup.submitApp', filled(draftId));
    const before = await secrets();
    const { body } = await click('setup.submitToken', { draftId, scimToken: TOKEN });
    expect(body).toMatchObject({ statusCode: 400, type: 'application/vnd.microsoft.error' });
    expect(await secrets()).toEqual(before);
    expect(bench.asked).toEqual([]);
  });

  it('tells a client without dialogs where to go on', async () => {
    const draftId = await startSetup();
    bench.forget();
    await bench.post({ type: 'message', id: '1', value: { msteams: { type: 'task/fetch' }, verb: 'setup.openToken', draftId } });
    expect(await bench.heard()).toEqual([expect.stringContaining('This client shows no dialogs')]);
  });

  it('shows a draft to nobody else', async () => {
    const { body } = await click('setup.open', { draftId: await startSetup() }, { ...speaks(megan), ...inPersonal(megan) });
    expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' });
  });
});

describe('with FORMS=card, requests and rules', () => {
  beforeAll(async () => {
    await connect(bench.deps.store);
    await allowRequests(bench.deps.store);
  });
  const runs = () => bench.deps.store.query('select kind, input from runs');

  it.each([
    ['request', 'request.open'],
    ['help', 'request.open'],
    ['settings', 'policy.open'],
  ])('the button on the card of %s is a click', async (command, verb) => {
    await bench.say(command);
    await bench.heard();
    const sent = JSON.stringify(bench.stub.sent.at(-1)?.activity);
    expect(sent).toMatch(new RegExp(`"type":"Action.Execute","verb":"${verb}"`));
    expect(sent).not.toContain('task/fetch');
  });

  it('a request is asked for on a card, once: its own words take the place of the form', async () => {
    const form = cardIn((await click('request.open', {})).body);
    expect(form).toContain('"type":"Action.Execute","verb":"request.submit"');
    expect(form).toContain('"associatedInputs":"auto"');
    const data = { connectionId: ORGANIZATION, people: '', addresses: '', reason: 'she joins' };
    const again = cardIn((await click('request.submit', data)).body);
    expect(again).toContain('Choose people, or write their addresses.');
    expect(again).toContain('she joins');
    const taken = cardIn((await click('request.submit', { ...data, addresses: 'alice@contoso.com' })).body);
    expect(taken).toContain('The request appears in the chat');
    expect(taken).not.toMatch(/Action|Input/);
    expect(await runs()).toMatchObject([{ kind: 'request', input: { people: ['alice@contoso.com'], reason: 'she joins' } }]);
  });

  it('rules with a problem come back in the place of their form', async () => {
    await bench.say('settings');
    const form = cardIn((await click('policy.open', { connectionId: ORGANIZATION })).body);
    expect(form).toContain('"verb":"policy.submit"');
    const data = { connectionId: ORGANIZATION, basedOn: '1', approvers: '', approverGroupId: '', approvalsSmall: '0' };
    expect(cardIn((await click('policy.submit', data)).body)).toContain('"verb":"policy.submit"');
  });
});

describe('with FORMS=dialog', () => {
  it('the forms’ verbs are no card actions', async () => {
    const other = await startBotBench();
    try {
      for (const verb of ['setup.open', 'setup.submitApp', 'setup.back', 'setup.openToken', 'request.submit', 'policy.submit']) {
        const { body } = await other.invoke('adaptiveCard/action', { action: { type: 'Action.Execute', verb, data: {} } });
        expect(body).toMatchObject({ statusCode: 400, type: 'application/vnd.microsoft.error' });
      }
    } finally {
      await other.stop();
    }
  });
});
