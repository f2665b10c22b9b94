import type { Fault } from '../../sandbox/core/faults';
import { readMessage } from '../../sandbox/journey/cardActions';
import { runIn } from '../../sandbox/journey/runJourney';
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

type Effect = Fault['effect'];
const fault = (method: 'POST' | 'PUT', effect: Effect, more: { times?: number; path?: string } = {}) =>
  town.sandbox.context.faults.add({ service: 'connector', method, path: '/activities', times: 1, ...more, effect });
const answers = (status: number, more: { headers?: Record<string, string>; body?: unknown } = {}): Effect => ({
  kind: 'status',
  status,
  headers: {},
  ...more,
});
const runs = () => adele.client.messages(adele.personal).filter((message) => runIn(message));

describe('a card that the connector does not take at once', () => {
  it.each<[string, 'POST' | 'PUT', Effect]>([
    ['429 with Retry-After to a new one [teams 5 429]', 'POST', answers(429, { headers: { 'retry-after': '1' } })],
    ['429 with Retry-After to an edit [teams 5 429]', 'PUT', answers(429, { headers: { 'retry-after': '1' } })],
    ['412 to a new one [teams 5 412]', 'POST', answers(412)],
    ['412 to an edit [teams 5 412]', 'PUT', answers(412)],
    ['502 to a new one [teams 5 errors]', 'POST', answers(502)],
    ['502 to an edit [teams 5 errors]', 'PUT', answers(502)],
    ['a connection that is cut before a new one', 'POST', { kind: 'drop' }],
    ['an edit whose answer is lost', 'PUT', { kind: 'loseAnswer' }],
    ['404 to a valid edit, which happens [teams 5 404]', 'PUT', answers(404)],
  ])('%s: the final state arrives, in one card', async (_what, method, effect) => {
    const row = fault(method, effect);
    await adele.say('provision bruno@contoso.com');
    const card = await adele.runCard('done');
    expect(readMessage(card)).toMatch(/Bruno Keller/);
    expect(row.hits).toBe(1);
    await adele.heardInAll();
    expect(runs().filter(({ id }) => id >= card.id)).toHaveLength(1);
  });

  it('whose answer is lost may show twice, never not at all [teams 5 retry]', async () => {
    const row = fault('POST', { kind: 'loseAnswer' });
    await adele.say('provision bruno@contoso.com');
    await adele.runCard('done');
    expect(row.hits).toBe(1);
  });

  it.each<[string, Effect]>([
    ['was deleted [teams 8.7 deleted card]', answers(403, { body: { error: { code: 'Forbidden', message: 'no' } } })],
    ['is gone for good [teams 5 404]', answers(404)],
  ])('that %s is posted anew with the final state', async (_what, effect) => {
    const row = fault('PUT', effect, { times: 2 });
    await adele.say('provision bruno@contoso.com');
    await adele.runCard('done');
    expect(row.hits).toBe(2);
  });

  it('that is too large is told as text, and the run goes on [teams 4 size]', async () => {
    const row = fault('POST', answers(413), { times: 1 });
    await adele.say('provision bruno@contoso.com');
    await adele.waits(
      ({ text }) => /Provision a person: .*Teams did not take the card.*type: status/.test(text),
      'the text for the card',
    );
    expect(row.hits).toBe(1);
    await adele.runCard('done'); // the next state fits again
  });

  it('comes under the limits that Teams publishes, too, whatever else is said there [teams 5 send limit]', async () => {
    town.sandbox.context.switches.connectorRateLimit = 'on';
    await adele.say('provision bruno@contoso.com');
    for (let said = 0; said < 12; said += 1) await adele.client.say(adele.personal, 'nonsense');
    await adele.runCard('done');
    await until('an answer to each', () => adele.heard().filter((text) => /not a command/.test(text)).length >= 12);
  });
});

