import express, { type NextFunction, type Request, type Response, Router } from 'express';
import SCIMMY from 'scimmy';
import type { SandboxContext } from '../../core/context';
import { refuseAtGateway, ScimRefusal, sendScimError } from '../errors';
import type { Organizations } from '../organizations';
import { createRateLimit } from '../rateLimit';
import { authenticate, mayUseScim } from '../serviceAccounts';
import { resourceTypes, schemas, serviceProviderConfig } from './discovery';
import { createGroup, deleteGroup, listGroups, patchGroup, readGroup, replaceGroup } from './groups';
import { listResponse } from './listResponse';
import { type Attributes, type Kind, present, project, type ScimGroup, type ScimUser } from './resources';
import { createUser, deleteUser, listUsers, patchUser, readUser, replaceUser, type ScimScope } from './users';

const PATH = /^\/v2\/tenants\/([^/]+)\/(Users|Groups|ServiceProviderConfig|ResourceTypes|Schemas)(?:\/([^/]+))?$/;

/** A call whose path and method exist. */
interface Route {
  genesisId: string;
  resource: string;
  id: string | undefined;
}

/** Finds the route of the OpenAPI description, or undefined: Bulk, Me, .search and misspelt paths have none. */
function routeOf({ method, path }: Request, { switches }: SandboxContext): Route | undefined {
  const [, genesisId, resource, encodedId] = PATH.exec(path) ?? [];
  if (!genesisId || !resource || (resource === 'Groups' && switches.groups === 'off')) return undefined;
  if (!methodsOf(resource, encodedId === undefined).includes(method)) return undefined;
  return { genesisId, resource, id: encodedId && decode(encodedId) };
}

function methodsOf(resource: string, isCollection: boolean): string[] {
  if (resource === 'Users' || resource === 'Groups') return isCollection ? ['GET', 'POST'] : ['GET', 'PUT', 'PATCH', 'DELETE'];
  return isCollection ? ['GET'] : [];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not an id that exists, so it is answered as not found
  }
}

/**
 * SCIM at `/v2/tenants/{genesisId}/...`. Checks come in this order: rate limit, path, credential, organization and role, SCIM enabled, resource.
 * @param origin - `http://127.0.0.1:<port>`, known once the server listens
 */
export function createScimRouter(context: SandboxContext, organizations: Organizations, origin: () => string): Router {
  const { switches, clock } = context;
  const countCall = createRateLimit(clock);
  const router = Router();

  router.use((request, response, next) => {
    if (switches.scimRateLimit === 'off') return next();
    const verdict = countCall(/^\/v2\/tenants\/([^/]+)/.exec(request.path)?.[1] ?? '');
    response.set(verdict.headers);
    if (verdict.allowed) next();
    else refuseAtGateway(response, 50, switches);
  });

  router.use((request, response, next) => {
    const route = routeOf(request, context);
    if (!route) return refuseAtGateway(response, 4, switches);
    response.locals.route = route;
    const isOpen = switches.discoveryAuth === 'open' && /^(ServiceProviderConfig|ResourceTypes|Schemas)$/.test(route.resource);
    const organization = organizations.get(route.genesisId);
    if (isOpen) {
      if (!organization) return refuseAtGateway(response, 54, switches);
    } else {
      const caller = authenticate(organizations, request.headers.authorization, switches, clock);
      if (!caller) return refuseAtGateway(response.set('WWW-Authenticate', 'Bearer'), 51, switches);
      response.locals.caller = caller.account.id;
      if (caller.organization !== organization || !mayUseScim(caller.account, switches, clock))
        return refuseAtGateway(response, 53, switches);
      if (!organization.scimEnabled) return refuseAtGateway(response, switches.whenScimDisabled === 404 ? 54 : 53, switches);
    }
    response.locals.scope = { organization, switches, clock, baseUrl: `${origin()}/scim/v2/tenants/${route.genesisId}` };
    next();
  });

  router.use(
    express.json({ type: ['application/scim+json', 'application/json', 'application/*+json'], limit: '1mb', strict: false }),
  );
  router.use((request, response) => answer(request, response));
  router.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => sendRefusal(response, error));
  return router;
}

