import type { RequestState } from '../../provisioning/requests';
import { markup, md } from '../markdown';
import { dayAndTime } from '../times';
import type { NoticeView } from '../views';
import { peopleWords } from './countWords';
import { policyProblemWords } from './policyWords';
import { requestStateWords } from './requestWords';

const KINDS = ['request_ended', 'request_reminder', 'approvers_unreachable', 'channel_unreachable', 'nobody_can_decide'] as const;
export type RequestNotice = Extract<NoticeView, { kind: (typeof KINDS)[number] }>;

export function isRequestNotice(view: NoticeView): view is RequestNotice {
  return (KINDS as readonly string[]).includes(view.kind);
}

type Reminder = Extract<RequestNotice, { kind: 'request_reminder' }>;
const waitsFor = ({ isApproved }: Reminder) => (isApproved ? 'to be run' : 'for a decision');
const asked = ({ isSetup, people }: Reminder) => (isSetup ? 'to set up provisioning' : `for ${peopleWords(people)}`);

export function requestNoticeTitle(view: RequestNotice): string {
  switch (view.kind) {
    case 'request_ended':
      return `Request ${view.number}: ${requestStateWords[view.state].toLowerCase()}`;
    case 'request_reminder':
      return `Request ${view.number} waits ${waitsFor(view)}`;
    case 'approvers_unreachable':
      return `Request ${view.number}: some approvers cannot be reached`;
    case 'channel_unreachable':
      return `Request ${view.number}: its channel cannot be reached`;
    case 'nobody_can_decide':
      return 'Nobody could decide about a request';
  }
}

const endings: Partial<Record<RequestState, (good: number, people: number) => string>> = {
  done: (_, people) => (people === 1 ? 'Entra reports the person as done.' : `Entra reports all ${people} people as done.`),
  partly_done: (good, people) => `Entra reports ${good} of ${people} people as done. The request says why the others are not.`,
  failed: () => 'Nobody was provisioned. The request says why.',
  declined: () => 'Nothing was changed. The request says who declined it and why.',
  expired: () => 'Its time ran out. Nothing was changed, and nobody declined it.',
  withdrawn: () => 'It was taken back. Nothing was changed.',
  superseded: () => 'A newer request takes its place.',
};

/** The same for a setup: what an attempt before this one had made is told by the setup's own card. */
const setupEndings: Partial<Record<RequestState, string>> = {
  done: 'The setup is done. Its own card shows each step.',
  failed: 'The setup stopped. Its own card says where, and what is left.',
  declined: 'The setup does not go on. The request says who declined it and why.',
  expired: 'Its time ran out, and nobody declined it. The setup does not go on.',
  withdrawn: 'It was taken back. The setup does not go on.',
};

/** How a request ended, in a sentence. */
export function requestEndWords({
  isSetup,
  state,
  good,
  people,
}: Pick<Extract<RequestNotice, { kind: 'request_ended' }>, 'isSetup' | 'state' | 'good' | 'people'>): string {
  return (isSetup ? setupEndings[state] : undefined) ?? endings[state]?.(good, people) ?? `${requestStateWords[state]}.`;
}

/** What a notice about a request tells, and what comes next; Markdown. */
export function requestNoticeWords(view: RequestNotice): { what: string; next: string } {
  switch (view.kind) {
    case 'request_ended':
      return { what: requestEndWords(view), next: '' };
    case 'request_reminder':
      return {
        what: view.isApproved
          ? md`${view.by} asks ${asked(view)}. The rules approved it; an approver still has to run it.`
          : md`${view.by} asks ${asked(view)}, and it is not decided yet.`,
        next: md`It expires ${dayAndTime(view.expiresAt)}.`,
      };
    case 'approvers_unreachable':
      return {
        what: md`${view.by} asks, and the bot cannot write to ${view.names.join(', ')}. The others have the request.`,
        next: 'They add this app in Teams to their personal chat, or unblock it; then later requests reach them.',
      };
    case 'channel_unreachable':
      return {
        what: md`${view.by} asks, and the bot can no longer post to the channel where the request waits for a decision.`,
        next: 'Tell the approvers yourself. An administrator adds the app to the channel’s team again, or chooses another place with **settings**; later requests go there.',
      };
    case 'nobody_can_decide': {
      const { what, next } = policyProblemWords(view.problem);
      return {
        what: md`${view.by} wanted to ask, and the request was not made. ${markup(what)}`,
        next: `${next} Type **settings**.`,
      };
    }
  }
}

/** One line for a toast; plain text. */
export function requestNoticeSummary(view: RequestNotice): string {
  switch (view.kind) {
    case 'request_ended':
      return `Request ${view.number}: ${requestEndWords(view)}`;
    case 'request_reminder':
      return `Request ${view.number}: ${view.by} asks ${asked(view)}, and it waits ${waitsFor(view)}.`;
    case 'approvers_unreachable':
      return `Request ${view.number}: the bot cannot reach ${view.names.join(', ')}.`;
    case 'channel_unreachable':
      return `Request ${view.number}: the bot cannot post to its channel any more.`;
    case 'nobody_can_decide':
      return `Nobody could decide about a request by ${view.by}.`;
  }
}
