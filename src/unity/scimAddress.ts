import { ScimAddressRefusedError } from '../errors';

/** A SCIM connector that a token may be sent to. */
export interface ScimAddress {
  /** Without query and trailing slash: resources are appended to it. */
  baseUrl: string;
  organizationId: string;
}

/** Unity's number of an organization; a dashboard's `default` or a UUID is none. */
const ORGANIZATION_ID = /^[0-9]{6,20}$/;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * Reads a SCIM connector URL and checks it against the one configured SCIM service: same scheme, host and port, its path, then
 * `/tenants/<number>`. https only, or http on this machine. One trailing slash is dropped, and so is a query: flags in it are meant
 * for Entra.
 * @param allowedScimUrl - UNITY_SCIM_URL, for example `https://services.api.unity.com/scim/v2`
 * @throws ScimAddressRefusedError for anything else; a text that is no address is not repeated, it could be a token pasted amiss
 */
export function parseScimAddress(scimConnectorUrl: string, allowedScimUrl: string): ScimAddress {
  const typed = scimConnectorUrl.trim();
  if (!URL.canParse(typed)) throw new ScimAddressRefusedError({ host: 'unreadable' });
  const url = new URL(typed);
  const allowed = new URL(allowedScimUrl);
  const root = `${allowed.pathname.replace(/\/+$/, '')}/tenants/`;
  const organizationId = url.pathname.startsWith(root) ? url.pathname.slice(root.length).replace(/\/$/, '') : '';
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  const isOurs = url.origin === allowed.origin && url.username === '' && url.password === '';
  if (!isSafe || !isOurs || !ORGANIZATION_ID.test(organizationId)) throw new ScimAddressRefusedError({ host: url.host });
  return { baseUrl: `${url.origin}${root}${organizationId}`, organizationId };
}
