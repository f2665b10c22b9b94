import { z } from 'zod';
import { anyCase } from './anyCase';
import type { Graph } from './graphCall';
import { literal, withQuery } from './odata';
import { readPages } from './readPages';
import type { EntraClient, ProvisioningLogEntry } from './types';

const DEFAULT_TOP = 100;
const STATUSES = ['success', 'failure', 'skipped', 'warning'] as const;

// `servicePrincipal` is an object in samples and a collection in the reference; nothing here needs it, so both pass.
const entry = z
  .object({
    activityDateTime: z.string(),
    changeId: z.string().nullish(),
    provisioningAction: z.string().nullish(),
    action: z.string().nullish(),
    provisioningStatusInfo: z
      .object({
        status: anyCase(STATUSES).catch('warning'),
        errorInformation: z.object({ errorCode: z.string().nullish() }).nullish(),
      })
      .nullish(),
    sourceIdentity: z.object({ id: z.string().nullish(), displayName: z.string().nullish() }).nullish(),
  })
  .transform(
    (row): ProvisioningLogEntry => ({
      changeId: row.changeId ?? '',
      action: (row.provisioningAction ?? row.action ?? 'other').toLowerCase(),
      status: row.provisioningStatusInfo?.status ?? 'warning',
      errorCode: row.provisioningStatusInfo?.errorInformation?.errorCode || null,
      sourceObjectId: row.sourceIdentity?.id || null,
      sourceDisplayName: row.sourceIdentity?.displayName || null,
      at: row.activityDateTime,
    }),
  );

/**
 * What provisioning did to single people, newest first; 5 calls per 10 s for each app and tenant, and entries come late.
 * Needs `AuditLog.Read.All` and `Directory.Read.All`, a directory role such as Reports Reader, and a premium licence of the tenant.
 * @see https://learn.microsoft.com/graph/api/provisioningobjectsummary-list
 */
export function provisioningLogs(graph: Graph): Pick<EntraClient, 'listProvisioningLogs'> {
  return {
    async listProvisioningLogs({ jobId, since, top = DEFAULT_TOP }) {
      const address = withQuery('/auditLogs/provisioning', {
        $filter: `jobId eq ${literal(jobId)} and activityDateTime gt ${new Date(since).toISOString()}`,
        $top: top,
        $orderby: 'activityDateTime desc',
      });
      return readPages(graph, { operation: 'read the provisioning logs', area: 'logs', path: address }, entry, top);
    },
  };
}
