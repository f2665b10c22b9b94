import { isDeepStrictEqual } from 'node:util';
import { StepFailedError } from '../../errors';
import { type DirectoryRef, findNoDeciders, findSavingProblem, type Policy, policyFacts } from '../../provisioning/policy';
import type { Run, RunOutcome } from '../../provisioning/runs';
import { findConnection } from '../../store/connections';
import { findPolicy, type StoredPolicy, savePolicy } from '../../store/policies';
import type { WorkflowDeps } from '../deps';
import type { Workflow } from '../durable';
import { beginRun, endRun, outcomeOfError } from '../runRows';
import { canPost, decidersOf } from './approvers';
import { whereToTell } from './requestCards';

/** A policy as the dialog took it: people and groups by object id only; names are read from the directory. */
export interface PolicyInput {
  policy: Omit<Policy, 'version'>;
  /** Version that the form showed; 0 when there was none. */
  basedOn: number;
}

/**
 * Checks a policy with the administrator's own token and saves it: the right on the app is probed, groups and people are read,
 * and one that nobody could satisfy is refused with the reason.
 */
export function createPolicyRun(deps: WorkflowDeps): Workflow<[string], RunOutcome> {
  return deps.durable.register('policy', async (runId) => {
    const run = await beginRun(deps, runId);
    try {
      const { policy, basedOn } = run.input as PolicyInput;
      const seen = await see(deps, run, policy);
      await save(deps, run, seen, basedOn);
      return await endRun(deps, run, { kind: 'done' });
    } catch (error) {
      return endRun(deps, run, outcomeOfError(error, 'policy'));
    }
  });
}

interface Seen {
  policy: Omit<Policy, 'version'>;
  groupMembers: DirectoryRef[] | null;
  /** Members of the group that may ask; none where everyone may. */
  askerIds: string[];
}

function see({ steps, store, entraFor }: WorkflowDeps, run: Run, policy: PolicyInput['policy']): Promise<Seen> {
  const entra = entraFor(run.actingAs);
  return steps.record('seePolicy', async () => {
    const connection = await findConnection(store, run.tenantId, policy.connectionId);
    if (!connection) throw new StepFailedError('no_connection', { connectionId: policy.connectionId });
    await entra.listSynchronizationJobs(connection.servicePrincipalId);
    const named = (people: readonly DirectoryRef[]) =>
      Promise.all(
        people.map(async ({ objectId, displayName }) => {
          const found = await entra.findUser(objectId);
          return { objectId, displayName: found?.displayName ?? displayName, found };
        }),
      );
    const [approvers, escalated, groupMembers, askers] = await Promise.all([
      named(policy.approvers.people),
      named(policy.escalation?.people ?? []),
      decidersOf(entra, policy),
      policy.whoMayAsk.kind === 'group' ? entra.listGroupMembers(policy.whoMayAsk.group.objectId) : [],
    ]);
    const noDeciders = findNoDeciders([...approvers, ...escalated]);
    if (noDeciders) throw new StepFailedError('policy_refused', noDeciders);
    const refs = (people: typeof approvers) => people.map(({ objectId, displayName }) => ({ objectId, displayName }));
    return {
      policy: {
        ...policy,
        approvers: { ...policy.approvers, people: refs(approvers) },
        escalation: policy.escalation && { ...policy.escalation, people: refs(escalated) },
      },
      groupMembers: groupMembers ?? [],
      askerIds: askers.map(({ objectId }) => objectId),
    };
  });
}

function save(
  { steps, store, audit }: WorkflowDeps,
  run: Run,
  { policy, groupMembers, askerIds = [] }: Seen, // a run that began with an earlier version of the bot did not read them
  basedOn: number,
): Promise<void> {
  return steps.recordAgain('savePolicy', async () => {
    const inForce = await findPolicy(store, run.tenantId, policy.connectionId);
    if (inForce && isThis(inForce, run, { ...policy, version: basedOn + 1 })) return; // a replay: it was saved before the process died
    const reachable: string[] = [];
    for (const { objectId } of [...policy.approvers.people, ...(groupMembers ?? [])])
      if ((await whereToTell(store, run.tenantId, objectId)) !== null) reachable.push(objectId);
    const problem = findSavingProblem({ ...policy, version: basedOn + 1 }, { groupMembers, reachable }, askerIds);
    if (problem) throw new StepFailedError('policy_refused', { problem });
    if (!(await canPost(store, run.tenantId, policy)))
      throw new StepFailedError('policy_refused', { problem: 'channel_not_reachable' });
    const version = await store.transaction(async (sql) => {
      const saved = await savePolicy(sql, run.tenantId, policy, run.requestedBy, basedOn);
      if (saved === undefined) return undefined;
      await audit.append(sql, {
        tenantId: run.tenantId,
        action: 'policy.saved',
        actor: run.requestedBy,
        subject: `connection:${run.tenantId}:${policy.connectionId}`,
        facts: { runId: run.runId, ...policyFacts({ ...policy, version: saved }) },
      });
      return saved;
    });
    if (version === undefined) throw new StepFailedError('policy_changed_meanwhile', { basedOn });
  });
}

function isThis({ policy, changedBy }: StoredPolicy, { requestedBy }: Run, saved: Policy): boolean {
  return changedBy.objectId === requestedBy.objectId && isDeepStrictEqual(policy, saved);
}
