import type { Facts } from '../errors';
import type { PersonRef } from '../provisioning/people';
import type { Run } from '../provisioning/runs';
import type { SetupInput, SetupPlan } from '../provisioning/setup';
import { wantAgain, wantMessage } from '../store/messages';
import { listEffects } from '../store/runEffects';
import {
  changeRunState,
  findNewestRun,
  findRun,
  insertNextAttempt,
  insertRun,
  listWaitingRuns,
  type NewRun,
  requestCancel,
} from '../store/runs';
import type { Sql } from '../store/sql';
import { wakeBlindWatches } from '../store/watches';
import type { Workflows } from './createWorkflows';
import type { WorkflowDeps } from './deps';
import { closeRequestOf, lockRequestOf } from './requests/closeRequest';
import type { Click, CommandAnswer, Refusal, RunCommands } from './runCommands';
import { runTag, subjectOf } from './runStep';

type Deps = Pick<WorkflowDeps, 'store' | 'audit' | 'secrets' | 'changed' | 'log'> & { workflows: Workflows };
/** `activityId` null: it goes on by itself, as after a sign-in. */
type By = Pick<Click, 'person'> & { activityId: string | null };
type Decision = { answer: CommandAnswer; start?: Pick<Run, 'runId' | 'kind'> };

const refuse = (why: Refusal, by?: string, at?: string): Decision => ({
  answer: { kind: 'refused', why, ...(by ? { by } : {}), ...(at ? { at } : {}) },
});

