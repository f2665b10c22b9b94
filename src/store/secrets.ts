import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { SealingKeys } from './sealingKeys';
import type { Sql } from './sql';

type SecretPurpose = 'scimToken' | 'connectionScimToken';

/**
 * Secrets by reference: rows hold AES-256-GCM text, arguments and results hold the row's id.
 * A secret belongs to a subject; it goes when the subject has no open run.
 */
export interface Secrets {
  /** Seals a value and gives the reference that may travel. */
  seal(sql: Sql, secret: { tenantId: string; subject: string; purpose: SecretPurpose; value: string }): Promise<string>;
  /** undefined: the secret is gone, or its key is no longer known. Only the step that needs the value calls this. */
  open(sql: Sql, tenantId: string, secretId: string): Promise<string | undefined>;
  /** Eight characters of a keyed hash: tells in the log whether two tokens are the same one, and nothing else of them. */
  printOf(value: string): string;
  /** Gives a secret to another subject: from a draft to its run. */
  handOver(sql: Sql, tenantId: string, secretId: string, subject: string): Promise<void>;
  /** `KEEP_SCIM_TOKEN`: the token stays, sealed, with its connection, and replaces the one kept before. */
  keepForConnection(sql: Sql, tenantId: string, secretId: string, subject: string): Promise<void>;
  destroy(sql: Sql, tenantId: string, secretId: string): Promise<void>;
  destroyOfSubject(sql: Sql, tenantId: string, subject: string): Promise<void>;
  /** Sealed for a form and never used: older than `minutes`, and no open run has that subject. Gives how many went. */
  destroyForgotten(sql: Sql, minutes: number): Promise<number>;
}

const PRINT_LENGTH = 8;

export function createSecrets(keys: SealingKeys): Secrets {
  return {
    async seal(sql, { tenantId, subject, purpose, value }) {
      const secretId = randomUUID();
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keys.current.encryption, nonce);
      cipher.setAAD(Buffer.from(`${tenantId}/${secretId}`));
      const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      await sql.query(
        `insert into secrets (tenant_id, secret_id, subject, purpose, key_id, nonce, sealed) values ($1, $2, $3, $4, $5, $6, $7)`,
        [tenantId, secretId, subject, purpose, keys.current.keyId, nonce, sealed],
      );
      return secretId;
    },
    async open(sql, tenantId, secretId) {
      const [row] = await sql.query<{ key_id: string; nonce: Buffer; sealed: Buffer }>(
        'select key_id, nonce, sealed from secrets where tenant_id = $1 and secret_id = $2',
        [tenantId, secretId],
      );
      const key = row && keys.byId(row.key_id);
      if (!row || !key) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key.encryption, row.nonce);
      decipher.setAAD(Buffer.from(`${tenantId}/${secretId}`));
      decipher.setAuthTag(row.sealed.subarray(-16));
      return Buffer.concat([decipher.update(row.sealed.subarray(0, -16)), decipher.final()]).toString('utf8');
    },
    printOf: (value) => createHmac('sha256', keys.current.print).update(value).digest('hex').slice(0, PRINT_LENGTH),
    async handOver(sql, tenantId, secretId, subject) {
      await sql.query('update secrets set subject = $3 where tenant_id = $1 and secret_id = $2', [tenantId, secretId, subject]);
    },
    async keepForConnection(sql, tenantId, secretId, subject) {
      await sql.query('delete from secrets where tenant_id = $1 and subject = $2 and secret_id <> $3', [
        tenantId,
        subject,
        secretId,
      ]);
      await sql.query(
        `update secrets set subject = $3, purpose = 'connectionScimToken' where tenant_id = $1 and secret_id = $2`,
        [tenantId, secretId, subject],
      );
    },
    async destroy(sql, tenantId, secretId) {
      await sql.query('delete from secrets where tenant_id = $1 and secret_id = $2', [tenantId, secretId]);
    },
    async destroyOfSubject(sql, tenantId, subject) {
      await sql.query(`delete from secrets where tenant_id = $1 and subject = $2 and purpose = 'scimToken'`, [tenantId, subject]);
    },
    async destroyForgotten(sql, minutes) {
      const gone = await sql.query(
        `delete from secrets s where purpose = 'scimToken' and created_at < now() - make_interval(mins => $1)
           and not exists (select 1 from runs r where r.tenant_id = s.tenant_id and r.subject = s.subject
             and r.state in ('requested', 'running', 'waiting', 'failed')) returning 1`,
        [minutes],
      );
      return gone.length;
    },
  };
}
