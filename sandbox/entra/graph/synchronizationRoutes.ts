import { z } from 'zod';
import type { TenantApp } from '../../core/tenant';
import type { ResetScope } from '../engine/createEngine';
import { defaultSchema } from '../engine/defaultSchema';
import { synchronizationSchema } from '../engine/schemaTypes';
import { createJob, jobView, type SynchronizationJob } from '../engine/synchronizationJob';
import { type GraphAnswer, type GraphCall, type GraphRoute, noContent, ok, type Permission } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { badRequest, GraphError, notFound } from './graphError';
import { permissions } from './permissions';
import { servicePrincipalOf } from './servicePrincipals';

const newJobSchema = z.object({ templateId: z.string().min(1) });
const resetScopes = ['Escrows', 'Watermark', 'QuarantineState', 'Full', 'ForceDeletes', 'ConnectorDataStore', 'None'] as const;
const restartSchema = z.object({ criteria: z.object({ resetScope: z.string().optional() }).optional() });

/** Templates of an app made from the non-gallery template: today's, and the one from before December 2018. */
const templates = [
  { id: 'scim', default: true, factoryTag: 'CustomSCIM' },
  { id: 'customappsso', default: false, factoryTag: 'CustomSCIM' },
];

export function synchronizationBase(call: GraphCall): string {
  return `${call.base}/$metadata#servicePrincipals('${call.params.servicePrincipal}')/synchronization`;
}

/** The job of a path. @throws GraphError 404 */
export function jobOf({ store }: Pick<GraphDeps, 'store'>, call: GraphCall): SynchronizationJob {
  const { servicePrincipalId } = servicePrincipalOf(store, call);
  const job = store.jobs.find((known) => known.servicePrincipalId === servicePrincipalId && known.id === call.params.job);
  if (!job) throw notFound(call.params.job ?? '');
  return job;
}

/** Right after an app was made, the service may answer 401 although all is well: `switches.backendLag401` calls do. */
export function lagging({ context }: GraphDeps, handle: GraphRoute['handle']): GraphRoute['handle'] {
  return (call) => {
    if (context.switches.backendLag401 > 0) {
      context.switches.backendLag401 -= 1;
      throw new GraphError(401, 'Unauthorized', 'The service is not ready for this application yet.');
    }
    return handle(call);
  };
}

