import { randomUUID } from 'node:crypto';
import { CONFIRMED } from '../../sandbox/journey/administrator';
import { actionOf, readMessage } from '../../sandbox/journey/cardActions';
import { runIn } from '../../sandbox/journey/runJourney';
import type { Card, MessageView } from '../../sandbox/teams/clientTypes';
import { createDashboardPerson } from '../../sandbox/unity/person';
import { until } from '../support/until';
import type { Person } from './support/person';
import { ADELE, ALEX, startTown, type Town } from './support/startTown';

let town: Town;
let adele: Person;
beforeAll(async () => {
  town = await startTown({ isSetUp: true });
}, 90_000);
beforeEach(async () => {
  adele = await town.arrive(ADELE);
  adele.mark();
});
afterAll(() => town.stop());
afterEach(() => town.reset());

const switches = () => town.sandbox.context.switches;
const labs = () => town.sandbox.context.tenant.organizations[1]!.genesisId;
const TRAVEL_DESK = 'a1b2c3d4-0000-4000-8000-000000000003';
const posts = (path: RegExp) => town.calls('graph').filter((call) => call.startsWith('POST') && path.test(call));
const runCards = (person: Person) => person.heard().filter((text) => /^Provision (a person|\d+ people)/.test(text));

/** Holds the next run at its first look into the directory until what it gives is called. */
function holdLook(): () => void {
  const { faults } = town.sandbox.context;
  const { id } = faults.add({ service: 'graph', path: '/users/', times: 1, effect: { kind: 'hold' } });
  return () => void faults.remove(id);
}

/** Fills both forms for the second organization; gives the action that submits the token, and a token. */
async function openTokenForm(person: Person): Promise<{ card: Card; scimToken: string }> {
  const unity = createDashboardPerson(town.sandbox.unity.dashboardUrl, labs());
  const account = await unity.createServiceAccount(`Entra provisioning ${randomUUID()}`);
  await unity.giveScimAuthenticator(account);
  const scimToken = await unity.addBearerToken(account);
  await person.say('setup');
  const start = await person.hears(/Set up Unity provisioning/);
  await person.press(start, 'setup.open');
  const first = person.client.dialog()!.card;
  await person.client.search(person.personal, 'apps', 'Travel');
  const second = await person.client.submitDialog(actionOf(first, 'setup.submitApp'), {
    organization: labs(),
    servicePrincipalId: TRAVEL_DESK,
    domains: 'contoso.com',
    ...CONFIRMED,
  });
  if (second.kind !== 'dialog') throw new Error(JSON.stringify(second));
  return { card: second.dialog.card, scimToken };
}

describe('a message that comes again', () => {
  it.each(['sameId', 'newId'] as const)('with %s is carried out and answered once [teams 1.7 redelivery]', async (how) => {
    switches().redeliverMessages = how;
    town.forgetCalls();
    await adele.say(how === 'sameId' ? 'provision mina@contoso.com' : 'provision noor@contoso.com');
    await adele.runCard('done');
    switches().redeliverMessages = 'off';
    await adele.heardInAll();
    expect(runCards(adele)).toHaveLength(1);
    expect(posts(/appRoleAssignedTo/)).toHaveLength(1);
    expect(posts(/provisionOnDemand/)).toHaveLength(1);
    await until(
      'both to be answered',
      async () => (await town.deliveries('message')).filter(({ repeated }) => repeated).length > 0,
    );
  });

  it.each(['sameId', 'newId'] as const)('with %s gets one answer to help', async (how) => {
    switches().redeliverMessages = how;
    await adele.say('nonsense');
    await adele.hears(/not a command/);
    switches().redeliverMessages = 'off';
    expect((await adele.heardInAll()).filter((text) => /not a command/.test(text))).toHaveLength(1);
  });
});

