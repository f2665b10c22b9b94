import { randomUUID } from 'node:crypto';
import type { EntraClient } from '../../entra/types';
import { StepFailedError } from '../../errors';
import { chooseAppRole, DEFAULT_ACCESS_ROLE_ID } from '../../provisioning/appRole';
import type { Connection } from '../../provisioning/connections';
import { planPerson } from '../../provisioning/planPeople';
import {
  approvalsNeeded,
  approversOf,
  autoApproves,
  type DirectoryRef,
  findAskRefusal,
  type Policy,
} from '../../provisioning/policy';
import type { PersonOutcome, RequestInput } from '../../provisioning/provision';
import type { Frozen } from '../../provisioning/requests';
import type { Run, RunOutcome } from '../../provisioning/runs';
import { findConnection } from '../../store/connections';
import { findPolicy, lockPolicy } from '../../store/policies';
import { countAutoApprovedToday, findRequestOfActivity, insertRequest } from '../../store/requests';
import { insertViewers } from '../../store/requestViewers';
import { changeRunPerson, insertRunPeople } from '../../store/runPeople';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import type { Workflow } from '../durable';
import { lookUpPeople, type SeenPerson } from '../provision/see';
import { beginRun, endRun, outcomeOfError } from '../runRows';
import { decidersOf, demandDeciders, hashOf, type Reachable, reachableApprovers, tellUnreachable, viewersOf } from './approvers';
import { postRequestCards } from './requestCards';
import { supersede } from './supersede';

/** What the freezing run read, with the requester's own token. */
interface Seen {
  people: SeenPerson[];
  requesterType: 'Member' | 'Guest';
  requesterEnabled: boolean;
  requesterGroupIds: string[];
  approverGroup: DirectoryRef[] | null;
  autoGroupIds: string[];
}

/** Freezes a request: checks the policy, reads the people, resolves who may decide, and posts it. It changes nothing outside. */
export function createFreeze(deps: WorkflowDeps): Workflow<[string], RunOutcome> {
  return deps.durable.register('request', async (runId) => {
    const run = await beginRun(deps, runId);
    try {
      const input = run.input as RequestInput;
      const { connection, policy } = await readRules(deps, run, input);
      const seen = await see(deps, run, input, connection, policy);
      const reachable = await reachableApprovers(deps, run, policy, seen.approverGroup);
      await freeze(deps, run, input, { connection, policy, seen, reachable });
      return await endRun(deps, run, { kind: 'done' });
    } catch (error) {
      return endRun(deps, run, outcomeOfError(error, 'request'));
    }
  });
}

function readRules(
  { steps, store }: WorkflowDeps,
  run: Run,
  { connectionId }: RequestInput,
): Promise<{ connection: Connection; policy: Policy }> {
  return steps.record('readPolicy', async () => {
    const connection = await findConnection(store, run.tenantId, connectionId);
    if (!connection?.jobId) throw new StepFailedError('no_connection', { connectionId });
    const stored = await findPolicy(store, run.tenantId, connectionId);
    if (!stored) throw new StepFailedError('request_refused', { why: 'no_policy' });
    return { connection, policy: stored.policy };
  });
}

function see(
  { steps, entraFor }: WorkflowDeps,
  run: Run,
  input: RequestInput,
  connection: Connection,
  policy: Policy,
): Promise<Seen> {
  const entra = entraFor(run.actingAs, 'reads');
  return steps.record('seeRequest', async () => {
    const askers = policy.whoMayAsk.kind === 'group' ? policy.whoMayAsk.group : null;
    const [me, people, askerIds, approverGroup, autoGroup] = await Promise.all([
      entra.getMe(),
      lookUpPeople(
        entra,
        connection,
        input.people.map((asked, position) => ({ asked, position })),
      ),
      memberIds(entra, askers),
      decidersOf(entra, policy),
      memberIds(entra, policy.autoApproval?.group ?? null),
    ]);
    return {
      people,
      requesterType: me.userType,
      requesterEnabled: me.accountEnabled,
      requesterGroupIds: askers && askerIds.includes(me.objectId) ? [askers.objectId] : [],
      approverGroup,
      autoGroupIds: autoGroup,
    };
  });
}

async function memberIds(entra: EntraClient, group: DirectoryRef | null): Promise<string[]> {
  return group === null ? [] : (await entra.listGroupMembers(group.objectId)).map(({ objectId }) => objectId);
}

