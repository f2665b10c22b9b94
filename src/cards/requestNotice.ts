import { box, type CardAction, type CardElement, execute, line } from './kit';
import { requestSign, signs } from './symbols';
import { VERBS } from './verbs';
import { type RequestNotice, requestButtons, requestNoticeWords } from './words';

/** The box of a notice about a request: an end, a reminder, or that nobody could decide. */
export function requestNoticeContent(view: RequestNotice): CardElement[] {
  const { what, next } = requestNoticeWords(view);
  const { symbol } = signOf(view);
  return [box(styleOf(view), line(`**${symbol}** ${what}`), next !== '' && line(next))];
}

export function requestNoticeActions(view: RequestNotice): CardAction[] {
  if (!('requestId' in view) || view.kind === 'approvers_unreachable' || view.kind === 'channel_unreachable') return [];
  if (view.requestId === undefined) return [];
  return [execute(VERBS.requestView, requestButtons.show(view.number), { requestId: view.requestId })];
}

function signOf(view: RequestNotice) {
  if (view.kind === 'request_ended') return requestSign(view.state);
  return view.kind === 'request_reminder' ? signs.waiting : signs.question;
}

function styleOf(view: RequestNotice): 'good' | 'warning' | 'attention' | 'accent' | 'emphasis' {
  if (view.kind === 'request_reminder') return 'accent';
  if (view.kind !== 'request_ended') return 'warning';
  switch (view.state) {
    case 'done':
      return 'good';
    case 'failed':
    case 'declined':
      return 'attention';
    case 'partly_done':
    case 'expired':
      return 'warning';
    default:
      return 'emphasis';
  }
}
