import type { Connection } from './connections';
import { isInDomains } from './domains';
import type { DirectoryPerson } from './people';
import type { OnDemandAnswer, PersonObserved, PersonOutcome, PersonPlan, SkipCode } from './provision';

/**
 * What to do for one person of a `provision`: end with an outcome, provision, or assign first.
 * Somebody in scope through a group gets no second assignment.
 */
export function planPerson(observed: PersonObserved, connection: Pick<Connection, 'domains'>): PersonPlan {
  const { asked, person, candidates, assignment } = observed;
  if (person === null) return { kind: 'end', asked, person, outcome: notOne(candidates) };
  const unfit = findUnfitness(person, connection.domains);
  if (unfit !== undefined) return { kind: 'end', asked, person, outcome: { kind: 'skipped', ...unfit } };
  if (assignment === null) return { kind: 'assign_and_provision', asked, person };
  return { kind: 'provision', asked, person, through: assignment.how === 'group' ? assignment.groupDisplayName : null };
}

/**
 * The one person whom the typed text names for certain: by an address, an object id or the whole display name. undefined where nobody
 * or several fit, and also for a single person whose name only begins so: a word is not a person until somebody has chosen.
 */
export function meantPerson(asked: string, found: readonly DirectoryPerson[]): DirectoryPerson | undefined {
  const [person, ...others] = found;
  if (!person || others.length > 0) return undefined;
  const typed = comparable(asked);
  const isNamed = typed.includes('@') || [person.objectId, person.displayName].some((name) => comparable(name) === typed);
  return isNamed ? person : undefined;
}

/** Without case, and with one form of apostrophes, accents and spaces. */
function comparable(name: string): string {
  return name.normalize('NFC').replace(/[‘’]/g, "'").replace(/\s+/g, ' ').trim().toLowerCase();
}

function notOne(candidates: readonly DirectoryPerson[]): PersonOutcome {
  if (candidates.length === 0) return { kind: 'not_found' };
  return {
    kind: 'choose',
    candidates: candidates.map(({ objectId, displayName, userPrincipalName }) => ({ objectId, displayName, userPrincipalName })),
  };
}

/**
 * Why a person cannot be provisioned, before anything is asked of Entra; the same rule serves the test person of a setup.
 * The user principal name counts for the domain, because the default mapping sends it to Unity as `userName`.
 */
export function findUnfitness(
  person: DirectoryPerson,
  domains: readonly string[],
): { why: Extract<SkipCode, 'guest' | 'disabled' | 'no_mail' | 'other_domain'>; facts: Record<string, string> } | undefined {
  if (person.userType === 'Guest') return { why: 'guest', facts: {} };
  if (!person.accountEnabled) return { why: 'disabled', facts: {} };
  if (person.mail === null || person.mail.trim() === '') return { why: 'no_mail', facts: {} };
  if (!isInDomains(person.userPrincipalName, domains)) {
    return { why: 'other_domain', facts: { userPrincipalName: person.userPrincipalName, domains: domains.join(', ') } };
  }
  return undefined;
}

/**
 * What Entra's on-demand answer proves about a person whom we know to be assigned.
 * `not_yet_visible`: Entra says "not assigned", because a new assignment takes up to a few minutes to reach it; try again later.
 * A skip counts as good only when both sides already match; an answer that we do not know is not proven.
 */
export function outcomeOf(answer: OnDemandAnswer): PersonOutcome | 'not_yet_visible' {
  return isNotYetVisible(answer) ? 'not_yet_visible' : finalOutcomeOf(answer);
}

/** The outcome when no more tries are left: "not assigned" is then a skip like any other. */
export function finalOutcomeOf(answer: OnDemandAnswer): PersonOutcome {
  const { changeId } = answer;
  switch (answer.result) {
    case 'created':
    case 'updated':
      return { kind: answer.result, changeId };
    case 'inStep':
      return { kind: 'in_step' };
    case 'skipped':
      return skipOutcome(answer);
    case 'failed':
      return failureOutcome(answer);
    default:
      return { kind: 'not_proven', facts: { changeId, errorCode: answer.errorCode, skipReason: answer.skipReason } };
  }
}

/** A disabled account is told apart by its own detail; when Entra gives no detail, waiting costs less than a wrong verdict. */
function isNotYetVisible(answer: OnDemandAnswer): boolean {
  if (answer.result !== 'skipped' || answer.active === false) return false;
  return answer.assigned === false || (answer.assigned === null && says(answer, 'NotEffectivelyEntitled'));
}

function skipOutcome(answer: OnDemandAnswer): PersonOutcome {
  if (says(answer, 'RedundantExport')) return { kind: 'in_step' };
  const facts = { skipReason: answer.skipReason ?? answer.errorCode, changeId: answer.changeId };
  return { kind: 'skipped', why: whySkipped(answer), facts };
}

function whySkipped(answer: OnDemandAnswer): SkipCode {
  if (answer.active === false) return 'disabled';
  if (answer.assigned === false || says(answer, 'NotEffectivelyEntitled')) return 'not_entitled';
  if (isImportSkip(answer)) return 'matching_attribute_empty';
  const reason = `${answer.skipReason ?? ''} ${answer.failedStep ?? ''}`.toLowerCase();
  return reason.includes('scop') ? 'out_of_scope' : 'other';
}

/** A person without the matching attribute ends at the import step, as a skip or as a failure. */
function failureOutcome(answer: OnDemandAnswer): PersonOutcome {
  if (isImportSkip(answer)) return skipOutcome(answer);
  return {
    kind: 'failed',
    step: answer.failedStep ?? 'unknown',
    code: answer.errorCode ?? 'unknown',
    facts: { changeId: answer.changeId },
  };
}

function isImportSkip(answer: OnDemandAnswer): boolean {
  return says(answer, 'ImportSkipped');
}

/** Entra spells the same code differently from one API to another, so capitals do not count. */
function says(answer: OnDemandAnswer, code: string): boolean {
  return [answer.skipReason, answer.errorCode].some((value) => value?.toLowerCase() === code.toLowerCase());
}
