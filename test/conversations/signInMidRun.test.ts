import { CONFIRMED } from '../../sandbox/journey/administrator';
import { readMessage } from '../../sandbox/journey/cardActions';
import { runIn } from '../../sandbox/journey/runJourney';
import { until } from '../support/until';
import { ADELE, startTown, type Town } from './support/startTown';

let town: Town;
let adeleId: string;
beforeAll(async () => {
  town = await startTown({ isSetUp: true });
  adeleId = town.sandbox.context.tenant.users[0]!.id;
}, 90_000);
afterAll(() => town.stop());
afterEach(() => town.reset());

const switches = () => town.sandbox.context.switches;
const faults = () => town.sandbox.context.faults;
const organization = () => town.sandbox.context.tenant.organizations[0]!;

async function signedIn() {
  const adele = await town.arrive(ADELE);
  await adele.signOut();
  await adele.signIn();
  return adele;
}

/** Holds the run at its first look into the directory for as long as `meanwhile` takes. */
async function whileLooking(start: () => Promise<void>, meanwhile: () => Promise<unknown>): Promise<void> {
  const fault = faults().add({ service: 'graph', path: '/users/', times: 1, effect: { kind: 'hold' } });
  await start();
  await until('the run to look for the person', () => fault.hits > 0);
  await meanwhile();
  faults().remove(fault.id);
}

describe('a run whose sign-in ends while it runs', () => {
  it('waits, says so, and goes on by the button of its card: the token had expired [teams 2.5 lifetime]', async () => {
    const adele = await signedIn();
    await whileLooking(
      () => adele.say('provision bruno@contoso.com'),
      () => town.expireTokens(adeleId),
    );
    const waiting = await adele.runCard('waiting', (text) => /Sign in/i.test(text));
    expect(readMessage(waiting)).toMatch(/\[Sign in\]/);
    expect(await adele.press(waiting, 'auth.signIn')).toMatchObject({ kind: 'message', text: 'You are signed in.' });
    await adele.runCard('done', (text) => /Bruno Keller/.test(text));
    expect(bruno()).toEqual(['bruno@contoso.com']);
  });

  it('waits, and goes on after sign in is typed: somebody signed out on another device', async () => {
    const adele = await signedIn();
    const phone = await town.arrive(ADELE);
    await whileLooking(
      () => adele.say('provision carla@contoso.com'),
      async () => {
        await phone.say('sign out');
        await phone.hears(/Signed out\. Runs that need you wait until you type: sign in/);
      },
    );
    await adele.runCard('waiting');
    await phone.say('sign in');
    await phone.hears(/Signed in as Adele Vance\. Your waiting run goes on/);
    await adele.runCard('done', (text) => /Carla Rossi/.test(text));
  });

  it('ends a sign-in that Graph refuses, asks once for a fresh one, and goes on by itself: the token was revoked', async () => {
    const adele = await signedIn();
    await whileLooking(
      () => adele.say('provision diego@contoso.com'),
      () => town.revokeTokens(adeleId),
    );
    await adele.waits(({ signIn }) => /no longer valid.*goes on by itself/.test(signIn?.text ?? ''), 'a card with the reason');
    await adele.runCard('done', (text) => /Diego Alvarez/.test(text));
    await adele.heardInAll();
    expect(adele.signInCards()).toHaveLength(1);
  });

  it('asks by the button alone when Graph wants another check, and goes on after it [entra 8.3 challenge]', async () => {
    const adele = await signedIn();
    const claims = Buffer.from('{"access_token":{"nbf":{"essential":true}}}').toString('base64');
    faults().add({
      service: 'graph',
      path: '/users/',
      times: 1,
      effect: {
        kind: 'status',
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${claims}"` },
        body: { error: { code: 'InvalidAuthenticationToken', message: 'Continuous access evaluation resulted in challenge' } },
      },
    });
    await adele.say('provision emma@contoso.com');
    const card = await adele.signInButton(/another check of who you are/);
    await adele.runCard('waiting');
    await adele.client.signIn(card);
    await adele.runCard('done', (text) => /Emma Lee/.test(text));
    await adele.heardInAll();
    expect(adele.signInCards()).toHaveLength(1);
  });

  it('does not go round when every token is refused at once: the second time only the button asks', async () => {
    const adele = await signedIn();
    faults().add({
      service: 'graph',
      path: '/me',
      effect: { kind: 'status', status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'Revoked' } } },
    });
    town.forgetCalls();
    await adele.say('provision farid@contoso.com');
    await adele.signInButton(/no longer valid/);
    await adele.runCard('waiting');
    await adele.heardInAll();
    expect(town.calls('token').filter((call) => call.includes('/exchange'))).toHaveLength(1);
    expect(adele.signInCards()).toHaveLength(2);
    faults().clear();
    await adele.client.say(adele.personal, 'sign in');
    await adele.runCard('done', (text) => /Farid Haddad/.test(text));
  });

  it('says why when the fresh sign-in is blocked, and goes on when it is no longer [entra 8.2 no loop]', async () => {
    const adele = await signedIn();
    await whileLooking(
      () => adele.say('provision grete@contoso.com'),
      async () => {
        await town.expireTokens(adeleId);
        switches().delegatedTokenError = 53003;
      },
    );
    const waiting = await adele.runCard('waiting');
    const answer = await adele.press(waiting, 'auth.signIn');
    expect(answer).toMatchObject({ kind: 'error', text: expect.stringMatching(/access rules.*\(AADSTS53003\).*administrator/) });
    expect(runIn(adele.newest(waiting))?.state).toBe('waiting');
    switches().delegatedTokenError = 0;
    await adele.press(waiting, 'auth.signIn');
    await adele.runCard('done', (text) => /Grete Lund/.test(text));
  });

  it('can be cancelled while it waits for a sign-in', async () => {
    const adele = await signedIn();
    await whileLooking(
      () => adele.say('provision henry@contoso.com'),
      () => town.expireTokens(adeleId),
    );
    const waiting = await adele.runCard('waiting');
    expect(await adele.press(waiting, 'run.cancel')).toMatchObject({ kind: 'message', text: 'Accepted.' });
    await adele.runCard('cancelled');
    expect(scimUsers()).not.toContain('henry@contoso.com');
  });
});

