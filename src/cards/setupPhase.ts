import { isOpenRun, type RunStep, type WaitingFor } from '../provisioning/runs';
import type { SetupRunView } from './views';

/** What the card of a setup is about just now; `stopped` wins over the state of the run, since the state only waits for an end. */
export type SetupPhase =
  | 'requested'
  | 'looking'
  | 'running'
  | 'plan'
  | 'signIn'
  | 'approval'
  | 'waiting'
  | 'stopped'
  | 'failed'
  | 'cancelling'
  | 'done'
  | 'donePaused'
  | 'cancelled'
  | 'expired'
  | 'replaced';

const waitingPhases: Record<WaitingFor, SetupPhase> = {
  plan: 'plan',
  sign_in: 'signIn',
  approval: 'approval',
};

export function setupPhase(view: SetupRunView): SetupPhase {
  const isOpen = isOpenRun(view.state);
  // An undo that failed or waits for a sign-in needs a person, as any other run does.
  if (view.cancelling && (view.state === 'requested' || view.state === 'running')) return 'cancelling';
  if (isOpen && !view.cancelling && view.stop !== null && view.state !== 'running') return 'stopped';
  switch (view.state) {
    case 'running':
      return view.plan === null ? 'looking' : 'running';
    case 'waiting':
      return view.waitingFor === null ? 'waiting' : waitingPhases[view.waitingFor];
    case 'done':
      return hasLeftPaused(view.steps) ? 'donePaused' : 'done';
    default:
      return view.state;
  }
}

function hasLeftPaused(steps: readonly RunStep[]): boolean {
  return steps.some((step) => step.proof?.code === 'job_left_paused');
}

/** The test person may be named anew: on the plan, and where this very person was the trouble. */
export function asksForTestPerson(view: SetupRunView, phase: SetupPhase): boolean {
  if (phase === 'plan') return view.plan?.startWithoutTest === false;
  if (phase === 'stopped') return view.stop?.reason.startsWith('test_person_') === true;
  return phase === 'failed' && (view.canStartWithoutTest || view.failure?.code.startsWith('test_person_') === true);
}
