import { readMessage } from '../../sandbox/journey/cardActions';
import { ADELE, ALEX, MEGAN, startTown, type Town } from './support/startTown';

let town: Town;
beforeAll(async () => {
  town = await startTown({ settings: { TOKEN_IN_INVOKE_MS: '1500' } });
}, 60_000);
afterAll(() => town.stop());
afterEach(() => town.reset());

const switches = () => town.sandbox.context.switches;
const faults = () => town.sandbox.context.faults;
const idOf = (name: string) => town.sandbox.context.tenant.users.find(({ userPrincipalName }) => userPrincipalName === name)!.id;
const NOT_SET_UP = /No Unity organization is set up/;

/** Alex with the app and without a sign-in. */
async function alexSignedOut() {
  const alex = await town.arrive(ALEX);
  await alex.install();
  await alex.signOut();
  return alex;
}

/** The account chosen on the page behind the button; gives the digits that the page shows. */
async function chooseAccount(link: string, objectId: string): Promise<string> {
  const response = await fetch(link, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ person: objectId }).toString(),
  });
  return ((await response.json()) as { code: string }).code;
}

describe('a command that needs a sign-in', () => {
  it('goes on by itself after the silent exchange, exactly once [teams 2.1 silent]', async () => {
    const alex = await alexSignedOut();
    await alex.say('status');
    await alex.hears(NOT_SET_UP);
    expect((await alex.heardInAll()).filter((text) => NOT_SET_UP.test(text))).toHaveLength(1);
    expect(alex.client.messages(alex.personal).filter(({ signIn }) => signIn?.hidden === false)).toEqual([]);
  });

  it('goes on exactly once although three devices exchange at once [teams 2.2 duplicate]', async () => {
    switches().devices = 3;
    const alex = await alexSignedOut();
    await alex.say('status');
    await alex.hears(NOT_SET_UP);
    const heard = await alex.heardInAll();
    expect(heard.filter((text) => NOT_SET_UP.test(text))).toHaveLength(1);
    expect(heard.filter((text) => /Signed in as/.test(text))).toHaveLength(1);
  });

  it('waits while consent is missing, and goes on after the button [teams 2.2 consent]', async () => {
    const alex = await alexSignedOut();
    switches().consent = 'required';
    await alex.say('status');
    const card = await alex.signInButton(/“status” goes on by itself afterwards/);
    expect(alex.heard()).toEqual([]);
    await alex.client.signIn(card);
    await alex.hears(NOT_SET_UP);
    expect((await alex.heardInAll()).filter((text) => NOT_SET_UP.test(text))).toHaveLength(1);
  });

  it('goes on after the digits of the page are typed as a message [teams 2.1 code]', async () => {
    const alex = await alexSignedOut();
    Object.assign(switches(), { delegatedTokenError: 65001, delegatedTokenErrorFor: 'silent' });
    await alex.say('status');
    const { code = '' } = await alex.client.signIn(await alex.signInButton(), { codeOnly: true });
    await alex.say(code);
    await alex.hears(NOT_SET_UP);
  });

  it('is dropped when the sign-in is cancelled, and the chat says so [teams 2.1 cancel]', async () => {
    const megan = await town.arrive(MEGAN);
    await megan.install();
    switches().consent = 'required';
    await megan.say('status');
    await megan.client.signIn(await megan.signInButton(), { cancel: true });
    await megan.hears(/cancelled.*dropped.*Type the command again/);
    switches().consent = 'granted';
    await megan.signIn();
    expect((await megan.heardInAll()).filter((text) => NOT_SET_UP.test(text))).toEqual([]);
  });

  it('lets help and other commands answer meanwhile [teams 2.6 blocked]', async () => {
    const alex = await alexSignedOut();
    switches().delegatedTokenError = 65001;
    await alex.say('status');
    await alex.signInButton();
    await alex.say('help');
    await alex.hears(/What you can type/);
    await alex.say('deprovision alice@contoso.com');
    await alex.hears(/not a command/);
  });

  it.each([
    ['000000', /This code was not accepted.*type: sign in/],
    ['123456', /This code was not accepted.*type: sign in/],
  ])('is not done for the wrong digits %s, and the chat says what to do', async (code, words) => {
    const alex = await alexSignedOut();
    await alex.say(code);
    await alex.hears(words);
  });
});

