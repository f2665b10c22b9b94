import { codeOf, factsOf, StepFailedError } from '../../errors';
import { DEFAULT_ACCESS_ROLE_ID } from '../../provisioning/appRole';
import type { Connection } from '../../provisioning/connections';
import { planPerson } from '../../provisioning/planPeople';
import {
  isGood,
  type PersonOutcome,
  type PersonPlan,
  type ProvisionInput,
  type RequestInput,
  type RunPerson,
} from '../../provisioning/provision';
import type { Run, RunOutcome } from '../../provisioning/runs';
import { findConnection } from '../../store/connections';
import { moveMessage, wantAgain } from '../../store/messages';
import { findPolicy } from '../../store/policies';
import { findRequest } from '../../store/requests';
import { changeRunPerson, endUnreached, insertRunPeople, listRunPeople, type RunPersonChange } from '../../store/runPeople';
import { changeRunState, insertRun, savePlan } from '../../store/runs';
import type { WorkflowDeps } from '../deps';
import type { Workflow } from '../durable';
import type { OnDemand, OnDemandEnd } from '../onDemand';
import { supersedeByRun } from '../requests/administer';
import { changesSince, endRequest, frozenNow } from '../requests/runRequest';
import { outcomeEntry, runEntry } from '../runEntry';
import { beginRun, endRun, outcomeOfError } from '../runRows';
import { runTag } from '../runStep';
import { assignPerson } from './assign';
import { type SeenPerson, seePeople } from './see';

type OpenPlan = Exclude<PersonPlan, { kind: 'end' }> & { position: number };
type Ready = Connection & { jobId: string; ruleId: string };

/** Provision people: find, plan, assign, provision on demand; each ends in exactly one outcome. */
export function createProvision(
  deps: WorkflowDeps,
  onDemand: OnDemand,
  startRequest: (runId: string) => Promise<void>,
): Workflow<[string], RunOutcome> {
  return deps.durable.register('provision', async (runId) => {
    const run = await beginRun(deps, runId);
    let hasActed = run.plan !== null; // an earlier attempt had a plan, and may have done some of it
    const onActed = () => {
      hasActed = true;
    };
    try {
      const connection = await readConnection(deps, run);
      const done = await copyDone(deps, run);
      const plans = await planPeople(deps, run, connection, done);
      await act({ deps, onDemand, run, connection, plans, onActed });
      return await endRun(deps, run, { kind: 'done' }, (sql) => endRequest(deps, sql, run, null));
    } catch (error) {
      const outcome = outcomeOfError(error, 'provision');
      const isRefused = outcome.kind === 'failed' && (outcome.code === 'no_right' || outcome.code === 'guest_refused');
      const request = isRefused && !hasActed ? await becomeRequest(deps, run, outcome.code) : null;
      if (request !== null) {
        await startRequest(request);
        return { kind: 'done' };
      }
      return endRun(deps, run, outcome, async (sql) => {
        if (outcome.kind === 'cancelled') await endUnreached(sql, runId);
        if (outcome.kind === 'failed' || outcome.kind === 'cancelled')
          await endRequest(deps, sql, run, outcome.kind === 'failed' ? outcome : { code: 'run_cancelled' });
      });
    }
  });
}

/**
 * Somebody without the right to provision asks: where the connection has a policy, for a guest one that admits guests, the run goes
 * on as a request, in the same card. Without one nobody can ask, and the run fails with the reason. So does one that has done
 * something before the right was lost: its card must go on showing what was done.
 */
function becomeRequest({ steps, store, audit, changed }: WorkflowDeps, run: Run, code: string): Promise<string | null> {
  const input = run.input as ProvisionInput;
  const subject = run.subject.replace(/^provision:/, 'request:');
  return steps.recordAgain('becomeRequest', async () => {
    if (input.requestId || input.insteadOf) return null;
    const became = await store.transaction(async (sql) => {
      const stored = await findPolicy(sql, run.tenantId, input.connectionId);
      if (!stored || (code === 'guest_refused' && !stored.policy.guestsMayAsk)) return false;
      if (!(await changeRunState(sql, run.runId, { state: 'replaced' }))) return true; // a replay: it was written already
      const request: RequestInput = { connectionId: input.connectionId, people: input.people, reason: null, supersedes: null };
      const { tenantId, requestedBy, actingAs, connectionId, conversationId } = run;
      await insertRun(sql, {
        tenantId,
        subject,
        attempt: 1,
        kind: 'request',
        requestedBy,
        actingAs,
        connectionId,
        conversationId,
        input: request,
      });
      await moveMessage(sql, tenantId, runTag(run.subject), runTag(subject));
      await audit.append(sql, runEntry(run, 'run.becameRequest', { request: subject }));
      return true;
    });
    if (became) changed();
    return became ? `${subject}:1` : null;
  });
}

