import type { SandboxContext } from './context';

/** What the sandbox knows of a person who can be chosen on the page. `mri` is `29:` plus text made from the object id. */
export interface SandboxPerson {
  objectId: string;
  mri: string;
  displayName: string;
  userPrincipalName: string;
  jobTitle: string | null;
  directoryRoles: string[];
}

/** sandbox/entra: `startEntra(context, { port })`. One https server: the token endpoint at `/{tenant}/oauth2/v2.0/token`, Graph at `/v1.0`. */
export interface EntraService {
  /** `https://localhost:<port>`, both LOGIN_URL and GRAPH_URL of the bot. */
  origin: string;
  /** PEM of the authority made at this start; written to a file for NODE_EXTRA_CA_CERTS by whoever starts the bot. */
  authorityPem: string;
  /** What Teams gets silently for `api://botid-<appId>`: proof of who the person is, exchangeable for Graph tokens. */
  issueSsoToken(userId: string): string;
  /**
   * What the token service does with an SSO token (on-behalf-of) or after a sign-in page: a Graph token for the person.
   * @throws DelegatedTokenRefused with the AADSTS code when consent, an MFA challenge or a switch stands in the way
   */
  exchange(input: { ssoToken: string } | { userId: string }, scopes: string[]): { token: string; expiresAt: string };
  /** Ends every delegated token of a person: later Graph calls answer 401. */
  revoke(userId: string): void;
  /** True when the header carries an unexpired app token of the bot for `https://api.botframework.com`. */
  isBotToken(authorization: string | undefined): boolean;
  /** Jobs, assignments, secrets (masked), cycles, logs: what `/__sandbox/state` shows. */
  state(): unknown;
  stop(): Promise<void>;
}

/** sandbox/unity: `startUnity(context, { port })`. One http server: SCIM at `/scim/v2/tenants/{genesisId}`, the dashboard at `/__dashboard/`. */
export interface UnityService {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** `<origin>/scim/v2`, the bot's UNITY_SCIM_URL. */
  scimUrl: string;
  /** `<origin>/__dashboard`, the bot's UNITY_DASHBOARD_URL. */
  dashboardUrl: string;
  /** Per organization: SCIM users and groups, service accounts (tokens as id and last use only), switches. */
  state(): { organizations: { genesisId: string; name: string; scimUsers: ScimUserView[]; [more: string]: unknown }[] };
  stop(): Promise<void>;
}
export interface ScimUserView {
  id: string;
  userName: string;
  active: boolean;
  [more: string]: unknown;
}

/** sandbox/teams: `startTeams(context, { port, entra, unity })`. One http server: connector, token service, metadata, page, `/__teams/`, `/__sandbox/`. */
export interface TeamsService {
  /** `http://127.0.0.1:<port>`, the one address `npm run try` prints. */
  origin: string;
  /** `<origin>/teams/`: in every activity, named by its JWT. */
  serviceUrl: string;
  /** OAUTH_URL of the bot. */
  oauthUrl: string;
  /** OPENID_METADATA_URL of the bot. */
  openIdMetadataUrl: string;
  /** Where activities go: `http://127.0.0.1:<bot port>/api/messages`. Can be told later than the start; several take turns. */
  setBotEndpoint(url: string, ...more: string[]): void;
  /** `Authorization` value with which the channel posts an activity that names this `serviceUrl`; for other channels of the sandbox. */
  channelAuthorization(serviceUrl: string): Promise<string>;
  stop(): Promise<void>;
}

export type StartEntra = (context: SandboxContext, options: { port: number; portSetting: string }) => Promise<EntraService>;
export type StartUnity = (context: SandboxContext, options: { port: number; portSetting: string }) => Promise<UnityService>;

export class DelegatedTokenRefused extends Error {
  override readonly name = 'DelegatedTokenRefused';
  constructor(
    readonly aadstsCode: number,
    readonly error: string,
    message: string,
    /** JSON of the claims challenge that Entra sends with codes such as 50076. */
    readonly claims?: string,
  ) {
    super(message);
  }
}
