/** The dashboard refused what the person asked for; the message is the one on the page. */
export class DashboardRefusedError extends Error {
  override readonly name = 'DashboardRefusedError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Page {
  url: string;
  text: string;
}

/** Somebody who uses the pretend dashboard of one organization. Every method opens pages and submits forms, as a browser would. */
export interface DashboardPerson {
  /** Returns the id of the new service account. */
  createServiceAccount(name: string, description?: string): Promise<string>;
  giveScimAuthenticator(accountId: string): Promise<void>;
  takeScimAuthenticator(accountId: string): Promise<void>;
  /** Returns the token from the page that shows it once. */
  addBearerToken(accountId: string): Promise<string>;
  /** Ids of the bearer tokens that the page lists, oldest first. */
  bearerTokenIds(accountId: string): Promise<string[]>;
  /** Without `tokenId` the oldest one is deleted. */
  deleteBearerToken(accountId: string, tokenId?: string): Promise<void>;
  /** Returns the key pair from the page that shows it once. */
  addKey(accountId: string): Promise<{ keyId: string; secretKey: string }>;
  deleteServiceAccount(accountId: string): Promise<void>;
  setScimEnabled(enabled: boolean): Promise<void>;
  /** Turns on Enforce SCIM Provisioning, ticking its confirmation. */
  enforceScim(): Promise<void>;
  /** The SCIM base connector URL as the page shows it. */
  connectorUrl(): Promise<string>;
  /** Somebody else joins without SCIM. */
  signUp(email: string, way: 'jit' | 'password' | 'social'): Promise<void>;
}

/**
 * A person at the pretend dashboard, for tests and the journey.
 * @param dashboardUrl - `UnityService.dashboardUrl`
 * @throws DashboardRefusedError from every method, when a page refuses
 */
export function createDashboardPerson(dashboardUrl: string, genesisId: string): DashboardPerson {
  const home = `${dashboardUrl}/home/organizations/${genesisId}`;
  const accounts = `${home}/settings/service-accounts`;
  const open = (url: string) => fetchPage(url);

  return {
    async createServiceAccount(name, description = '') {
      const made = await submit(await open(`${accounts}/new`), 'create-service-account', { name, description });
      return made.url.slice(made.url.lastIndexOf('/') + 1);
    },
    async giveScimAuthenticator(accountId) {
      await submit(await open(`${accounts}/${accountId}/roles`), 'organization-roles', { role: 'SCIM Authenticator' });
    },
    async takeScimAuthenticator(accountId) {
      await submit(await open(`${accounts}/${accountId}/roles`), 'organization-roles');
    },
    async addBearerToken(accountId) {
      return fieldValue(await submit(await open(`${accounts}/${accountId}`), 'add-bearer-token'), 'new-bearer-token');
    },
    async bearerTokenIds(accountId) {
      return listedIds(await open(`${accounts}/${accountId}`), 'bearer-tokens');
    },
    async deleteBearerToken(accountId, tokenId) {
      const page = await open(`${accounts}/${accountId}`);
      await submit(page, `delete-${tokenId ?? listedIds(page, 'bearer-tokens')[0]}`);
    },
    async addKey(accountId) {
      const page = await submit(await open(`${accounts}/${accountId}`), 'add-key');
      return { keyId: fieldValue(page, 'new-key-id'), secretKey: fieldValue(page, 'new-secret-key') };
    },
    async deleteServiceAccount(accountId) {
      await submit(await open(`${accounts}/${accountId}`), 'delete-service-account');
    },
    async setScimEnabled(enabled) {
      const page = await open(`${home}/settings/sso`);
      const wanted = enabled ? 'on' : 'off';
      // The button does the opposite of what is; where it would undo what is wanted, there is nothing to click.
      if (formOf(page, 'scim-enabled').fields.enabled === wanted) await submit(page, 'scim-enabled');
    },
    async enforceScim() {
      await submit(await open(`${home}/settings/sso`), 'scim-enforce', { confirmed: 'yes' });
    },
    async connectorUrl() {
      return fieldValue(await open(`${home}/settings/sso`), 'scim-connector-url');
    },
    async signUp(email, way) {
      await submit(await open(`${home}/sign-up`), 'sign-up', { email, way });
    },
  };
}

async function fetchPage(url: string, init?: RequestInit): Promise<Page> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) {
    const reason = /role="alert">([^<]*)</.exec(text)?.[1] ?? /<h1>([^<]*)</.exec(text)?.[1] ?? 'no reason given';
    throw new DashboardRefusedError(response.status, unescapeHtml(reason));
  }
  return { url: response.url, text };
}

/** Submits the form with this id, with its hidden fields and whatever the person typed. */
function submit(page: Page, formId: string, typed: Record<string, string> = {}): Promise<Page> {
  const { action, fields } = formOf(page, formId);
  return fetchPage(new URL(action, page.url).href, { method: 'POST', body: new URLSearchParams({ ...fields, ...typed }) });
}

function formOf(page: Page, formId: string): { action: string; fields: Record<string, string> } {
  const [, action, inner] =
    new RegExp(`<form id="${formId}" method="post" action="([^"]*)">([\\s\\S]*?)</form>`).exec(page.text) ?? [];
  if (action === undefined || inner === undefined) throw new Error(`The page ${page.url} has no form "${formId}"`);
  const hidden = [...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return {
    action: unescapeHtml(action),
    fields: Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, unescapeHtml(value)])),
  };
}

function fieldValue(page: Page, inputId: string): string {
  const value = new RegExp(`<input type="text" id="${inputId}" readonly value="([^"]*)">`).exec(page.text)?.[1];
  if (value === undefined) throw new Error(`The page ${page.url} shows no "${inputId}"`);
  return unescapeHtml(value);
}

function listedIds(page: Page, tableId: string): string[] {
  const table = new RegExp(`<table id="${tableId}">([\\s\\S]*?)</table>`).exec(page.text)?.[1] ?? '';
  return [...table.matchAll(/data-credential="([^"]*)"/g)].map(([, id = '']) => id);
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_entity, name: string) => characters[name]!);
}
