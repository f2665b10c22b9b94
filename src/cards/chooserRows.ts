import { ActionSet } from '@microsoft/teams.cards';
import type { RunPerson } from '../provisioning/provision';
import { type CardElement, execute, subtle } from './kit';
import { VERBS } from './verbs';
import type { ProvisionRunView } from './views';
import { provisionRun } from './words';

/** Buttons beside each other in one set, as many as Teams draws. */
const MOST_CANDIDATES = 6;
/** Buttons of the whole card: each weighs about half a kilobyte, and the card must stay small. */
const MOST_BUTTONS = 24;

/**
 * Below every name that leaves it open who is meant: a button for each of these, so that all questions can be answered in any order.
 * Where a card would hold too many buttons, the later questions name the addresses instead.
 */
export function chooserRows({ runId, people }: Pick<ProvisionRunView, 'runId' | 'people'>): Map<RunPerson, CardElement[]> {
  const rows = new Map<RunPerson, CardElement[]>();
  let buttons = 0;
  for (const person of people) {
    if (person.outcome?.kind !== 'choose') continue;
    const { candidates } = person.outcome;
    const offered = candidates.slice(0, MOST_CANDIDATES);
    buttons += offered.length;
    rows.set(person, buttons > MOST_BUTTONS ? [byAddress(candidates)] : buttonsFor(runId, person.asked, candidates));
  }
  return rows;
}

type Candidate = Extract<RunPerson['outcome'], { kind: 'choose' }>['candidates'][number];

function buttonsFor(runId: string, asked: string, candidates: readonly Candidate[]): CardElement[] {
  const offered = candidates
    .slice(0, MOST_CANDIDATES)
    .map(({ objectId, displayName, userPrincipalName }) =>
      execute(VERBS.provisionChoose, `${displayName} (${userPrincipalName})`, { runId, asked, objectId }),
    );
  const more = candidates.length - offered.length;
  return [
    subtle(provisionRun.chooseOne(candidates.length), { spacing: 'Small' }),
    new ActionSet(...offered).withSpacing('Small'),
    ...(more > 0 ? [subtle(provisionRun.chooseMore(more), { spacing: 'Small' })] : []),
  ];
}

function byAddress(candidates: readonly Candidate[]): CardElement {
  const addresses = candidates.slice(0, MOST_CANDIDATES).map(({ userPrincipalName }) => userPrincipalName);
  return subtle(provisionRun.chooseByAddress(addresses), { spacing: 'Small' });
}
