import type { Organization } from '../organizations';
import { SCIM_AUTHENTICATOR, type ServiceAccount } from '../serviceAccounts';
import { type Html, html } from './html';
import { actionForm, copyField, crumbs, moment, type Notice, organizationPath, page } from './layout';

/** What was just made and is shown this once. */
type NewSecret = { bearerToken: string } | { keyId: string; secretKey: string };

const accountsPath = (organization: Organization) => `${organizationPath(organization)}/settings/service-accounts`;

export function serviceAccountsPage(organization: Organization): string {
  const path = accountsPath(organization);
  const rows = [...organization.serviceAccounts.values()].map(
    (account) => html`<tr><td><a href="${path}/${account.id}"><strong>${account.name}</strong></a></td>
<td>${account.description || '–'}</td><td data-label="Roles">${[...account.orgRoles.keys()].join(', ') || 'none'}</td><td data-label="Created">${moment(account.createdAt)}</td></tr>`,
  );
  return page({
    title: 'Service accounts',
    organization,
    section: 'service-accounts',
    body: html`${crumbs(organization, ['Service accounts'])}<div class="head"><div><h1>Service accounts</h1><p class="lead">Accounts for programs, such as the SCIM client of your identity provider.</p></div>
<a class="button primary" href="${path}/new">New</a></div><section class="card">
${
  rows.length > 0
    ? html`<table><thead><tr><th>Name</th><th>Description</th><th>Organization roles</th><th>Created</th></tr></thead><tbody>${rows}</tbody></table>`
    : html`<h2>No service account yet</h2><p>Choose New to make one.</p>`
}</section>`,
  });
}

export function newServiceAccountPage(
  organization: Organization,
  typed = { name: '', description: '' },
  notice?: Notice,
): string {
  const path = accountsPath(organization);
  return page({
    title: 'New service account',
    organization,
    section: 'service-accounts',
    notice,
    body: html`${crumbs(organization, ['Service accounts', '/settings/service-accounts'], ['New'])}<h1>New service account</h1>
<p class="lead">It has no role until you give it one.</p><section class="card narrow">
<form id="create-service-account" method="post" action="${path}"><label class="field">Name<input type="text" name="name" value="${typed.name}" required maxlength="100" autocomplete="off"></label>
<label class="field">Description <small>(optional)</small><textarea name="description" rows="3">${typed.description}</textarea></label>
<div class="row"><button class="primary">Create</button><a class="button" href="${path}">Cancel</a></div></form></section>`,
  });
}

export function serviceAccountPage(
  organization: Organization,
  account: ServiceAccount,
  secret?: NewSecret,
  notice?: Notice,
): string {
  const path = `${accountsPath(organization)}/${account.id}`;
  const roles = [...account.orgRoles.keys()];
  return page({
    title: account.name,
    organization,
    section: 'service-accounts',
    notice,
    body: html`${crumbs(organization, ['Service accounts', '/settings/service-accounts'], [account.name])}<h1>${account.name}</h1><p class="lead">${account.description || 'No description'}</p>
${secret && secretCard(secret)}
<section class="card"><div class="head"><h2>Organization Roles</h2><a class="button" href="${path}/roles">Manage</a></div>
${roles.length > 0 ? roles.map((role) => html`<span class="badge ok">${role}</span>`) : html`<p class="empty">No role. Calls with this account's credentials are refused.</p>`}</section>
<section class="card"><div class="head"><h2>Bearer tokens</h2>${actionForm('add-bearer-token', `${path}/bearer-tokens`, 'Add bearer token', { style: 'primary' })}</div>
${credentialTable('bearer-tokens', path, 'Token', account.bearerTokens, 'No bearer token yet. Entra needs one.')}</section>
<section class="card"><div class="head"><h2>Keys</h2>${actionForm('add-key', `${path}/keys`, 'Add key')}</div>
${credentialTable('keys', path, 'Key ID', account.keys, 'No key yet. Clients that use Basic authentication need one.')}</section>
<section class="card"><dl><dt>Service account ID</dt><dd class="mono">${account.id}</dd><dt>Created</dt><dd>${moment(account.createdAt)}</dd></dl>
<div class="divide">${actionForm('delete-service-account', `${path}/delete`, 'Delete service account', { style: 'danger' })}</div></section>`,
  });
}

function credentialTable(
  kind: 'bearer-tokens' | 'keys',
  path: string,
  label: string,
  credentials: ServiceAccount['keys'],
  empty: string,
): Html {
  if (credentials.length === 0) return html`<p class="empty">${empty}</p>`;
  const rows = credentials.map(
    ({
      id,
      createdAt,
      lastUsedAt,
    }) => html`<tr data-credential="${id}"><td class="mono">${kind === 'keys' ? id : `${id.slice(0, 8)}…`}</td><td data-label="Created">${moment(createdAt)}</td><td data-label="Last used">${moment(lastUsedAt)}</td>
<td class="act">${actionForm(`delete-${id}`, `${path}/${kind}/${id}/delete`, 'Delete', { style: 'danger' })}</td></tr>`,
  );
  return html`<table id="${kind}"><thead><tr><th>${label}</th><th>Created</th><th>Last used</th><th></th></tr></thead><tbody>${rows}</tbody></table>`;
}

function secretCard(secret: NewSecret): Html {
  if ('bearerToken' in secret)
    return html`<section class="card secret"><h2>Your new bearer token</h2><p>Copy it now. It is shown only this once.</p>${copyField('new-bearer-token', 'Bearer token', secret.bearerToken)}</section>`;
  const authorization = `Basic ${Buffer.from(`${secret.keyId}:${secret.secretKey}`).toString('base64')}`;
  return html`<section class="card secret"><h2>Your new key</h2><p>Copy it now. The secret key is shown only this once.</p>
${copyField('new-key-id', 'Key ID', secret.keyId)}${copyField('new-secret-key', 'Secret key', secret.secretKey)}${copyField('new-authorization', 'Authorization header', authorization)}</section>`;
}

export function rolesPage(organization: Organization, account: ServiceAccount): string {
  const path = `${accountsPath(organization)}/${account.id}`;
  return page({
    title: 'Manage Organization Roles',
    organization,
    section: 'service-accounts',
    body: html`${crumbs(organization, ['Service accounts', '/settings/service-accounts'], [account.name, `/settings/service-accounts/${account.id}`], ['Organization Roles'])}
<h1>Manage Organization Roles</h1><p class="lead">What ${account.name} may do in ${organization.name}.</p><section class="card narrow">
<form id="organization-roles" method="post" action="${path}/roles"><h2>Admin</h2>
<label class="check"><input type="checkbox" name="role" value="${SCIM_AUTHENTICATOR}"${account.orgRoles.has(SCIM_AUTHENTICATOR) && html` checked`}><span>${SCIM_AUTHENTICATOR}<small>Lets an identity provider manage users and groups by SCIM.</small></span></label>
<div class="row"><button class="primary">Save</button><a class="button" href="${path}">Cancel</a></div></form></section>`,
  });
}