async function answer(request: Request, response: Response): Promise<void> {
  const { route, scope } = response.locals as { route: Route; scope: ScimScope };
  const { baseUrl } = scope;
  if (route.resource === 'ServiceProviderConfig') send(response, 200, serviceProviderConfig(baseUrl, scope.switches));
  else if (route.resource === 'ResourceTypes') send(response, 200, resourceTypes(baseUrl, scope.switches));
  else if (route.resource === 'Schemas') send(response, 200, schemas(baseUrl, scope.switches));
  else if (route.id === undefined) answerCollection(request, response, route.resource === 'Users' ? 'User' : 'Group');
  else await answerResource(request, response, route.resource === 'Users' ? 'User' : 'Group', route.id);
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const projection = ({ query }: Request) => ({
  attributes: text(query.attributes),
  excludedAttributes: text(query.excludedAttributes),
});

function answerCollection(request: Request, response: Response, kind: Kind): void {
  const scope = response.locals.scope as ScimScope;
  if (request.method === 'POST') {
    const made = kind === 'User' ? createUser(scope, request.body) : createGroup(scope, request.body);
    sendResource(request, response, 201, kind, made);
    return;
  }
  const { filter, startIndex, count, sortBy, sortOrder } = request.query;
  const hits = kind === 'User' ? listUsers(scope, text(filter)) : listGroups(scope, text(filter));
  const page = { startIndex: text(startIndex), count: text(count), sortBy: text(sortBy), sortOrder: text(sortOrder) };
  const list = listResponse(hits, page, scope.switches.maxPageSize);
  const resources = (list.Resources as Attributes[]).map((resource) => project(resource, projection(request)));
  send(response, 200, { ...list, Resources: resources });
}

async function answerResource(request: Request, response: Response, kind: Kind, id: string): Promise<void> {
  const scope = response.locals.scope as ScimScope;
  const isUser = kind === 'User';
  if (request.method === 'DELETE') {
    if (isUser) deleteUser(scope, id);
    else deleteGroup(scope, id);
    response.status(204).end();
  } else if (request.method === 'PATCH') {
    const changed = isUser ? await patchUser(scope, id, request.body) : await patchGroup(scope, id, request.body);
    // Entra wants 204 for groups; for users a switch decides.
    if (!isUser || scope.switches.patchResponse === 204) response.status(204).end();
    else sendResource(request, response, 200, kind, changed);
  } else if (request.method === 'PUT') {
    sendResource(
      request,
      response,
      200,
      kind,
      isUser ? replaceUser(scope, id, request.body) : replaceGroup(scope, id, request.body),
    );
  } else sendResource(request, response, 200, kind, isUser ? readUser(scope, id) : readGroup(scope, id));
}

function sendResource(request: Request, response: Response, status: number, kind: Kind, stored: ScimUser | ScimGroup): void {
  const { baseUrl } = response.locals.scope as ScimScope;
  const resource = present(kind, stored, baseUrl);
  response.location(`${baseUrl}/${kind}s/${stored.id}`);
  send(response, status, project(resource, projection(request)));
}

function send(response: Response, status: number, body: object): void {
  response.status(status).type('application/scim+json').send(JSON.stringify(body));
}

/** Anything thrown becomes a SCIM error: ours, scimmy's, a TypeError of scimmy's checks, or a body that is no JSON. */
function sendRefusal(response: Response, error: unknown): void {
  if (error instanceof ScimRefusal || error instanceof SCIMMY.Types.Error)
    sendScimError(response, error.status, error.message, error.scimType);
  else if (isBodyError(error)) sendScimError(response, error.status, 'The request body is not valid JSON.', 'invalidSyntax');
  else if (error instanceof TypeError) sendScimError(response, 400, error.message, 'invalidValue');
  else sendScimError(response, 500, 'The service failed.');
}

const isBodyError = (error: unknown): error is { status: number } =>
  typeof error === 'object' && error !== null && 'type' in error && 'status' in error && typeof error.status === 'number';
