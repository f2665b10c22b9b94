import {
  ASSIGN,
  CALLS,
  CREATE_JOB,
  CREATE_SCIM_USER,
  type KillPoint,
  killPoints,
  ON_DEMAND,
  SAVE_SCHEMA,
  SAVE_SECRETS,
  START_JOB,
  STEPS,
  titleOf,
} from './support/killPoints';
import { PHASES, playKillStory, type SetupPhase, type Story } from './support/killStory';

let story: Story;
beforeAll(async () => {
  story = await playKillStory();
}, 300_000);

/** What changes something outside, by phase. */
const CHANGES: Record<SetupPhase, string[]> = {
  see: [],
  act: [CREATE_JOB, SAVE_SCHEMA, SAVE_SECRETS, ASSIGN, ON_DEMAND, START_JOB],
  provision: [ASSIGN, ON_DEMAND, CREATE_SCIM_USER],
};
/** Doing these again is no second effect: the same secrets are saved, Entra finds both sides alike. */
const HARMLESS_AGAIN: Record<string, string> = { [SAVE_SECRETS]: 'saveScimCredentials', [ON_DEMAND]: 'provisionOnDemand' };

/** How often a change is answered with success, over both processes. A lost answer is not seen, but its work is done. */
function timesAnswered(call: string, point: KillPoint): number {
  const step = HARMLESS_AGAIN[call];
  if (point.kind === 'call' && point.scimToo === call) return 0;
  if (point.kind === 'call' && point.call === call && point.effect === 'loseAnswer') return step ? 1 : 0;
  return point.kind === 'checkpoint' && point.when === 'lost' && point.at === step ? 2 : 1;
}

const whatItDoes: Record<SetupPhase, string> = {
  see: 'a setup that looks at both sides shows its plan after the next start',
  act: 'a setup that acts is done after the next start, with one effect',
  provision: 'a provision is done after the next start, with one effect',
};

describe.each(PHASES)('killed while %s', (phase) => {
  describe(`${whatItDoes[phase]}, killed`, () => {
    it.each(killPoints(phase).map((point, index) => [titleOf(point), point, index] as const))('%s', (_title, point, index) => {
      const { died, state, answered } = story.fates[phase][index]!;
      const changes = CHANGES[phase].map((call) => [call, answered.filter((name) => name === call).length]);
      expect({ died, state, changes }).toEqual({
        died: true,
        state: phase === 'see' ? 'waiting' : 'done',
        changes: CHANGES[phase].map((call) => [call, timesAnswered(call, point)]),
      });
    });
  });

  it('has a case for every call of an undisturbed run', () => {
    const seenBefore = phase === 'act' ? story.undisturbed.see.calls : [];
    const mine = story.undisturbed[phase].calls.filter((call) => !seenBefore.includes(call) && !isOthers(phase, call));
    expect(mine.sort()).toEqual([...CALLS[phase]].sort());
  });

  it('has a case for every checkpoint of an undisturbed run', () => {
    const seenBefore = phase === 'act' ? story.undisturbed.see.steps.filter((step) => step !== 'endRun') : [];
    const mine = story.undisturbed[phase].steps.filter((step) => !seenBefore.includes(step) && step !== 'provisionOnDemand');
    expect([...new Set(mine)].sort()).toEqual([...STEPS[phase]].sort());
  });
});

/** Entra's own engine calls Unity, and the watch of an earlier setup looks at its job when it likes: no run waits for these. */
function isOthers(phase: SetupPhase, call: string): boolean {
  return !CALLS[phase].includes(call) && /scim\/Users|^GET \S+\/jobs\/\{job\}( \(\d+\))?$/.test(call);
}

it('leaves one job, one assignment and one SCIM user per person in every company', () => {
  for (const [index, world] of story.world.entries()) {
    const provisioned = index < killPoints('provision').length || index === story.world.length - 1;
    expect({ index, ...world }).toEqual({
      index,
      jobs: ['Active'],
      assigned: provisioned ? ['adele', 'alice'] : ['adele'],
      scimUsers: provisioned ? ['adele@contoso.com', 'alice@contoso.com'] : ['adele@contoso.com'],
    });
  }
});

it('leaves no secret and no open run behind', () => {
  expect({ secrets: story.secretsLeft, openRuns: story.openRuns }).toEqual({ secrets: 0, openRuns: 0 });
});
