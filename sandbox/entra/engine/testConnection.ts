import { randomUUID } from 'node:crypto';
import { enabledMapping, type ObjectMapping, type SynchronizationSchema } from './schemaTypes';
import { findScim, type ScimTarget } from './scimClient';

/**
 * Entra's Test Connection: looks for a user with a random name, and for a group when the job also maps groups.
 * An empty list is the expected answer.
 * @param schema - of the job, when there is one; without it only users are looked for
 * @throws ScimFailure when the endpoint does not answer with a ListResponse
 */
export async function testConnection(target: ScimTarget, schema?: SynchronizationSchema): Promise<void> {
  const users = schema && enabledMapping(schema, 'User');
  await findScim(target, '/Users', { filter: `${matchingAttribute(users) ?? 'userName'} eq "${randomUUID()}"` });
  const groups = schema && enabledMapping(schema, 'Group');
  if (!groups) return;
  const filter = `${matchingAttribute(groups) ?? 'displayName'} eq "${randomUUID()}"`;
  await findScim(target, '/Groups', { excludedAttributes: 'members', filter });
}

function matchingAttribute(mapping: ObjectMapping | undefined): string | undefined {
  return mapping?.attributeMappings
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((left, right) => left.matchingPriority - right.matchingPriority)[0]?.targetAttributeName;
}
