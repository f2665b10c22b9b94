import type { Organization } from '../organizations';
import { html } from './html';
import { crumbs, moment, type Notice, organizationPath, page } from './layout';

export function usersPage(organization: Organization): string {
  const users = [...organization.users.values()];
  const name = (displayName: unknown) => (typeof displayName === 'string' && displayName ? displayName : '–');
  const provisioned = users.filter(({ provisionedByScim }) => provisionedByScim);
  const others = users.filter(({ provisionedByScim }) => !provisionedByScim);
  const groups = [...organization.groups.values()];
  return page({
    title: 'Users',
    organization,
    section: 'users',
    body: html`${crumbs(organization, ['Users'])}<h1>Users</h1><p class="lead">Who is in ${organization.name}, and how they came here.</p>
<section class="card"><div class="head"><h2>Provisioned by SCIM</h2><span class="badge">${provisioned.length}</span></div>
${
  provisioned.length > 0
    ? html`<table id="scim-users"><thead><tr><th>Name</th><th>User name</th><th>State</th><th>Changed</th></tr></thead><tbody>${provisioned.map(
        ({
          attributes,
          modifiedAt,
        }) => html`<tr><td><strong>${name(attributes.displayName)}</strong></td><td>${attributes.userName}</td>
<td>${attributes.active ? html`<span class="badge ok">Active</span>` : html`<span class="badge bad">Inactive</span>`}</td><td data-label="Changed">${moment(modifiedAt)}</td></tr>`,
      )}</tbody></table>`
    : html`<p class="empty">Nobody yet.</p>`
}</section>
<section class="card"><div class="head"><h2>Other members</h2><span class="badge">${others.length}</span></div>
${
  others.length > 0
    ? html`<table id="members"><thead><tr><th>Name</th><th>E-mail</th><th>Type</th></tr></thead><tbody>${others.map(
        ({ attributes, memberType }) =>
          html`<tr><td><strong>${name(attributes.displayName)}</strong></td><td>${attributes.userName}</td><td data-label="Type">${memberType[0]!.toUpperCase()}${memberType.slice(1)}</td></tr>`,
      )}</tbody></table>`
    : html`<p class="empty">Nobody.</p>`
}</section>
<section class="card"><div class="head"><h2>Groups</h2><span class="badge">${groups.length}</span></div>
${
  groups.length > 0
    ? html`<table><thead><tr><th>Name</th><th>Members</th></tr></thead><tbody>${groups.map(({ attributes }) => html`<tr><td><strong>${attributes.displayName}</strong></td><td data-label="Members">${attributes.members.length}</td></tr>`)}</tbody></table>`
    : html`<p class="empty">No group.</p>`
}</section>`,
  });
}

/** Where a person without account joins: Enforce SCIM Provisioning closes all of these ways. */
export function signUpPage(organization: Organization, notice?: Notice, email = ''): string {
  return page({
    title: 'Sign up',
    organization,
    section: 'sign-up',
    notice,
    body: html`${crumbs(organization, ['Sign up'])}<h1>Sign up as a person</h1><p class="lead">Plays somebody who joins ${organization.name} without SCIM.</p><section class="card narrow">
<form id="sign-up" method="post" action="${organizationPath(organization)}/sign-up"><label class="field">E-mail<input type="email" name="email" value="${email}" required autocomplete="off"></label>
<label class="field">How<select name="way"><option value="jit">First sign-in with SSO (just in time)</option><option value="password">E-mail and password</option><option value="social">Social account</option></select></label>
<button class="primary">Sign up</button></form></section>`,
  });
}
