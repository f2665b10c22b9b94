import { z } from 'zod';
import type { Graph } from './graphCall';
import { path } from './odata';
import { readPages } from './readPages';
import type { EntraClient } from './types';

const template = z
  .object({ id: z.string(), default: z.boolean().nullish() })
  .transform((row) => ({ id: row.id, isDefault: row.default ?? false }));

/**
 * Templates of an app; none right after an app was made, or for an app that cannot be provisioned. Needs `Synchronization.Read.All`.
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronization-list-templates
 */
export function synchronizationTemplates(graph: Graph): Pick<EntraClient, 'listSynchronizationTemplates'> {
  return {
    listSynchronizationTemplates: (servicePrincipalId) =>
      readPages(
        graph,
        {
          operation: 'list synchronization templates',
          area: 'synchronization',
          path: path`/servicePrincipals/${servicePrincipalId}/synchronization/templates`,
        },
        template,
      ),
  };
}
