import type { Connection } from '../provisioning/connections';
import type { PersonRef } from '../provisioning/people';
import type { UnityStatements } from '../provisioning/setup';
import { iso, type Sql } from './sql';

function read(row: Record<string, unknown>): Connection {
  return {
    connectionId: String(row.connection_id),
    tenantId: String(row.tenant_id),
    organizationId: String(row.organization_id),
    servicePrincipalId: String(row.service_principal_id),
    appId: String(row.app_id),
    appDisplayName: String(row.app_display_name),
    jobId: row.job_id as string | null,
    ruleId: row.rule_id as string | null,
    appRoleId: row.app_role_id as string | null,
    scimConnectorUrl: String(row.scim_connector_url),
    domains: row.domains as string[],
    savedSyncAll: row.saved_sync_all as 'false' | null,
    state: row.state as Connection['state'],
    setUpBy: row.set_up_by as PersonRef,
    createdAt: iso(row.created_at),
  };
}

/** Every connection that has been set up or is being set up, oldest first. */
export async function listConnections(sql: Sql, tenantId: string): Promise<Connection[]> {
  const rows = await sql.query('select * from connections where tenant_id = $1 order by created_at', [tenantId]);
  return rows.map(read);
}

export async function findConnection(sql: Sql, tenantId: string, connectionId: string): Promise<Connection | undefined> {
  const [row] = await sql.query('select * from connections where tenant_id = $1 and connection_id = $2', [
    tenantId,
    connectionId,
  ]);
  return row && read(row);
}

export async function findConnectionOfOrganization(
  sql: Sql,
  tenantId: string,
  organizationId: string,
): Promise<Connection | undefined> {
  const [row] = await sql.query('select * from connections where tenant_id = $1 and organization_id = $2', [
    tenantId,
    organizationId,
  ]);
  return row && read(row);
}

type SavedConnection = Omit<Connection, 'createdAt'> & { statements: UnityStatements };

/** One row per tenant and organization, and what it says is what works: written whole when a setup ends well. */
export async function saveConnection(sql: Sql, connection: SavedConnection): Promise<void> {
  await writeConnection(sql, connection, '');
}

/**
 * The row of a setup that has just made its job. A row that works, through this app or another, stays as it is until the setup has
 * ended; only one that an earlier setup of the same app left half-made is written over.
 */
export async function beginConnection(sql: Sql, connection: Omit<SavedConnection, 'state'>): Promise<void> {
  await writeConnection(
    sql,
    { ...connection, state: 'settingUp' },
    `where connections.state = 'settingUp' and connections.service_principal_id = excluded.service_principal_id`,
  );
}

async function writeConnection(sql: Sql, connection: SavedConnection, onlyOver: string): Promise<void> {
  await sql.query(
    `insert into connections (tenant_id, connection_id, organization_id, service_principal_id, app_id, app_display_name, job_id, rule_id,
       app_role_id, scim_connector_url, domains, saved_sync_all, state, set_up_by, statements)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (tenant_id, organization_id) do update set service_principal_id = excluded.service_principal_id, app_id = excluded.app_id,
       app_display_name = excluded.app_display_name, job_id = excluded.job_id, rule_id = excluded.rule_id, app_role_id = excluded.app_role_id,
       scim_connector_url = excluded.scim_connector_url, domains = excluded.domains, saved_sync_all = excluded.saved_sync_all,
       state = excluded.state, set_up_by = excluded.set_up_by, statements = excluded.statements
     ${onlyOver}`,
    [
      connection.tenantId,
      connection.connectionId,
      connection.organizationId,
      connection.servicePrincipalId,
      connection.appId,
      connection.appDisplayName,
      connection.jobId,
      connection.ruleId,
      connection.appRoleId,
      connection.scimConnectorUrl,
      JSON.stringify(connection.domains),
      connection.savedSyncAll,
      connection.state,
      JSON.stringify(connection.setUpBy),
      JSON.stringify(connection.statements),
    ],
  );
}

/** Our last word on `SyncAll`, where the row is of this very job. */
export async function noteSyncAllSaved(
  sql: Sql,
  { tenantId, organizationId, jobId }: Pick<Connection, 'tenantId' | 'organizationId'> & { jobId: string },
): Promise<void> {
  await sql.query(
    `update connections set saved_sync_all = 'false' where tenant_id = $1 and organization_id = $2 and job_id = $3`,
    [tenantId, organizationId, jobId],
  );
}

/** What a connection's own rows are filed under: its audit rows, and a token that is kept with it. */
export function connectionSubject(tenantId: string, connectionId: string): string {
  return `connection:${tenantId}:${connectionId}`;
}

/** Removes what a setup began and never ended, with a token kept for it; a connection that works, or is of another job, stays. */
export async function removeBegunConnection(
  sql: Sql,
  { tenantId, organizationId, jobId }: Pick<Connection, 'tenantId' | 'organizationId'> & { jobId: string },
): Promise<void> {
  const [removed] = await sql.query<{ connection_id: string }>(
    `delete from connections where tenant_id = $1 and organization_id = $2 and job_id = $3 and state = 'settingUp' returning connection_id`,
    [tenantId, organizationId, jobId],
  );
  if (!removed) return;
  const subject = connectionSubject(tenantId, removed.connection_id);
  await sql.query('delete from secrets where tenant_id = $1 and subject = $2', [tenantId, subject]);
}
