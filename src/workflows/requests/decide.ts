import { codeOf } from '../../errors';
import { type DecisionFacts, type DecisionRefusal, decideVerdict, isDecider, lateFacts } from '../../provisioning/requests';
import type { Run } from '../../provisioning/runs';
import { findConnection } from '../../store/connections';
import {
  type AttemptAnswer,
  type AttemptKey,
  answerAttempt,
  type DecisionAttempt,
  findAttempt,
  findAttemptOfCheck,
  hasChangedMind,
  insertDecision,
  listDecisions,
} from '../../store/decisions';
import { findPolicy } from '../../store/policies';
import { changeRequestState, findRequest, lockRequest, setActor } from '../../store/requests';
import { listViewersNow } from '../../store/requestViewers';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import type { Workflow } from '../durable';
import { redrawRequestCards } from './requestCards';
import { decisionEntry } from './requestEntry';
import { openRequestRun, tellEnd } from './runRequest';
import { closeSetupOf } from './setupApproval';

/** What was verified with the clicker's own token: never what their card said. */
type Verified = Pick<DecisionFacts, 'isApprover' | 'accountEnabled' | 'isGuest' | 'canAct'>;

/** Workflow id of a click; the same click is the same run. */
export function decideId(key: AttemptKey): string {
  return `decide:${key.tenantId}:${key.requestId}:${key.objectId}:${key.activityId}`;
}

/**
 * Checks one click and counts it: membership anew, account enabled, no guest, and for an approval the right to act, all with the
 * clicker's token; then one compare-and-set with its audit row. `startRun` starts the run of a request that is now approved.
 */
export function createDecide(
  deps: WorkflowDeps,
  startRun: (run: Pick<Run, 'runId' | 'kind'>) => Promise<void>,
): Workflow<[AttemptKey], AttemptAnswer> {
  const { steps, store } = deps;
  return deps.durable.register('decide', async (key) => {
    const attempt = await steps.recordAgain('readAttempt', async () => (await findAttempt(store, key)) ?? null);
    if (!attempt) return { kind: 'refused', why: 'request_unknown' };
    if (attempt.state === 'answered' && attempt.answer) return attempt.answer;
    const answer = await check(deps, key, attempt);
    if (answer.kind === 'counted' && answer.completes) {
      const runId = await steps.recordAgain(
        'openRequestRun',
        async () => (await openRequestRun(deps, key.tenantId, key.requestId)) ?? null,
      );
      if (runId !== null) await startRun(runId);
    }
    return answer;
  });
}

async function check(deps: WorkflowDeps, key: AttemptKey, attempt: DecisionAttempt): Promise<AttemptAnswer> {
  const { steps, store, audit, changed } = deps;
  let verified: Verified;
  try {
    verified = await steps.record('verify', () => verify(deps, attempt));
  } catch (error) {
    const answer: AttemptAnswer = codeOf(error) === 'sign_in_needed' ? { kind: 'sign_in' } : { kind: 'refused', why: 'failed' };
    return steps.recordAgain('notVerified', async () => {
      await store.transaction(async (sql) => {
        if ((await findAttempt(sql, key))?.answer) return; // it was answered before the connection broke
        await answerAttempt(sql, key, answer);
        const request = await findRequest(sql, attempt.tenantId, attempt.requestId);
        if (request) await redrawRequestCards(sql, request);
        await audit.append(sql, decisionEntry(attempt, 'decision.notVerified', { code: codeOf(error) ?? 'unexpected_error' }));
      });
      changed();
      return answer;
    });
  }
  return steps.recordAgain('count', async () => {
    const answer = await store.transaction((sql) => count(deps, sql, key, attempt, verified));
    changed();
    return answer;
  });
}

/** The check was brought back too often and is given up: its click is answered, so that no card says *Checking…* for ever. */
export async function giveUpCheck({ audit }: Pick<WorkflowDeps, 'audit'>, sql: Sql, workflowId: string): Promise<void> {
  const attempt = await findAttemptOfCheck(sql, workflowId);
  if (!attempt) return;
  const { tenantId, requestId, actor, activityId } = attempt;
  await answerAttempt(sql, { tenantId, requestId, objectId: actor.objectId, activityId }, { kind: 'refused', why: 'given_up' });
  const request = await findRequest(sql, tenantId, requestId);
  if (request) await redrawRequestCards(sql, request);
  await audit.append(sql, decisionEntry(attempt, 'decision.notVerified', { code: 'recovered_too_often' }));
}

