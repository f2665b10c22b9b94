import type { TenantGroup, TenantUser } from '../../core/tenant';
import type { ObjectMapping, Source } from './schemaTypes';

/** Values of one user or group under the names Entra's mappings use; null and absent are the same. */
type SourceAttributes = Record<string, string | null>;

export interface MappedAttribute {
  path: string;
  value: string;
  /** Lowest above 0 is tried first to find the target; 0 does not match. */
  matchingPriority: number;
}

/** Guests go out as `alias@domain`: `#EXT#` and the tenant's own domain are stripped. */
export function provisionedName(userPrincipalName: string): string {
  const guest = /^(.+)_([^_@]+)#EXT#@.+$/i.exec(userPrincipalName);
  return guest ? `${guest[1]}@${guest[2]}` : userPrincipalName;
}

export function mailNickname({ userPrincipalName }: TenantUser): string {
  return userPrincipalName.slice(0, userPrincipalName.lastIndexOf('@'));
}

/** @param isSoftDeleted - true once the user left the scope or is blocked; the default mapping makes `active` of it */
export function userAttributes(user: TenantUser, isSoftDeleted: boolean): SourceAttributes {
  return {
    objectId: user.id,
    userPrincipalName: provisionedName(user.userPrincipalName),
    originalUserPrincipalName: user.userPrincipalName,
    mailNickname: mailNickname(user),
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    mail: user.mail,
    jobTitle: user.jobTitle,
    accountEnabled: user.accountEnabled ? 'True' : 'False',
    IsSoftDeleted: isSoftDeleted ? 'True' : 'False',
  };
}

export function groupAttributes(group: TenantGroup): SourceAttributes {
  return { objectId: group.id, displayName: group.displayName, mail: group.mail };
}

/** Applies the mapping; attributes without a value are left out, for Entra never sends null. */
export function mapAttributes(mapping: ObjectMapping, attributes: SourceAttributes): MappedAttribute[] {
  return mapping.attributeMappings.flatMap(({ source, targetAttributeName, matchingPriority, defaultValue }) => {
    const value = evaluate(source, attributes) || defaultValue;
    return value ? [{ path: targetAttributeName, value, matchingPriority }] : [];
  });
}

/** The functions that default mappings use; another function gives nothing. */
function evaluate(source: Source, attributes: SourceAttributes): string | null {
  if (source.type === 'Attribute') return attributes[source.name ?? ''] ?? null;
  if (source.type === 'Constant') return source.name ?? null;
  const parameters = new Map((source.parameters ?? []).map(({ key, value }) => [key, evaluate(value, attributes)]));
  switch (source.name) {
    case 'Switch': {
      for (let index = 1; parameters.has(`key${index}`); index += 1)
        if (parameters.get(`key${index}`) === parameters.get('source')) return parameters.get(`value${index}`) ?? null;
      return parameters.get('defaultValue') ?? null;
    }
    case 'Join': {
      const parts = [...parameters].filter(([key]) => key !== 'separator').map(([, value]) => value);
      return parts.filter(Boolean).join(parameters.get('separator') ?? '') || null;
    }
    case 'Not':
      return parameters.get('source') === 'True' ? 'False' : 'True';
    default:
      return null;
  }
}
