import type { RunPerson } from '../provisioning/provision';
import { isOpenRun, type RunState } from '../provisioning/runs';
import { type CardElement, line, row, subtle } from './kit';
import { markup, md } from './markdown';
import { signs } from './symbols';
import { timeOfDay } from './times';
import { outcomeWords, provisionRun } from './words';

type PersonState = 'good' | 'skipped' | 'failed' | 'choose' | 'open';

/** How a person counts in the summary. */
export function personState(person: RunPerson, state: RunState): PersonState {
  switch (person.outcome?.kind) {
    case 'created':
    case 'updated':
    case 'in_step':
      return 'good';
    case 'failed':
    case 'not_proven':
      return 'failed';
    case undefined:
      return isOpenRun(state) ? 'open' : 'skipped';
    case 'choose':
      return 'choose';
    default:
      return 'skipped';
  }
}

/** A person with what happens now, or with the outcome: label, proof, what to do, and what `below` offers for it. */
export function personRow(person: RunPerson, isOpen: boolean, below: CardElement[] = []): CardElement {
  const outcome = person.outcome ?? (isOpen ? null : { kind: 'not_reached' as const });
  if (outcome === null) return workingRow(person);
  const { symbol, label, what, next } = outcomeWords(outcome, person.asked);
  return row({
    ...signs[symbol],
    spacing: 'Medium',
    items: [personName(person), line(`${what}${through(person)}`, { size: 'Small' }), next !== '' && subtle(next), ...below],
    aside: label,
    asideTone: signs[symbol].tone,
  });
}

function workingRow(person: RunPerson): CardElement {
  const { doing, waitUntil, giveUpAt } = person;
  const isWaiting = doing === 'waiting' && waitUntil !== null;
  const end = giveUpAt === undefined || giveUpAt === null ? undefined : timeOfDay(giveUpAt);
  const sign = doing === null ? signs.todo : isWaiting ? signs.waiting : signs.running;
  return row({
    ...sign,
    spacing: 'Medium',
    items: [
      personName(person),
      isWaiting && line(`${provisionRun.waiting(timeOfDay(waitUntil), end)}${through(person)}`, { size: 'Small' }),
    ],
    aside: provisionRun.doing[doing ?? 'queued'],
  });
}

/** The name with the address; what was typed as long as nobody is found. */
export function personName({
  displayName,
  userPrincipalName,
  asked,
}: Pick<RunPerson, 'displayName' | 'userPrincipalName' | 'asked'>): CardElement {
  if (displayName === null) return line(md`**${asked}**`);
  return line(md`**${displayName}**${markup(userPrincipalName === null ? '' : md` ${userPrincipalName}`)}`);
}

function through({ assignedThrough }: RunPerson): string {
  return assignedThrough === null ? '' : ` ${provisionRun.through(assignedThrough)}`;
}
