import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Facts } from '../errors';
import type { PersonRef } from '../provisioning/people';
import type { SealingKeys } from './sealingKeys';
import { iso, type Sql } from './sql';

/** What happened, by whom, to what. Written in the same transaction as the change itself. */
export interface AuditEntry {
  tenantId: string;
  action: string;
  actor: PersonRef | null;
  subject: string;
  facts: Facts;
}

export interface AuditRow extends AuditEntry {
  number: number;
  at: string;
  keyId: string;
}

export interface AuditLog {
  /** Appends to the tenant's chain; the head row is locked last, so call it at the end of a transaction. */
  append(sql: Sql, entry: AuditEntry): Promise<void>;
  /** The number of the first row that was changed, is missing or was added without the key; undefined when all is well. */
  firstBadRow(sql: Sql, tenantId: string): Promise<number | undefined>;
  list(sql: Sql, tenantId: string, limit?: number): Promise<AuditRow[]>;
  /**
   * Removes rows older than `days`, in a transaction of its own, behind a checkpoint that says with our signature where the chain
   * goes on. The newest row always stays. Gives how many went.
   */
  trim(sql: Sql, tenantId: string, days: number): Promise<number>;
  /** Rows after `number`, oldest first: for an export that reads page by page. */
  page(sql: Sql, tenantId: string, after: number, limit: number): Promise<AuditRow[]>;
}

const GENESIS = '';

type Signed = AuditEntry & { number: number; at: string; keyId: string; previousMac: string };

/** Keyed, so that nobody without the key can cut rows off the end and name an earlier one as the last. */
function signatureOf(key: Buffer, tenantId: string, number: number, mac: string): string {
  return createHmac('sha256', key).update(`head/${tenantId}/${number}/${mac}`).digest('hex');
}

/** The old key's word for the new one, at the row where it takes over. */
function handOver(oldKey: Buffer, previousMac: string, keyId: string): string {
  return createHmac('sha256', oldKey).update(`${previousMac}/${keyId}`).digest('hex');
}

function macOf(key: Buffer, row: Signed): string {
  return createHmac('sha256', key)
    .update(canonicalize(row) ?? '')
    .digest('hex');
}

/**
 * An append-only chain per tenant: each row's HMAC covers its content and the HMAC before it. A new key first writes a
 * checkpoint that the old key signs too. It shows changes by anyone who does not have the key.
 */
