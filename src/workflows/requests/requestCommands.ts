import { randomUUID } from 'node:crypto';
import type { PersonRef } from '../../provisioning/people';
import type { RequestInput } from '../../provisioning/provision';
import {
  type DecisionRefusal,
  isFinalRequest,
  type LateFacts,
  lateFacts,
  lateRefusal,
  type Verdict,
} from '../../provisioning/requests';
import { type AttemptKey, continueAttempt, insertAttempt, listDecisions, listWaitingAttempts } from '../../store/decisions';
import { wantMessage } from '../../store/messages';
import { changeRequestState, findRequest, lockRequest } from '../../store/requests';
import { insertRun } from '../../store/runs';
import type { Sql } from '../../store/sql';
import type { Workflows } from '../createWorkflows';
import type { WorkflowDeps } from '../deps';
import type { Click, CommandAnswer } from '../runCommands';
import { runTag, subjectOf } from '../runStep';
import { openInsteadOfRequest, openInsteadOfRun } from './administer';
import { dropClick } from './dropClick';
import type { PolicyInput } from './policyRun';
import { redrawRequestCards } from './requestCards';
import { decisionEntry, requestEntry } from './requestEntry';
import { closeSetupOf } from './setupApproval';

type Refused = { kind: 'refused'; why: DecisionRefusal } & LateFacts;
type ClickAnswer = { kind: 'checking' } | { kind: 'done' } | Refused;

/** What turns ask of requests. Like run commands: one transaction of rows, then the start; nothing outside is asked here. */
export interface RequestCommands {
  request(
    input: Click & {
      conversationId: string;
      connectionId: string;
      people: string[];
      reason: string | null;
      supersedes?: number | undefined;
    },
  ): Promise<CommandAnswer>;
  /** A click on *Approve*, *Decline* or *Run*: on record at once, checked by its own run. */
  decide(
    input: Click & {
      conversationId: string;
      requestId: string;
      verdict: Verdict;
      reason: string | null;
    },
  ): Promise<ClickAnswer>;
  /** Only by the requester, and only while nothing has run. */
  withdraw(input: Click & { requestId: string }): Promise<ClickAnswer>;
  /** The requester acts with their own right instead: a run of the same people, which ends the request once it has proven the right. */
  administer(input: Click & { of: { requestId: string } | { runId: string } }): Promise<ClickAnswer>;
  savePolicy(input: Click & { conversationId: string; policy: PolicyInput }): Promise<CommandAnswer>;
  /** The person signed in: of the clicks that waited for it, the newest on each request is checked again. Gives how many. */
  signedIn(person: PersonRef): Promise<number>;
  /** The person signed out: clicks that waited for a sign-in are dropped, like commands. */
  signedOut(person: PersonRef): Promise<void>;
}

type Deps = Pick<WorkflowDeps, 'store' | 'audit' | 'secrets' | 'changed' | 'log'> & { workflows: Workflows };

