import {
  CALLS,
  CALLS_OF_KEPT_JOB,
  DELETE_JOB,
  type KillPoint,
  PAUSE_JOB,
  SAVE_SCHEMA,
  STEPS,
  titleOf,
  UNASSIGN,
} from './support/killPoints';
import { type Before, playUndoStory, UNDO_POINTS, type UndoStory } from './support/undoStory';

let story: UndoStory;
beforeAll(async () => {
  story = await playUndoStory();
}, 240_000);

/** What takes something back. */
const CHANGES: Record<Before, string[]> = {
  failed: [PAUSE_JOB, UNASSIGN, DELETE_JOB],
  running: [UNASSIGN, DELETE_JOB],
  kept: [SAVE_SCHEMA],
};

/** How often a change is answered with success, over both processes. A lost answer is not seen. */
function timesAnswered(call: string, point: KillPoint): number {
  return point.kind === 'call' && point.call === call && point.effect === 'loseAnswer' ? 0 : 1;
}

const whatItUndoes: Record<Before, string> = {
  failed: 'a setup that failed',
  running: 'a setup that ran when it was cancelled',
  kept: 'a setup that kept an older job',
};

describe('an undo that is killed ends after the next start, with everything taken back once', () => {
  it.each(UNDO_POINTS.map(({ before, point }, index) => [whatItUndoes[before], titleOf(point), index] as const))(
    'of %s, %s',
    (_what, _title, index) => {
      const { before, point } = UNDO_POINTS[index]!;
      const { died, state, answered } = story.fates[index]!;
      const changes = CHANGES[before].map((call) => [call, answered.filter((name) => name === call).length]);
      expect({ died, state, changes, world: story.world[index] }).toEqual({
        died: true,
        state: 'cancelled',
        changes: CHANGES[before].map((call) => [call, timesAnswered(call, point)]),
        world: {
          jobs: before === 'kept' ? ['Active'] : [],
          groups: before === 'kept' ? true : null,
          assigned: before === 'kept' ? ['adele'] : [],
          // Nobody is removed from Unity: the card says so. Who was cancelled in time created nobody.
          scimUsers: before === 'running' ? [] : ['adele@contoso.com'],
        },
      });
    },
  );

  it('has a case for every call of an undisturbed undo', () => {
    expect({ failed: story.undisturbed.failed.calls.sort(), kept: story.undisturbed.kept.calls.sort() }).toEqual({
      failed: [...CALLS.undo].sort(),
      kept: [...CALLS_OF_KEPT_JOB].sort(),
    });
  });

  it('has a case for every checkpoint of an undisturbed undo', () => {
    expect(story.undisturbed.failed.steps).toEqual(STEPS.undo);
    expect(story.undisturbed.kept.steps).toEqual(['beginRun', 'readEffects', 'undoGroupMapping', 'endRun']);
  });

  it('leaves no secret, no open run, nothing to undo, the connections of kept jobs alone, and each undone thing on record once', () => {
    const kept = UNDO_POINTS.filter(({ before }) => before === 'kept').length + 1;
    expect(story.left).toEqual({ secrets: 0, openRuns: 0, effects: 0, connections: kept, toldTwice: 0 });
  });
});
