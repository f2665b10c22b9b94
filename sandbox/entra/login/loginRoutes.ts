import express, { type Request, type Response, Router } from 'express';
import type { SandboxContext } from '../../core/context';
import { DelegatedTokenRefused, type EntraService } from '../../core/services';
import type { AccessTokens, TokenGrant } from './accessTokens';
import { applicationPermissions } from './grantedScopes';
import { refusal, tokenErrorAnswer } from './signInErrors';

const APP_TOKEN_SECONDS = 3599;
const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type Form = Record<string, string | undefined>;

/**
 * `login.microsoftonline.com` as far as the bot and its libraries need it: OpenID discovery and the token endpoint, for
 * client credentials (connector or Graph) and on-behalf-of. Unknown form fields are ignored, as Entra ignores them.
 */
export function loginRoutes(
  context: SandboxContext,
  tokens: AccessTokens,
  delegated: Pick<EntraService, 'exchange'>,
  origin: () => string,
): Router {
  const { tenant, bot } = context;
  const routes = Router();
  const isTenant = (name: unknown) => name === tenant.tenantId || name === tenant.domain;

  routes.get('/:tenant/v2.0/.well-known/openid-configuration', (request, response) => {
    if (!isTenant(request.params.tenant)) return sendTokenError(response, refusal(90002));
    const authority = `${origin()}/${tenant.tenantId}`;
    response.json({
      issuer: `${authority}/v2.0`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  routes.post('/:tenant/oauth2/v2.0/token', express.urlencoded({ extended: false }), (request, response) => {
    try {
      if (!isTenant(request.params.tenant)) throw refusal(90002);
      const form = (request.body ?? {}) as Form;
      authenticateClient(request, form);
      response.set('cache-control', 'no-store');
      response.locals.caller = bot.appId;
      if (form.grant_type === 'client_credentials') response.json(appToken(form.scope ?? ''));
      else if (form.grant_type === ON_BEHALF_OF) response.json(onBehalfOf(form));
      else
        response.status(400).json({ error: 'unsupported_grant_type', error_description: 'AADSTS70003: Unsupported grant type.' });
    } catch (error) {
      if (!(error instanceof DelegatedTokenRefused)) throw error;
      sendTokenError(response, error);
    }
  });

  function authenticateClient(request: Request, form: Form): void {
    const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent) : [];
    if ((form.client_id ?? basicId) !== bot.appId) throw refusal(700016);
    const secret = form.client_secret ?? basicSecret;
    if (secret === undefined) throw refusal(7000218);
    if (secret !== bot.secret) throw refusal(7000215);
  }

  function appToken(scope: string) {
    const audience = audienceOf(scope);
    const permissions = audience === 'graph' ? applicationPermissions : [];
    const { token } = tokens.issue({ audience, caller: { kind: 'app', appId: bot.appId, permissions } }, APP_TOKEN_SECONDS);
    return { token_type: 'Bearer', expires_in: APP_TOKEN_SECONDS, ext_expires_in: APP_TOKEN_SECONDS, access_token: token };
  }

  function audienceOf(scope: string): TokenGrant['audience'] {
    if (scope === 'https://api.botframework.com/.default') return 'botframework';
    if (scope === 'https://graph.microsoft.com/.default' || scope === `${origin()}/.default`) return 'graph';
    throw refusal(500011);
  }

  function onBehalfOf(form: Form) {
    const scopes = (form.scope ?? '').split(' ').filter(Boolean);
    const { token } = delegated.exchange({ ssoToken: form.assertion ?? '' }, scopes);
    const expiresIn = context.switches.accessTokenSeconds;
    return {
      token_type: 'Bearer',
      scope: scopes.join(' '),
      expires_in: expiresIn,
      ext_expires_in: expiresIn,
      access_token: token,
    };
  }

  return routes;
}

function sendTokenError(response: Response, refused: DelegatedTokenRefused): void {
  const { status, body } = tokenErrorAnswer(refused, new Date());
  response.status(status).json(body);
}

/** How the login service words a fault that has no body of its own. */
export function writeLoginFault(response: Response, status: number): void {
  const { body } = tokenErrorAnswer(refusal(status === 401 ? 7000215 : 90033), new Date());
  response.status(status).json(body);
}
