import { z } from 'zod';
import { policyFormCard } from '../../cards/policyForm';
import type { PolicyFormValues, PolicyFormView } from '../../cards/requestViews';
import { titleWords } from '../../cards/words/chatWords';
import { policyForm as formWords } from '../../cards/words/policyWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { Connection } from '../../provisioning/connections';
import type { PersonRef } from '../../provisioning/people';
import type { DirectoryRef, Policy } from '../../provisioning/policy';
import { findConnection } from '../../store/connections';
import { listChannels } from '../../store/conversations';
import { findPolicy } from '../../store/policies';
import type { Sql } from '../../store/sql';
import type { DialogAnswer, DialogHandler } from '../answers';
import type { BotDeps } from '../deps';
import type { Turn } from '../turn';
import { openPolicies, readGroups } from './policyDraft';
import { policyValues, readPolicy, valuesOf } from './policyValues';

const named = z.looseObject({
  connectionId: z.string().min(1).max(100),
  basedOn: z.coerce.number().int().min(0).max(1_000_000).catch(0),
});

/** `policy.open`: the rules in force, or those that a new policy begins with. Only after `settings` has probed the person's rights. */
export function openPolicyForm({ store }: Pick<BotDeps, 'store'>): DialogHandler {
  return async (turn, data) => {
    const place = await placeOf(store, turn, data);
    if ('kind' in place) return place;
    const { policy } = (await findPolicy(store, turn.person.tenantId, place.connectionId)) ?? {};
    return show(store, turn.person, place, { policy, basedOn: policy?.version ?? 0, values: valuesOf(policy), problems: {} });
  };
}

/** `policy.submit`: the form again with its problems, or a run that checks the rules with the person's own token and saves them. */
export function submitPolicyForm({ store, requests }: Pick<BotDeps, 'store' | 'requests'>): DialogHandler {
  return async (turn, data) => {
    const place = await placeOf(store, turn, data);
    if ('kind' in place) return place;
    const { person, conversation, activityId } = turn;
    const { connectionId } = place;
    const { basedOn } = named.parse(data);
    const values = policyValues.parse(data);
    const { policy: before } = (await findPolicy(store, person.tenantId, connectionId)) ?? {};
    const known = await knownTo(store, person, before);
    const channels = (await listChannels(store, person.tenantId)).map(({ conversationId }) => conversationId);
    const read = readPolicy(values, { connectionId, groups: known.groups, channels });
    if ('problems' in read) return show(store, person, place, { policy: before, basedOn, values, problems: read.problems });
    await requests.savePolicy({
      person,
      conversationId: conversation.id,
      activityId,
      policy: { policy: read.policy, basedOn },
    });
    return { kind: 'close', message: requestEdge.policyRequested };
  };
}

/** Where the form belongs; or why it does not open here. */
async function placeOf(sql: Sql, { person, conversation }: Turn, data: unknown): Promise<Connection | DialogAnswer> {
  if (conversation.kind !== 'personal') return { kind: 'close', message: requestEdge.onlyPersonalSettings };
  const connectionId = named.safeParse(data).data?.connectionId;
  const connection =
    connectionId && (await openPolicies(sql, person)).includes(connectionId)
      ? await findConnection(sql, person.tenantId, connectionId)
      : undefined;
  return connection ?? { kind: 'close', message: requestEdge.typeSettings };
}

async function show(
  sql: Sql,
  person: PersonRef,
  { connectionId, organizationId, appDisplayName }: Connection,
  form: { policy: Policy | undefined; basedOn: number; values: PolicyFormValues; problems: PolicyFormView['problems'] },
): Promise<DialogAnswer> {
  const { policy, basedOn, values, problems } = form;
  const channels = (await listChannels(sql, person.tenantId)).map(({ conversationId, title }, index) => ({
    conversationId,
    title: title ?? titleWords.unknown(index + 1),
  }));
  const known = await knownTo(sql, person, policy);
  const view = { connectionId, organizationId, appDisplayName, basedOn, values, problems, channels, known };
  return { kind: 'show', title: formWords.title, card: policyFormCard(view), size: 'large' };
}

/** Names for the ids in the form: from the rules in force, and of groups that this person was offered. */
async function knownTo(
  sql: Sql,
  person: PersonRef,
  policy: Policy | undefined,
): Promise<{ people: DirectoryRef[]; groups: DirectoryRef[] }> {
  const groups = [
    policy?.approvers.group,
    policy?.autoApproval?.group,
    policy?.whoMayAsk.kind === 'group' ? policy.whoMayAsk.group : undefined,
    ...(await readGroups(sql, person)),
  ].filter((one) => one !== null && one !== undefined);
  const unique = groups.filter((one, index) => groups.findIndex(({ objectId }) => objectId === one.objectId) === index);
  return { people: [...(policy?.approvers.people ?? []), ...(policy?.escalation?.people ?? [])], groups: unique };
}
