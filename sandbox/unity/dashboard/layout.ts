import type { Organization } from '../organizations';
import { type Html, html } from './html';

type Section = 'overview' | 'service-accounts' | 'sso' | 'users' | 'sign-up';

export interface Notice {
  kind: 'bad' | 'ok';
  text: string;
}

export const ROOT = '/__dashboard';
export const organizationPath = ({ genesisId }: Organization) => `${ROOT}/home/organizations/${genesisId}`;

const LOGO = html`<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 1.6 17.3 5.8v8.4L10 18.4 2.7 14.2V5.8Z" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"/><path d="M10 10 17.3 5.8M10 10v8.4M10 10 2.7 5.8" fill="none" stroke="currentColor" stroke-width="1.7"/></svg>`;

/** A whole page: banner, top bar, and with an organization the side navigation too. */
export function page(input: {
  title: string;
  body: Html;
  organization?: Organization;
  section?: Section;
  notice?: Notice | undefined;
}): string {
  const { title, body, organization, section, notice } = input;
  const shown = html`${notice && html`<p class="note ${notice.kind}" role="${notice.kind === 'bad' ? 'alert' : 'status'}">${notice.text}</p>`}${body}`;
  const content = organization
    ? html`<div class="shell">${navigation(organization, section)}<main>${shown}</main></div>`
    : html`<main class="alone">${shown}</main>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · pretend Unity Cloud</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${ROOT}/style.css"></head>
<body><div class="banner">This is a pretend Unity Cloud on your own machine. Nothing here reaches Unity.</div>
<header class="bar"><a class="logo" href="${ROOT}/">${LOGO}Pretend Unity Cloud</a>${organization && organizationSwitch(organization)}</header>
${content}<script src="${ROOT}/copy.js" defer></script></body></html>`.text;
}

function organizationSwitch({ name, genesisId }: Organization): Html {
  return html`<div class="switch-org"><span>${name} <small class="mono">${genesisId}</small></span><a class="change" href="${ROOT}/">Switch organization</a></div>`;
}

function navigation(organization: Organization, section: Section | undefined): Html {
  const path = organizationPath(organization);
  const link = (key: Section, href: string, label: string) =>
    html`<li><a href="${path}${href}"${key === section && html` aria-current="page"`}>${label}</a></li>`;
  return html`<nav class="side" aria-label="Administration"><h2>Administration</h2><ul>
${link('overview', '/settings', 'Settings')}
${link('service-accounts', '/settings/service-accounts', 'Service accounts')}
${link('sso', '/settings/sso', 'Single sign on')}
${link('users', '/settings/users', 'Users')}</ul>
<h2>As a person</h2><ul>${link('sign-up', '/sign-up', 'Sign up')}</ul></nav>`;
}

export function crumbs(organization: Organization, ...steps: [label: string, href?: string][]): Html {
  const path = organizationPath(organization);
  const shown = steps.map(
    ([label, href]) => html` / ${href === undefined ? label : html`<a href="${path}${href}">${label}</a>`}`,
  );
  return html`<div class="crumbs"><a href="${path}/settings">Administration</a>${shown}</div>`;
}

/** A read-only field with a copy button, which appears only where scripts run. */
export function copyField(id: string, label: string, value: string): Html {
  return html`<label class="field for-copy" for="${id}">${label}</label><div class="copy"><input type="text" id="${id}" readonly value="${value}"><button type="button" data-copy="${id}" hidden>Copy</button></div>`;
}

/** One button that posts, with hidden fields. */
export function actionForm(
  id: string,
  action: string,
  label: string,
  options: { style?: string; fields?: Record<string, string> } = {},
): Html {
  const hidden = Object.entries(options.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form id="${id}" method="post" action="${action}">${hidden}<button class="${options.style ?? ''}">${label}</button></form>`;
}

export const badge = (on: boolean, yes: string, no: string): Html =>
  on ? html`<span class="badge ok">${yes}</span>` : html`<span class="badge">${no}</span>`;

/** `2026-11-18 09:30 UTC` */
export const moment = (iso: string | undefined): string => (iso ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : 'never');
