import { randomUUID } from 'node:crypto';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { DelegatedTokenRefused } from '../core/services';
import type { ChatStore } from './chatStore';
import { CONNECTIONS, ENTRA_PROVIDER_ID } from './connections';
import type { StoredToken, TokenStore } from './tokenStore';

interface Deps {
  store: ChatStore;
  tokens: TokenStore;
  /** `<origin>/token-service` */
  baseUrl: () => string;
}

/** Something the caller got wrong; 400 with the service's error body. */
class BadCall extends Error {}

const parameter = (request: Request, name: string): string | undefined => {
  const value = request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const required = (request: Request, name: string): string => {
  const value = parameter(request, name);
  if (value === undefined) throw new BadCall(`Missing query parameter ${name}`);
  return value;
};
const connectionOf = (request: Request): string => {
  const name = required(request, 'connectionName');
  if (!CONNECTIONS[name]) throw new BadCall(`Connection setting ${name} not found`);
  return name;
};
const tokenAnswer = (connectionName: string, { token, expiresAt }: StoredToken) => ({
  channelId: 'msteams',
  connectionName,
  token,
  expiration: expiresAt,
});
/** "No token": 404 without any body. A body here would be taken for a token by the SDK. */
const noToken = (response: Response): void => {
  response.status(404).end();
};

const signInState = z.looseObject({
  connectionName: z.string(),
  conversation: z.looseObject({ user: z.looseObject({ id: z.string() }) }),
});

/** Bot Framework's token service, for the bot's own app token. */
export function tokenRoutes({ store, tokens, baseUrl }: Deps): Router {
  const routes = Router();

  routes.get('/api/usertoken/GetToken', (request, response) => {
    const [userId, connectionName, code] = [required(request, 'userId'), connectionOf(request), parameter(request, 'code')];
    const stored = code ? tokens.redeem(userId, connectionName, code) : tokens.current(userId, connectionName);
    if (stored) response.json(tokenAnswer(connectionName, stored));
    else noToken(response);
  });

  routes.post('/api/usertoken/exchange', (request, response) => {
    const [userId, connectionName] = [required(request, 'userId'), connectionOf(request)];
    const ssoToken: unknown = request.body?.token;
    if (typeof ssoToken !== 'string') throw new BadCall('The body names no token to exchange');
    const person = store.people.find(({ mri }) => mri === userId);
    if (person) response.json(tokenAnswer(connectionName, tokens.exchange(person, connectionName, ssoToken)));
    else noToken(response);
  });

  routes.get('/api/usertoken/GetTokenStatus', (request, response) => {
    const userId = required(request, 'userId');
    const include = parameter(request, 'include')?.split(',');
    const names = Object.keys(CONNECTIONS).filter((name) => !include || include.includes(name));
    response.json(
      names.map((connectionName) => ({
        channelId: 'msteams',
        connectionName,
        hasToken: tokens.current(userId, connectionName) !== undefined,
        serviceProviderDisplayName: 'Azure Active Directory v2',
      })),
    );
  });

  routes.post('/api/usertoken/GetAadTokens', (request, response) => {
    const [userId, connectionName] = [required(request, 'userId'), connectionOf(request)];
    const urls: unknown = request.body?.resourceUrls;
    if (!Array.isArray(urls)) throw new BadCall('The body has no resourceUrls');
    const stored = tokens.current(userId, connectionName);
    response.json(stored ? Object.fromEntries(urls.map((url) => [String(url), tokenAnswer(connectionName, stored)])) : {});
  });

  routes.delete('/api/usertoken/SignOut', (request, response) => {
    tokens.signOut(required(request, 'userId'), parameter(request, 'connectionName'));
    response.status(204).end();
  });

  routes.get('/api/botsignin/GetSignInResource', (request, response) => {
    const state = signInState.safeParse(decoded(required(request, 'state')));
    if (!state.success) throw new BadCall('state is not the base64 of a token exchange state');
    const { connectionName, conversation } = state.data;
    if (!CONNECTIONS[connectionName]) throw new BadCall(`Connection setting ${connectionName} not found`);
    const signIn = tokens.requestSignIn(connectionName, conversation.user.id);
    response.json({
      signInLink: `${baseUrl()}/signin?signin=${signIn.id}`,
      tokenExchangeResource: { id: randomUUID(), uri: `api://botid-${store.bot.appId}`, providerId: ENTRA_PROVIDER_ID },
      tokenPostResource: { sasUrl: `${baseUrl()}/tokenpost/${signIn.id}` },
    });
  });

  routes.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof DelegatedTokenRefused) {
      response.status(400).json({ error: { code: error.error, message: error.message } });
    } else if (error instanceof BadCall) sendTokenError(response, 400, error.message);
    else next(error);
  });
  return routes;
}

/** The token service's own errors; a 404 stays empty. */
export function sendTokenError(response: Response, status: number, message = `The sandbox was told to answer ${status}`): void {
  if (status === 404) noToken(response);
  else response.status(status).json({ error: { code: status === 400 ? 'BadArgument' : 'ServiceError', message } });
}

function decoded(state: string): unknown {
  try {
    return JSON.parse(Buffer.from(state, 'base64').toString('utf8'));
  } catch {
    return undefined; // the schema refuses it with a sentence
  }
}
