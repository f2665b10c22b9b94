import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { box, type CardAction, type CardElement, card, execute, line, row, subheading, subtle, text } from './kit';
import { md } from './markdown';
import { requestNoticeActions, requestNoticeContent } from './requestNotice';
import { signs } from './symbols';
import { VERBS } from './verbs';
import type { NoticeView } from './views';
import {
  buttons,
  countsWords,
  cycleFailureWords,
  isRequestNotice,
  notice,
  noticeSummaryWords,
  quarantineWords,
  requestNoticeTitle,
} from './words';

const MOST_LISTED = 15;

/**
 * What the bot tells by itself: a cycle that ended, a quarantine, a watch without sign-in, a job that is gone, a run that expired, and
 * requests.
 */
export function noticeCard(view: NoticeView): IAdaptiveCard {
  return card({
    title: isRequestNotice(view) ? requestNoticeTitle(view) : notice.titles[view.kind],
    fallback: noticeSummary(view),
    body: [
      view.appDisplayName !== '' && subtle(md`Organization ${view.organizationId} · ${view.appDisplayName}`),
      ...content(view),
    ],
    actions: actions(view),
  });
}

/** The preview line of the notification; plain text. */
export function noticeSummary(view: NoticeView): string {
  return noticeSummaryWords(view);
}

function actions(view: NoticeView): CardAction[] {
  if (isRequestNotice(view)) return requestNoticeActions(view);
  return view.kind === 'blind' && !view.noRight ? [execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' })] : [];
}

function content(view: NoticeView): CardElement[] {
  if (isRequestNotice(view)) return requestNoticeContent(view);
  switch (view.kind) {
    case 'cycle_finished':
      return [
        box('good', line(`**${signs.done.symbol} ${countsWords(view.counts)}**`), line(notice.cycleEnded(view.endedAt))),
        ...listed(
          view.users.map((user) => row({ ...signs.done, items: [line(md`${user}`)] })),
          notice.people,
        ),
      ];
    case 'cycle_failed':
      return [
        box('attention', line(`**${signs.failed.symbol} ${countsWords(view.counts)}**`), line(notice.cycleEnded(view.endedAt))),
        ...listed(view.failures.map(failureRow), notice.failures),
        text(notice.failedNext(view.failures.length)),
      ];
    case 'quarantine': {
      const { what, next } = quarantineWords(view.reason);
      return [
        box(
          'attention',
          line(`**${signs.failed.symbol} ${what}**`),
          line(next),
          view.since !== null && subtle(notice.quarantinedSince(view.since), { spacing: 'Small' }),
          view.errorCode !== null && subtle(md`Entra’s code: ${view.errorCode}.`),
        ),
        ...(view.nextAttempt === null ? [] : [text(notice.nextAttempt(view.nextAttempt))]),
      ];
    }
    case 'blind':
      return [
        box(
          'warning',
          line(`**${signs.question.symbol} ${view.noRight ? notice.noRightNext : notice.blindNext}**`),
          line(view.noRight ? notice.noRight(view.since) : notice.blind(view.since)),
        ),
      ];
    case 'job_gone':
      return [box('attention', line(`**${signs.failed.symbol} ${notice.goneNext}**`), line(notice.gone))];
    case 'run_expired':
      return [box('warning', line(notice.expired))];
  }
}

function failureRow(failure: { displayName: string; code: string }): CardElement {
  const { name, why } = cycleFailureWords(failure);
  return row({ ...signs.failed, items: [line(`**${name}**`), subtle(why)] });
}

function listed(rows: CardElement[], title: string): CardElement[] {
  if (rows.length === 0) return [];
  const more = rows.length - MOST_LISTED;
  return [subheading(title), ...rows.slice(0, MOST_LISTED), ...(more > 0 ? [subtle(notice.more(more))] : [])];
}
