import type { GraphReceipt } from '../entra/types';
import { codeOf, type ErrorCode, type Facts, factsOf } from '../errors';
import type { PersonRef } from '../provisioning/people';
import { outcomeOf } from '../provisioning/planPeople';
import type { OnDemandAnswer, PersonOutcome } from '../provisioning/provision';
import { isCancelRequested } from '../store/runs';
import type { WorkflowDeps } from './deps';
import { ON_DEMAND_QUEUE } from './durable';
import { repeatAfterMs } from './repeatLater';
import { requestIdOf } from './runEntry';

/** Whom to provision, where, and with whose token. Ids only: DBOS stores it. */
interface OnDemandTarget {
  runId: string;
  actingAs: PersonRef;
  servicePrincipalId: string;
  jobId: string;
  ruleId: string;
  objectId: string;
}

type CallResult =
  | { kind: 'answer'; answer: OnDemandAnswer & GraphReceipt }
  | { kind: 'again'; code: ErrorCode; afterMs: number }
  | { kind: 'cancelled' }
  | { kind: 'error'; code: ErrorCode; facts: Facts };

/** What a round of calls led to for one person: an outcome, or why there is none. */
export type OnDemandEnd = { /** Of the last answer. */ graphRequestId: string | null } & (
  | { kind: 'outcome'; outcome: PersonOutcome }
  | { kind: 'cancelled' }
  | { kind: 'error'; code: ErrorCode; facts: Facts }
);

/** How often one call is made again after no answer or a 429; not counting tries while Entra has not seen the assignment. */
const CALLS_AGAIN = 3;

/**
 * Provisions each target, one child workflow per call on the limited queue. While Entra does not see an assignment that we
 * know of, it tries again until `assignmentLimitMs`; `onWait` tells until when, `onEnd` the end of each as it comes.
 */
export type OnDemand = (
  targets: readonly OnDemandTarget[],
  events: {
    onWait(target: OnDemandTarget, waitUntil: string, giveUpAt: string): Promise<void>;
    onEnd(target: OnDemandTarget, end: OnDemandEnd): Promise<void>;
  },
) => Promise<void>;

export function createOnDemand(deps: WorkflowDeps): OnDemand {
  const { durable, steps, store, entraFor, times } = deps;

  const call = durable.register(
    'provisionOnDemand',
    (target: OnDemandTarget): Promise<CallResult> =>
      steps
        .record('provisionOnDemand', async (): Promise<CallResult> => {
          if (await isCancelRequested(store, target.runId)) return { kind: 'cancelled' };
          return { kind: 'answer', answer: await entraFor(target.actingAs).provisionOnDemand(target) };
        })
        .catch((error: unknown): CallResult => asResult(error)),
  );

  function asResult(error: unknown): CallResult {
    const code = codeOf(error) ?? 'unexpected_error';
    // No answer: the work may be done. Asking again is safe, since Entra then finds both sides alike.
    const afterMs = repeatAfterMs(error, code === 'graph_throttled' ? times.onDemandWindowMs : times.repeatAfterMs);
    return afterMs === undefined ? { kind: 'error', code, facts: factsOf(error) } : { kind: 'again', code, afterMs };
  }

  return async (targets, { onWait, onEnd }) => {
    const startedAt = await durable.now();
    const giveUpAt = startedAt + times.assignmentLimitMs;
    let open = targets.map((target) => ({ target, calls: 0, again: 0, delayMs: 0 }));
    while (open.length > 0) {
      const started = [];
      for (const entry of open) {
        entry.calls += 1;
        const handle = await durable.start(
          call,
          {
            workflowId: `${entry.target.runId}:${entry.target.objectId}:${entry.calls}`,
            queue: { name: ON_DEMAND_QUEUE, partition: entry.target.actingAs.tenantId, delaySeconds: entry.delayMs / 1000 },
          },
          entry.target,
        );
        started.push({ entry, handle });
      }
      const next: typeof open = [];
      for (const { entry, handle } of started) {
        const result = await durable.result(handle);
        const now = await durable.now();
        if (result.kind === 'again' && entry.again < CALLS_AGAIN) {
          next.push({ ...entry, again: entry.again + 1, delayMs: result.afterMs });
        } else if (
          result.kind === 'answer' &&
          outcomeOf(result.answer) === 'not_yet_visible' &&
          now + times.assignmentRetryMs <= giveUpAt
        ) {
          next.push({ ...entry, delayMs: times.assignmentRetryMs });
          await onWait(entry.target, new Date(now + times.assignmentRetryMs).toISOString(), new Date(giveUpAt).toISOString());
        } else {
          await onEnd(entry.target, endOf(result));
        }
      }
      open = next;
    }
  };
}

function endOf(result: CallResult): OnDemandEnd {
  const none = { graphRequestId: null };
  switch (result.kind) {
    case 'again':
      // Entra refused the last call, so nothing is in doubt; after a missing answer nobody knows whether the work was done.
      if (result.code === 'graph_throttled')
        return {
          ...none,
          kind: 'error',
          code: result.code,
          facts: { operation: 'provision on demand', retryAfterSeconds: null },
        };
      return { ...none, kind: 'outcome', outcome: { kind: 'not_proven', facts: { code: result.code } } };
    case 'answer': {
      const outcome = outcomeOf(result.answer);
      return {
        kind: 'outcome',
        graphRequestId: result.answer.requestId,
        outcome: outcome === 'not_yet_visible' ? { kind: 'not_proven', facts: { code: 'assignment_not_seen' } } : outcome,
      };
    }
    case 'cancelled':
      return { ...none, ...result };
    default:
      return { ...result, graphRequestId: requestIdOf(result.facts) };
  }
}
