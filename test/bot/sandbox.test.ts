import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CONFIRMED } from '../../sandbox/journey/administrator';
import { actionOf } from '../../sandbox/journey/cardActions';
import { type Sandbox, startSandbox } from '../../sandbox/startSandbox';
import { createTeamsClient, type TeamsClientOptions } from '../../sandbox/teams/client';
import type { MessageView, TeamsClient } from '../../sandbox/teams/clientTypes';
import { type App, startApp } from '../../src/app';
import { readSettings } from '../../src/config';
import { createLog } from '../../src/log';
import { trustAuthority } from '../entra/trustAuthority';
import { makeTestPlace, type TestPlace } from '../support/testStore';
import { PATIENT } from './support/settings';

const ADELE = 'adele@contoso.com';
const ALEX = 'alex@contoso.com';
const MEGAN = 'megan@contoso.com';

let sandbox: Sandbox;
let app: App;
let place: TestPlace;
const clients: TeamsClient[] = [];
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
    LOG_LEVEL: 'silent',
    CARD_UPDATE_MS: '50',
    ...PATIENT,
  });
  app = await startApp(settings, createLog('silent'), (why) => {
    throw new Error(why);
  });
  sandbox.teams.setBotEndpoint(`http://127.0.0.1:${app.port}/api/messages`);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await app.stop();
  await sandbox.stop();
  setDefaultCACertificates(authorities);
  await place.remove();
});
afterEach(async () => {
  Object.assign(sandbox.context.switches, { consent: 'granted', devices: 1, redeliverMessages: 'off' });
  for (const client of clients.splice(0)) client.close();
});

/** A person in front of Teams. `heard` gives what the bot said since the last call of `forget`. */
async function arrive(as: string, options: Partial<TeamsClientOptions> = {}) {
  const client = createTeamsClient({ origin: sandbox.origin, as, ...options });
  clients.push(client);
  await client.connect();
  const chatOf = (scope: string) => client.chats().find((chat) => chat.scope === scope)!.conversationId;
  const personal = chatOf('personal');
  let known = new Set(client.messages(personal).map(({ id }) => id));
  const wait = (matches: (text: string, message: MessageView) => boolean, what: string, chat = personal) =>
    client.waitFor(
      chat,
      (message) => message.from.kind === 'bot' && !known.has(message.id) && matches(readable(message), message),
      { what, timeoutMs: 30_000 },
    );
  return {
    client,
    personal,
    chatOf,
    wait,
    says: (pattern: RegExp, chat = personal) => wait((text) => pattern.test(text), String(pattern), chat),
    heard: () =>
      client
        .messages(personal)
        .filter(({ id, from }) => from.kind === 'bot' && !known.has(id))
        .map(readable),
    forget() {
      known = new Set(client.messages(personal).map(({ id }) => id));
    },
    async install(chat = personal) {
      await client.install(chat);
    },
    async signOut() {
      await client.say(personal, 'sign out');
      await this.says(/Signed out/);
      this.forget();
    },
  };
}
const readable = (message: MessageView) =>
  `${message.text} ${message.cards.map((card) => JSON.stringify(card)).join(' ')}`.trim();

describe('a person who adds the app', () => {
  it('is welcomed once, signs in silently, and the command that waited goes on by itself', async () => {
    const adele = await arrive(ADELE);
    await adele.install();
    await adele.says(/Unity Provisioning/);
    await adele.client.say(adele.personal, 'setup');
    const card = await adele.says(/setup\.open/);
    expect(readable(card)).toContain('Unity');
    expect(adele.heard().filter((text) => text.includes('This bot lets Microsoft Entra'))).toHaveLength(1);
    expect(adele.client.messages(adele.personal).filter(({ signIn }) => signIn && !signIn.hidden)).toEqual([]);
  });

  it('with several devices gets one answer', async () => {
    sandbox.context.switches.devices = 3;
    const adele = await arrive(ADELE);
    await adele.signOut();
    await adele.client.say(adele.personal, 'setup');
    await adele.says(/setup\.open/);
    await adele.client.say(adele.personal, 'help');
    await adele.says(/What you can type/);
    expect(adele.heard().filter((text) => text.includes('setup.open'))).toHaveLength(1);
    expect(adele.heard().filter((text) => text.includes('Signed in as'))).toHaveLength(1);
  });

  it('without consent presses the button; help works meanwhile', async () => {
    const adele = await arrive(ADELE);
    await adele.signOut();
    sandbox.context.switches.consent = 'required';
    await adele.client.say(adele.personal, 'setup');
    const card = await adele.wait((_text, { signIn }) => signIn !== undefined && !signIn.hidden, 'a sign-in button');
    await adele.client.say(adele.personal, 'help');
    await adele.says(/What you can type/);
    sandbox.context.switches.consent = 'granted';
    await adele.client.signIn(card);
    await adele.says(/setup\.open/);
  });

  it('may cancel, and nothing goes on', async () => {
    const alex = await arrive(ALEX);
    await alex.install();
    sandbox.context.switches.consent = 'required';
    await alex.client.say(alex.personal, 'setup');
    const card = await alex.wait((_text, { signIn }) => signIn !== undefined && !signIn.hidden, 'a sign-in button');
    await alex.client.signIn(card, { cancel: true });
    await alex.says(/Signing in was cancelled/);
    expect(alex.heard().some((text) => text.includes('setup.open'))).toBe(false);
  });

  it('may type the code that the page shows', async () => {
    const alex = await arrive(ALEX);
    sandbox.context.switches.consent = 'required';
    await alex.client.say(alex.personal, 'status');
    const card = await alex.wait((_text, { signIn }) => signIn !== undefined && !signIn.hidden, 'a sign-in button');
    sandbox.context.switches.consent = 'granted';
    const { code } = await alex.client.signIn(card, { codeOnly: true });
    await alex.client.say(alex.personal, code ?? '');
    await alex.says(/No Unity organization is set up/);
  });
});

