import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Administrator, createAdministrator } from '../../sandbox/journey/administrator';
import { actionOf, findAction, readMessage, textOf } from '../../sandbox/journey/cardActions';
import { type Sandbox, startSandbox } from '../../sandbox/startSandbox';
import type { ActionAnswer, MessageView } from '../../sandbox/teams/clientTypes';
import { type App, startApp } from '../../src/app';
import { readSettings } from '../../src/config';
import { createLog } from '../../src/log';
import { trustAuthority } from '../entra/trustAuthority';
import { makeTestPlace, type TestPlace } from '../support/testStore';
import { PATIENT } from './support/settings';

/** The whole life of requests between three people, over the real bot and the pretend services. */
const ids = {
  adele: '7b0c1d2e-0000-4000-8000-000000000001',
  alex: '7b0c1d2e-0000-4000-8000-000000000002',
  megan: '7b0c1d2e-0000-4000-8000-000000000003',
};
const ARTISTS = '9c0d1e2f-0000-4000-8000-000000000001';

let sandbox: Sandbox;
let app: App;
let place: TestPlace;
let adele: Administrator;
let alex: Administrator;
let megan: Administrator;
const authorities = getCACertificates('default');

beforeAll(async () => {
  sandbox = await startSandbox();
  trustAuthority(sandbox.entra.authorityPem);
  place = await makeTestPlace();
  const settings = readSettings({
    ...sandbox.botEnvironment(),
    DATA_DIR: place.dataDir,
    ...place.environment,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    CARD_UPDATE_MS: '50',
    ...PATIENT,
    SWEEP_INTERVAL_MS: '250',
    ASSIGNMENT_RETRY_MS: '200',
  });
  app = await startApp(settings, createLog(settings.logLevel), (why) => {
    throw new Error(why);
  });
  sandbox.teams.setBotEndpoint(`http://127.0.0.1:${app.port}/api/messages`);
  const organizationId = sandbox.context.tenant.organizations[0]!.genesisId;
  const somebody = (objectId: string) =>
    createAdministrator({
      origin: sandbox.origin,
      dashboardUrl: sandbox.unity.dashboardUrl,
      objectId,
      organizationId,
      timeoutMs: 30_000,
    });
  [adele, alex, megan] = [somebody(ids.adele), somebody(ids.alex), somebody(ids.megan)];
  for (const one of [adele, alex, megan]) await one.arrive();
  await adele.signIn();
  const plan = await adele.fillForms(await adele.makeUnityToken());
  await adele.press(plan, 'plan.confirm');
  await adele.reads(plan, /Provisioning is started/);
}, 60_000);
afterAll(async () => {
  for (const one of [adele, alex, megan]) one?.client.close();
  await app?.stop();
  await sandbox?.stop();
  setDefaultCACertificates(authorities);
  await place.remove();
});

const reads = (text: RegExp) => (message: MessageView) => text.test(readMessage(message));
const isDialog = (answer: ActionAnswer) => {
  if (answer.kind !== 'dialog') throw new Error(JSON.stringify(answer));
  return answer.dialog;
};
const hears = (who: Administrator, text: RegExp) => who.waitFor(reads(text), String(text));
const copyOf = (who: Administrator, number: number) =>
  who.waitFor(
    (message) => reads(new RegExp(`^Request ${number}\\b`, 'm'))(message) && message.value !== undefined,
    `request ${number}`,
  );
const userNames = () => sandbox.unity.state().organizations[0]!.scimUsers.map(({ userName }) => userName.toLowerCase());

it('without rules nobody can ask: the command says so, and nothing is made', async () => {
  await megan.signIn();
  const said = await megan.say('request alice@contoso.com because she joins', reads(/no rules yet/));
  expect(readMessage(said)).toContain('settings');
  const run = await megan.say('provision alice@contoso.com');
  await megan.reads(run, /Entra does not let this account/);
  await megan.say('sign out', reads(/Signed out/));
});

describe('the rules', () => {
  it('are written by an administrator, with problems beside the fields and groups while typing', async () => {
    const card = await adele.say('settings', reads(/No rules yet/));
    const dialog = isDialog(await adele.client.act(card, actionOf(card.cards[0], 'policy.open')));
    expect(dialog.title).toBe('Rules for requests');
    expect(await adele.client.search(adele.chat(), 'groups', 'Unity A')).toEqual([{ title: 'Unity Artists', value: ARTISTS }]);
    const submit = () => actionOf(adele.client.dialog()?.card, 'policy.submit');
    const again = isDialog(await adele.client.submitDialog(submit(), { approvers: '', lifetimeHours: '0,1' }));
    expect(textOf(again.card)).toContain('Nobody is named who may approve.');
    expect(textOf(again.card)).toContain('10 minutes to 30 days');
    await adele.client.submitDialog(submit(), {
      approvers: `${ids.adele},${ids.alex}`,
      lifetimeHours: '8',
      approvalsSmall: '1',
      approvalsLarge: '1',
      autoGroupId: ARTISTS,
      autoPerDay: '5',
    });
    const saved = await hears(adele, /In force, version 1/);
    expect(readMessage(saved)).toContain('Alex Wilber');
    expect(readMessage(saved)).toContain('Unity Artists');
  });

  it('are nothing for somebody without the right', async () => {
    await megan.say('settings', reads(/Entra does not let this account change the rules/));
    await megan.say('sign out', reads(/Signed out/));
  });
});