describe('a dialog', () => {
  it('whose token died between opening and submitting leads to a run that waits, says so and goes on [teams 2.5 lifetime]', async () => {
    const adele = await signedIn();
    await adele.say('setup');
    const start = await adele.hears(/Set up Unity provisioning/);
    await adele.press(start, 'setup.open');
    await town.expireTokens(adeleId);
    const submit = (verb: string, inputs: Record<string, string>) => {
      const action = JSON.stringify(adele.client.dialog()!.card.actions);
      expect(action).toContain(verb);
      const [found] = (adele.client.dialog()!.card.actions as Record<string, unknown>[]).filter((one) =>
        JSON.stringify(one).includes(verb),
      );
      return adele.client.submitDialog(found!, inputs);
    };
    await submit('setup.submitApp', {
      organization: town.sandbox.context.tenant.organizations[1]!.genesisId,
      domains: 'contoso.com',
      ...CONFIRMED,
    });
    expect(await submit('setup.submitToken', { scimToken: 'no-real-token' })).toMatchObject({ kind: 'message' });
    const waiting = await adele.runCard('waiting', (text) => /\[Sign in\]/.test(text));
    await adele.press(waiting, 'auth.signIn');
    const looked = await adele.waits(
      (message) =>
        message.id === waiting.id &&
        ['failed', 'waiting'].includes(runIn(message)?.state ?? '') &&
        !/\[Sign in\]/.test(readMessage(message)),
      'the setup to look at both sides',
    );
    await adele.press(looked, 'run.cancel');
    await adele.runCard('cancelled');
  });
});

const scimUsers = () =>
  (town.sandbox.unity.state().organizations.find(({ genesisId }) => genesisId === organization().genesisId)?.scimUsers ?? []).map(
    ({ userName }) => userName,
  );
const bruno = () => scimUsers().filter((userName) => userName === 'bruno@contoso.com');