describe('what Entra refuses [entra 8.2 no loop]', () => {
  it.each([50072, 50074, 50076, 50078, 50079, 50158, 70043])(
    'a challenge, AADSTS%i, leads to one card with the reason whose button answers it, and the command goes on',
    async (code) => {
      const alex = await alexSignedOut();
      Object.assign(switches(), { delegatedTokenError: code, delegatedTokenErrorFor: 'silent', devices: 2 });
      await alex.say('status');
      const card = await alex.signInButton(new RegExp(`another check of who you are \\(AADSTS${code}\\)`));
      await alex.client.signIn(card);
      await alex.hears(NOT_SET_UP);
      await alex.heardInAll();
      expect(alex.signInCards().filter(({ signIn }) => /another check/.test(signIn?.text ?? ''))).toHaveLength(1);
    },
  );

  it.each([
    [53000, /access rules do not let you sign in from here \(AADSTS53000\).*ask your administrator; then type: sign in/],
    [53003, /access rules do not let you sign in from here \(AADSTS53003\).*ask your administrator; then type: sign in/],
    [530035, /access rules do not let you sign in from here \(AADSTS530035\)/],
    [50057, /Entra does not let this account sign in \(AADSTS50057\).*administrator/],
    [500133, /Entra did not take the sign-in.*\(AADSTS500133\).*To try again type: sign in/],
    [700082, /\(AADSTS700082\).*To try again type: sign in/],
    [7000215, /not set up right \(AADSTS7000215\).*tell whoever runs the bot/],
    [500131, /not set up right \(AADSTS500131\).*tell whoever runs the bot/],
    [90033, /Entra is busy.*\(AADSTS90033\).*In a minute type: sign in/],
  ])('AADSTS%i is explained once with what to do, and nothing goes round', async (code, words) => {
    const alex = await alexSignedOut();
    Object.assign(switches(), { delegatedTokenError: code, devices: 3 });
    town.forgetCalls();
    await alex.say('status');
    await alex.hears(words);
    expect((await alex.heardInAll()).filter((text) => words.test(text))).toHaveLength(1);
    expect(alex.signInCards()).toHaveLength(1);
    expect(town.calls('token').filter((call) => call.includes('/exchange')).length).toBeLessThanOrEqual(3);
  });
});

describe('the token service', () => {
  it.each([404, 412, 500, 503])('that answers an exchange with %i leaves the button, and a way on', async (status) => {
    const alex = await alexSignedOut();
    faults().add({ service: 'token', path: '/exchange', effect: { kind: 'status', status } });
    await alex.say('status');
    await alex.signInButton();
    faults().clear();
    await alex.say('sign in');
    await alex.hears(/signed in as/i);
    await alex.hears(NOT_SET_UP);
  });

  it('that answers a 404 with a body gives no token and no loop [teams 2.5 trap]', async () => {
    const alex = await alexSignedOut();
    const body = { error: { code: 'NotFound', message: 'none' } };
    faults().add({ service: 'token', path: '/GetToken', effect: { kind: 'status', status: 404, body } });
    town.forgetCalls();
    await alex.say('status');
    await alex.signInButton();
    await alex.heardInAll();
    expect(town.calls('token').filter((call) => call.includes('/exchange')).length).toBeLessThanOrEqual(1);
  });

  it.each([412, 500, 503])('that answers %i when it is asked for a token is said, and nothing was changed', async (status) => {
    const alex = await alexSignedOut();
    faults().add({ service: 'token', path: '/GetToken', effect: { kind: 'status', status } });
    await alex.say('status');
    await alex.hears(/sign-in service.*gave no answer.*Retry in a few minutes/);
  });

  it('that is slow is said in words before Teams loses patience', async () => {
    const alex = await alexSignedOut();
    faults().add({ service: 'token', path: '/GetToken', effect: { kind: 'slow', ms: 9_000 } });
    await alex.say('status');
    await alex.hears(/sign-in service.*gave no answer/);
  });

  it('that is slow in an exchange is answered in time, and the chat says what to do', async () => {
    const alex = await alexSignedOut();
    faults().add({ service: 'token', path: '/exchange', effect: { kind: 'slow', ms: 4_000 } });
    await alex.say('status');
    await alex.hears(/sign-in service.*In a minute type: sign in/);
    await alex.signInButton();
  });

  it('that gives no link for a card is said', async () => {
    const alex = await alexSignedOut();
    faults().add({ service: 'token', path: '/GetSignInResource', effect: { kind: 'status', status: 500 } });
    await alex.say('sign in');
    await alex.hears(/sign-in service.*gave no answer/);
  });

  it('that does not answer a sign out is said', async () => {
    const alex = await town.arrive(ALEX);
    faults().add({ service: 'token', path: '/SignOut', effect: { kind: 'status', status: 500 } });
    await alex.say('sign out');
    await alex.hears(/Signing out did not work.*Type “sign out” again/);
  });
});

