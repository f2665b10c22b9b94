import type { RunCard } from '../../sandbox/journey/faults/faultWorld';
import { endOf, outcomesOf, type Stage, storyBook } from './support/stories';
import { until } from './support/until';

const CALLS = 5;
const WINDOW_MS = 10_000;

// The limit as Graph has it, and the window that the bot keeps by its own default.
const story = storyBook({ settings: { ON_DEMAND_WINDOW_MS: '10500' }, switches: { onDemandRateLimit: 'withoutRetryAfter' } });

const connected: Stage[] = [];
const people = ['alice', 'bruno', 'carla', 'diego', 'emma'].map((name) => `${name}@contoso.com`);

async function connect(stage: Stage): Promise<void> {
  expect(endOf(await stage.person.press(await stage.person.setUp(), 'plan.confirm'))).toEqual({ state: 'done', why: null });
  connected.push(stage);
  await until(() => connected.length === 2);
}
const provisionFive = async ({ person, company }: Stage): Promise<RunCard> => {
  const card = await person.provision(...people);
  expect(outcomesOf(card)).toEqual(people.map(() => 'created'));
  expect(company.organizationId).toBeTruthy();
  return card;
};

describe('two companies of one tenant that provision at the same time', () => {
  story.it('finish, the one', async (stage) => {
    await connect(stage);
    await provisionFive(stage);
  });

  story.it('and the other, and together never ask more than Graph’s 5 calls in 10 s [entra 0.4 rate]', async (stage) => {
    await connect(stage);
    await provisionFive(stage);
    const calls = () => stage.world.sandbox.context.calls.list('graph').filter(({ path }) => path.endsWith('/provisionOnDemand'));
    await until(() => calls().length === 2 * (people.length + 1)); // with the two test persons
    expect(calls().map(({ status }) => status)).not.toContain(429);
    const at = calls().map((call) => Date.parse(call.at));
    const inWindow = at.map((start) => at.filter((time) => time >= start && time < start + WINDOW_MS).length);
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(CALLS);
  });
});
