import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type TenantData, tenantSchema } from './tenant';

/** The tenant that comes with the sandbox, beside the compiled code or in the source tree. */
export const defaultTenantFile = join(__dirname, '..', 'tenants', 'contoso.json');

/**
 * Reads a tenant file (`SANDBOX_TENANT`); its format is docs/sandbox.md.
 * @throws Error that names the file and every problem in it, one a line
 */
export function loadTenant(file = defaultTenantFile): TenantData {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`Cannot read the sandbox tenant ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const parsed = tenantSchema.safeParse(content);
  if (!parsed.success) throw new Error(`The sandbox tenant ${file} has problems:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
