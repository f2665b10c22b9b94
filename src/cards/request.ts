import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { isWaitingRequest } from '../provisioning/requests';
import type { SetupPlan } from '../provisioning/setup';
import { box, type CardElement, card, fact, group, line, subtle } from './kit';
import { md, plainText } from './markdown';
import { planSection } from './planSection';
import { PLAN_ID, requestActions } from './requestActions';
import { peopleRows } from './requestPeople';
import type { RequestView } from './requestViews';
import { requestSign, type Sign, signs } from './symbols';
import { dayAndTime } from './times';
import { VERBS } from './verbs';
import {
  declinedWords,
  errorWords,
  mineWords,
  requestExplanation,
  requestStateWords,
  request as requestWords,
  setupRequestExplanation,
  waitsForActor,
} from './words';

/**
 * One request as one viewer sees it: the same facts on every copy, buttons only for whoever may use them now.
 * @param cannot - rows of people who were named and are not part of it; on the requester's own card
 */
export function requestCard(view: RequestView, cannot: CardElement[] = []): IAdaptiveCard {
  const { kind, number, requestedBy, people, appDisplayName, organizationId } = view;
  const asks = kind === 'setup' ? requestWords.asksSetup(requestedBy) : requestWords.asks(requestedBy, people.length);
  return card({
    title: requestWords.title(number),
    fallback: `${asks}; ${requestStateWords[view.state]}`,
    body: [
      line(asks),
      subtle(md`${appDisplayName} · organization ${organizationId}`),
      banner(view),
      group(factsOf(view).map(([title, value]) => fact(title, value))),
      ...(view.plan ? planOf(view.plan, view) : peopleRows(view)),
      ...cannot,
      view.unreachable.length > 0 && box('warning', line(requestWords.unreachable(view.unreachable))),
      ...mine(view),
      hint(view),
    ],
    actions: requestActions(view),
    refresh: view.refreshFor && {
      verb: VERBS.requestView,
      data: { requestId: view.requestId },
      userIds: view.refreshFor,
    },
  });
}

/** The plan of a setup: open while it is decided about, folded away afterwards. */
function planOf(plan: SetupPlan, { state }: RequestView): CardElement[] {
  const section = planSection(plan, 'plain');
  return isWaitingRequest(state) ? section : [group(section, { id: PLAN_ID, isVisible: false })];
}

/** The preview line of the notification; plain text. */
export function requestSummary({ kind, number, requestedBy, people, state }: RequestView): string {
  const asks = kind === 'setup' ? requestWords.asksSetup(requestedBy) : requestWords.asks(requestedBy, people.length);
  return plainText(`${requestWords.title(number)}: ${asks}. ${requestStateWords[state]}.`);
}

/** The state as it is: nothing is green before Entra has reported every person. */
const styles: Record<RequestView['state'], 'emphasis' | 'accent' | 'good' | 'warning' | 'attention'> = {
  requested: 'accent',
  approved: 'accent',
  running: 'accent',
  done: 'good',
  partly_done: 'warning',
  failed: 'attention',
  declined: 'attention',
  expired: 'warning',
  withdrawn: 'emphasis',
  superseded: 'emphasis',
};

function banner(view: RequestView): CardElement {
  const { what, next } = explanation(view);
  const state = `**${requestSign(view.state).symbol} ${requestStateWords[view.state]}**`;
  const { declined } = view;
  return box(
    styles[view.state],
    line(state),
    declined !== null && line(declinedWords(declined.by, declined.at)),
    declined !== null && declined.reason !== null && line(md`“${declined.reason}”`),
    what !== '' && line(what, { spacing: 'Small' }),
    next !== '' && line(next, { spacing: 'Small' }),
  );
}

function explanation({ kind, state, failure, autoApproved, actingAs }: RequestView): { what: string; next: string } {
  if (state === 'approved' && autoApproved && actingAs === null) return { what: waitsForActor, next: '' };
  if (failure !== null && (state === 'failed' || state === 'partly_done')) return errorWords(failure.code, failure.facts);
  if (failure !== null && state === 'superseded')
    return { ...requestExplanation[state], next: errorWords(failure.code, failure.facts).what };
  return (kind === 'setup' ? setupRequestExplanation[state] : undefined) ?? requestExplanation[state];
}

function factsOf(view: RequestView): [string, string][] {
  const { facts } = requestWords;
  const { approvals, endedAt, supersedes, supersededBy, actingAs } = view;
  const isOpen = view.state === 'requested' || (view.state === 'approved' && actingAs === null);
  const links = [
    supersedes === null ? '' : requestWords.supersedes(supersedes),
    supersededBy === null ? '' : requestWords.supersededBy(supersededBy),
  ].filter((link) => link !== '');
  const shown: [string, string | false][] = [
    [facts.reason, view.reason === null ? view.kind === 'provision' && requestWords.noReason : md`${view.reason}`],
    [facts.approvals, approvalsOf(approvals, view.autoApproved)],
    [facts.actingAs, actingAs !== null && md`${actingAs}`],
    [facts.asked, md`${dayAndTime(view.createdAt)}`],
    [facts.expires, isOpen && md`${dayAndTime(view.expiresAt)}`],
    [facts.ended, endedAt !== null && md`${dayAndTime(endedAt)}`],
    [facts.fingerprint, md`${view.fingerprint}`],
    [facts.links, links.length > 0 && links.join(', ')],
  ];
  return shown.filter((one): one is [string, string] => one[1] !== false);
}

function approvalsOf({ needed, given }: RequestView['approvals'], autoApproved: boolean): string {
  if (autoApproved) return requestWords.autoApproved;
  const by = given.map(({ by, at }) => requestWords.approvedBy(by, at));
  return by.length === 0 ? requestWords.approvals(given.length, needed) : requestWords.approvalsBy(given.length, needed, by);
}

const mineSigns: Record<NonNullable<RequestView['mine']>['state'], { style: 'emphasis' | 'warning' | 'attention'; sign: Sign }> =
  {
    checking: { style: 'emphasis', sign: signs.running },
    waiting: { style: 'warning', sign: signs.waiting },
    counted: { style: 'emphasis', sign: signs.done },
    declined: { style: 'emphasis', sign: signs.done },
    refused: { style: 'warning', sign: signs.failed },
  };

/** What this viewer's newest click came to; on nobody else's copy. */
function mine({ mine: click, state, approvals }: RequestView): CardElement[] {
  if (click === null || (click.state !== 'refused' && ['done', 'partly_done', 'failed', 'declined'].includes(state))) return [];
  const { label, what } = mineWords(click, approvals.needed - approvals.given.length);
  const { style, sign } = mineSigns[click.state];
  return [box(style, line(`**${sign.symbol} ${label}:** ${what}`))];
}

function hint({ kind, can, role, state }: RequestView): CardElement | false {
  if (can.approve) return subtle(kind === 'setup' ? requestWords.setupMeans : requestWords.clickMeans, { spacing: 'Medium' });
  if (can.decline && can.withdraw) return subtle(requestWords.ownRequest, { spacing: 'Medium' });
  if (can.run) return subtle(requestWords.runMeans, { spacing: 'Medium' });
  return role === 'channel' && state === 'requested' && subtle(requestWords.channelMeans, { spacing: 'Medium' });
}
