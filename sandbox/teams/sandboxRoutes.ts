import { Router } from 'express';
import { z } from 'zod';
import type { SandboxContext } from '../core/context';
import { faultSchema, SERVICES } from '../core/faults';
import type { EntraService, UnityService } from '../core/services';
import { switchesSchema } from '../core/switches';
import { type ChatStore, toWireChat } from './chatStore';
import type { Deliveries } from './delivery';
import { maskSecrets } from './maskSecrets';
import { ClientError, readBody } from './readBody';
import type { TokenStore } from './tokenStore';

interface Deps {
  context: SandboxContext;
  store: ChatStore;
  entra: EntraService;
  unity: UnityService;
  tokens: TokenStore;
  deliveries: Deliveries;
}

const clockChange = z
  .strictObject({ advanceMs: z.number().min(0).optional(), speed: z.number().gt(0).optional() })
  .refine((change) => change.advanceMs !== undefined || change.speed !== undefined, 'advanceMs or speed is needed');

/**
 * `/__sandbox/`, JSON, loopback only: reads the sandbox back and steers it. Secrets are masked.
 *
 * - `GET people`: who can be chosen on the page.
 * - `GET state`: `{people, tenant, organizations, entra, chats, messages, tokens, deliveries, calls, clock, faults, switches,
 *   dashboardUrl}`. `organizations[].scimUsers` are the people in Unity; `deliveries` are the activities posted to the bot, with
 *   status and time; `calls` counts by service (`GET calls` lists them).
 * - `GET calls?service=graph`, `DELETE calls`: calls that reached the pretend services.
 * - `GET faults`, `POST faults` (one row, its format is `faultSchema`; 201 with the row), `DELETE faults`, `DELETE faults/{id}`.
 * - `GET switches`, `PATCH switches`: what the real services may do one way or the other.
 * - `GET clock`, `POST clock` `{advanceMs?, speed?}`: the sandbox's time.
 * - `POST tokens/expire` and `POST tokens/revoke` `{objectId?}`: ends what the token service keeps, or what Graph accepts.
 *
 * What is wrong in a body is answered 400 with `{error: {code, message}}`, one problem a line.
 */
export function sandboxRoutes({ context, store, entra, unity, tokens, deliveries }: Deps): Router {
  const { clock, faults, calls, switches, tenant } = context;
  const routes = Router();
  const people = () => store.people.map(({ user: _user, ...person }) => person);
  const clockState = () => ({ now: clock.iso(), speed: clock.speed });

  routes.get('/people', (_request, response) => {
    response.json(people());
  });

  routes.get('/state', (_request, response) => {
    const { organizations } = unity.state();
    const messages = store.chats.flatMap(({ conversationId }) =>
      store.messages(conversationId).map(({ author, signIn, ...message }) => ({
        ...message,
        from: author ? { objectId: author.objectId, displayName: author.displayName } : 'bot',
        signIn: Object.fromEntries(signIn),
      })),
    );
    const state = {
      people: people(),
      tenant: { tenantId: tenant.tenantId, name: tenant.name, domain: tenant.domain, users: tenant.users, groups: tenant.groups },
      organizations,
      entra: entra.state(),
      chats: store.chats.map((chat) => ({ ...toWireChat(chat), blocked: chat.blocked })),
      messages,
      tokens: tokens.list(),
      deliveries: deliveries.records(),
      calls: Object.fromEntries(SERVICES.map((service) => [service, calls.list(service).length])),
      clock: clockState(),
      faults: faults.list(),
      switches,
      dashboardUrl: unity.dashboardUrl,
    };
    response.json(maskSecrets(state));
  });

  routes.get('/calls', (request, response) => {
    const { service } = readBody(z.strictObject({ service: z.enum(SERVICES).optional() }), request.query);
    response.json(calls.list(service));
  });
  routes.delete('/calls', (_request, response) => {
    calls.clear();
    response.status(204).end();
  });

  routes.get('/faults', (_request, response) => {
    response.json(faults.list());
  });
  routes.post('/faults', (request, response) => {
    response.status(201).json(faults.add(readBody(faultSchema, request.body)));
  });
  routes.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  routes.delete('/faults/:id', (request, response) => {
    if (!faults.remove(request.params.id)) throw new ClientError(404, `No fault has the id ${request.params.id}`);
    response.status(204).end();
  });

  routes.get('/switches', (_request, response) => {
    response.json(switches);
  });
  routes.patch('/switches', (request, response) => {
    Object.assign(switches, readBody(switchesSchema, { ...switches, ...request.body }));
    response.json(switches);
  });

  routes.get('/clock', (_request, response) => {
    response.json(clockState());
  });
  routes.post('/clock', (request, response) => {
    const { speed, advanceMs } = readBody(clockChange, request.body);
    if (speed !== undefined) clock.setSpeed(speed);
    if (advanceMs !== undefined) clock.advance(advanceMs);
    response.json(clockState());
  });

  const onePerson = z.strictObject({ objectId: z.string().optional() });
  const chosen = (body: unknown) => {
    const { objectId } = readBody(onePerson, body);
    const found = store.people.filter((person) => objectId === undefined || person.objectId === objectId);
    if (found.length === 0) throw new ClientError(404, `Nobody on the page has the id ${objectId}`);
    return found;
  };
  routes.post('/tokens/expire', (request, response) => {
    for (const { mri } of chosen(request.body)) tokens.expire(mri);
    response.status(204).end();
  });
  routes.post('/tokens/revoke', (request, response) => {
    for (const { objectId } of chosen(request.body)) entra.revoke(objectId);
    response.status(204).end();
  });
  return routes;
}
