import type { ViewerRole } from '../provisioning/requests';
import type { Sql } from './sql';

/** Who sees a request, in which role, and where their copy of the card lives; null: the bot cannot reach them. */
export interface RequestViewer {
  objectId: string;
  displayName: string;
  role: ViewerRole;
  conversationId: string | null;
}

/** Resolved once, when a request is frozen: views, reminders and escalation read only this. */
export async function insertViewers(
  sql: Sql,
  tenantId: string,
  requestId: string,
  viewers: readonly RequestViewer[],
): Promise<void> {
  for (const { objectId, displayName, role, conversationId } of viewers)
    await sql.query(
      `insert into request_viewers (tenant_id, request_id, object_id, display_name, role, conversation_id) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing`,
      [tenantId, requestId, objectId, displayName, role, conversationId],
    );
}

export async function listViewers(sql: Sql, tenantId: string, requestId: string): Promise<RequestViewer[]> {
  const rows = await sql.query(
    'select * from request_viewers where tenant_id = $1 and request_id = $2 order by role, display_name',
    [tenantId, requestId],
  );
  return rows.map((row) => ({
    objectId: String(row.object_id),
    displayName: String(row.display_name),
    role: row.role as ViewerRole,
    conversationId: row.conversation_id as string | null,
  }));
}

/** Viewers of now: those named for escalation are none before it comes to that (`claimEscalations` empties the time). */
export async function listViewersNow(sql: Sql, tenantId: string, requestId: string): Promise<RequestViewer[]> {
  const viewers = await listViewers(sql, tenantId, requestId);
  if (!viewers.some(({ role }) => role === 'escalation')) return viewers;
  const escalated = await sql.query('select 1 from requests where tenant_id = $1 and request_id = $2 and escalate_at is null', [
    tenantId,
    requestId,
  ]);
  return escalated.length > 0 ? viewers : viewers.filter(({ role }) => role !== 'escalation');
}

/** Requests that wait for somebody to decide or to run them, and that somebody other than the requester sees in this conversation. */
export async function listRequestsWaitingIn(sql: Sql, tenantId: string, conversationId: string): Promise<string[]> {
  const rows = await sql.query<{ request_id: string }>(
    `select request_id from requests r
     where tenant_id = $1 and (state = 'requested' or (state = 'approved' and acting_as is null)) and exists (
       select 1 from request_viewers v where v.tenant_id = $1 and v.request_id = r.request_id and v.conversation_id = $2
         and v.role <> 'requester')
     order by number`,
    [tenantId, conversationId],
  );
  return rows.map(({ request_id }) => request_id);
}

/** Where the copy of somebody named for escalation goes from now on. */
export async function setEscalationConversation(
  sql: Sql,
  tenantId: string,
  requestId: string,
  to: { objectId: string; conversationId: string },
): Promise<void> {
  await sql.query(
    `update request_viewers set conversation_id = $4 where tenant_id = $1 and request_id = $2 and object_id = $3 and role = 'escalation'`,
    [tenantId, requestId, to.objectId, to.conversationId],
  );
}

/**
 * Whoever is to decide what still waits, and had no conversation or another one when they became its viewer, has their copies here from
 * now on. Nobody for what a channel has; those named for escalation only once it came to that.
 */
export async function setDeciderConversation(
  sql: Sql,
  tenantId: string,
  objectId: string,
  conversationId: string,
): Promise<void> {
  await sql.query(
    `update request_viewers v set conversation_id = $3 from requests r
     where v.tenant_id = $1 and v.object_id = $2 and v.conversation_id is distinct from $3
       and r.tenant_id = $1 and r.request_id = v.request_id
       and (r.state = 'requested' or (r.state = 'approved' and r.acting_as is null))
       and ((v.role = 'escalation' and r.escalate_at is null) or (v.role = 'approver' and not exists (
         select 1 from request_viewers h where h.tenant_id = $1 and h.request_id = v.request_id and h.role = 'channel')))`,
    [tenantId, objectId, conversationId],
  );
}

/**
 * Approvers whom the bot cannot tell anything: no conversation when the request was frozen, or closed to the bot since then.
 * Nobody where a channel has the request.
 */
export async function listUnreachableApprovers(sql: Sql, tenantId: string, requestId: string): Promise<string[]> {
  const rows = await sql.query<{ display_name: string }>(
    `select v.display_name from request_viewers v
     left join conversations c on c.tenant_id = v.tenant_id and c.conversation_id = v.conversation_id
     where v.tenant_id = $1 and v.request_id = $2 and v.role = 'approver' and coalesce(c.state, 'dead') = 'dead'
       and not exists (select 1 from request_viewers h where h.tenant_id = $1 and h.request_id = $2 and h.role = 'channel')
     order by v.display_name`,
    [tenantId, requestId],
  );
  return rows.map(({ display_name }) => display_name);
}