describe('two clients of one person', () => {
  it('that ask for the same person at the same moment get two runs, one assignment and two honest answers', async () => {
    const phone = await town.arrive(ADELE);
    town.forgetCalls();
    await Promise.all([
      adele.client.say(adele.personal, 'provision oskar@contoso.com'),
      phone.client.say(phone.personal, 'provision oskar@contoso.com'),
    ]);
    await until(
      'both runs',
      () => runCards(adele).filter((text) => /done|Created|Already in step|Updated/i.test(text)).length === 2,
    );
    await until(
      'both ends',
      () => adele.client.messages(adele.personal).filter((one) => runIn(one)?.state === 'done').length >= 2,
    );
    expect(created('oskar@contoso.com')).toBe(1);
    expect(runCards(adele).join('\n')).not.toMatch(/Failed|Not proven/);
  });
});

describe('two administrators', () => {
  it('who ask for the same person at once make one assignment and one SCIM user, and both are told the truth', async () => {
    const alex = await town.arrive(ALEX);
    await alex.install();
    await alex.signIn();
    town.forgetCalls();
    await Promise.all([
      adele.client.say(adele.personal, 'provision liam@contoso.com'),
      alex.client.say(alex.personal, 'provision liam@contoso.com'),
    ]);
    for (const person of [adele, alex]) {
      const card = readMessage(await person.runCard('done'));
      expect(card).toMatch(/Created|Updated|Already in step/);
    }
    expect(created('liam@contoso.com')).toBe(1);
  });

  it('who set up the same organization at once: one plan, and the other is told who was first', async () => {
    const alex = await town.arrive(ALEX);
    await alex.install();
    await alex.signIn();
    const [mine, theirs] = [await openTokenForm(adele), await openTokenForm(alex)];
    for (const person of [adele, alex]) person.mark();
    const answers = await Promise.all([
      adele.client.submitDialog(actionOf(mine.card, 'setup.submitToken'), { scimToken: mine.scimToken }),
      alex.client.submitDialog(actionOf(theirs.card, 'setup.submitToken'), { scimToken: theirs.scimToken }),
    ]);
    const texts = answers.map((answer) => (answer.kind === 'message' ? answer.text : JSON.stringify(answer)));
    expect(texts.filter((text) => /The plan appears in the chat/.test(text))).toHaveLength(1);
    expect(texts.filter((text) => /under way, asked for by (Adele Vance|Alex Wilber)/.test(text))).toHaveLength(1);
    const [first, second] = /The plan appears/.test(texts[0]!) ? [adele, alex] : [alex, adele];
    const plan = await first.runCard('waiting');
    expect(second.heard()).toEqual([]);
    const click = {
      action: { type: 'Action.Execute', verb: 'plan.confirm', data: { runId: runIn(plan)!.runId } },
      trigger: 'manual',
    };
    const stolen = await (await second.raw()).invoke(second.personal, 'adaptiveCard/action', click);
    expect(JSON.stringify(stolen.body)).toMatch(/Only (Adele Vance|Alex Wilber) can do this\. Nothing was changed/);
    await first.press(plan, 'run.cancel');
    await first.runCard('cancelled');
  });
});

