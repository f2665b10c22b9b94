import { approvedWaitingCard } from '../cards/approvedWaiting';
import { noticeCard, noticeSummary } from '../cards/notice';
import { policyRunCard } from '../cards/policyRun';
import { provisionRunCard } from '../cards/provisionRun';
import { requestCard, requestSummary } from '../cards/request';
import { requestRunCard } from '../cards/requestRun';
import type { ApprovedWaitingView, PolicyRunView, RequestRunView, RequestView } from '../cards/requestViews';
import { setupRunCard } from '../cards/setupRun';
import type { NoticeView, ProvisionRunView, SetupRunView } from '../cards/views';
import type { PersonOutcome, RunPerson } from '../provisioning/provision';
import type { RunStep } from '../provisioning/runs';
import type { OutboxMessage } from '../store/messages';
import type { MessageContent } from './messenger';

type RunView =
  | ({ kind: 'setup' } & SetupRunView)
  | ({ kind: 'provision' } & ProvisionRunView)
  | ({ kind: 'request' } & RequestRunView)
  | ({ kind: 'policy' } & PolicyRunView);

/** A request as the viewer of this conversation sees it. */
type ReadRequest = (tenantId: string, requestId: string, conversationId: string) => Promise<RequestView | undefined>;

/**
 * Draws a wanted message by its tag: `run:` from the run's rows as they are now, `request:` from the request's rows for the viewer
 * of that conversation, `approved:` from what waits for somebody to run it, `notice:` from what was seen then, `post:` as given.
 */
export function createDrawMessage(
  readRun: (subject: string) => Promise<RunView | undefined>,
  readRequest: ReadRequest,
  readApproved: (tenantId: string, connectionId: string) => Promise<ApprovedWaitingView | undefined>,
) {
  return async ({
    tenantId,
    conversationId,
    tag,
    content,
    alert,
  }: Pick<OutboxMessage, 'tenantId' | 'conversationId' | 'tag' | 'content' | 'alert'>): Promise<MessageContent | undefined> => {
    if (tag.startsWith('run:')) {
      const view = await readRun(tag.slice('run:'.length));
      return view && drawRun(view);
    }
    if (tag.startsWith('request:')) {
      const view = await readRequest(tenantId, tag.slice('request:'.length), conversationId);
      return view && { card: requestCard(view), summary: requestSummary(view), alert, value: requestValue(view) };
    }
    if (tag.startsWith('approved:')) {
      const view = await readApproved(tenantId, tag.slice('approved:'.length));
      return view && { card: approvedWaitingCard(view), alert, value: { kind: 'approved', waiting: view.requests.length } };
    }
    if (tag.startsWith('notice:')) {
      const notice = content as NoticeView;
      const counts = 'counts' in notice ? notice.counts : null;
      const runId = 'runId' in notice ? notice.runId : null;
      return { card: noticeCard(notice), summary: noticeSummary(notice), alert, value: { kind: notice.kind, runId, counts } };
    }
    return (content ?? undefined) as MessageContent | undefined;
  };
}

function drawRun(view: RunView): MessageContent {
  switch (view.kind) {
    case 'setup':
      return { card: setupRunCard(view), value: { ...runValue(view), ...whyNot(view), steps: view.steps.map(stepValue) } };
    case 'provision':
      return { card: provisionRunCard(view), value: { ...runValue(view), people: view.people.map(personValue) } };
    case 'request':
      return { card: requestRunCard(view), value: view.request === null ? runValue(view) : requestValue(view.request) };
    case 'policy':
      return { card: policyRunCard(view), value: runValue(view) };
  }
}

/** What a run's card says, for programs that read along. */
function runValue({ runId, state, waitingFor, failure }: Pick<RunView, 'runId' | 'state' | 'waitingFor' | 'failure'>) {
  return { kind: 'run', runId, state, waitingFor, failure: failure && { step: failure.step, code: failure.code } };
}

/** Why no plan could be made, by its code. */
function whyNot({ stop }: SetupRunView) {
  return { stop: stop?.reason ?? null };
}

/** A person by object id, with what happens or the outcome and its code. */
function personValue({ objectId, doing, outcome }: RunPerson) {
  return { objectId, doing, outcome: outcome?.kind ?? null, code: outcome && codeIn(outcome) };
}

function codeIn(outcome: PersonOutcome): string | null {
  if (outcome.kind === 'failed') return outcome.code;
  if (outcome.kind === 'skipped') return outcome.why;
  return outcome.kind === 'not_proven' ? String(outcome.facts.code ?? '') || null : null;
}

function requestValue({ requestId, number, state, approvals, declined }: RequestView) {
  return { kind: 'request', requestId, number, state, decisions: approvals.given.length + (declined ? 1 : 0) };
}

function stepValue({ name, state, startedAt, endedAt }: RunStep) {
  return { name, state, ms: endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt) };
}
