import { z } from 'zod';
import { onDemandAnswer } from '../engine/entryViews';
import type { Subject } from '../engine/provisionOnDemand';
import { type GraphCall, type GraphRoute, ok } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { GraphError, tooManyRequests } from './graphError';
import { permissions } from './permissions';
import { createRateLimit } from './rateLimit';
import { jobOf, lagging } from './synchronizationRoutes';

const MOST_MEMBERS = 5;
const linkSchema = z.object({ objectId: z.guid(), objectTypeName: z.string() });
const bodySchema = z.object({
  parameters: z
    .array(
      z.object({
        ruleId: z.string(),
        subjects: z
          .array(
            z.object({
              objectId: z.guid(),
              objectTypeName: z.enum(['User', 'Group']),
              links: z.object({ members: z.array(linkSchema).max(MOST_MEMBERS).optional() }).optional(),
            }),
          )
          .length(1),
      }),
    )
    .length(1),
});

/** `provisionOnDemand`: 5 calls in 10 s, one subject a call, a rule of the job's own schema. HTTP 200 also for skips. */
export function provisionOnDemandRoute(deps: GraphDeps): GraphRoute {
  const { engine, context } = deps;
  const limit = createRateLimit(5, 10_000);

  const handle = async (call: GraphCall) => {
    checkRate();
    const job = jobOf(deps, call);
    const { ruleId, subject } = parameterOf(call.body);
    if (!job.schema.synchronizationRules.some(({ id }) => id === ruleId))
      throw parameterInvalid(`The synchronization job does not include the rule '${ruleId}'.`);
    const result = await engine.provisionOnDemand(job, subject);
    return ok(
      onDemandAnswer(result, context.switches.onDemandShape, `${call.base}/$metadata#microsoft.graph.stringKeyStringValuePair`),
    );
  };

  function checkRate(): void {
    const { onDemandRateLimit } = context.switches;
    if (onDemandRateLimit === 'off') return;
    const retryAfter = limit.exceeded();
    if (retryAfter !== undefined) throw tooManyRequests(onDemandRateLimit === 'withRetryAfter' ? retryAfter : undefined);
  }

  return {
    method: 'POST',
    path: '/servicePrincipals/:servicePrincipal/synchronization/jobs/:job/provisionOnDemand',
    needs: permissions.writeSynchronization,
    handle: lagging(deps, handle),
  };
}

function parameterOf(body: unknown): { ruleId: string; subject: Subject } {
  const parsed = bodySchema.safeParse(body);
  const parameter = parsed.data?.parameters[0];
  const subject = parameter?.subjects[0];
  if (!parameter || !subject)
    throw parameterInvalid('The parameters are not valid: one rule and one User or Group are expected.');
  const members = (subject.links?.members ?? []).map(({ objectId }) => objectId.toLowerCase());
  return {
    ruleId: parameter.ruleId,
    subject: { objectId: subject.objectId.toLowerCase(), objectTypeName: subject.objectTypeName, members },
  };
}

function parameterInvalid(message: string): GraphError {
  return new GraphError(400, 'RequestParameterInvalid', message);
}
