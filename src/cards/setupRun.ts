import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { UNDO_STEPS } from '../provisioning/runs';
import { box, type CardAction, type CardElement, card, execute, group, line, openUrl, subtle, toggle } from './kit';
import { md } from './markdown';
import { planSection, testPersonPicker } from './planSection';
import { asksForTestPerson, type SetupPhase, setupPhase } from './setupPhase';
import { CHECKS_ID, canFoldChecks, expectedSteps, progress, stepRows } from './stepRows';
import { VERBS } from './verbs';
import type { SetupRunView } from './views';
import { buttons, errorWords, isStepName, setupRun, stepName, stopWords } from './words';

/** The one card of a setup, from looking to its end: state, what is asked of a person, plan, steps, buttons. */
export function setupRunCard(view: SetupRunView): IAdaptiveCard {
  const phase = setupPhase(view);
  return card({
    title: setupRun.title(view.organizationId),
    fallback: headline(view, phase),
    body: [
      subtle(md`${view.appDisplayName} · ${setupRun.actingAs} ${view.actingAs}`),
      banner(view, phase),
      ...(phase === 'plan' && view.plan !== null ? planSection(view.plan) : []),
      asksForTestPerson(view, phase) && testPersonPicker(view.plan?.testPerson ?? null),
      stepSection(view, phase),
      ...ending(view, phase),
    ],
    actions: actions(view, phase),
  });
}

const moving: readonly SetupPhase[] = ['requested', 'looking', 'running'];

/** The steps with their proofs. Under a plan all are folded away, since the plan is what has to be read; afterwards the checks are. */
function stepSection(view: SetupRunView, phase: SetupPhase): CardElement | undefined {
  const isPlan = phase === 'plan';
  const rows = stepRows(view.steps, moving.includes(phase) ? expectedOf(view) : [], {
    title: isPlan ? setupRun.checked : setupRun.steps,
    foldsChecks: !isPlan && foldsChecks(view),
  });
  if (rows.length === 0) return undefined;
  return isPlan ? group(rows, { id: CHECKS_ID, isVisible: false }) : group(rows);
}

function foldsChecks({ plan, steps }: SetupRunView): boolean {
  return plan !== null && canFoldChecks(steps);
}

function expectedOf({ plan }: SetupRunView) {
  return expectedSteps(plan !== null, plan?.startWithoutTest === true);
}

function headline(view: SetupRunView, phase: SetupPhase): string {
  return phase === 'signIn' ? md`${setupRun.signInHeadline(view.actingAs)}` : setupRun.headline[phase];
}

const bannerStyles: Record<SetupPhase, 'emphasis' | 'accent' | 'good' | 'warning' | 'attention'> = {
  requested: 'emphasis',
  looking: 'accent',
  running: 'accent',
  plan: 'accent',
  signIn: 'warning',
  approval: 'accent',
  waiting: 'warning',
  stopped: 'warning',
  failed: 'attention',
  cancelling: 'emphasis',
  done: 'good',
  donePaused: 'good',
  cancelled: 'emphasis',
  expired: 'warning',
  replaced: 'emphasis',
};

/** The state in words, what happened, and what comes next. */
function banner(view: SetupRunView, phase: SetupPhase): CardElement {
  const { what, next } = explanation(view, phase);
  const expires = ['plan', 'signIn', 'failed', 'stopped', 'waiting'].includes(phase) && view.expiresAt !== null;
  return box(
    bannerStyles[phase],
    line(headline(view, phase), { weight: 'Bolder' }),
    ...(moving.includes(phase) ? progressOf(view) : []),
    what !== '' && line(what, { spacing: 'Small' }),
    next !== '' && line(next, { spacing: 'Small' }),
    expires && view.expiresAt !== null && subtle(setupRun.expires(view.expiresAt), { spacing: 'Small' }),
  );
}

function progressOf(view: SetupRunView): CardElement[] {
  const done = view.steps.filter((step) => step.state === 'done').length;
  return progress(done, Math.max(done, expectedOf(view).length));
}

function explanation(view: SetupRunView, phase: SetupPhase): { what: string; next: string } {
  if (phase === 'stopped' && view.stop !== null) return stopWords(view.stop.reason, view.stop.facts);
  if (phase === 'failed' && view.failure !== null) {
    const { what, next } = errorWords(view.failure.code, view.failure.facts);
    const where = isStepName(view.failure.step) ? `**${stepName(view.failure.step)}:** ` : '';
    return { what: `${where}${what}`, next };
  }
  return setupRun.explanation[phase];
}

const undoSteps = new Set<string>(UNDO_STEPS);

/** Below the steps of an undo: the account in Unity is not among what it takes back. */
function ending({ plan, steps }: SetupRunView, phase: SetupPhase): CardElement[] {
  if (phase !== 'cancelled' || plan === null || plan.startWithoutTest) return [];
  const hasUndone = steps.some(({ name, proof }) => undoSteps.has(name) && proof !== null);
  return hasUndone ? [box('warning', line(setupRun.accountStays(plan.testPerson.displayName)))] : [];
}

/** What is asked of the person first; the checks that are folded away come last. */
function actions(view: SetupRunView, phase: SetupPhase): (CardAction | false | undefined)[] {
  return [...actionsOf(view, phase), (phase === 'plan' || foldsChecks(view)) && toggle(buttons.checked, CHECKS_ID)];
}

function actionsOf(view: SetupRunView, phase: SetupPhase): (CardAction | false | undefined)[] {
  const data = { runId: view.runId };
  const hasPicker = asksForTestPerson(view, phase);
  const hasMade = view.steps.some((step) => step.name === 'ensureSynchronizationJob');
  const cancel = execute(VERBS.runCancel, hasMade ? buttons.undo : buttons.cancel, data);
  const retry = execute(VERBS.runRetry, hasPicker ? buttons.retryWith : buttons.retry, data, {
    style: 'positive',
    inputs: hasPicker ? 'auto' : 'none',
  });
  const portal = view.portalUrl !== null && openUrl(buttons.portal, view.portalUrl);
  switch (phase) {
    case 'plan':
      return [
        execute(VERBS.planConfirm, view.plan?.start === false ? buttons.renew : buttons.start, data, {
          style: 'positive',
          inputs: 'auto',
        }),
        cancel,
      ];
    case 'failed':
      if (view.cancelling) return [retry];
      return [retry, view.canStartWithoutTest && execute(VERBS.runStartWithoutTest, buttons.startWithoutTest, data), cancel];
    case 'stopped':
      return [retry, portal, cancel];
    case 'signIn':
      return [execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' }), cancel];
    case 'requested':
    case 'looking':
    case 'running':
    case 'waiting':
    case 'approval':
      return [cancel];
    case 'done':
    case 'donePaused':
      return [portal];
    default:
      return [];
  }
}