export function createRequestCommands({ store, audit, secrets, changed, log, workflows }: Deps): RequestCommands {
  const startLater = (work: Promise<void>) =>
    work.catch((error: unknown) =>
      log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'not started yet; the sweep will'),
    );

  /** Somebody wanted something of a request that they may not have. */
  const refused = (sql: Sql, { person, activityId }: Click, subject: string, facts: { wanted: string; why: DecisionRefusal }) =>
    audit.append(sql, {
      tenantId: person.tenantId,
      action: 'request.refused',
      actor: person,
      subject,
      facts: { ...facts, activityId },
    });

  async function newRun(
    kind: 'request' | 'policy',
    subject: string,
    {
      person,
      conversationId,
      activityId,
      connectionId,
      input,
    }: Click & { conversationId: string; connectionId: string; input: unknown },
  ): Promise<CommandAnswer> {
    const runId = await store.transaction(async (sql) => {
      const inserted = await insertRun(sql, {
        tenantId: person.tenantId,
        subject,
        attempt: 1,
        kind,
        requestedBy: person,
        actingAs: person,
        connectionId,
        conversationId,
        input,
      });
      if (!inserted) return undefined; // a redelivered activity
      await wantMessage(sql, { tenantId: person.tenantId, tag: runTag(subject), conversationId, fresh: true });
      await audit.append(sql, {
        tenantId: person.tenantId,
        action: 'run.requested',
        actor: person,
        subject,
        facts: { runId: inserted, activityId },
      });
      return inserted;
    });
    changed();
    if (runId) await startLater(workflows.start({ runId, kind }));
    return { kind: 'accepted', runId: runId ?? `${subject}:1` };
  }

  return {
    request: ({ person, conversationId, connectionId, activityId, people, reason, supersedes }) => {
      const input: RequestInput = { connectionId, people, reason, supersedes: supersedes ?? null };
      return newRun('request', `request:${person.tenantId}:${connectionId}:${activityId}`, {
        person,
        activityId,
        conversationId,
        connectionId,
        input,
      });
    },

    savePolicy: ({ person, conversationId, activityId, policy }) => {
      const { connectionId } = policy.policy;
      return newRun('policy', `policy:${person.tenantId}:${connectionId}:${activityId}`, {
        person,
        activityId,
        conversationId,
        connectionId,
        input: policy,
      });
    },

    async decide({ person, conversationId, requestId, verdict, reason, activityId }) {
      const { tenantId, objectId } = person;
      const request = await findRequest(store, tenantId, requestId);
      if (!request) return { kind: 'refused', why: 'request_unknown' };
      const refuse = async (why: DecisionRefusal): Promise<Refused> => {
        const click = { tenantId, requestId, actor: person, activityId };
        await store.transaction((sql) => audit.append(sql, decisionEntry(click, 'decision.refused', { verdict, why })));
        return { kind: 'refused', why };
      };
      if (isFinalRequest(request.state)) {
        const why = lateRefusal(request.state);
        const decisions = await listDecisions(store, tenantId, requestId);
        return { ...(await refuse(why)), ...lateFacts(why, objectId, request, decisions) };
      }
      if (verdict === 'decline' && (reason ?? '').trim() === '') return refuse('decline_reason_missing');
      const key: AttemptKey = { tenantId, requestId, objectId, activityId: activityId || randomUUID() };
      await store.transaction(async (sql) => {
        const isNew = await insertAttempt(sql, {
          tenantId,
          requestId,
          actor: person,
          verdict,
          reason,
          activityId: key.activityId,
          conversationId,
        });
        if (!isNew) return;
        await redrawRequestCards(sql, request);
        const click = { ...key, actor: person };
        await audit.append(sql, decisionEntry(click, 'decision.attempt', { verdict, hash: request.hash }));
      });
      changed();
      await startLater(workflows.decide(key));
      return { kind: 'checking' };
    },

    async withdraw({ person, activityId, requestId }) {
      const answer = await store.transaction(async (sql): Promise<ClickAnswer> => {
        const request = await lockRequest(sql, person.tenantId, requestId);
        if (!request) return { kind: 'refused', why: 'request_unknown' };
        const refuse = async (why: DecisionRefusal): Promise<Refused> => {
          await refused(sql, { person, activityId }, `request:${person.tenantId}:${requestId}`, { wanted: 'withdraw', why });
          return { kind: 'refused', why };
        };
        if (request.requestedBy.objectId !== person.objectId) return refuse('not_yours');
        if (!(await changeRequestState(sql, person.tenantId, requestId, { state: 'withdrawn' }))) {
          const why = lateRefusal(request.state);
          const decisions = await listDecisions(sql, person.tenantId, requestId);
          return { ...(await refuse(why)), ...lateFacts(why, person.objectId, request, decisions) };
        }
        await redrawRequestCards(sql, request);
        await audit.append(sql, requestEntry(request, 'request.withdrawn', person, { number: request.number, activityId }));
        await closeSetupOf({ secrets, audit }, sql, request, person);
        return { kind: 'done' };
      });
      changed();
      return answer;
    },

    async administer({ person, activityId, of }) {
      const opened = await store.transaction(async (sql) => {
        const came = await ('requestId' in of
          ? openInsteadOfRequest(sql, audit, { person, activityId }, of.requestId)
          : openInsteadOfRun(sql, audit, { person, activityId }, of.runId));
        const subject = 'requestId' in of ? `request:${person.tenantId}:${of.requestId}` : subjectOf(of.runId);
        if ('kind' in came && came.why !== 'request_unknown')
          await refused(sql, { person, activityId }, subject, { wanted: 'administer', why: came.why });
        return came;
      });
      changed();
      if ('kind' in opened) return opened;
      if (opened.runId) await startLater(workflows.start({ runId: opened.runId, kind: 'provision' }));
      return { kind: 'done' };
    },

    async signedIn(person) {
      const goingOn = await store.transaction(async (sql) => {
        const again: AttemptKey[] = [];
        for (const { attempt, dropped } of await listWaitingAttempts(sql, person)) {
          if (dropped) await dropClick(sql, audit, attempt, dropped);
          else again.push(await continueAttempt(sql, { ...attempt, objectId: person.objectId }));
        }
        return again;
      });
      changed();
      for (const { tenantId, requestId, objectId, activityId } of goingOn)
        await startLater(workflows.decide({ tenantId, requestId, objectId, activityId }));
      return goingOn.length;
    },

    async signedOut(person) {
      await store.transaction(async (sql) => {
        for (const { attempt, dropped } of await listWaitingAttempts(sql, person))
          await dropClick(sql, audit, attempt, dropped ?? 'signed_out');
      });
      changed();
    },
  };
}
