import type { RunPerson } from '../provisioning/provision';
import { isWaitingRequest } from '../provisioning/requests';
import { type CardElement, line, row, subheading } from './kit';
import { personName, personRow, personState } from './personRow';
import type { RequestView } from './requestViews';
import { signs } from './symbols';
import { frozenWords, request as requestWords, wouldWords } from './words';

type Person = RequestView['people'][number];

/** Before the run what would change for each person; from the run on what happens, or the outcome with its proof. */
export function peopleRows({ people, state }: Pick<RequestView, 'people' | 'state'>): CardElement[] {
  if (people.length === 0) return [];
  const isRun = ['running', 'done', 'partly_done', 'failed'].includes(state) || people.some(({ outcome }) => outcome !== null);
  if (isRun) return runRows(people.map(asRunPerson), state === 'running');
  return [subheading(isWaitingRequest(state) ? requestWords.people : requestWords.peopleThen), ...people.map(previewRow)];
}

function runRows(people: readonly RunPerson[], isOpen: boolean): CardElement[] {
  return [subheading(requestWords.outcomes), line(summary(people, isOpen)), ...people.map((person) => personRow(person, isOpen))];
}

function previewRow(person: Person): CardElement {
  const { displayName, userPrincipalName } = person;
  return row({
    ...signs.make,
    tone: 'Accent',
    spacing: 'Medium',
    items: [
      personName({ displayName, userPrincipalName, asked: userPrincipalName }),
      line(`${wouldWords(person)}. ${frozenWords(person)}`, { size: 'Small' }),
    ],
  });
}

function asRunPerson(person: Person): RunPerson {
  const { objectId, displayName, userPrincipalName, outcome, doing, waitUntil } = person;
  return { asked: userPrincipalName, objectId, displayName, userPrincipalName, outcome, doing, waitUntil, assignedThrough: null };
}

/** How many ended how; who was not reached is not called skipped. */
function summary(people: readonly RunPerson[], isOpen: boolean): string {
  const states = people.map((person) =>
    person.outcome?.kind === 'not_reached' || (person.outcome === null && !isOpen)
      ? 'not_reached'
      : personState(person, 'running'),
  );
  return (['good', 'skipped', 'failed', 'choose', 'open', 'not_reached'] as const)
    .map((state) => [states.filter((one) => one === state).length, requestWords.summary[state]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(' · ');
}
