import { stringify } from 'csv-stringify/sync';
import type { AuditLog, AuditRow } from './audit';
import type { Sql } from './sql';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const PAGE = 500;
const COLUMNS = ['number', 'at', 'action', 'actorName', 'actorObjectId', 'subject', 'facts', 'keyId'];

/** Whether the chain of a tenant is whole, in words for people and as the number of the first bad row for programs. */
export async function verifyAudit(
  sql: Sql,
  audit: AuditLog,
  tenantId: string,
): Promise<{ whole: boolean; firstBadRow: number | null; text: string }> {
  const bad = await audit.firstBadRow(sql, tenantId);
  const rows = (await audit.list(sql, tenantId, 1))[0]?.number ?? 0;
  if (bad === undefined)
    return { whole: true, firstBadRow: null, text: `The audit is whole: ${rows} rows, each signed and in its place.` };
  return {
    whole: false,
    firstBadRow: bad,
    text: `The audit is not whole. The first row that does not fit is number ${bad}: it was changed, removed, or written without the key.`,
  };
}

/**
 * Every row of a tenant, oldest first. JSON Lines holds the rows as they are; CSV is for spreadsheets: a cell that could be
 * read as a formula gets an apostrophe in front.
 */
export async function exportAudit(sql: Sql, audit: AuditLog, tenantId: string, format: ExportFormat): Promise<string> {
  const parts: string[] = format === 'csv' ? [asCsv([COLUMNS])] : [];
  for (let after = 0; ; ) {
    const rows = await audit.page(sql, tenantId, after, PAGE);
    const last = rows.at(-1);
    if (!last) return parts.join('');
    parts.push(format === 'csv' ? asCsv(rows.map(cells)) : rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    after = last.number;
  }
}

function cells({ number, at, action, actor, subject, facts, keyId }: AuditRow): (string | number)[] {
  return [number, at, action, actor?.displayName ?? '', actor?.objectId ?? '', subject, JSON.stringify(facts), keyId];
}

function asCsv(rows: (string | number)[][]): string {
  return stringify(rows, { escape_formulas: true });
}