function readConnection({ steps, store }: WorkflowDeps, run: Run): Promise<Ready> {
  return steps.record('readConnection', async () => {
    const { connectionId } = run.input as ProvisionInput;
    const connection = await findConnection(store, run.tenantId, connectionId);
    const { jobId, ruleId } = connection ?? {};
    if (!connection || !jobId || !ruleId) throw new StepFailedError('no_connection', { connectionId });
    return { ...connection, jobId, ruleId };
  });
}

/** An earlier attempt may have ended some people: whoever was created, updated or in step is not done again. */
function copyDone({ steps, store }: WorkflowDeps, run: Run): Promise<RunPerson[]> {
  return steps.record('copyDone', async () => {
    const { people } = run.input as ProvisionInput;
    const before = run.attempt > 1 ? await listRunPeople(store, `${run.subject}:${run.attempt - 1}`) : [];
    await store.transaction(async (sql) => {
      await insertRunPeople(sql, run.runId, people);
      for (const [position, person] of before.entries()) {
        if (!isGood(person.outcome)) continue;
        const { objectId, displayName, userPrincipalName, outcome } = person;
        if (objectId && displayName && userPrincipalName && outcome)
          await changeRunPerson(sql, run.runId, position, { objectId, displayName, userPrincipalName, outcome });
      }
    });
    return listRunPeople(store, run.runId);
  });
}

/** Reads everybody who is still open, decides for each, and stores the plan on the run before anything changes. */
async function planPeople(deps: WorkflowDeps, run: Run, connection: Ready, people: readonly RunPerson[]): Promise<OpenPlan[]> {
  const { steps, store } = deps;
  const open = people.flatMap((person, position) => (person.outcome === null ? [{ position, asked: person.asked }] : []));
  const observed = await seePeople(deps, run, connection, open);
  await compareWithRequest(deps, run, connection, observed);
  await supersedeByRun(deps, run);
  return steps.record('planPeople', async () => {
    const plans = observed.map(({ position, ...person }) => ({ position, ...planPerson(person, connection) }));
    await store.transaction(async (sql) => {
      await savePlan(sql, run.runId, plans);
      for (const plan of plans) {
        const { person } = plan;
        await changeRunPerson(sql, run.runId, plan.position, {
          ...(person
            ? { objectId: person.objectId, displayName: person.displayName, userPrincipalName: person.userPrincipalName }
            : {}),
          ...(plan.kind === 'end' ? { outcome: plan.outcome } : { doing: 'provisioning' as const }),
          ...(plan.kind === 'provision' && plan.through ? { assignedThrough: plan.through } : {}),
        });
      }
      await wantAgain(sql, run.tenantId, runTag(run.subject));
    });
    deps.changed();
    return onePerPerson(plans.filter((plan) => plan.kind !== 'end'));
  });
}

/**
 * What was approved and what would be done now must be the same where it matters; else the run stops and says what changed. Every
 * attempt looks, since each reads the connection anew; whoever an earlier attempt has done is not looked at again.
 */
async function compareWithRequest(
  { steps, store }: WorkflowDeps,
  run: Run,
  connection: Ready,
  seen: readonly SeenPerson[],
): Promise<void> {
  const { requestId } = run.input as ProvisionInput;
  if (!requestId) return;
  await steps.record('compareWithRequest', async () => {
    const request = await findRequest(store, run.tenantId, requestId);
    if (!request) throw new StepFailedError('request_changed', { changes: 'request_gone' });
    const open = request.frozen.people.filter(({ objectId }) => seen.some(({ asked }) => asked === objectId)); // asked by their ids
    const approved = { ...request, frozen: { ...request.frozen, people: open } };
    const changes = changesSince(approved, frozenNow(connection, seen, connection.appRoleId ?? DEFAULT_ACCESS_ROLE_ID));
    if (changes.length === 0) return;
    const named = changes.map((change) => ('displayName' in change ? `${change.code}:${change.displayName}` : change.code));
    throw new StepFailedError('request_changed', { changes: named.join(', ') });
  });
}