/** What turns ask of runs: one transaction each, then the start; whatever the start misses, the sweep starts. */
export function createRunCommands(deps: Deps): RunCommands {
  const { store, audit, workflows, changed, log } = deps;

  async function carryOut(work: (sql: Sql) => Promise<Decision>): Promise<CommandAnswer> {
    const { answer, start } = await store.transaction(work);
    changed();
    if (start)
      await workflows.start(start).catch((error: unknown) => {
        log.error({ runId: start.runId, error: String(error).slice(0, 200) }, 'run not started yet; the sweep will');
      });
    return answer;
  }

  /** A click that is refused is on record too, at the `subject` of the run that it is about, unless there is none. */
  const decide = (click: Click, wanted: string, subject: string, work: (sql: Sql) => Promise<Decision>): Promise<CommandAnswer> =>
    carryOut(async (sql) => {
      const decision = await work(sql);
      const why = decision.answer.kind === 'refused' ? decision.answer.why : 'run_unknown';
      if (why !== 'run_unknown')
        await record(sql, click, { tenantId: click.person.tenantId, subject }, 'run.refused', { wanted, why });
      return decision;
    });

  const record = (
    sql: Sql,
    { person, activityId }: By,
    { tenantId, subject }: Pick<Run, 'tenantId' | 'subject'>,
    action: string,
    facts: Facts,
  ) => audit.append(sql, { tenantId, action, actor: person, subject, facts: { ...facts, activityId } });

  /** A new request: its card is posted below, and the run starts after the commit. */
  async function request(sql: Sql, click: Click, run: NewRun): Promise<Decision> {
    const runId = await insertRun(sql, run);
    if (!runId) return refuse('run_open_elsewhere');
    await wantMessage(sql, { tenantId: run.tenantId, tag: runTag(run.subject), conversationId: run.conversationId, fresh: true });
    await record(sql, click, run, 'run.requested', { runId });
    return { answer: { kind: 'accepted', runId }, start: { runId, kind: run.kind } };
  }

  /** Attempt n becomes replaced, attempt n+1 is inserted, in one transaction. */
  async function nextAttempt(sql: Sql, run: Run, click: By, action: string, change: Partial<NewRun> = {}): Promise<Decision> {
    if (!(await changeRunState(sql, run.runId, { state: 'replaced' }))) return refuse('already_ended');
    const runId = await insertNextAttempt(sql, run, change);
    if (!runId) return refuse('already_ended');
    await wantAgain(sql, run.tenantId, runTag(run.subject));
    await record(sql, click, run, action, { runId, replaced: run.runId });
    return { answer: { kind: 'accepted', runId }, start: { runId, kind: run.kind } };
  }

  /** A run by its id, only within the person's own tenant, whatever a card carried. */
  async function runOf(sql: Sql, person: PersonRef, runId: string): Promise<Run | undefined> {
    if (runId.split(':')[1] !== person.tenantId) return undefined;
    return findRun(sql, runId);
  }
  /** The attempt that goes on, where the one that a card named was just replaced by it. */
  async function newestOf(sql: Sql, run: Run | undefined): Promise<Run | undefined> {
    return run?.state === 'replaced' ? ((await findNewestRun(sql, run.subject)) ?? run) : run;
  }
  const isFor = (person: PersonRef, run: Run) =>
    [run.requestedBy, run.actingAs].some(({ objectId }) => objectId === person.objectId);
  const withTestPerson = (run: Run, testPersonId: string | undefined): SetupInput =>
    testPersonId ? { ...(run.input as SetupInput), testPersonId } : (run.input as SetupInput);

  return {
    requestSetup({ person, activityId, conversationId, setup }) {
      const click = { person, activityId };
      const subject = `setup:${person.tenantId}:${setup.organizationId}`;
      return decide(click, 'setup', subject, async (sql) => {
        const newest = await findNewestRun(sql, subject);
        const decision = await request(sql, click, {
          tenantId: person.tenantId,
          subject,
          attempt: (newest?.attempt ?? 0) + 1,
          kind: 'setup',
          requestedBy: person,
          actingAs: person,
          connectionId: null,
          conversationId,
          input: setup,
        });
        if (decision.answer.kind === 'accepted') await deps.secrets.handOver(sql, person.tenantId, setup.scimTokenRef, subject);
        else if (newest) return refuse('run_open_elsewhere', newest.requestedBy.displayName, newest.createdAt);
        return decision;
      });
    },

    confirmPlan: ({ person, activityId, runId, testPersonId }) =>
      decide({ person, activityId }, 'confirm', subjectOf(runId), async (sql) => {
        const run = await runOf(sql, person, runId);
        if (!run) return refuse('run_unknown');
        if (run.requestedBy.objectId !== person.objectId) return refuse('not_yours', run.requestedBy.displayName);
        if (run.state === 'replaced' || run.state === 'running' || run.state === 'requested') return refuse('already_confirmed');
        if (run.state !== 'waiting' || run.waitingFor !== 'plan') return refuse('already_ended');
        const input = withTestPerson(run, testPersonId);
        const samePerson = input.testPersonId === (run.input as SetupInput).testPersonId;
        const decision = await nextAttempt(sql, run, { person, activityId }, 'plan.confirmed', {
          input,
          planConfirmed: samePerson,
          actingAs: run.requestedBy, // an approver's token acts for the plan that they approved, and this is another
        });
        return decision.answer.kind === 'refused' ? refuse('already_confirmed') : decision; // another click was faster
      }),

    retry({ person, activityId, runId, testPersonId, startWithoutTest }) {
      const click = { person, activityId };
      return decide(click, startWithoutTest ? 'startWithoutTest' : 'retry', subjectOf(runId), async (sql) => {
        const run = await runOf(sql, person, runId);
        if (!run) return refuse('run_unknown');
        if (!isFor(person, run)) return refuse('not_yours', run.requestedBy.displayName);
        if (run.state !== 'failed') return refuse(run.endedAt ? 'already_ended' : 'not_failed');
        if (run.kind !== 'setup') return nextAttempt(sql, run, click, 'run.retried');
        const afterTest = run.failure?.code === 'test_person_not_provisioned';
        if (startWithoutTest && !afterTest) return refuse('not_failed');
        const input = { ...withTestPerson(run, testPersonId), startWithoutTest: startWithoutTest === true };
        const actingAs = run.mode === 'undo' ? run.actingAs : run.requestedBy; // what an approval let act has failed with its request
        if (!startWithoutTest) return nextAttempt(sql, run, click, 'run.retried', { input, actingAs });
        // The click says what changes in the plan, so it confirms just that; anything else that changed brings a new plan.
        const plan = { ...(run.plan as SetupPlan), startWithoutTest: true, assignTestPerson: false };
        return nextAttempt(sql, run, click, 'run.startWithoutTest', { input, plan, actingAs });
      });
    },

    cancel({ person, activityId, runId: named }) {
      const click = { person, activityId };
      return decide(click, 'cancel', subjectOf(named), async (sql) => {
        const run = await newestOf(sql, await runOf(sql, person, named));
        if (!run) return refuse('run_unknown');
        const { runId } = run;
        if (!isFor(person, run)) return refuse('not_yours', run.requestedBy.displayName);
        if (run.endedAt) return refuse('already_ended');
        if (run.mode === 'undo' && run.state !== 'failed') return refuse('already_cancelling');
        if (run.state === 'running' || run.state === 'requested') {
          if (!(await requestCancel(sql, runId))) return refuse('already_cancelling');
          await wantAgain(sql, run.tenantId, runTag(run.subject));
          await record(sql, click, run, 'run.cancelRequested', { runId });
          return { answer: { kind: 'accepted', runId } };
        }
        await lockRequestOf(sql, run);
        const closeRequest = () => closeRequestOf(deps, sql, run, { actor: person, code: 'run_cancelled' });
        const nothingMade = Object.keys(await listEffects(sql, run.subject)).length === 0;
        if (run.kind === 'setup' && !nothingMade) {
          const decision = await nextAttempt(sql, run, click, 'run.cancelRequested', { mode: 'undo' });
          if (decision.answer.kind === 'accepted') await closeRequest();
          return decision;
        }
        if (!(await changeRunState(sql, runId, { state: 'cancelled' }))) return refuse('already_ended'); // approved meanwhile
        await closeRequest();
        await deps.secrets.destroyOfSubject(sql, run.tenantId, run.subject);
        await wantAgain(sql, run.tenantId, runTag(run.subject));
        await record(sql, click, run, 'run.cancelled', { runId });
        return { answer: { kind: 'accepted', runId } };
      });
    },

    requestProvision({ person, activityId, conversationId, connectionId, people }) {
      const click = { person, activityId };
      const subject = `provision:${person.tenantId}:${connectionId}:${activityId}`;
      return decide(click, 'provision', subject, async (sql) => {
        const known = await findNewestRun(sql, subject);
        if (known) return { answer: { kind: 'accepted', runId: known.runId } }; // a redelivered message
        return request(sql, click, {
          tenantId: person.tenantId,
          subject,
          attempt: 1,
          kind: 'provision',
          requestedBy: person,
          actingAs: person,
          connectionId,
          conversationId,
          input: { connectionId, people },
        });
      });
    },

    async signedIn(person, kind) {
      const all = await listWaitingRuns(store, person, 'sign_in');
      const waiting = kind ? all.filter((run) => run.kind === kind) : all;
      let continued = 0;
      for (const run of waiting) {
        const answer = await carryOut((sql) =>
          nextAttempt(sql, run, { person, activityId: null }, 'run.continuedAfterSignIn', { actingAs: person }),
        );
        if (answer.kind === 'accepted') continued += 1;
      }
      if (!kind && (await wakeBlindWatches(store, person)) > 0) changed();
      return continued;
    },
  };
}