async function freeze(
  deps: WorkflowDeps,
  run: Run,
  input: RequestInput,
  { connection, policy, seen, reachable }: { connection: Connection; policy: Policy; seen: Seen; reachable: Reachable[] },
): Promise<void> {
  const { steps, store, audit, changed } = deps;
  await steps.recordAgain('freeze', async () => {
    if (await findRequestOfActivity(store, run.tenantId, run.runId)) return; // a replay: it was made before the process died
    const asker = {
      objectId: run.requestedBy.objectId,
      userType: seen.requesterType,
      accountEnabled: seen.requesterEnabled,
      groupIds: seen.requesterGroupIds,
    };
    const why = findAskRefusal(policy, asker, input.reason);
    if (why) throw new StepFailedError('request_refused', { why });
    const plans = seen.people.map((person) => planPerson(person, connection));
    const frozen: Frozen = {
      connection: connection.connectionId,
      servicePrincipal: connection.servicePrincipalId,
      job: connection.jobId ?? '',
      appRole: connection.appRoleId ?? chooseAppRole([]) ?? DEFAULT_ACCESS_ROLE_ID,
      people: plans.flatMap((plan) =>
        plan.kind === 'end'
          ? []
          : [
              {
                objectId: plan.person.objectId,
                displayName: plan.person.displayName,
                userPrincipalName: plan.person.userPrincipalName,
                mail: plan.person.mail,
                enabled: plan.person.accountEnabled,
                userType: plan.person.userType,
                assigned: plan.kind === 'provision',
              },
            ],
      ),
    };
    await keepPeople(deps, run, input, plans);
    if (frozen.people.length === 0) throw new StepFailedError('nothing_to_request', { people: plans.length });
    const approvers = approversOf(policy, seen.approverGroup);
    await demandDeciders(deps, run, connection, policy, { members: seen.approverGroup, reachable, people: frozen.people.length });
    await store.transaction(async (sql) => {
      const autoApproved = await isAutoApproved(sql, run.tenantId, policy, frozen, seen.autoGroupIds);
      const request = await insertRequest(sql, {
        requestId: randomUUID(),
        tenantId: run.tenantId,
        kind: 'provision',
        connectionId: connection.connectionId,
        frozen,
        hash: hashOf(frozen),
        reason: input.reason,
        requestedBy: run.requestedBy,
        approvalsNeeded: approvalsNeeded(policy, frozen.people.length),
        selfApproval: policy.selfApproval,
        autoApproved,
        policyVersion: policy.version,
        conversationId: run.conversationId,
        activityId: run.runId,
        supersedes: input.supersedes,
        runId: null,
        lifetimeMs: policy.lifetimeMs,
        remindAfterMs: policy.remindAfterMs,
        escalateAfterMs: policy.escalation?.afterMs ?? null,
      });
      const viewers = viewersOf(run.requestedBy, run.conversationId, policy, approvers, reachable);
      await insertViewers(sql, run.tenantId, request.requestId, viewers);
      await postRequestCards(sql, request);
      await tellUnreachable(sql, request, viewers);
      await supersede(deps, sql, request);
      await audit.append(sql, {
        tenantId: run.tenantId,
        action: autoApproved ? 'request.autoApproved' : 'request.made',
        actor: run.requestedBy,
        subject: `request:${run.tenantId}:${request.requestId}`,
        facts: {
          number: request.number,
          hash: request.hash,
          people: frozen.people.length,
          policyVersion: policy.version,
          runId: run.runId,
        },
      });
    });
    changed();
  });
}

/** Counts and decides under the policy's lock, kept until the request is in: of requests at once, only as many as the quota has room for. */
async function isAutoApproved(
  sql: Sql,
  tenantId: string,
  policy: Policy,
  { people }: Frozen,
  groupMemberIds: readonly string[],
): Promise<boolean> {
  if (policy.autoApproval === null) return false;
  await lockPolicy(sql, tenantId, policy.connectionId);
  const usedToday = await countAutoApprovedToday(sql, tenantId, policy.connectionId);
  return autoApproves(policy, people, { usedToday, groupMemberIds });
}

/** Everybody who was named, those who cannot be done with the reason: the requester's card shows them. */
async function keepPeople(
  { store }: WorkflowDeps,
  run: Run,
  input: RequestInput,
  plans: ReturnType<typeof planPerson>[],
): Promise<void> {
  await store.transaction(async (sql) => {
    await insertRunPeople(sql, run.runId, input.people);
    for (const [position, plan] of plans.entries()) {
      const outcome: PersonOutcome | undefined = plan.kind === 'end' ? plan.outcome : undefined;
      await changeRunPerson(sql, run.runId, position, {
        ...(plan.person
          ? {
              objectId: plan.person.objectId,
              displayName: plan.person.displayName,
              userPrincipalName: plan.person.userPrincipalName,
            }
          : {}),
        ...(outcome ? { outcome } : {}),
      });
    }
  });
}
