import { createServer } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { recordCalls } from '../core/calls';
import { close, listen, type SandboxContext } from '../core/context';
import { faultMiddleware } from '../core/faults';
import { loopbackOnly } from '../core/loopbackOnly';
import type { EntraService, TeamsService, UnityService } from '../core/services';
import { createActivityMaker } from './activities';
import { createChatStore } from './chatStore';
import { clientRoutes } from './clientRoutes';
import { ConnectorError, sendConnectorError, sendConnectorFault } from './connectorError';
import { activityRoutes } from './connectorRoutes';
import { conversationRoutes } from './conversationRoutes';
import { createDeliveries, DEFAULT_LIMITS, type DeliveryLimits } from './delivery';
import { splitConversationId } from './identifiers';
import { pageRoutes } from './pageRoutes';
import { createRateTable } from './rateTable';
import { ClientError } from './readBody';
import { sandboxRoutes } from './sandboxRoutes';
import { signInPage } from './signInPage';
import { CHANNEL_ISSUER, createSigningKey } from './signingKey';
import { sendTokenError, tokenRoutes } from './tokenRoutes';
import { createTokenStore } from './tokenStore';

interface TeamsOptions {
  port: number;
  portSetting: string;
  entra: EntraService;
  unity: UnityService;
  /** How patient Teams is with the bot; tests shorten it. */
  limits?: DeliveryLimits;
}

const METADATA_PATH = '/teams/.well-known/openidconfiguration';

/**
 * The pretend Teams on one http server at 127.0.0.1: the connector (`/teams/`), the token service (`/token-service/`), the
 * channel's keys, the client's own API (`/__teams/`), the sandbox's controls (`/__sandbox/`) and the page (`/`).
 */
export async function startTeams(context: SandboxContext, options: TeamsOptions): Promise<TeamsService> {
  const { entra, unity, limits = DEFAULT_LIMITS } = options;
  const store = createChatStore(context);
  const key = await createSigningKey();
  const rates = createRateTable(() => context.switches.connectorRateLimit === 'on');
  const tokens = createTokenStore(store, entra);
  let origin = '';
  let botEndpoints: string[] = [];
  let posted = 0;
  const serviceUrl = () => `${origin}/teams/`;
  const deliveries = createDeliveries({
    context,
    key,
    limits,
    endpoint: () => botEndpoints[posted++ % botEndpoints.length],
    warn: ({ conversation }, text) => {
      const chat = store.chat(splitConversationId((conversation as { id: string }).id).chatId);
      if (chat) store.emit({ kind: 'warning', chat, text });
    },
  });
  const make = createActivityMaker(store, serviceUrl);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(loopbackOnly);

  app.get(METADATA_PATH, (_request, response) => {
    response.json({
      issuer: CHANNEL_ISSUER,
      jwks_uri: `${origin}/teams/.well-known/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    });
  });
  app.get('/teams/.well-known/keys', (_request, response) => {
    response.json({ keys: [key.jwk] });
  });

  const onlyTheBot = (refuse: (response: Response) => void) => (request: Request, response: Response, next: NextFunction) => {
    if (!entra.isBotToken(request.headers.authorization)) return refuse(response);
    response.locals.caller = context.bot.appId;
    next();
  };
  app.use(
    '/teams',
    recordCalls(context.calls, 'connector'),
    faultMiddleware(context.faults, 'connector', sendConnectorFault),
    onlyTheBot((response) =>
      sendConnectorError(response, new ConnectorError(401, 'BotNotRegistered', 'The token is not one of this bot.')),
    ),
    express.json({ limit: '2mb' }),
    activityRoutes({ store, rates }),
    conversationRoutes({ store, rates, serviceUrl }),
    (error: unknown, _request: Request, response: Response, next: NextFunction) => {
      if (error instanceof ConnectorError) sendConnectorError(response, error);
      else if (isBodyError(error)) sendConnectorError(response, bodyErrorOf(error));
      else next(error);
    },
  );

  app.use('/token-service', signInPage({ store, tokens }));
  app.use(
    '/token-service',
    recordCalls(context.calls, 'token'),
    faultMiddleware(context.faults, 'token', sendTokenError),
    onlyTheBot((response) => sendTokenError(response, 401, 'The token is not one of this bot.')),
    express.json(),
    tokenRoutes({ store, tokens, baseUrl: () => `${origin}/token-service` }),
  );

  app.use('/__teams', express.json({ limit: '2mb' }), clientRoutes({ context, store, entra, make, deliveries }));
  app.use('/__sandbox', express.json(), sandboxRoutes({ context, store, entra, unity, tokens, deliveries }));
  app.use(pageRoutes());

  app.use((_request, response) => {
    response.status(404).json({ error: { code: 'NotFound', message: 'Nothing here' } });
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (error instanceof ClientError) response.status(error.status).json({ error: { code: 'Refused', message: error.message } });
    else if (isBodyError(error)) response.status(error.status).json({ error: { code: 'BadBody', message: error.message } });
    else {
      console.error(error);
      response
        .status(500)
        .json({ error: { code: 'SandboxError', message: error instanceof Error ? error.message : String(error) } });
    }
  });

  const server = createServer(app);
  origin = `http://127.0.0.1:${await listen(server, options.port, options.portSetting)}`;
  return {
    origin,
    serviceUrl: serviceUrl(),
    oauthUrl: `${origin}/token-service`,
    openIdMetadataUrl: `${origin}${METADATA_PATH}`,
    setBotEndpoint(...urls) {
      botEndpoints = urls;
    },
    channelAuthorization: (url) => key.authorization(context.bot.appId, url),
    async stop() {
      await deliveries.stop();
      await close(server);
    },
  };
}

/** What the body parser throws: not JSON, or too large. */
const isBodyError = (error: unknown): error is Error & { status: number; type: string } =>
  error instanceof Error && 'status' in error && 'type' in error && typeof error.status === 'number';

const bodyErrorOf = ({ status, message }: Error & { status: number }): ConnectorError =>
  status === 413
    ? new ConnectorError(413, 'MessageSizeTooBig', 'Message size too large.')
    : new ConnectorError(400, 'BadSyntax', message);
