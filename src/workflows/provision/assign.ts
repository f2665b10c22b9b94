import { StepFailedError } from '../../errors';
import type { Run } from '../../provisioning/runs';
import { isCancelRequested } from '../../store/runs';
import type { WorkflowDeps } from '../deps';
import { lookThenRepeat } from '../repeatLater';
import { storableError } from '../storableError';

const TRIES = 3;

/**
 * Puts a person in scope of the app. The POST is sent once; after no answer the whole step is done again and looks first.
 * *Cancel* is read before each person.
 */
export async function assignPerson(
  { durable, entraFor, store, audit, log, times }: WorkflowDeps,
  run: Run,
  target: { servicePrincipalId: string; principalId: string; appRoleId: string },
): Promise<void> {
  const { principalId, servicePrincipalId } = target;
  if (await durable.step(`assign.readCancel.${principalId}`, () => isCancelRequested(store, run.runId)))
    throw new StepFailedError('run_cancelled');
  const entra = entraFor(run.actingAs);
  try {
    await durable.step(`assign.${principalId}`, async () => {
      try {
        const { existed, requestId } = await lookThenRepeat(TRIES, times.repeatAfterMs, async (tried) => {
          const isThere =
            tried > 1 &&
            (await entra.listAppRoleAssignedTo(servicePrincipalId)).some((found) => found.principalId === principalId);
          return isThere ? { existed: true, requestId: null } : entra.assignAppRole(target);
        });
        await store.transaction((sql) =>
          audit.append(sql, {
            tenantId: run.tenantId,
            action: 'person.assigned',
            actor: run.actingAs,
            subject: run.subject,
            facts: { runId: run.runId, principalId, existed, graphRequestId: requestId },
          }),
        );
      } catch (error) {
        throw storableError(error, log.child({ runId: run.runId }), 'assign');
      }
    });
  } catch (error) {
    throw storableError(error, log.child({ runId: run.runId }), 'assign');
  }
}
