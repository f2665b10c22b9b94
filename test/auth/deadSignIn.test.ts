import { deadSignInOf, tellDeadSignIn } from '../../src/auth/deadSignIn';
import { NoRightError, SignInNeededError } from '../../src/errors';
import { adele, type BotBench, startBotBench } from '../bot/support/botBench';

const needed = (reason: string) => new SignInNeededError({ objectId: '', connectionName: '', reason });

describe('a client that tells of dead sign-ins', () => {
  const told: string[] = [];
  const client = tellDeadSignIn(
    { name: 'graph', get: (what: unknown) => (what instanceof Error ? Promise.reject(what) : Promise.resolve(what)) },
    async (why) => void told.push(why),
  );
  beforeEach(() => {
    told.length = 0;
  });

  it.each(['challenge', 'expired'])('tells of %s, then fails with the same error', async (reason) => {
    const error = needed(reason);
    await expect(client.get(error)).rejects.toBe(error);
    expect(told).toEqual([reason]);
  });
  it('tells nothing of a missing token, of other errors, or of success', async () => {
    await client.get(needed('none')).catch(() => undefined);
    await client.get(new NoRightError({ operation: 'x', requestId: null })).catch(() => undefined);
    expect(await client.get('answer')).toBe('answer');
    expect(client.name).toBe('graph');
    expect(told).toEqual([]);
  });
  it('reads the reason of an error that was stored and rebuilt', () => {
    expect(deadSignInOf(Object.assign(new Error('x'), { code: 'sign_in_needed', facts: { reason: 'challenge' } }))).toBe(
      'challenge',
    );
  });
});

describe('a challenge of Entra', () => {
  let bench: BotBench;
  beforeAll(async () => {
    bench = await startBotBench();
  });
  afterAll(() => bench.stop());
  beforeEach(async () => {
    await bench.say('sign out');
    bench.signedIn();
    bench.forget();
  });

  it('in a command ends the sign-in and asks for a fresh one with the reason; the command goes on by itself [entra 8.3 challenge]', async () => {
    const { findSetupApps } = bench.queries;
    bench.queries.findSetupApps = () => Promise.reject(needed('challenge'));
    await bench.say('setup');
    bench.queries.findSetupApps = findSetupApps;
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in: Your company asks for another check.*“setup”/)]);
    expect(bench.stub.tokens.size).toBe(0);
    await bench.invoke('signin/tokenExchange', { id: 'after-challenge', connectionName: 'entra', token: 'sso' });
    expect(await bench.heard()).toContain('card: Set up Unity provisioning');
  });

  it('in a status asks for a sign-in and shows the status afterwards', async () => {
    const { readStatus, isGuest } = bench.queries;
    bench.queries.isGuest = () => Promise.reject(needed('expired'));
    await bench.say('status');
    Object.assign(bench.queries, { readStatus, isGuest });
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in: Your sign-in is no longer valid.*“status”/)]);
  });

  it('in a run does the same, in the personal chat', async () => {
    await bench.bot.signInAgain(adele, 'challenge');
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in: Your company asks for another check/)]);
    expect(bench.stub.sent[0]?.conversationId).toBe(`a:${adele.objectId}`);
    expect(bench.stub.tokens.size).toBe(0);
  });

  it('in a run of somebody who removed the app asks nobody, and fails nothing', async () => {
    await bench.bot.signInAgain({ ...adele, objectId: '7b0c1d2e-0000-4000-8000-0000000000ff' }, 'expired');
    expect(await bench.heard()).toEqual([]);
  });
});