describe('the forms', () => {
  it('open from the card, show problems beside fields, find apps, and lead to the token', async () => {
    const adele = await arrive(ADELE);
    await adele.client.say(adele.personal, 'setup');
    const card = await adele.says(/setup\.open/);
    const opened = await adele.client.act(card, actionOf(card.cards[0], 'setup.open'));
    expect(opened.kind).toBe('dialog');
    const submit = () => actionOf(adele.client.dialog()!.card, 'setup.submitApp');
    const organization = sandbox.context.tenant.organizations[0]!.genesisId;
    await adele.client.submitDialog(submit(), { organization: 'Contoso' });
    expect(JSON.stringify(adele.client.dialog()?.card)).toContain('neither a number nor a link');
    const found = await adele.client.search(adele.personal, 'apps', 'Un');
    expect(found.length).toBeGreaterThan(0);
    const checked = {
      ...CONFIRMED,
    };
    const usable = found.find(({ title }) => !title.includes('('));
    await adele.client.submitDialog(submit(), {
      organization,
      domains: 'contoso.com',
      servicePrincipalId: usable!.value,
      ...checked,
    });
    const second = JSON.stringify(adele.client.dialog()?.card);
    expect(second).toContain('setup.submitToken');
    expect(second).toContain(`/tenants/${organization}`);
    adele.client.closeDialog();
  });
});

describe('in a group chat and a channel', () => {
  it.each(['groupChat', 'channel'])('what needs rights goes on in the personal chat: %s', async (scope) => {
    const adele = await arrive(ADELE);
    const shared = adele.chatOf(scope);
    await adele.install(shared);
    await adele.client.say(shared, 'status', { nonBreakingSpace: true });
    await adele.says(/personal chat/, shared);
    await adele.says(/No Unity organization is set up/);
  });

  it('somebody without the app is told to add it; the command then goes on by itself', async () => {
    const adele = await arrive(ADELE);
    const megan = await arrive(MEGAN);
    const shared = megan.chatOf('groupChat');
    await adele.install(shared);
    await megan.client.say(shared, 'sign in');
    await megan.says(/add this app for yourself first/, shared);
    await megan.install();
    await megan.says(/Signed in as/);
  });
});

describe('Teams’ own doings', () => {
  it.each(['sameId'] as const)('a message delivered again with %s is answered once', async (redeliverMessages) => {
    const adele = await arrive(ADELE);
    sandbox.context.switches.redeliverMessages = redeliverMessages;
    await adele.client.say(adele.personal, 'help');
    await adele.says(/What you can type/);
    sandbox.context.switches.redeliverMessages = 'off';
    await adele.client.say(adele.personal, 'nonsense');
    await adele.says(/not a command/);
    expect(adele.heard().filter((text) => text.includes('What you can type'))).toHaveLength(1);
  });

  it('an edited message is ignored', async () => {
    const adele = await arrive(ADELE);
    await adele.client.say(adele.personal, 'nonsense');
    await adele.says(/not a command/);
    adele.forget();
    const mine = adele.client.messages(adele.personal).findLast(({ from }) => from.kind === 'person');
    await adele.client.edit(mine!, 'help');
    await adele.client.say(adele.personal, 'more nonsense');
    await adele.says(/not a command/);
    expect(adele.heard()).toHaveLength(1);
  });

  it.each([
    ['another tenant', { tenantId: '11111111-2222-4333-8444-000000000000' }],
    ['no object id', { withoutObjectId: true }],
  ])('a person with %s is refused and changes nothing', async (_who, options) => {
    const stranger = await arrive(ADELE, options);
    await stranger.client.say(stranger.personal, 'setup');
    await stranger.says(/works only for members/);
    expect(stranger.heard().some((text) => text.includes('setup.open'))).toBe(false);
  });
});