describe('a reply that the connector does not take', () => {
  it.each<[string, Effect]>([
    ['429', answers(429, { headers: { 'retry-after': '1' } })],
    ['412', answers(412)],
    ['500', answers(500)],
    ['502', answers(502)],
    ['a cut connection', { kind: 'drop' }],
    ['a lost answer', { kind: 'loseAnswer' }],
  ])('%s: comes a little later [teams 5 errors]', async (_what, effect) => {
    const row = fault('POST', effect);
    await adele.say('help');
    await adele.hears(/What you can type/);
    expect(row.hits).toBe(1);
    if (effect.kind === 'loseAnswer') await until('the copy', () => adele.heard().length === 2);
  });

  it.each([429, 502])('%i to the refusal of a stranger, which no row keeps: comes a little later', async (status) => {
    const stranger = await town.arrive(ADELE, { withoutObjectId: true });
    const row = fault('POST', answers(status, { headers: { 'retry-after': '1' } }));
    await stranger.say('help');
    await stranger.hears(/works only for members/);
    expect(row.hits).toBe(1);
  });

  it('413: comes as text', async () => {
    fault('POST', answers(413), { times: 2 });
    await adele.say('help');
    await adele.hears(/What you can type: .*Teams did not take the card/);
  });
});

describe('somebody who blocks the bot [teams 5 403]', () => {
  it('is not written to again, others are not harmed, and after their return the card shows how it ended', async () => {
    const alex = await town.arrive(ALEX);
    await alex.install();
    await alex.signIn();
    const held = town.sandbox.context.faults.add({
      service: 'graph',
      path: '/users/',
      times: 1,
      effect: { kind: 'hold' },
    });
    await alex.say('provision carla@contoso.com');
    await alex.runCard('running');
    await until('the run to be held', () => held.hits > 0);
    await alex.client.block(alex.personal, true);
    town.sandbox.context.faults.remove(held.id);
    const to = encodeURIComponent(alex.personal);
    const tried = () =>
      town.sandbox.context.calls.list('connector').filter(({ path, status }) => path.includes(to) && status === 403);
    await until('the bot to find out', () => tried().length > 0);
    const triedBefore = tried().length;
    await adele.say('provision carla@contoso.com');
    await adele.runCard('done');
    expect(tried()).toHaveLength(triedBefore);
    await alex.client.block(alex.personal, false);
    await alex.client.say(alex.personal, 'help');
    const card = await alex.runCard('done');
    expect(readMessage(card)).toMatch(/Carla Rossi/);
  });

  it.each(['ConversationBlockedByUser', 'MessageWritesBlocked', 'BotDisabledByAdmin', 'BotNotInConversationRoster'])(
    '%s in either shape ends the writing there [teams 5 MessageWritesBlocked]',
    async (code) => {
      const alex = await town.arrive(ALEX);
      await alex.install();
      const path = encodeURIComponent(alex.personal);
      const body =
        code === 'MessageWritesBlocked'
          ? { errorCode: 209, message: JSON.stringify({ subCode: code, details: null }) }
          : { error: { code, message: 'no' } };
      const row = fault('POST', answers(403, { body }), { path, times: 100 });
      await alex.say('help');
      await until('the reply and its row to be refused', () => row.hits >= 2);
      await adele.say('help');
      await adele.hears(/What you can type/);
      expect(row.hits).toBe(2);
      town.sandbox.context.faults.clear();
      await alex.say('nonsense');
      await alex.hears(/not a command/);
    },
  );

  it('does not hold up anybody: a conversation that never answers costs the others nothing', async () => {
    const alex = await town.arrive(ALEX);
    await alex.install();
    await alex.signIn();
    const row = fault('POST', { kind: 'hang' }, { path: encodeURIComponent(alex.personal), times: 1 });
    await alex.client.say(alex.personal, 'provision bruno@contoso.com');
    await until('a send to Alex that hangs', () => row.hits > 0);
    await adele.say('provision bruno@contoso.com');
    await adele.runCard('done');
    // Alex's card comes once the bot gave up waiting for the first send.
    await until('the card for Alex', () => alex.heard().some((text) => /Bruno Keller/.test(text)));
  }, 40_000);
});