describe('signin/failure [teams 2.3 failure]', () => {
  it.each([
    ['installappfailed', /Add the app to your personal chat, then type: sign in/],
    ['installedappnotfound', /Add it there, then type: sign in/],
    ['authrequestfailed', /administrator may have to give consent.*type: sign in/],
    ['resourcematchfailed', /Tell whoever runs the bot: resourcematchfailed/],
    ['oauthcardnotvalid', /Tell whoever runs the bot: oauthcardnotvalid/],
    ['tokenmissing', /To try again with the button type: sign in/],
    ['invokeerror', /To try again type: sign in/],
    ['userconsentrequired', /\(userconsentrequired\).*type: sign in/],
    ['__proto__', /\(unknown\).*type: sign in/],
  ])('%s is answered 200, and the chat says what to do', async (code, words) => {
    const alex = await town.arrive(ALEX);
    alex.mark();
    expect((await (await alex.raw()).invoke(alex.personal, 'signin/failure', { code, message: 'x' })).status).toBe(200);
    await alex.hears(words);
  });
});

describe('another account on the sign-in page [teams 2.1 wrong account]', () => {
  it.each(['typed', 'sent by the page'])(
    'is never acted with, its digits %s: the reason is said, and the right one goes on',
    async (way) => {
      const alex = await alexSignedOut();
      Object.assign(switches(), { delegatedTokenError: 65001, delegatedTokenErrorFor: 'silent' });
      await alex.say('status');
      const card = await alex.signInButton();
      const code = await chooseAccount(card.signIn!.link, idOf(ADELE));
      if (way === 'typed') await alex.client.say(alex.personal, code);
      else await (await alex.raw()).invoke(alex.personal, 'signin/verifyState', { state: code });
      const again = await alex.waits(
        ({ signIn }) => /another account than the one that you use in Teams/.test(signIn?.text ?? ''),
        'the reason',
      );
      const button = await alex.signInButton(/another account/);
      expect(button.id).toBe(again.id);
      await alex.client.signIn(button);
      await alex.hears(/Signed in as Alex Wilber/);
      await alex.hears(NOT_SET_UP);
      expect(alex.client.messages(alex.personal).filter((message) => /Signed in as Adele/.test(readMessage(message)))).toEqual(
        [],
      );
    },
  );
});

describe('in a group chat and a channel [teams 2.3 personal only]', () => {
  it.each(['groupChat', 'channel'] as const)(
    '%s: no sign-in card is shown there; it goes on in the personal chat',
    async (scope) => {
      const alex = await alexSignedOut();
      const chat = alex.chat(scope);
      if (!alex.client.chats().find(({ conversationId }) => conversationId === chat)?.installed) await alex.client.install(chat);
      await alex.say('status', { chat });
      await alex.hears(/personal chat/, chat);
      await alex.hears(NOT_SET_UP);
      const there = alex.client.messages(chat).filter(({ from }) => from.kind === 'bot');
      expect(there.filter(({ signIn }) => signIn)).toEqual([]);
      expect(there.filter((message) => NOT_SET_UP.test(readMessage(message)))).toEqual([]);
    },
  );

  it('a refused sign-in is explained in the personal chat', async () => {
    const alex = await alexSignedOut();
    switches().delegatedTokenError = 53003;
    await alex.say('sign in', { chat: alex.chat('groupChat') });
    await alex.hears(/access rules do not let you sign in/);
  });
});
