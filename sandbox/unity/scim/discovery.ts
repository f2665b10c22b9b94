import SCIMMY from 'scimmy';
import type { Switches } from '../../core/switches';
import { type Attributes, SCHEMAS } from './resources';

const { Schemas, Messages } = SCIMMY;

const list = (resources: unknown[]): Attributes => ({
  schemas: [Messages.ListResponse.id],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: JSON.parse(JSON.stringify(resources)),
});

/** What the service can do: PATCH, filters and sorting; no bulk, no passwords, no ETags. */
export function serviceProviderConfig(baseUrl: string, { maxPageSize, auth }: Switches): Attributes {
  const schemes = [
    { type: 'oauthbearertoken', name: 'Bearer', description: 'Bearer token of a service account', scheme: 'bearer' },
    { type: 'httpbasic', name: 'Basic', description: 'Key id and secret key of a service account', scheme: 'basic' },
  ];
  const config = {
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: maxPageSize || Number.MAX_SAFE_INTEGER },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: false },
    authenticationSchemes: schemes
      .filter(({ scheme }) => auth === 'both' || auth === scheme)
      .map(({ scheme: _, ...shown }) => shown),
  };
  return JSON.parse(JSON.stringify(new Schemas.ServiceProviderConfig(config, `${baseUrl}/ServiceProviderConfig`)));
}

export function resourceTypes(baseUrl: string, { groups }: Switches): Attributes {
  const user = {
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: SCHEMAS.User.definition.description,
    schema: SCHEMAS.User.id,
    schemaExtensions: [{ schema: Schemas.EnterpriseUser.id, required: false }],
  };
  const group = {
    id: 'Group',
    name: 'Group',
    endpoint: '/Groups',
    description: SCHEMAS.Group.definition.description,
    schema: SCHEMAS.Group.id,
  };
  const types = groups === 'on' ? [user, group] : [user];
  return list(types.map((type) => new Schemas.ResourceType(type, `${baseUrl}/ResourceTypes`)));
}

export function schemas(baseUrl: string, { groups }: Switches): Attributes {
  const shown = [SCHEMAS.User, Schemas.EnterpriseUser, ...(groups === 'on' ? [SCHEMAS.Group] : [])];
  return list(shown.map(({ definition }) => definition.describe(`${baseUrl}/Schemas`)));
}
