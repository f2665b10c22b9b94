import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface SentActivity {
  id: string;
  method: 'POST' | 'PUT';
  conversationId: string;
  replyToId: string | undefined;
  activity: Record<string, unknown> & { attachments?: { contentType: string; content: Record<string, unknown> }[] };
}

export type Answer = (request: Request, response: Response) => void;

/** The other side of the wire, as small as the contract allows: metadata, connector, token service. */
export interface TeamsStub {
  origin: string;
  serviceUrl: string;
  oauthUrl: string;
  metadataUrl: string;
  issuer: string;
  /** Everything the bot posted or edited, in order. */
  sent: SentActivity[];
  /** Method and path of each call to the token service. */
  tokenCalls: string[];
  /** `<mri>|<connection>` → token; what GetToken gives. */
  tokens: Map<string, string>;
  /** Six digits → `<mri>|<connection>`. */
  codes: Map<string, string>;
  /** Answers instead of the connector or the token service, where set. */
  override: { connector?: Answer | undefined; token?: Answer | undefined; exchange?: Answer | undefined };
  sign(serviceUrl: string, claims?: { aud?: string; iss?: string; exp?: number; endorsed?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

const KEY_ID = 'key-1';
const UNENDORSED = 'key-2';

export async function startTeamsStub(botId: string): Promise<TeamsStub> {
  const keys = { [KEY_ID]: await generateKeyPair('RS256'), [UNENDORSED]: await generateKeyPair('RS256') };
  const jwks = await Promise.all(
    Object.entries(keys).map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      use: 'sig',
      endorsements: kid === KEY_ID ? ['msteams'] : ['webchat'],
    })),
  );
  const app = express();
  app.use(express.json());
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = 'https://api.botframework.com';
  let nextId = 1;

  const stub: TeamsStub = {
    origin,
    issuer,
    serviceUrl: `${origin}/teams/`,
    oauthUrl: `${origin}/token`,
    metadataUrl: `${origin}/openid`,
    sent: [],
    tokenCalls: [],
    tokens: new Map(),
    codes: new Map(),
    override: {},
    sign: (serviceUrl, { aud = botId, iss = issuer, exp, endorsed = true } = {}) =>
      new SignJWT({ serviceurl: serviceUrl })
        .setProtectedHeader({ alg: 'RS256', kid: endorsed ? KEY_ID : UNENDORSED })
        .setIssuer(iss)
        .setAudience(aud)
        .setIssuedAt()
        .setExpirationTime(exp ?? '1h')
        .sign(keys[endorsed ? KEY_ID : UNENDORSED].privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  app.get(
    '/openid',
    (_request, response) =>
      void response.json({ issuer, jwks_uri: `${origin}/keys`, id_token_signing_alg_values_supported: ['RS256'] }),
  );
  app.get('/keys', (_request, response) => void response.json({ keys: jwks }));

  const record: Answer = (request, response) => {
    if (stub.override.connector) return stub.override.connector(request, response);
    const id = request.method === 'PUT' ? String(request.params.id) : String(nextId++);
    stub.sent.push({
      id,
      method: request.method as 'POST' | 'PUT',
      conversationId: String(request.params.conversation),
      replyToId: request.method === 'POST' ? (request.params.id as string | undefined) : undefined,
      activity: request.body,
    });
    response.json({ id });
  };
  app.post('/teams/v3/conversations/:conversation/activities', record);
  app.post('/teams/v3/conversations/:conversation/activities/:id', record);
  app.put('/teams/v3/conversations/:conversation/activities/:id', record);

  app.use('/token', (request, response, next) => {
    stub.tokenCalls.push(`${request.method} ${request.path}`);
    if (stub.override.token) stub.override.token(request, response);
    else next();
  });
  const keyOf = ({ query }: Request) => `${query.userId}|${query.connectionName}`;
  const tokenAnswer = ({ query }: Request, token: string) => ({
    channelId: query.channelId,
    connectionName: query.connectionName,
    token,
    expiration: new Date(Date.now() + 3_600_000).toISOString(),
  });
  app.get('/token/api/usertoken/GetToken', (request, response) => {
    const { code } = request.query;
    if (typeof code === 'string' && stub.codes.get(code) === keyOf(request)) {
      stub.codes.delete(code);
      stub.tokens.set(keyOf(request), `token-of-code`);
    } else if (code !== undefined) return void response.status(404).end();
    const token = stub.tokens.get(keyOf(request));
    if (token) response.json(tokenAnswer(request, token));
    else response.status(404).end();
  });
  app.post('/token/api/usertoken/exchange', (request, response) => {
    if (stub.override.exchange) return stub.override.exchange(request, response);
    stub.tokens.set(keyOf(request), `exchanged-${String(request.body.token)}`);
    response.json(tokenAnswer(request, `exchanged-${String(request.body.token)}`));
  });
  app.delete('/token/api/usertoken/SignOut', (request, response) => {
    stub.tokens.delete(keyOf(request));
    response.status(200).json({});
  });
  app.get(
    '/token/api/botsignin/GetSignInResource',
    (_request, response) =>
      void response.json({
        signInLink: `${origin}/signin?signin=1`,
        tokenExchangeResource: { id: 'exchange-1', uri: `api://botid-${botId}`, providerId: 'entra' },
        tokenPostResource: { sasUrl: `${origin}/post` },
      }),
  );
  return stub;
}
