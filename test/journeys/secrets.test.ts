import { findAction } from '../../sandbox/journey/cardActions';
import { type CompanyAdministrator, type FaultWorld, startFaultWorld } from '../../sandbox/journey/faults/faultWorld';
import { makeTestPlace, type TestPlace } from '../support/testStore';
import { disguisesOf, leaksIn } from './support/disguises';
import { everyFile, everySandboxAnswer, everyTable } from './support/everyPlace';
import { endOf, outcomesOf } from './support/stories';

/** Made up here, so that its encodings differ from it: nothing at Unity knows it. */
const WRONG = 'canary+wrong/token=with~signs&more?of#them%';
const IN_A_CHAT = 'canary-typed-into-the-chat-by-mistake-0123456789';

/** All of a whole journey that must never be read anywhere, by name. */
interface Canaries {
  scimTokens: Map<string, string>;
  /** Tokens of people and of the bot itself, and its password. */
  others: Map<string, string>;
}

/** Notes each token that Entra gives out and each one that the bot shows, from the start on. */
function watchTokens({ sandbox }: FaultWorld): Map<string, string> {
  const seen = new Map([['the bot’s password', sandbox.context.bot.secret]]);
  const { entra } = sandbox;
  const { exchange, issueSsoToken, isBotToken } = entra;
  entra.exchange = (...input) => {
    const given = exchange(...input);
    seen.set(`a person’s Graph token (${seen.size})`, given.token);
    return given;
  };
  entra.issueSsoToken = (userId) => {
    const token = issueSsoToken(userId);
    seen.set(`an SSO token (${seen.size})`, token);
    return token;
  };
  entra.isBotToken = (authorization) => {
    const token = authorization?.replace(/^Bearer /i, '');
    if (token && ![...seen.values()].includes(token)) seen.set(`the bot’s own token (${seen.size})`, token);
    return isBotToken(authorization);
  };
  return seen;
}

interface Journey {
  world: FaultWorld;
  place: TestPlace;
  canaries: Canaries;
  /** What people got to see in dialogs; cards and messages are in the sandbox's state. */
  dialogs: Map<string, string>;
}

/** A success, a failure, a cancelled setup, a form shown again, and a plan that waits with its token sealed. */
async function travel(settings: Record<string, string>): Promise<Journey> {
  const place = await makeTestPlace();
  const world = await startFaultWorld({
    companies: 4,
    settings: { DATA_DIR: place.dataDir, ...place.environment, LOG_LEVEL: 'trace', ...settings },
  });
  const others = watchTokens(world);
  const scimTokens = new Map([['the wrong token', WRONG]]);
  const dialogs = new Map<string, string>();
  const [success, failure, cancelled, waiting] = await Promise.all(
    world.companies.map((company) => world.administrator(company)),
  );
  if (!success || !failure || !cancelled || !waiting) throw new Error('four companies are needed');
  for (const [name, person] of Object.entries({ success, failure, cancelled, waiting }))
    scimTokens.set(`the token of ${name}`, await person.token());

  expect(endOf(await success.press(await success.setUp(), 'plan.confirm'))).toEqual({ state: 'done', why: null });
  expect(outcomesOf(await success.provision(success.company.colleagueAddress))).toEqual(['created']);

  expect(endOf(await failure.setUp({ token: WRONG }))).toEqual({ state: 'failed', why: 'scim_credentials_rejected' });
  await failure.person.say(IN_A_CHAT);

  dialogs.set('the form shown again', await formShownAgain(cancelled));
  const plan = await cancelled.setUp();
  world.sandbox.context.faults.add({
    service: 'graph',
    method: 'POST',
    path: '/provisionOnDemand',
    caller: cancelled.company.administratorId,
    times: 1,
    effect: { kind: 'status', status: 403 },
  });
  const failed = await cancelled.press(plan, 'plan.confirm');
  expect(failed.run.state).toBe('failed');
  expect((await cancelled.press(failed, 'run.cancel')).run.state).toBe('cancelled');

  expect(endOf(await waiting.setUp())).toEqual({ state: 'waiting', why: 'plan' });
  return { world, place, canaries: { scimTokens, others }, dialogs };
}

