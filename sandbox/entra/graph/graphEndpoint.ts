import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxContext } from '../../core/context';
import { type AccessTokens, callerId } from '../login/accessTokens';
import { appRoleAssignmentRoutes } from './appRoleAssignments';
import { type AnswerItem, answerBatch } from './batch';
import type { GraphAnswer, GraphCall, GraphRoute } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { errorAnswer, faultError, GraphError, notFound, requestIds } from './graphError';
import { groupRoutes } from './groups';
import { authenticate, authorize, permissions } from './permissions';
import { provisioningLogRoute } from './provisioningLogs';
import { provisionOnDemandRoute } from './provisionOnDemandRoute';
import { servicePrincipalRoutes } from './servicePrincipals';
import { synchronizationRoutes } from './synchronizationRoutes';
import { synchronizationSecretRoutes } from './synchronizationSecrets';
import { userRoutes } from './users';

interface Incoming {
  method: string;
  /** Path and query below `/v1.0`. */
  url: string;
  header(name: string): string | undefined;
  body: unknown;
  authorization: string | undefined;
}

/** Pretend Graph v1.0: one table of routes, answered alike over HTTP and inside a batch. */
export function graphEndpoint(deps: GraphDeps, tokens: AccessTokens, origin: () => string): Router {
  const { context, store } = deps;
  const answerItem: AnswerItem = (item, outer) => {
    const headers = new Map(Object.entries(item.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const incoming = {
      ...item,
      header: (name: string) => headers.get(name),
      body: item.body,
      authorization: outer.header('authorization'),
    };
    return answer(incoming).then(({ result }) => result);
  };
  const routes = compile([
    ...userRoutes(deps),
    ...groupRoutes(deps),
    ...servicePrincipalRoutes(deps),
    ...appRoleAssignmentRoutes(deps),
    ...synchronizationRoutes(deps),
    ...synchronizationSecretRoutes(deps),
    provisionOnDemandRoute(deps),
    provisioningLogRoute(deps),
    {
      method: 'POST',
      path: '/$batch',
      needs: permissions.batch,
      handle: answerBatch(answerItem, context.faults, context.clock.iso),
    },
  ]);

  async function answer(incoming: Incoming): Promise<{ result: GraphAnswer; caller?: string; requestId: string }> {
    const ids = requestIds(incoming.header('client-request-id'));
    let who: string | undefined;
    try {
      const caller = authenticate(tokens, incoming.authorization);
      who = callerId(caller);
      const { path, query } = locate(incoming.url, context);
      const found = routes.find(({ method, pattern }) => method === incoming.method.toUpperCase() && pattern.test(path));
      if (!found) throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${path.split('/')[1] ?? ''}'.`);
      authorize(store, caller, found.needs);
      const params = decodeParams(found.pattern.exec(path)?.groups ?? {});
      const call: GraphCall = {
        ...incoming,
        path: path.split('/').map(decodeURIComponent).join('/'),
        params,
        query,
        caller,
        base: `${origin()}/v1.0`,
      };
      return { result: await found.handle(call), caller: who, requestId: ids.requestId };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const result = errorAnswer(error, { ...ids, date: context.clock.iso() });
      return { result, requestId: ids.requestId, ...(who === undefined ? {} : { caller: who }) };
    }
  }

  const router = Router();
  router.use(express.json({ limit: '4mb', type: ['application/json', 'application/*+json'] }));
  router.use(async (request: Request, response: Response) => {
    const { result, caller, requestId } = await answer({
      method: request.method,
      url: request.url,
      header: (name) => request.get(name),
      body: request.body,
      authorization: request.headers.authorization,
    });
    response.locals.caller = caller;
    send(response, result, requestId, request.get('client-request-id'));
  });
  router.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const ids = requestIds(request.get('client-request-id'));
    const isBadJson = error instanceof Error && 'type' in error && String(error.type).startsWith('entity.');
    const shown = isBadJson
      ? new GraphError(400, 'BadRequest', 'Unable to read JSON request payload.')
      : new GraphError(500, 'InternalServerError', error instanceof Error ? error.message : 'The sandbox has failed.');
    send(response, errorAnswer(shown, { ...ids, date: context.clock.iso() }), ids.requestId, ids.clientRequestId);
  });
  return router;
}

/** How Graph words a fault that has no body of its own. */
export function writeGraphFault(context: SandboxContext) {
  return (response: Response, status: number): void => {
    const ids = requestIds(response.req.get('client-request-id'));
    send(response, errorAnswer(faultError(status), { ...ids, date: context.clock.iso() }), ids.requestId, ids.clientRequestId);
  };
}

function send(
  response: Response,
  { status, body, headers = {} }: GraphAnswer,
  requestId: string,
  clientRequestId?: string,
): void {
  response
    .status(status)
    .set(headers)
    .set({ 'request-id': requestId, 'client-request-id': clientRequestId ?? requestId });
  if (body === undefined) response.end();
  else if (typeof body === 'string') response.send(body);
  else response.json(body);
}

type CompiledRoute = GraphRoute & { pattern: RegExp };

function compile(routes: readonly GraphRoute[]): CompiledRoute[] {
  return routes.map((route) => {
    const source = route.path.replace(/[.$]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+)');
    return { ...route, pattern: new RegExp(`^${source}/?$`) };
  });
}

/** Path and query of a call; keys in brackets, as in `users('$x@y')` and `servicePrincipals(appId='...')`, become segments. */
function locate(url: string, { tenant }: SandboxContext): { path: string; query: URLSearchParams } {
  const [rawPath = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const path = rawPath
    .replace(
      /^\/(users|groups)\((?:'|%27)(.+?)(?:'|%27)\)/i,
      (_, kind: string, key: string) => `/${kind}/${key.replace(/''|%27%27/gi, '%27')}`,
    )
    .replace(/^\/servicePrincipals\(appId=(?:'|%27)([^'%]+)(?:'|%27)\)/i, (_, appId: string) => {
      const app = tenant.apps.find((known) => known.appId === appId.toLowerCase());
      if (!app) throw notFound(appId);
      return `/servicePrincipals/${app.servicePrincipalId}`;
    });
  return { path, query };
}

function decodeParams(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}