/** Templates, jobs, their life cycle and schema: section 2 of the contract. */
export function synchronizationRoutes(deps: GraphDeps): GraphRoute[] {
  const { store, context, engine } = deps;
  const root = '/servicePrincipals/:servicePrincipal/synchronization';
  const route = (method: string, path: string, needs: Permission, handle: GraphRoute['handle']): GraphRoute => ({
    method,
    path: path.startsWith('/applications') ? path : `${root}${path}`,
    needs,
    handle: lagging(deps, handle),
  });
  const read = permissions.readSynchronization;
  const write = permissions.writeSynchronization;

  const templatesOf = (app: TenantApp | undefined) =>
    app?.applicationTemplateId && !context.switches.emptyTemplates
      ? templates.map(({ id, default: isDefault, factoryTag }) => ({
          id,
          applicationId: app.applicationTemplateId,
          default: isDefault,
          description: null,
          discoverable: isDefault,
          factoryTag,
          metadata: [
            {
              key: 'configurationFields',
              value: JSON.stringify([{ name: 'baseaddress' }, { name: 'secrettoken', secret: true }]),
            },
          ],
          schema: { id: templateSchemaId(id), version: '1.0', synchronizationRules: [] },
        }))
      : [];
  const templateList = (call: GraphCall, app: TenantApp | undefined) =>
    ok({ '@odata.context': `${synchronizationBase(call)}/templates`, value: templatesOf(app) });

  const createSynchronizationJob = (call: GraphCall): GraphAnswer => {
    const app = servicePrincipalOf(store, call);
    const parsed = newJobSchema.safeParse(call.body);
    if (!parsed.success) throw badRequest('templateId is missing.');
    const { templateId } = parsed.data;
    if (!templatesOf(app).some(({ id }) => id === templateId))
      throw badRequest(`The template '${templateId}' is not available for this application.`);
    const ids = { templateId, tenantId: context.tenant.tenantId, servicePrincipalId: app.servicePrincipalId };
    const job = createJob(ids, context.switches.jobCreateStyle);
    store.jobs.push(job);
    return { status: 201, body: { '@odata.context': `${synchronizationBase(call)}/jobs/$entity`, ...jobView(job) } };
  };

  const replaceSchema = (call: GraphCall): GraphAnswer => {
    const job = jobOf(deps, call);
    const parsed = synchronizationSchema.safeParse(call.body);
    if (!parsed.success) throw badRequest(`The schema is not complete: ${z.prettifyError(parsed.error)}`);
    const rulesBefore = JSON.stringify(job.schema.synchronizationRules);
    job.schema = parsed.data;
    if (JSON.stringify(job.schema.synchronizationRules) !== rulesBefore) job.hasWatermark = false; // mappings changed: initial cycle
    return noContent;
  };

  const act = (change: (job: SynchronizationJob, call: GraphCall) => void) => (call: GraphCall) => {
    change(jobOf(deps, call), call);
    return noContent;
  };

  return [
    route('GET', '/templates', read, (call) => templateList(call, servicePrincipalOf(store, call))),
    route('GET', '/applications/:application/synchronization/templates', read, (call) =>
      templateList(
        call,
        context.tenant.apps.find((app) => app.applicationObjectId === call.params.application),
      ),
    ),
    route('GET', '/templates/:template/schema', read, (call) => {
      const template = templatesOf(servicePrincipalOf(store, call)).find(({ id }) => id === call.params.template);
      if (!template) throw notFound(call.params.template ?? '');
      return ok({ '@odata.context': `${synchronizationBase(call)}/templates/schema`, ...defaultSchema(template.schema.id) });
    }),
    route('GET', '/jobs', read, (call) => {
      const { servicePrincipalId } = servicePrincipalOf(store, call);
      const value = store.jobs.filter((job) => job.servicePrincipalId === servicePrincipalId).map(jobView);
      return ok({ '@odata.context': `${synchronizationBase(call)}/jobs`, value });
    }),
    route('POST', '/jobs', write, createSynchronizationJob),
    route('GET', '/jobs/:job', read, (call) =>
      ok({ '@odata.context': `${synchronizationBase(call)}/jobs/$entity`, ...jobView(jobOf(deps, call)) }),
    ),
    route(
      'DELETE',
      '/jobs/:job',
      write,
      act((job) => engine.remove(job)),
    ),
    route(
      'POST',
      '/jobs/:job/start',
      write,
      act((job) => engine.start(job)),
    ),
    route(
      'POST',
      '/jobs/:job/pause',
      write,
      act((job) => engine.pause(job)),
    ),
    route(
      'POST',
      '/jobs/:job/restart',
      write,
      act((job, call) => engine.restart(job, resetScopesOf(call.body))),
    ),
    route('GET', '/jobs/:job/schema', read, (call) => {
      const job = jobOf(deps, call);
      return ok({ '@odata.context': `${synchronizationBase(call)}/jobs('${job.id}')/schema/$entity`, ...job.schema });
    }),
    route('PUT', '/jobs/:job/schema', write, replaceSchema),
  ];
}

function templateSchemaId(templateId: string): string {
  return `${templateId}.${'0'.repeat(32)}`;
}

function resetScopesOf(body: unknown): ResetScope[] {
  const parsed = restartSchema.safeParse(body ?? {});
  const names = (parsed.data?.criteria?.resetScope ?? '').split(',').map((name) => name.trim());
  return names.filter(Boolean).map((name) => {
    const known = resetScopes.find((scope) => scope === name);
    if (!known) throw badRequest(`'${name}' is no reset scope.`);
    return known;
  });
}
