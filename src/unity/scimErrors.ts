import { type AppError, ScimCredentialsRejectedError, UnityRefusedError, UnityUnreachableError } from '../errors';
import type { ScimReply } from './scimReply';

const TOKEN_EXPIRED = 52;
const API_MISSING = 4;

/**
 * What an answer without success means. 403 has several causes that cannot be told apart: the role is missing or too new, SCIM is
 * switched off, or the token is of another organization. 404 from the gateway means the path, any other 404 the organization.
 * @see https://docs.unity.com/en-us/services-web-apis
 */
export function scimErrorOf(scimConnectorUrl: string, reply: ScimReply): AppError {
  const { status, requestId, gatewayCode } = reply;
  const facts = { scimConnectorUrl, status, requestId };
  if (status === 401) {
    return new ScimCredentialsRejectedError({ scimConnectorUrl, expired: gatewayCode === TOKEN_EXPIRED, requestId });
  }
  if (status === 403) return new UnityRefusedError('scim_forbidden', facts);
  if (status === 404) {
    return new UnityRefusedError(gatewayCode === API_MISSING ? 'scim_path_wrong' : 'scim_organization_unknown', facts);
  }
  if (status === 429) return new UnityRefusedError('unity_throttled', facts);
  if (status >= 500) return new UnityUnreachableError({ scimConnectorUrl, status });
  return new UnityRefusedError(status < 400 ? 'scim_not_scim' : 'unity_refused', facts);
}
