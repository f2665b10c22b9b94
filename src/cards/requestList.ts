import { ActionSet, type IAdaptiveCard } from '@microsoft/teams.cards';
import { isDecider, isWaitingRequest } from '../provisioning/requests';
import { type CardElement, card, execute, line, row, subtle, text } from './kit';
import { markup, md } from './markdown';
import type { RequestListView } from './requestViews';
import { requestSign } from './symbols';
import { VERBS } from './verbs';
import { requestButtons, requestList, requestStateWords } from './words';

/** Each button weighs half a kilobyte; what is closed or far down is reached by its number. */
const MOST_BUTTONS = 10;

/** Own requests and those that wait for this person, newest first, each with its state in words. */
export function requestListCard({ requests }: RequestListView): IAdaptiveCard {
  return card({
    title: requestList.title,
    fallback: requests.map(({ number, state }) => `${number} ${requestStateWords[state]}`).join(', ') || requestList.none,
    body: [
      ...(requests.length === 0 ? [text(requestList.none)] : requests.map(requestRow)),
      requests.length > 0 && subtle(requestList.hint, { spacing: 'Medium' }),
    ],
  });
}

type Listed = RequestListView['requests'][number];

function requestRow(request: Listed, index: number): CardElement {
  const { number, state, people, firstPerson, expiresAt, requestId } = request;
  const waitsForMe = state === 'requested' && isDecider(request);
  const isOpen = isWaitingRequest(state);
  const whose = request.role === 'requester' ? requestList.own : requestList.by(request.requestedBy);
  return row({
    ...requestSign(state),
    spacing: 'Medium',
    items: [
      line(md`**${number}** · ${markup(requestList.row(md`${firstPerson}`, Math.max(0, people - 1)))}`),
      subtle(`${whose}${isOpen ? ` · ${requestList.until(expiresAt)}` : ''}`),
      waitsForMe && line(`**${requestList.yours}**`, { size: 'Small' }),
      (isOpen || state === 'running') &&
        index < MOST_BUTTONS &&
        new ActionSet(execute(VERBS.requestView, requestButtons.show(number), { requestId })).withSpacing('Small'),
    ],
    aside: requestStateWords[state],
  });
}
