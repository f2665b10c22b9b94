export type OrganizationProblem =
  | { code: 'organization_empty' }
  | { code: 'organization_default' }
  | { code: 'organization_uuid' }
  | { code: 'organization_number_length' }
  | { code: 'organization_not_understood' }
  | { code: 'organization_missing_in_url' }
  | { code: 'organization_path' }
  | { code: 'organization_host'; host: string };

type OrganizationAnswer = { organizationId: string; scimConnectorUrl: string } | { problem: OrganizationProblem };

const organizationNumber = /^[0-9]{6,20}$/;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Reads a Unity organization from its number, a dashboard address or the SCIM base connector URL; gives the number and the URL.
 * The number stays a string: it may be longer than what JavaScript counts exactly.
 * @param unityScimUrl - server of the SCIM API, `https://services.api.unity.com/scim/v2`; a pasted URL must be below it, exactly
 * @param unityDashboardUrl - the only other address whose links are read
 */
export function parseOrganization(
  text: string,
  unityScimUrl: string,
  unityDashboardUrl = 'https://cloud.unity.com',
): OrganizationAnswer {
  const typed = cleaned(text);
  if (typed === '') return problem('organization_empty');
  const id = looksLikeUrl(typed) ? fromUrl(typed, unityScimUrl, unityDashboardUrl) : checkedId(typed);
  return typeof id === 'string' ? { organizationId: id, scimConnectorUrl: `${withoutSlash(unityScimUrl)}/tenants/${id}` } : id;
}

function fromUrl(typed: string, unityScimUrl: string, unityDashboardUrl: string): string | { problem: OrganizationProblem } {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  if (url === null) return problem('organization_not_understood');
  if (url.origin === new URL(unityScimUrl).origin && isBelow(url, unityScimUrl)) return fromScimUrl(url, unityScimUrl);
  if (url.origin === new URL(unityDashboardUrl).origin && isBelow(url, unityDashboardUrl)) return fromDashboardUrl(url);
  const known = [unityScimUrl, unityDashboardUrl].some((address) => new URL(address).origin === url.origin);
  return known ? problem('organization_path') : { problem: { code: 'organization_host', host: url.host || typed } };
}

/** The SCIM URL must be the base itself: no `/Users`, no query, no credentials. */
function fromScimUrl(url: URL, unityScimUrl: string): string | { problem: OrganizationProblem } {
  const path = url.pathname.slice(withoutSlash(new URL(unityScimUrl).pathname).length);
  const id = /^\/tenants\/([^/]+)\/?$/.exec(path)?.[1];
  if (id === undefined || url.search !== '' || url.hash !== '' || url.username !== '') return problem('organization_path');
  return checkedId(id);
}

function fromDashboardUrl(url: URL): string | { problem: OrganizationProblem } {
  const id = /\/organizations\/([^/]+)/.exec(`${url.pathname}${url.hash}`)?.[1];
  return id === undefined ? problem('organization_missing_in_url') : checkedId(id);
}

function checkedId(typed: string): string | { problem: OrganizationProblem } {
  if (organizationNumber.test(typed)) return typed;
  if (typed.toLowerCase() === 'default') return problem('organization_default');
  if (uuid.test(typed)) return problem('organization_uuid');
  return problem(/^[0-9]+$/.test(typed) ? 'organization_number_length' : 'organization_not_understood');
}

function problem(code: Exclude<OrganizationProblem['code'], 'organization_host'>): { problem: OrganizationProblem } {
  return { problem: { code } };
}

/** Without the quotes, angle brackets and spaces that copying brings along. */
function cleaned(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').replace(/^[\s<"'“”‘’(]+|[\s>"'“”‘’),;.]+$/g, '');
}

function looksLikeUrl(typed: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) || /^[^\s/]+\.[^\s/]+/.test(typed) || typed.includes('/');
}

/** Compares whole path segments: `/scim/v2x` is not below `/scim/v2`. */
function isBelow(url: URL, base: string): boolean {
  const path = withoutSlash(new URL(base).pathname);
  return path === '' || url.pathname === path || url.pathname.startsWith(`${path}/`);
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
