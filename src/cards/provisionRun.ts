import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { isOpenRun } from '../provisioning/runs';
import { chooserRows } from './chooserRows';
import { box, type CardAction, type CardElement, card, execute, line, subtle } from './kit';
import { md } from './markdown';
import { personRow, personState } from './personRow';
import { VERBS } from './verbs';
import type { ProvisionRunView } from './views';
import { buttons, errorWords, provisionRun, runStateWords } from './words';

/** The one card of a `provision`: everybody who was named, each with what happens or with exactly one outcome and its proof. */
export function provisionRunCard(view: ProvisionRunView): IAdaptiveCard {
  const isOpen = isOpenRun(view.state);
  const choosers = chooserRows(view);
  return card({
    title: provisionRun.title(view.people.length),
    fallback: summary(view),
    body: [
      subtle(md`${view.connectionName} · ${provisionRun.actingAs} ${view.actingAs}`),
      banner(view),
      ...view.people.map((person) => personRow(person, isOpen, choosers.get(person))),
      isOpen && subtle(provisionRun.whatCancelDoes, { spacing: 'Medium' }),
    ],
    actions: actions(view, isOpen),
  });
}

/** How many ended how, as text. */
function summary(view: ProvisionRunView): string {
  const counts = { good: 0, skipped: 0, failed: 0, choose: 0, open: 0 };
  for (const person of view.people) counts[personState(person, view.state)] += 1;
  const said = (['good', 'skipped', 'failed', 'choose', 'open'] as const)
    .filter((key) => counts[key] > 0)
    .map((key) => `${counts[key]} ${provisionRun.summary[key]}`);
  return said.join(' · ');
}

function banner(view: ProvisionRunView): CardElement {
  const failure = view.failure === null ? undefined : errorWords(view.failure.code, view.failure.facts);
  if (view.state === 'failed' && failure !== undefined) {
    return box('attention', line(runStateWords.failed, { weight: 'Bolder' }), line(failure.what), line(failure.next));
  }
  if (view.state === 'waiting' && view.waitingFor === 'sign_in') return box('warning', line(provisionRun.signIn(view.actingAs)));
  const state = view.cancelling && view.state !== 'cancelled' ? provisionRun.cancelling : stateWords(view);
  return box(
    bannerStyle(view),
    line(md`**${state}** · ${summary(view)}`),
    view.state === 'expired' && line(provisionRun.expired),
  );
}

function stateWords(view: ProvisionRunView): string {
  const asks = view.people.some((person) => personState(person, view.state) === 'choose');
  return asks && view.state !== 'running' && view.state !== 'cancelled' ? provisionRun.choice : runStateWords[view.state];
}

function bannerStyle(view: ProvisionRunView): 'emphasis' | 'accent' | 'good' | 'warning' | 'attention' {
  const states = view.people.map((person) => personState(person, view.state));
  if (view.state === 'running' || view.state === 'requested') return 'accent';
  if (view.state === 'waiting' || view.state === 'expired') return 'warning';
  if (view.state === 'failed' || states.includes('failed')) return 'attention';
  if (states.includes('choose')) return 'warning';
  return view.state === 'done' && states.every((state) => state === 'good') ? 'good' : 'emphasis';
}

function actions(view: ProvisionRunView, isOpen: boolean): (CardAction | false)[] {
  const data = { runId: view.runId };
  if (!isOpen || view.cancelling) return [];
  return [
    view.state === 'failed' && execute(VERBS.runRetry, buttons.retry, data, { style: 'positive' }),
    view.state === 'waiting' && view.waitingFor === 'sign_in' && execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' }),
    execute(VERBS.runCancel, buttons.cancel, data),
  ];
}