describe('somebody without the right', () => {
  it('asks with a sign-in that only reads, approvers see it, one click acts, and everybody hears it', async () => {
    const mine = await megan.say('provision alice@contoso.com', reads(/Waiting for approval/));
    expect(readMessage(megan.newest(mine))).toContain('Request 1');
    const copy = await copyOf(alex, 1);
    expect(findAction(megan.newest(mine).cards[0], 'request.approve')).toBeUndefined();
    const answer = await alex.press(copy, 'request.approve');
    expect(answer.kind === 'card' && textOf(answer.card)).toContain('Checking…');
    await megan.reads(mine, /Done/);
    await alex.reads(copy, /Done/);
    await hears(adele, /Request 1[\s\S]*Done/);
    expect(userNames()).toContain('alice@contoso.com');
    await hears(megan, /Request 1 is done|request 1/i);
  });

  it('hears why it was declined, and may ask again', async () => {
    const mine = await megan.say('request bruno@contoso.com because the second floor moves', reads(/the second floor moves/));
    const copy = await copyOf(alex, 2);
    await alex.press(copy, 'request.decline', { declineReason: 'Not this month' });
    await megan.reads(mine, /Declined[\s\S]*Not this month/);
    const late = await adele.press(await copyOf(adele, 2), 'request.approve').catch((error: unknown) => String(error));
    expect(JSON.stringify(late)).toMatch(/No action request\.approve|already decided by Alex Wilber/);
    await megan.press(mine, 'request.again');
    const next = await copyOf(megan, 3);
    expect(readMessage(next)).toContain('takes the place of request 2');
    await megan.press(next, 'request.withdraw');
    await megan.reads(next, /Withdrawn/);
  });

  it('sees a list and single ones; others hear that they may not', async () => {
    const list = await megan.say('requests', reads(/^Requests/m));
    expect(readMessage(list)).toMatch(/Alice Nowak[\s\S]*|Bruno Keller/);
    const shown = await alex.say('request 2', reads(/Request 2/));
    expect(readMessage(shown)).toContain('Not this month');
    await alex.say('request 99', reads(/There is no request 99/));
  });

  it('fills the form, and a person who was chosen comes by their object id', async () => {
    const start = await megan.say('request', (message) => findAction(message.cards[0], 'request.open') !== undefined);
    isDialog(await megan.client.act(start, actionOf(start.cards[0], 'request.open')));
    const submit = () => actionOf(megan.client.dialog()?.card, 'request.submit');
    const again = isDialog(await megan.client.submitDialog(submit(), { addresses: 'nobody at all', people: '' }));
    expect(textOf(again.card)).toContain('Put a name of several words in quotes');
    const [diego] = await megan.client.search(megan.chat(), 'graph.microsoft.com/users', 'Diego');
    await megan.client.submitDialog(submit(), { people: diego!.value, addresses: '', reason: 'new in the studio' });
    const made = await copyOf(megan, 4);
    expect(readMessage(made)).toContain('Diego Alvarez');
  });
});

it('an administrator who asked by mistake does it with their own right, and the request ends', async () => {
  const asked = await alex.say('request liam@contoso.com', reads(/Liam Murphy/)); // a copy of Megan's request may arrive now too
  await alex.reads(asked, /Waiting for approval/);
  await alex.press(asked, 'request.administer');
  await alex.reads(asked, /Replaced/);
  await hears(alex, /Provision a person[\s\S]*Liam Murphy[\s\S]*created/);
  expect(userNames()).toContain('liam@contoso.com');
});

it('without the right, *I administer this app* leaves the request as it was', async () => {
  const made = await copyOf(megan, 4);
  await megan.press(made, 'request.administer');
  await hears(megan, /Provision a person[\s\S]*Entra does not let this account/);
  expect(readMessage(megan.newest(made))).toContain('Waiting for approval');
});

it('what the rules approve waits for somebody to run it, all of it by one click', async () => {
  const one = await megan.say('request emma@contoso.com', reads(/an approver still has to run it/));
  const two = await megan.say('request henry@contoso.com', reads(/an approver still has to run it/));
  expect(userNames()).not.toContain('emma@contoso.com');
  const card = await adele.say('requests', (message) => findAction(message.cards[0], 'request.runAll') !== undefined);
  expect(await adele.press(card, 'request.runAll')).toEqual({ kind: 'message', text: 'Checking 2 requests…' });
  await megan.reads(one, /Done/);
  await megan.reads(two, /Done/);
  expect(userNames()).toEqual(expect.arrayContaining(['emma@contoso.com', 'henry@contoso.com']));
});

it('the audit is for administrators, and whole', async () => {
  const card = await adele.say('audit', reads(/^Audit/m));
  expect(readMessage(card)).toContain('The record is sound');
  expect(readMessage(card)).toContain('Request done');
  await megan.say('audit', reads(/Entra does not let this account read the audit/));
});