/** Everything that must be asked anew at the click. */
async function verify({ store, entraFor }: WorkflowDeps, attempt: DecisionAttempt): Promise<Verified> {
  const { tenantId, requestId, actor, verdict } = attempt;
  const request = await findRequest(store, tenantId, requestId);
  const stored = request && (await findPolicy(store, tenantId, request.connectionId));
  const connection = request && (await findConnection(store, tenantId, request.connectionId));
  const viewers = await listViewersNow(store, tenantId, requestId);
  const roles = viewers.filter((viewer) => viewer.objectId === actor.objectId && isDecider(viewer)).map(({ role }) => role);
  if (!request || !stored || !connection || roles.length === 0)
    return { isApprover: false, accountEnabled: true, isGuest: false, canAct: false };
  const entra = entraFor(actor);
  const me = await entra.getMe();
  const { accountEnabled } = me;
  const isSelf = me.objectId.toLowerCase() === actor.objectId.toLowerCase();
  if (me.userType === 'Guest') return { isApprover: isSelf, accountEnabled, isGuest: true, canAct: false }; // may not read groups either
  const { approvers, escalation } = stored.policy;
  const inTheirPlace = roles.includes('escalation') ? (escalation?.people ?? []) : [];
  const named = [...approvers.people, ...inTheirPlace].some(({ objectId }) => objectId === actor.objectId);
  const isMember =
    named ||
    (approvers.group !== null &&
      (await entra.listGroupMembers(approvers.group.objectId)).some(({ objectId }) => objectId === actor.objectId));
  const canAct =
    verdict === 'decline' || !isMember ? false : await mayAct(() => entra.listSynchronizationJobs(connection.servicePrincipalId));
  return { isApprover: isMember && isSelf, accountEnabled, isGuest: false, canAct };
}

/** Rights are probed: reading the jobs is the proof. */
async function mayAct(probe: () => Promise<unknown>): Promise<boolean> {
  try {
    await probe();
    return true;
  } catch (error) {
    if (codeOf(error) === 'no_right') return false;
    throw error;
  }
}

/** One transaction: the request is locked, the verdict counted, the state flipped, the click answered, all of it audited. */
async function count(
  deps: WorkflowDeps,
  sql: Sql,
  key: AttemptKey,
  attempt: DecisionAttempt,
  verified: Verified,
): Promise<AttemptAnswer> {
  const { audit } = deps;
  const { tenantId, requestId, actor, verdict, reason, activityId } = attempt;
  const known = await findAttempt(sql, key);
  if (known?.answer) return known.answer; // it was counted before the process died
  const request = await lockRequest(sql, tenantId, requestId);
  const decisions = await listDecisions(sql, tenantId, requestId);
  const refused = (why: DecisionRefusal) => ({ kind: 'refused', why }) as const;
  // A click that its person has replaced is refused as that, whichever of the two was counted first.
  const isReplaced = await hasChangedMind(sql, key);
  const outcome = !request
    ? refused('request_unknown')
    : isReplaced
      ? refused('clicked_again')
      : decideVerdict(verdict, {
          request,
          decisions,
          actorId: actor.objectId,
          ...verified,
          selfApproval: request.selfApproval,
          now: new Date().toISOString(),
        });

  let answer: AttemptAnswer = outcome;
  if (outcome.kind === 'refused') {
    if (request) answer = { ...outcome, ...lateFacts(outcome.why, actor.objectId, request, decisions) };
  } else if (await insertDecision(sql, { tenantId, requestId, actor, verdict, reason, activityId })) {
    if (outcome.kind === 'declined') {
      await changeRequestState(sql, tenantId, requestId, { state: 'declined', declineReason: reason });
      if (request) await tellEnd(sql, request, 'declined');
    } else if (verdict === 'run') await setActor(sql, tenantId, requestId, actor);
    else if (outcome.completes) await changeRequestState(sql, tenantId, requestId, { state: 'approved', actingAs: actor });
  } else {
    answer = refused('already_decided_by_you');
  }
  await answerAttempt(sql, key, answer);
  if (request) await redrawRequestCards(sql, request);
  await audit.append(
    sql,
    decisionEntry(attempt, `decision.${answer.kind}`, {
      verdict,
      hash: request?.hash ?? null,
      ...(answer.kind === 'refused' ? { why: answer.why } : {}),
      ...(answer.kind === 'counted' ? { completes: answer.completes } : {}),
    }),
  );
  if (request && answer.kind === 'declined') await closeSetupOf(deps, sql, request, actor);
  return answer;
}
