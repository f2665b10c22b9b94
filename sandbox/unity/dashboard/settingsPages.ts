import type { Organization, Organizations } from '../organizations';
import { html } from './html';
import { actionForm, badge, copyField, crumbs, type Notice, organizationPath, page, ROOT } from './layout';

export function chooserPage(organizations: Organizations): string {
  const tiles = [...organizations.values()].map(
    (organization) => html`<a class="tile" href="${organizationPath(organization)}/settings"><strong>${organization.name}</strong>
<span>${organization.plan}</span><br><span class="mono">${organization.genesisId}</span></a>`,
  );
  return page({
    title: 'Organizations',
    body: html`<h1>Choose an organization</h1><p class="lead">Each one has its own service accounts, sign-on settings and users.</p><div class="tiles">${tiles}</div>`,
  });
}

export function notFoundPage(): string {
  return page({
    title: 'Not found',
    body: html`<h1>This page does not exist</h1><p class="lead">The address names no organization, or nothing in it.</p><p><a class="button" href="${ROOT}/">Choose an organization</a></p>`,
  });
}

export function overviewPage(organization: Organization): string {
  const path = `${organizationPath(organization)}/settings`;
  const people = [...organization.users.values()].filter(({ provisionedByScim }) => provisionedByScim).length;
  return page({
    title: 'Settings',
    organization,
    section: 'overview',
    body: html`${crumbs(organization, ['Settings'])}<h1>${organization.name}</h1><p class="lead">Organization settings</p>
<div class="tiles">
<a class="tile" href="${path}/service-accounts"><strong>Service accounts</strong><span>${organization.serviceAccounts.size} in this organization</span></a>
<a class="tile" href="${path}/sso"><strong>Single sign on</strong><span>Domains, SCIM provisioning</span></a>
<a class="tile" href="${path}/users"><strong>Users</strong><span>${people} provisioned by SCIM</span></a></div>
<section class="card"><h2>Identifiers</h2><p>The organization ID is the long number. SCIM addresses use it, never the UUID.</p>
<dl><dt>Organization ID</dt><dd class="mono">${organization.genesisId}</dd><dt>UUID</dt><dd class="mono">${organization.uuid}</dd>
<dt>Plan</dt><dd>${organization.plan}</dd><dt>SCIM provisioning</dt><dd>${badge(organization.scimEnabled, 'Enabled', 'Off')}</dd></dl></section>`,
  });
}

export function ssoPage(organization: Organization, scimConnectorUrl: string, notice?: Notice): string {
  const path = `${organizationPath(organization)}/settings/sso`;
  const { scimEnabled, scimEnforced, ssoConfigured, ssoEnforced } = organization;
  const domains = organization.validatedDomains.map(
    (domain) => html`<tr><td>${domain}</td><td><span class="badge ok">Validated</span></td></tr>`,
  );
  return page({
    title: 'Single sign on',
    organization,
    section: 'sso',
    notice,
    body: html`${crumbs(organization, ['Single sign on'])}<h1>Single sign on</h1><p class="lead">SAML sign-on, its domains, and SCIM provisioning.</p>
<section class="card"><h2>SAML</h2><p>People of the domains below sign in at your identity provider.</p>
<dl><dt>Configuration</dt><dd>${badge(ssoConfigured, 'Configured', 'Not configured')}</dd><dt>Enforcement</dt><dd id="sso-enforced">${badge(ssoEnforced, 'Enforced', 'Off')}</dd></dl></section>
<section class="card"><h2>Domains</h2><p>Only addresses in a validated domain can be provisioned.</p>
${domains.length > 0 ? html`<table><thead><tr><th>Domain</th><th>State</th></tr></thead><tbody>${domains}</tbody></table>` : html`<p class="empty">No domain yet.</p>`}</section>
<section class="card" id="scim"><div class="head"><h2>SCIM provisioning</h2><span id="scim-state">${badge(scimEnabled, 'Enabled', 'Off')}</span></div>
<p>Your identity provider creates, changes and removes users here. Give it this address and a bearer token of a service account with the role SCIM Authenticator.</p>
${copyField('scim-connector-url', 'SCIM base connector URL', scimConnectorUrl)}
<div class="divide"><div class="head"><div><h2>Enable SCIM Provisioning</h2><span class="lead">While it is off, every SCIM call is refused.</span></div>
${actionForm('scim-enabled', `${path}/scim`, scimEnabled ? 'Turn off' : 'Turn on', { style: scimEnabled ? '' : 'primary', fields: { enabled: scimEnabled ? 'off' : 'on' } })}</div></div>
<div class="divide"><div class="head"><div><h2>Enforce SCIM Provisioning</h2><span class="lead">Nobody can sign up by first sign-in, password or social account any more. This also turns on SSO enforcement.</span></div>
<span id="scim-enforced">${badge(scimEnforced, 'Enforced', 'Off')}</span></div>
${
  scimEnforced
    ? actionForm('scim-enforce', `${path}/enforce`, 'Stop enforcing', { fields: { enforced: 'off' } })
    : html`<form id="scim-enforce" method="post" action="${path}/enforce"><input type="hidden" name="enforced" value="on">
<label class="check"><input type="checkbox" name="confirmed" value="yes" required><span>I understand that single sign-on becomes enforced for everybody.<small>Keep a second owner signed in while you change this.</small></span></label>
<button class="danger">Enforce</button></form>`
}</div></section>`,
  });
}
