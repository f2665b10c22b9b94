import canonicalize from 'canonicalize';
import type { SetupDecision, SetupPlan, SetupWarning } from './setup';

/** They go away by themselves while a plan is carried out: a start ends the quarantine, a cycle removes who is not in scope. */
const PASSING: readonly SetupWarning[] = ['removals_held_back', 'more_users_than_people'];

/**
 * True when a plan that was confirmed still describes what would be done now. Compared as canonical JSON, without what changes
 * while a plan is carried out or by itself: the job's state (only whether it will be started counts), how many users Unity
 * reports, its last cycle, how the test person's name is spelled, and warnings of removals that no longer hold; a new one counts.
 */
export function samePlan(confirmed: SetupDecision, now: SetupDecision): boolean {
  return canonicalize(promiseOf(confirmed, now)) === canonicalize(promiseOf(now, now));
}

/** What a person agreed to. */
function promiseOf(decision: SetupDecision, now: SetupDecision): unknown {
  if (decision.kind === 'stop') return decision;
  const { jobStateBefore, unityUsers, lastActivityIdentifier, testPerson, warnings, ...promise } = decision satisfies SetupPlan;
  const { objectId, userPrincipalName } = testPerson;
  const holding = warnings.filter(
    (warning) => !PASSING.includes(warning) || (now.kind === 'proceed' && now.warnings.includes(warning)),
  );
  return { ...promise, testPerson: { objectId, userPrincipalName }, warnings: holding.sort() };
}