describe('a button that is pressed twice, and an invoke that comes again [teams 8.3 double click]', () => {
  it('Cancel: cancelled once, and a later click hears that it is', async () => {
    const release = holdLook();
    await adele.say('provision grete@contoso.com');
    const card = await adele.runCard('running');
    expect(await pressThreeTimes(card, 'run.cancel')).toMatch(/already being cancelled|has already ended/);
    release();
    await adele.runCard('cancelled');
    expect(created('grete@contoso.com')).toBe(0);
  });

  it('Retry: one more attempt, and a later click hears that there is nothing to retry', async () => {
    town.sandbox.context.faults.add({ service: 'graph', path: '/appRoleAssignedTo', effect: { kind: 'status', status: 403 } });
    await adele.say('provision farid@contoso.com');
    const failed = await adele.runCard('failed');
    town.sandbox.context.faults.clear();
    town.forgetCalls();
    expect(await pressThreeTimes(failed, 'run.retry')).toMatch(/has already ended.*Nothing was changed|nothing to retry/);
    await adele.runCard('done');
    expect(posts(/provisionOnDemand/)).toHaveLength(1);
  });

  it('Sign in: signed in once, and both clicks hear it', async () => {
    const release = holdLook();
    await adele.say('provision henry@contoso.com');
    await adele.runCard('running');
    await town.expireTokens(adele.client.me.objectId);
    release();
    const waiting = await adele.runCard('waiting');
    const answers = await Promise.all([adele.press(waiting, 'auth.signIn'), adele.press(waiting, 'auth.signIn')]);
    expect(answers).toEqual(Array(2).fill({ kind: 'message', text: 'You are signed in.' }));
    await adele.runCard('done');
    expect(created('henry@contoso.com')).toBe(1);
  });

  it('the form: submitted twice at once it makes one run, and a repeat of the submit is answered alike', async () => {
    switches().redeliverInvokes = 'newId';
    const { card, scimToken } = await openTokenForm(adele);
    adele.mark();
    const submit = () => adele.client.submitDialog(actionOf(card, 'setup.submitToken'), { scimToken });
    const answers = await Promise.all([submit(), submit()].map((one) => one.catch(() => ({ kind: 'closed' as const }))));
    expect(answers.some((answer) => answer.kind === 'message' && /The plan appears in the chat/.test(answer.text))).toBe(true);
    switches().redeliverInvokes = 'off';
    const plan = await adele.runCard('waiting');
    await adele.heardInAll();
    expect(adele.client.messages(adele.personal).filter((one) => runIn(one)?.state === 'waiting')).toHaveLength(1);
    await adele.press(plan, 'run.cancel');
    await adele.runCard('cancelled');
  });

  it('Action.Submit of an old client does the same as the button [teams 1.3 submit]', async () => {
    const release = holdLook();
    await adele.say('provision grete@contoso.com');
    const card = await adele.runCard('running');
    const { fallback } = actionOf(adele.newest(card).cards[0], 'run.cancel') as { fallback: Record<string, unknown> };
    expect(await adele.client.act(card, fallback)).toEqual({ kind: 'sent' });
    await adele.hears(/^Accepted\.$/);
    release();
    await adele.runCard('cancelled');
  });

  it('Start: one setup; a later click is told that the plan is confirmed. A copy of a click gets the same answer', async () => {
    const { card, scimToken } = await openTokenForm(adele);
    adele.mark();
    switches().redeliverInvokes = 'sameId';
    await adele.client.submitDialog(actionOf(card, 'setup.submitToken'), { scimToken });
    const plan = await adele.runCard('waiting');
    await adele.heardInAll();
    expect(adele.client.messages(adele.personal).filter((one) => runIn(one)?.state === 'waiting')).toHaveLength(1);
    town.forgetCalls();
    switches().redeliverInvokes = 'newId';
    expect(await pressThreeTimes(plan, 'plan.confirm')).toMatch(
      /The plan was already confirmed.*Nothing was changed|has already ended/,
    );
    switches().redeliverInvokes = 'off';
    await adele.runCard('done');
    expect(posts(/synchronization\/jobs$/)).toHaveLength(1);
    expect(posts(/provisionOnDemand/)).toHaveLength(1);
    const invokes = (await town.deliveries('invoke')).filter(({ name }) => name === 'adaptiveCard/action');
    expect(invokes.every(({ status }) => status === 200)).toBe(true);
  });
});

/** Twice in the same moment, which is accepted once, and again on the old card; gives the answer to the last. */
async function pressThreeTimes(message: MessageView, verb: string): Promise<string> {
  const action = actionOf(adele.newest(message).cards[0], verb);
  const press = async (): Promise<string> => {
    const answer = await adele.client.act(message, action);
    return 'text' in answer ? answer.text : answer.kind;
  };
  const both = await Promise.all([press(), press()]);
  expect(both).toContain('Accepted.');
  for (const text of both) expect(text).toMatch(/^Accepted\.$|already/);
  return press();
}

/** How often Unity was given this person. */
function created(userName: string): number {
  const all = town.sandbox.unity.state().organizations.flatMap(({ scimUsers }) => scimUsers);
  return all.filter((user) => user.userName === userName).length;
}