/** Two addresses of one person are one call; the others get the same outcome when it comes. */
function onePerPerson(plans: OpenPlan[]): OpenPlan[] {
  return plans.filter((plan, index) => plans.findIndex(({ person }) => person.objectId === plan.person.objectId) === index);
}

/** `onActed`: somebody was assigned, or has an outcome from what was tried. */
async function act({
  deps,
  onDemand,
  run,
  connection,
  plans,
  onActed,
}: {
  deps: WorkflowDeps;
  onDemand: OnDemand;
  run: Run;
  connection: Ready;
  plans: readonly OpenPlan[];
  onActed: () => void;
}): Promise<void> {
  const { steps, store, audit, changed } = deps;
  const { runId } = run;
  let written = 0;
  const tell = (objectId: string, change: RunPersonChange, graphRequestId: string | null = null) => {
    written += 1;
    if (change.outcome) onActed();
    return steps.record(`tell.${written}`, async () => {
      await store.transaction(async (sql) => {
        const open = [...(await listRunPeople(sql, runId)).entries()].filter(
          ([, person]) => person.objectId === objectId && person.outcome === null,
        );
        for (const [position] of open) await changeRunPerson(sql, runId, position, change);
        await wantAgain(sql, run.tenantId, runTag(run.subject));
        const [first] = open; // in a replay none is: the row was written before the process died
        if (change.outcome && first)
          await audit.append(
            sql,
            outcomeEntry(run, { objectId, displayName: first[1].displayName }, change.outcome, graphRequestId),
          );
      });
      changed();
    });
  };

  const appRoleId = connection.appRoleId ?? DEFAULT_ACCESS_ROLE_ID;
  const ready: OpenPlan[] = [];
  for (const plan of plans) {
    const { objectId } = plan.person;
    try {
      if (plan.kind === 'assign_and_provision') {
        await tell(objectId, { doing: 'assigning' });
        await assignPerson(deps, run, { servicePrincipalId: connection.servicePrincipalId, principalId: objectId, appRoleId });
        onActed();
        await tell(objectId, { doing: 'provisioning' });
      }
      ready.push(plan);
    } catch (error) {
      const code = codeOf(error) ?? 'unexpected_error';
      // One person's failure never stops the others; a missing token, right or a cancel concerns everybody.
      if (['run_cancelled', 'sign_in_needed', 'no_right'].includes(code)) throw error;
      await tell(objectId, { outcome: { kind: 'failed', step: 'assign', code, facts: factsOf(error) } });
    }
  }

  let stopped: Error | undefined;
  await onDemand(
    ready.map(({ person }) => ({
      runId,
      actingAs: run.actingAs,
      servicePrincipalId: connection.servicePrincipalId,
      jobId: connection.jobId,
      ruleId: connection.ruleId,
      objectId: person.objectId,
    })),
    {
      onWait: ({ objectId }, waitUntil, giveUpAt) => tell(objectId, { doing: 'waiting', waitUntil, giveUpAt }),
      onEnd: async ({ objectId }, end) => {
        const outcome = outcomeFor(end);
        if (outcome) await tell(objectId, { outcome }, end.graphRequestId);
        else stopped ??= stopFor(end);
      },
    },
  );
  if (stopped) throw stopped;
}

/** undefined: this end concerns the whole run. */
function outcomeFor(end: OnDemandEnd): PersonOutcome | undefined {
  if (end.kind === 'outcome') return end.outcome;
  if (end.kind === 'cancelled' || ['sign_in_needed', 'no_right'].includes(end.code)) return undefined;
  return { kind: 'failed', step: 'provision', code: end.code, facts: end.facts };
}

function stopFor(end: OnDemandEnd): Error {
  if (end.kind !== 'error') return new StepFailedError('run_cancelled');
  return Object.assign(new Error(`Stopped: ${end.code}`), { code: end.code, facts: end.facts, step: 'provisionPeople' });
}
