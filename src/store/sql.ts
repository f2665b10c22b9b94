import type { Pool } from 'pg';

export type Row = Record<string, unknown>;

/** Something that runs SQL: the store itself, or the `sql` of an open transaction. */
export interface Sql {
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

export interface Store extends Sql {
  readonly engine: 'pglite' | 'postgres';
  /** Shared with DBOS. */
  readonly pool: Pool;
  /** Embedded only: a folder that this user alone can enter, for sockets of the process that holds the data. */
  readonly socketDir?: string;
  /**
   * The only way to hold a connection. `work` awaits its own `sql` and nothing else: no store call, no DBOS call, no network.
   * @throws StoreBusyError from whatever breaks that rule
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One query with a limit of `timeoutMs`; false when the database answers neither it nor what stands before it. */
  isAlive(timeoutMs?: number): Promise<boolean>;
  close(): Promise<void>;
}

/** An instant of a row as ISO 8601 in UTC. */
export function iso(value: unknown): string {
  return value instanceof Date ? value.toISOString() : new Date(String(value)).toISOString();
}

export function isoOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : iso(value);
}