/** The second form with an address that is refused: it comes back and says that the token is kept. */
async function formShownAgain({ person, token }: CompanyAdministrator): Promise<string> {
  const form = await person.openTokenForm();
  const answer = await person.client.submitDialog(findAction(form, 'setup.submitToken')!, {
    scimToken: await token(),
    scimConnectorUrl: 'https://scim.elsewhere.example/v2',
  });
  if (answer.kind !== 'dialog') throw new Error(`no form came back: ${JSON.stringify(answer)}`);
  return JSON.stringify(answer.dialog);
}

describe.each([
  ['false', ['waiting', 'failed', 'a form that is still open']],
  ['true', ['waiting', 'failed', 'a form that is still open', 'connection']],
])('a whole journey with KEEP_SCIM_TOKEN=%s', (keep, sealedFor) => {
  let journey: Journey;
  let answers: Map<string, string>;
  let tables: Map<string, string>;
  let output: Map<string, string>;
  beforeAll(async () => {
    journey = await travel({ KEEP_SCIM_TOKEN: keep });
    answers = await everySandboxAnswer(journey.world.sandbox.origin);
    await journey.world.bot.stop();
    output = new Map([['the bot’s output', journey.world.bot.output()]]);
    tables = await everyTable(journey.place);
  }, 120_000);
  afterAll(async () => {
    await journey?.world.stop();
    await journey?.place.remove();
  });
  const all = () => new Map([...journey.canaries.scimTokens, ...journey.canaries.others]);

  it('leaves no token, no password and no typed secret in the log, even at LOG_LEVEL=trace', () => {
    expect(output.get('the bot’s output')!.split('\n').length).toBeGreaterThan(100);
    const prints = output.get('the bot’s output')!.match(/"print":"[0-9a-f]{8}"/g);
    expect(new Set(prints).size).toBe(journey.canaries.scimTokens.size - 1); // one was never used; the log tells the others apart
    expect(leaksIn(output, new Map([...all(), ['what was typed into the chat', IN_A_CHAT]]))).toEqual([]);
  });

  it('leaves none in any table, DBOS’s included', () => {
    expect([...tables.keys()].filter((name) => name.startsWith('table dbos.')).length).toBeGreaterThan(3);
    expect(leaksIn(tables, new Map([...all(), ['what was typed into the chat', IN_A_CHAT]]))).toEqual([]);
  });

  it('seals a token only where a run or a form is open or the setting keeps it, and destroys it otherwise', () => {
    const rows = tables
      .get('table public.secrets')!
      .split('\n')
      .filter(Boolean)
      .map((row) => JSON.parse(row) as { subject: string });
    const [success, failure, , waiting] = journey.world.companies;
    const named = rows.map(({ subject }) => {
      if (subject.startsWith('connection:') && subject.includes(success!.organizationId)) return 'connection';
      if (subject.startsWith('draft:')) return 'a form that is still open';
      if (subject.includes(failure!.organizationId)) return 'failed';
      return subject.includes(waiting!.organizationId) ? 'waiting' : subject;
    });
    expect(named.sort()).toEqual([...sealedFor].sort());
  });

  it('leaves none in the files of DATA_DIR', () => {
    expect(leaksIn(everyFile(journey.place.dataDir), all())).toEqual([]);
  });

  it('shows none on any card, in any message, or in what the sandbox reads back', () => {
    expect(answers.get('/__sandbox/state')!.length).toBeGreaterThan(10_000);
    expect(leaksIn(answers, all())).toEqual([]);
  });

  it('shows a form again with the word that the token is kept, and without it [unity 5 no echo]', () => {
    expect(journey.dialogs.get('the form shown again')).toMatch(/token kept/i);
    expect(leaksIn(journey.dialogs, all())).toEqual([]);
  });
});

describe('the search for secrets', () => {
  const secret = 'a+secret/of=some&length?0123';
  it.each([...disguisesOf(secret).keys()])('finds one that lies there %s', (disguise) => {
    const around = new Map([['somewhere', `before${disguisesOf(secret).get(disguise)}after`]]);
    expect(leaksIn(around, new Map([['it', secret]]))).not.toEqual([]);
  });

  it.each([0, 1, 2])('finds one inside base64 of something longer, behind %i characters', (length) => {
    const whole = Buffer.from(`${'x'.repeat(length)}${secret} and more`).toString('base64');
    expect(leaksIn(new Map([['somewhere', whole]]), new Map([['it', secret]]))).not.toEqual([]);
  });

  it('finds nothing where nothing is', () => {
    expect(leaksIn(new Map([['somewhere', 'a secret of some length']]), new Map([['it', secret]]))).toEqual([]);
  });
});
