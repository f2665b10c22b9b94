import { z } from 'zod';
import { requestFormCard } from '../../cards/requestForm';
import type { RequestFormView } from '../../cards/requestViews';
import { commandProblemText } from '../../cards/words/problemWords';
import { askRefusalText, fieldProblems, requestEdge } from '../../cards/words/requestEdgeWords';
import { requestForm as formWords } from '../../cards/words/requestWords';
import { MOST_PEOPLE, parsePeople } from '../../provisioning/addresses';
import type { PersonRef } from '../../provisioning/people';
import type { Policy } from '../../provisioning/policy';
import { LONGEST_REASON } from '../../provisioning/requests';
import { listConnections } from '../../store/connections';
import { listPolicies } from '../../store/policies';
import type { Sql } from '../../store/sql';
import type { DialogAnswer, DialogHandler } from '../answers';
import type { BotDeps } from '../deps';
import { objectIds, text } from './formFields';

const typed = z.object({ connectionId: text, people: text, addresses: text, reason: text });

/** `request.open`: the empty form, for the organizations in which anybody can ask. */
export function openRequestForm({ store }: Pick<BotDeps, 'store'>): DialogHandler {
  return async ({ person, conversation }, data) => {
    if (conversation.kind !== 'personal') return { kind: 'close', message: requestEdge.onlyPersonal };
    const { connections } = await askable(store, person);
    if (connections.length === 0) return { kind: 'close', message: askRefusalText('no_policy') };
    const { connectionId } = typed.parse(data ?? {});
    return show({ connections, reasonRequired: false, values: { connectionId }, problems: {} });
  };
}

/** `request.submit`: the form again with its problems, or a request that its run looks at. The person is who signed the activity. */
export function submitRequestForm({ store, requests }: Pick<BotDeps, 'store' | 'requests'>): DialogHandler {
  return async ({ person, conversation, activityId }, data) => {
    if (conversation.kind !== 'personal') return { kind: 'close', message: requestEdge.onlyPersonal };
    const values = typed.parse(data ?? {});
    const { connections, policies } = await askable(store, person);
    const policy = policies.find(({ connectionId }) => connectionId === values.connectionId);
    const reason = values.reason.trim();
    const { people, problems } = readPeople(values);
    if (!policy) problems.connectionId = formWords.connection.missing;
    if (policy?.reasonRequired && reason === '') problems.reason = formWords.reason.missing;
    if (reason.length > LONGEST_REASON)
      problems.reason = commandProblemText({ code: 'reason_too_long', limit: LONGEST_REASON, length: reason.length });
    if (!policy || Object.keys(problems).length > 0)
      return show({ connections, reasonRequired: policy?.reasonRequired === true, values, problems });
    await requests.request({
      person,
      conversationId: conversation.id,
      connectionId: policy.connectionId,
      activityId,
      people,
      reason: reason === '' ? null : reason,
    });
    return { kind: 'close', message: requestEdge.requested };
  };
}

/** Connections that have rules for requests. */
async function askable(
  sql: Sql,
  { tenantId }: PersonRef,
): Promise<{ connections: RequestFormView['connections']; policies: Policy[] }> {
  const policies = await listPolicies(sql, tenantId);
  const connections = (await listConnections(sql, tenantId))
    .filter(({ connectionId }) => policies.some((policy) => policy.connectionId === connectionId))
    .map(({ connectionId, organizationId, appDisplayName }) => ({ connectionId, organizationId, appDisplayName }));
  return {
    connections,
    policies: policies.filter((policy) => connections.some((one) => one.connectionId === policy.connectionId)),
  };
}

/** Chosen people by their object ids, and those who were typed, each once. */
function readPeople(values: { people: string; addresses: string }): { people: string[]; problems: RequestFormView['problems'] } {
  const problems: RequestFormView['problems'] = {};
  const chosen = objectIds(values.people);
  const written = values.addresses.trim() === '' ? { people: [], problems: [] } : parsePeople(values.addresses);
  const people = [...new Set([...(chosen ?? []), ...written.people])];
  if (!chosen) problems.people = fieldProblems.noPerson;
  else if (people.length === 0 && written.problems.length === 0) problems.people = fieldProblems.nobody;
  else if (people.length > MOST_PEOPLE) problems.people = fieldProblems.tooMany(MOST_PEOPLE, people.length);
  if (written.problems[0]) problems.addresses = commandProblemText(written.problems[0], 'request');
  return { people, problems };
}

function show(view: RequestFormView): DialogAnswer {
  return { kind: 'show', title: formWords.title, card: requestFormCard(view), size: 'medium' };
}