export function createAuditLog(keys: SealingKeys): AuditLog {
  async function insert(sql: Sql, row: Signed, mac: string): Promise<void> {
    await sql.query(
      `insert into audit (tenant_id, number, at, action, actor, subject, facts, key_id, previous_mac, mac)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.tenantId,
        row.number,
        row.at,
        row.action,
        json(row.actor),
        row.subject,
        json(row.facts),
        row.keyId,
        row.previousMac,
        mac,
      ],
    );
  }

  /** A key that is no longer known cannot vouch; one that is must have signed. */
  function isHandedOver({ facts, keyId }: AuditRow, previousMac: string): boolean {
    const old = typeof facts.oldKeyId === 'string' ? keys.byId(facts.oldKeyId) : undefined;
    return old === undefined || facts.signedByOld === handOver(old.audit, previousMac, keyId);
  }

  /** Where the chain begins: at its first row, or behind a checkpoint that carries our signature. undefined: a false one. */
  async function findStart(sql: Sql, tenantId: string): Promise<{ number: number; mac: string } | undefined> {
    const [row] = await sql.query<{ number: string; mac: string; key_id: string; signature: string }>(
      'select number, mac, key_id, signature from audit_checkpoints where tenant_id = $1',
      [tenantId],
    );
    if (!row) return { number: 0, mac: GENESIS };
    const key = keys.byId(row.key_id);
    const number = Number(row.number);
    return key && row.signature === signatureOf(key.audit, `${tenantId}/checkpoint`, number, row.mac)
      ? { number, mac: row.mac }
      : undefined;
  }

  return {
    async trim(sql, tenantId, days) {
      await sql.query('select 1 from audit_heads where tenant_id = $1 for update', [tenantId]);
      const [last] = await sql.query<{ number: string; mac: string }>(
        `select number, mac from audit where tenant_id = $1 and at < now() - make_interval(days => $2)
           and number < (select max(number) from audit where tenant_id = $1) order by number desc limit 1`,
        [tenantId, days],
      );
      if (!last) return 0;
      const number = Number(last.number);
      const { keyId, audit } = keys.current;
      await sql.query(
        `insert into audit_checkpoints (tenant_id, number, mac, key_id, signature) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id) do update set number = excluded.number, mac = excluded.mac, key_id = excluded.key_id,
           signature = excluded.signature, made_at = now()`,
        [tenantId, number, last.mac, keyId, signatureOf(audit, `${tenantId}/checkpoint`, number, last.mac)],
      );
      const gone = await sql.query('delete from audit where tenant_id = $1 and number <= $2 returning 1', [tenantId, number]);
      return gone.length;
    },

    async append(sql, { tenantId, action, actor, subject, facts }) {
      const { keyId, audit } = keys.current;
      await sql.query(`insert into audit_heads (tenant_id, number, mac, key_id) values ($1, 0, $2, $3) on conflict do nothing`, [
        tenantId,
        GENESIS,
        keyId,
      ]);
      const [head] = await sql.query<{ number: string; mac: string; key_id: string }>(
        'select number, mac, key_id from audit_heads where tenant_id = $1 for update',
        [tenantId],
      );
      if (!head) throw new Error(`no audit head for tenant ${tenantId}`);
      let number = Number(head.number);
      let previousMac = head.mac;
      const add = async (entry: Omit<AuditEntry, 'tenantId'>) => {
        number += 1;
        const row: Signed = { tenantId, ...entry, number, at: new Date().toISOString(), keyId, previousMac };
        const mac = macOf(audit, row);
        await insert(sql, row, mac);
        previousMac = mac;
      };
      const old = head.key_id === keyId ? undefined : keys.byId(head.key_id);
      if (head.key_id !== keyId) {
        const signedByOld = old ? handOver(old.audit, head.mac, keyId) : null;
        await add({ action: 'audit.newKey', actor: null, subject: tenantId, facts: { oldKeyId: head.key_id, signedByOld } });
      }
      await add({ action, actor, subject, facts });
      await sql.query('update audit_heads set number = $2, mac = $3, key_id = $4, signature = $5 where tenant_id = $1', [
        tenantId,
        number,
        previousMac,
        keyId,
        signatureOf(audit, tenantId, number, previousMac),
      ]);
    },

    async firstBadRow(sql, tenantId) {
      const rows = await sql.query(`select * from audit where tenant_id = $1 order by number`, [tenantId]);
      const start = await findStart(sql, tenantId);
      if (!start) return 1; // rows were removed, and not by us
      let { mac: previousMac, number } = start;
      for (const stored of rows) {
        number += 1;
        const row: Signed = { ...readAudit(stored), previousMac };
        const key = keys.byId(row.keyId);
        if (row.number !== number || !key || stored.previous_mac !== previousMac || macOf(key.audit, row) !== stored.mac)
          return number;
        if (row.action === 'audit.newKey' && !isHandedOver(row, previousMac)) return number;
        previousMac = String(stored.mac);
      }
      const [head] = await sql.query<{ number: string; mac: string; key_id: string; signature: string }>(
        'select number, mac, key_id, signature from audit_heads where tenant_id = $1',
        [tenantId],
      );
      const headKey = head && keys.byId(head.key_id);
      const headFits = head
        ? Number(head.number) === number &&
          head.mac === previousMac &&
          headKey !== undefined &&
          head.signature === signatureOf(headKey.audit, tenantId, number, previousMac)
        : number === 0 && rows.length === 0;
      return headFits ? undefined : number + 1;
    },

    async list(sql, tenantId, limit = 100) {
      const rows = await sql.query(`select * from audit where tenant_id = $1 order by number desc limit $2`, [tenantId, limit]);
      return rows.map(readAudit);
    },

    async page(sql, tenantId, after, limit) {
      const rows = await sql.query('select * from audit where tenant_id = $1 and number > $2 order by number limit $3', [
        tenantId,
        after,
        limit,
      ]);
      return rows.map(readAudit);
    },
  };
}

function readAudit(row: Record<string, unknown>): AuditRow {
  return {
    tenantId: String(row.tenant_id),
    action: String(row.action),
    actor: (row.actor as PersonRef | null) ?? null,
    subject: String(row.subject),
    facts: row.facts as Facts,
    number: Number(row.number),
    at: iso(row.at),
    keyId: String(row.key_id),
  };
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
