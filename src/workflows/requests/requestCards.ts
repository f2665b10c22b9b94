import type { PersonRef } from '../../provisioning/people';
import { isDecider } from '../../provisioning/requests';
import { findConnection } from '../../store/connections';
import { findConversation, type KnownConversation } from '../../store/conversations';
import { wantAgain, wantMessage } from '../../store/messages';
import { findPerson } from '../../store/people';
import { findPolicy } from '../../store/policies';
import { findRequest, type StoredRequest } from '../../store/requests';
import { listRequestsWaitingIn, listViewers, type RequestViewer, setDeciderConversation } from '../../store/requestViewers';
import type { Sql, Store } from '../../store/sql';
import { runTag, subjectOf } from '../runStep';

/** Tag of a request's copies: one message per viewer's conversation, each drawn for that viewer. */
export function requestTag(requestId: string): string {
  return `request:${requestId}`;
}

/** Tag of the one card with everything that the rules of a connection approved and somebody still has to run. */
function approvedTag(connectionId: string): string {
  return `approved:${connectionId}`;
}

/** Tag of the card that shows the request to those who decide or run it. */
function copyTag({ autoApproved, connectionId, requestId }: Posted): string {
  return autoApproved ? approvedTag(connectionId) : requestTag(requestId);
}

type Posted = Pick<StoredRequest, 'tenantId' | 'requestId' | 'activityId' | 'connectionId' | 'autoApproved'>;

/**
 * First posting: a copy for each viewer who can be reached; the requester's is the card of the run that froze it. What the rules
 * approved needs no decision: approvers get one card for all of that, anew below, instead of a copy of each.
 */
export async function postRequestCards(sql: Sql, request: Posted): Promise<void> {
  const { tenantId, autoApproved } = request;
  const viewers = await listViewers(sql, tenantId, request.requestId);
  const conversations = new Set(
    viewers.flatMap(({ conversationId, role }) => (role === 'requester' ? [] : (conversationId ?? []))),
  );
  await wantAgain(sql, tenantId, runTag(subjectOf(request.activityId)));
  for (const conversationId of conversations)
    await wantMessage(sql, { tenantId, tag: copyTag(request), conversationId, alert: true, fresh: autoApproved });
}

/**
 * A conversation in which nothing could be said until now: copies of what still waits to be decided or run are wanted there, also of
 * what was asked while the bot could not reach the person, and the requesters' cards no longer name whoever is back.
 */
export async function giveCopies(
  sql: Sql,
  { tenantId, objectId }: PersonRef,
  conversation: { id: string; kind: KnownConversation['kind'] },
): Promise<void> {
  if (conversation.kind === 'personal') await setDeciderConversation(sql, tenantId, objectId, conversation.id);
  for (const requestId of await listRequestsWaitingIn(sql, tenantId, conversation.id)) {
    const request = await findRequest(sql, tenantId, requestId);
    if (!request) continue;
    await wantAgain(sql, tenantId, runTag(subjectOf(request.activityId)));
    await wantMessage(sql, { tenantId, tag: copyTag(request), conversationId: conversation.id, alert: true });
  }
}

/** Something about the request changed: every copy is drawn anew. */
export async function redrawRequestCards(sql: Sql, request: Posted): Promise<void> {
  await wantAgain(sql, request.tenantId, runTag(subjectOf(request.activityId)));
  await wantAgain(sql, request.tenantId, requestTag(request.requestId));
  if (request.autoApproved) await wantAgain(sql, request.tenantId, approvedTag(request.connectionId));
}

/** A message of its own, so that people hear of an end even when the card is far up. */
export async function tellViewer(
  sql: Sql,
  request: Pick<StoredRequest, 'tenantId' | 'requestId'>,
  conversationId: string,
  what: string,
  notice: object,
): Promise<void> {
  await wantMessage(sql, {
    tenantId: request.tenantId,
    tag: `notice:request:${request.requestId}:${what}`,
    conversationId,
    content: notice,
    alert: true,
  });
}

/** A personal conversation that Teams has not closed to the bot; null after the person blocked or removed it. */
export async function whereToTell(sql: Sql, tenantId: string, objectId: string): Promise<string | null> {
  const known = await findPerson(sql, tenantId, objectId);
  if (!known?.reachable || known.personalConversationId === null) return null;
  const conversation = await findConversation(sql, tenantId, known.personalConversationId);
  return conversation?.state === 'active' ? conversation.conversationId : null;
}

/** Whoever saved the policy hears whom the bot cannot tell of a request; it goes on with the others. */
export async function nameToKeeper(
  sql: Sql,
  request: StoredRequest,
  people: readonly Pick<RequestViewer, 'displayName'>[],
  what: string,
): Promise<void> {
  const keeper = await findKeeper(sql, request);
  if (people.length === 0 || !keeper) return;
  const names = people.map(({ displayName }) => displayName);
  await tellViewer(sql, request, keeper, what, { kind: 'approvers_unreachable', names, ...(await whatItIs(sql, request)) });
}

/** The channel that has the request is closed to the bot: whoever saved the policy and the requester hear it, in their own chats. */
async function tellChannelClosed(sql: Sql, request: StoredRequest, conversationId: string): Promise<void> {
  const requester = await findPerson(sql, request.tenantId, request.requestedBy.objectId);
  const asked = requester?.personalConversationId ?? request.conversationId;
  const notice = { kind: 'channel_unreachable', ...(await whatItIs(sql, request)) };
  for (const place of new Set([await findKeeper(sql, request), asked]))
    if (place && place !== conversationId) await tellViewer(sql, request, place, 'channelUnreachable', notice);
}

/** The personal conversation of whoever saved the policy. */
export async function findKeeper(
  sql: Sql,
  { tenantId, connectionId }: Pick<StoredRequest, 'tenantId' | 'connectionId'>,
): Promise<string | null> {
  const stored = await findPolicy(sql, tenantId, connectionId);
  const keeper = stored && (await findPerson(sql, tenantId, stored.changedBy.objectId));
  return keeper?.personalConversationId ?? null;
}

async function whatItIs(sql: Sql, { tenantId, connectionId, requestId, number, requestedBy }: StoredRequest) {
  const connection = await findConnection(sql, tenantId, connectionId);
  const { organizationId = connectionId, appDisplayName = '' } = connection ?? {};
  return { organizationId, appDisplayName, requestId, number, by: requestedBy.displayName };
}

/**
 * A conversation was closed to the bot: the requester's card and whoever saved the policy name who had a copy there of a request that
 * still waits; where it was a channel, both hear that. It may happen for each message that was wanted there: they are named once.
 */
export async function nameUnreachable(
  store: Store,
  { tenantId, conversationId }: { tenantId: string; conversationId: string },
): Promise<void> {
  await store.transaction(async (sql) => {
    for (const requestId of await listRequestsWaitingIn(sql, tenantId, conversationId)) {
      const request = await findRequest(sql, tenantId, requestId);
      if (!request) continue;
      const left = (await listViewers(sql, tenantId, requestId)).filter((viewer) => viewer.conversationId === conversationId);
      await wantAgain(sql, tenantId, runTag(subjectOf(request.activityId)));
      if (left.some(({ role }) => role === 'channel')) await tellChannelClosed(sql, request, conversationId);
      await nameToKeeper(sql, request, left.filter(isDecider), `unreachable:${conversationId}`);
    }
  });
}
