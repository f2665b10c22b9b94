import { createServer } from 'node:https';
import express from 'express';
import { recordCalls } from '../core/calls';
import { close, listen, type SandboxContext } from '../core/context';
import { faultMiddleware } from '../core/faults';
import type { EntraService, StartEntra } from '../core/services';
import { createEngine } from './engine/createEngine';
import { jobView } from './engine/synchronizationJob';
import { createEntraStore, type EntraStore } from './entraStore';
import { graphEndpoint, writeGraphFault } from './graph/graphEndpoint';
import { maskedSecrets } from './graph/synchronizationSecrets';
import { bearerOf, callerId, createAccessTokens } from './login/accessTokens';
import { createDelegatedTokens } from './login/delegatedTokens';
import { loginRoutes, writeLoginFault } from './login/loginRoutes';
import { makeAuthority } from './makeAuthority';

export interface StartEntraOptions {
  port: number;
  portSetting: string;
  /** Rows of a page of Graph without `$top`; default 100. */
  pageSize?: number;
  /** Time the provisioning service gives a SCIM endpoint; default 10 s. */
  scimTimeoutMs?: number;
}

const SHOWN_LOG_ROWS = 200;

/** Starts pretend Microsoft Entra: token endpoint and Graph v1.0 on one https server, and the provisioning engine. */
export const startEntra = (async (context: SandboxContext, options: StartEntraOptions): Promise<EntraService> => {
  const { pageSize = 100, scimTimeoutMs = 10_000 } = options;
  const store = createEntraStore(context);
  const engine = createEngine(context, store, { scimTimeoutMs });
  const tokens = createAccessTokens();
  const delegated = createDelegatedTokens(context, tokens);
  const { authorityPem, certificatePem, keyPem } = await makeAuthority();
  const callerOf = (request: express.Request) => {
    const found = tokens.find(bearerOf(request.get('authorization')) ?? '');
    return found.state === 'valid' ? callerId(found.grant.caller) : undefined;
  };
  let origin = '';

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(
    '/v1.0',
    recordCalls(context.calls, 'graph'),
    faultMiddleware(context.faults, 'graph', writeGraphFault(context), callerOf),
    graphEndpoint({ context, store, engine, pageSize }, tokens, () => origin),
  );
  app.use(
    recordCalls(context.calls, 'login'),
    faultMiddleware(context.faults, 'login', writeLoginFault),
    loginRoutes(context, tokens, delegated, () => origin),
  );

  const server = createServer({ cert: certificatePem, key: keyPem }, app);
  const port = await listen(server, options.port, options.portSetting);
  origin = `https://localhost:${port}`;

  return {
    origin,
    authorityPem,
    ...delegated,
    isBotToken(authorization) {
      const found = tokens.find(bearerOf(authorization) ?? '');
      return found.state === 'valid' && found.grant.audience === 'botframework';
    },
    state: () => stateOf(store),
    async stop() {
      engine.stop();
      await close(server);
    },
  };
}) satisfies StartEntra;

function stateOf(store: EntraStore): unknown {
  return {
    jobs: store.jobs.map((job) => ({
      ...jobView(job),
      servicePrincipalId: job.servicePrincipalId,
      provisioned: [...job.links].map(([objectId, { type, targetId, isActive }]) => ({ objectId, type, targetId, isActive })),
    })),
    assignments: store.assignments.map(({ visibleAt, ...assignment }) => ({
      ...assignment,
      visibleAt: new Date(visibleAt).toISOString(),
    })),
    secrets: Object.fromEntries([...store.secrets].map(([id, secrets]) => [id, maskedSecrets(secrets)])),
    provisioningLog: store.log.slice(-SHOWN_LOG_ROWS).map(({ id, jobId, cycleId, result }) => ({
      id,
      jobId,
      cycleId,
      activityDateTime: result.endedAt,
      action: result.action,
      status: result.status,
      errorCode: result.errorCode ?? null,
      subject: result.subject,
      targetId: result.targetId,
    })),
  };
}
