import { ProgressBar } from '@microsoft/teams.cards';
import { type RunStep, SETUP_STEPS, type StepName, UNDO_STEPS } from '../provisioning/runs';
import { type CardElement, group, line, row, subheading, subtle } from './kit';
import { stepSign } from './symbols';
import { secondsTaken, timeTaken } from './times';
import { proofWords, setupRun, stepName, stepStateWords } from './words';

/** Steps that only look; what comes behind them changes something and waits for a confirmed plan. */
const lookingSteps: readonly StepName[] = SETUP_STEPS.slice(0, SETUP_STEPS.indexOf('ensureSynchronizationJob'));
const testSteps: readonly StepName[] = ['assignTestPerson', 'provisionTestPerson'];
const undoSteps = new Set<StepName>(UNDO_STEPS);

/** The steps that a setup will go through: up to the plan only the looking ones. */
export function expectedSteps(hasPlan: boolean, withoutTest: boolean): readonly StepName[] {
  if (!hasPlan) return lookingSteps;
  return withoutTest ? SETUP_STEPS.filter((name) => !testSteps.includes(name)) : SETUP_STEPS;
}

/** Of the container that holds the checks while they are folded away. */
export const CHECKS_ID = 'checked';

/** Once a plan is confirmed the checks are old news: they fold into one row, unless one of them failed. */
export function canFoldChecks(steps: readonly RunStep[]): boolean {
  const looked = steps.filter(isCheck);
  return looked.length > 0 && !looked.some(({ state }) => state === 'failed');
}

/**
 * One row a step: its state as symbol and word, what it proved, and how long it took. `expected` ones not begun are to do.
 * With `foldsChecks` the checks are one row, and their own rows stand behind it, hidden until the toggle shows them.
 */
export function stepRows(
  steps: readonly RunStep[],
  expected: readonly StepName[],
  { title, foldsChecks }: { title: string; foldsChecks: boolean },
): CardElement[] {
  const begun = new Set(steps.map((step) => step.name));
  const forward = steps.filter((step) => !undoSteps.has(step.name));
  const todo = expected.filter((name) => !begun.has(name));
  const undone = steps.filter((step) => undoSteps.has(step.name)).map(stepRow);
  const folded = foldsChecks ? foldedChecks(forward.filter(isCheck)) : [];
  const open = foldsChecks ? forward.filter((step) => !isCheck(step)) : forward;
  const shown = [...folded, ...open.map(stepRow), ...todo.map(todoRow)];
  return [...titled(title, shown), ...titled(setupRun.undoing, undone)];
}

function isCheck({ name }: RunStep): boolean {
  return lookingSteps.includes(name);
}

function foldedChecks(checks: readonly RunStep[]): CardElement[] {
  const done = checks.filter(({ state }) => state === 'done');
  const isDone = done.length === checks.length;
  const seconds = done.reduce((sum, { startedAt, endedAt }) => sum + secondsTaken(startedAt, endedAt ?? startedAt), 0);
  const summary = row({
    ...stepSign(isDone ? 'done' : 'running'),
    items: [line(setupRun.checks), subtle(setupRun.checksPassed(done.length, checks.length))],
    aside: isDone ? timeTaken(seconds) : stepStateWords.running,
  });
  return [summary, group(checks.map(stepRow), { id: CHECKS_ID, isVisible: false, spacing: 'None' })];
}

function titled(title: string, rows: CardElement[]): CardElement[] {
  return rows.length === 0 ? [] : [subheading(title), ...rows];
}

function stepRow({ name, state, proof, startedAt, endedAt }: RunStep): CardElement {
  const taken = state === 'done' && endedAt !== null ? timeTaken(secondsTaken(startedAt, endedAt)) : '';
  return row({
    ...stepSign(state),
    items: [
      line(stepName(name), { weight: state === 'done' ? 'Default' : 'Bolder' }),
      proof !== null && subtle(proofWords(proof)),
    ],
    aside: state === 'done' ? taken || stepStateWords.done : stepStateWords[state],
    ...(state === 'failed' ? { asideTone: 'Attention' as const } : {}),
  });
}

function todoRow(name: StepName): CardElement {
  return row({ ...stepSign('todo'), items: [line(stepName(name), { isSubtle: true })], aside: stepStateWords.todo });
}

/** A bar where the client has one; the words above it say the same everywhere. */
export function progress(done: number, total: number): CardElement[] {
  return [
    line(setupRun.stepsDone(done, total), { spacing: 'Small' }),
    new ProgressBar({ value: done, max: total, color: 'Accent', spacing: 'Small', fallback: 'drop' }),
  ];
}
