import { z } from 'zod';
import type { Graph, GraphCall } from './graphCall';
import { bodyOf } from './graphReply';
import { path } from './odata';
import type { EntraClient, JobSchema } from './types';

// Loose objects keep what they do not name: the whole schema is sent back when one switch in it changes.
const objectMapping = z.looseObject({ enabled: z.boolean().nullish(), sourceObjectName: z.string().nullish() });
const rule = z.looseObject({
  id: z.string(),
  priority: z.number().nullish(),
  metadata: z.array(z.looseObject({ key: z.string(), value: z.string().nullish() })).nullish(),
  objectMappings: z.array(objectMapping).nullish(),
});
const schema = z.looseObject({ synchronizationRules: z.array(rule) });
type Schema = z.infer<typeof schema>;
type Rule = z.infer<typeof rule>;
type ObjectMapping = z.infer<typeof objectMapping>;

/**
 * The mapping rules of a job. Reading needs `Synchronization.Read.All`, switching `Synchronization.ReadWrite.All`.
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronizationschema-update
 */
export function synchronizationSchema(graph: Graph): Pick<EntraClient, 'getJobSchema' | 'switchGroupMapping'> {
  const schemaCall = (servicePrincipalId: string, jobId: string, method: 'GET' | 'PUT'): GraphCall => ({
    operation: method === 'GET' ? 'read the mapping' : 'switch the group mapping',
    area: 'synchronization',
    method,
    path: path`/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}/schema`,
  });
  const read = async (servicePrincipalId: string, jobId: string) => {
    const call = schemaCall(servicePrincipalId, jobId, 'GET');
    return bodyOf(call, await graph.send(call), schema);
  };
  return {
    async getJobSchema(servicePrincipalId, jobId) {
      return jobSchema(await read(servicePrincipalId, jobId));
    },

    async switchGroupMapping(servicePrincipalId, jobId, enabled) {
      const found = await read(servicePrincipalId, jobId);
      const changed = groupMappings(found).filter((mapping) => mapping.enabled !== enabled);
      if (changed.length === 0) return { requestId: null }; // a PUT starts a new initial cycle, so none without need
      for (const mapping of changed) mapping.enabled = enabled;
      const { requestId } = await graph.send({ ...schemaCall(servicePrincipalId, jobId, 'PUT'), body: found });
      return { requestId };
    },
  };
}

function jobSchema(found: Schema): JobSchema {
  return {
    ruleId: userRule(found.synchronizationRules)?.id ?? null,
    groupMappingEnabled: groupMappings(found).some((mapping) => mapping.enabled === true),
  };
}

/** The rule that provisions users: one that says it supports on demand goes first, then the lowest priority. Its id is never a constant. */
function userRule(rules: Rule[]): Rule | undefined {
  const forUsers = rules.filter((candidate) =>
    candidate.objectMappings?.some((mapping) => isFor(mapping, 'user') && mapping.enabled),
  );
  return forUsers.sort(
    (one, other) => Number(supportsOnDemand(other)) - Number(supportsOnDemand(one)) || priorityOf(one) - priorityOf(other),
  )[0];
}

function supportsOnDemand({ metadata }: Rule): boolean {
  return (metadata ?? []).some(
    ({ key, value }) => key.toLowerCase() === 'supportsprovisionondemand' && value?.toLowerCase() === 'true',
  );
}

function priorityOf({ priority }: Rule): number {
  return priority ?? Number.MAX_SAFE_INTEGER;
}

function groupMappings(found: Schema): ObjectMapping[] {
  return found.synchronizationRules
    .flatMap(({ objectMappings }) => objectMappings ?? [])
    .filter((mapping) => isFor(mapping, 'group'));
}

function isFor(mapping: ObjectMapping, kind: 'user' | 'group'): boolean {
  return mapping.sourceObjectName?.toLowerCase() === kind;
}
