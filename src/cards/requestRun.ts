import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { isOpenRun } from '../provisioning/runs';
import { box, type CardAction, type CardElement, card, execute, line, openDialog, row, subheading, subtle } from './kit';
import { md } from './markdown';
import { personName, personRow } from './personRow';
import { requestCard } from './request';
import type { RequestRunView } from './requestViews';
import { signs } from './symbols';
import { VERBS } from './verbs';
import { buttons, errorWords, provisionRun, requestButtons, requestRun, request as requestWords, runStateWords } from './words';

/** The requester's card: while it is being prepared, where it was refused, and from then on the request itself. */
export function requestRunCard(view: RequestRunView): IAdaptiveCard {
  if (view.request !== null) return requestCard(view.request, cannotRows(view));
  const isOpen = isOpenRun(view.state) && view.state !== 'failed';
  return card({
    title: requestRun.title(view.people.length),
    fallback: headline(view),
    body: [subtle(md`${view.connectionName}`), banner(view), ...view.people.map((person) => personLine(person, isOpen))],
    actions: actions(view),
  });
}

/** Named, but not part of what was frozen, each with the reason; several people behind one name are told by their addresses. */
function cannotRows({ people }: RequestRunView): CardElement[] {
  const left = people.filter(({ outcome }) => outcome !== null);
  return left.length === 0 ? [] : [subheading(requestWords.cannot), ...left.map((person) => personLine(person, false))];
}

const MOST_ADDRESSES = 6;

/** Nobody ran out of turn here: without a reason of their own, people are only named. */
function personLine(person: RequestRunView['people'][number], isOpen: boolean): CardElement {
  if (person.outcome === null && !isOpen) return row({ ...signs.off, spacing: 'Medium', items: [personName(person)] });
  if (person.outcome?.kind !== 'choose') return personRow(person, isOpen);
  const addresses = person.outcome.candidates.slice(0, MOST_ADDRESSES).map(({ userPrincipalName }) => userPrincipalName);
  return personRow(person, isOpen, [subtle(provisionRun.chooseByAddress(addresses), { spacing: 'Small' })]);
}

function headline({ state, waitingFor }: RequestRunView): string {
  if (state === 'failed') return requestRun.refused;
  if (state === 'waiting' && waitingFor === 'sign_in') return requestRun.signInTitle;
  return state === 'requested' || state === 'running' ? requestRun.preparing : runStateWords[state];
}

function banner(view: RequestRunView): CardElement {
  const { state, waitingFor, failure } = view;
  const title = (symbol: string, words: string) => line(`**${symbol} ${words}**`);
  if (state === 'failed' && failure !== null) {
    const { what, next } = errorWords(failure.code, failure.facts);
    return box('attention', title(signs.failed.symbol, requestRun.refused), line(what), line(next));
  }
  if (state === 'waiting' && waitingFor === 'sign_in')
    return box('warning', title(signs.waiting.symbol, requestRun.signInTitle), line(requestRun.signIn));
  if (state === 'requested' || state === 'running')
    return box('accent', title(signs.running.symbol, requestRun.preparing), line(requestRun.preparingWhat));
  return box('emphasis', title(signs.off.symbol, runStateWords[state]), state === 'expired' && line(requestRun.expired));
}

/** Why it was refused decides what may help: rights, another reason, or simply trying again. */
function actions({ runId, state, waitingFor, failure }: RequestRunView): (CardAction | false)[] {
  const data = { runId };
  const cancel = execute(VERBS.runCancel, buttons.cancel, data);
  if (state === 'waiting' && waitingFor === 'sign_in')
    return [execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' }), cancel];
  if (state !== 'failed') return [];
  const why = failure?.code === 'request_refused' ? failure.facts.why : null;
  return [
    why === 'reason_missing'
      ? openDialog(VERBS.requestOpen, requestButtons.ask, {})
      : execute(VERBS.runRetry, buttons.retry, data),
    failure?.code !== 'nothing_to_request' && execute(VERBS.requestAdminister, requestButtons.administer, data),
    cancel,
  ];
}
