import type { Graph, GraphCall } from './graphCall';
import { credentialsTestFailed, graphErrorOf, isCredentialFailure } from './graphErrors';
import { bodyOf } from './graphReply';
import { path } from './odata';
import { onDemandAnswer } from './onDemandAnswer';
import type { EntraClient } from './types';

const TIMEOUT_MS = 100_000;

/**
 * Provisions one user now, outside the job's own schedule; the job need not run. Graph takes 5 of these per 10 seconds, which is why it
 * is sent once and 429 goes to the caller's queue. HTTP 200 proves nothing by itself: see onDemandAnswer.
 * Needs `Synchronization.ReadWrite.All`, with a directory role such as Cloud Application Administrator.
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand
 */
export function provisionOnDemand(graph: Graph, timeoutMs = TIMEOUT_MS): Pick<EntraClient, 'provisionOnDemand'> {
  return {
    async provisionOnDemand({ servicePrincipalId, jobId, ruleId, objectId }) {
      const call: GraphCall = {
        operation: 'provision on demand',
        area: 'synchronization',
        method: 'POST',
        timeoutMs,
        path: path`/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}/provisionOnDemand`,
        body: { parameters: [{ ruleId, subjects: [{ objectId, objectTypeName: 'User' }] }] },
      };
      const reply = await graph.ask(call);
      if (isCredentialFailure(reply)) throw credentialsTestFailed(reply);
      if (reply.status >= 300) throw graphErrorOf(call, reply);
      return { ...bodyOf(call, reply, onDemandAnswer), requestId: reply.requestId };
    },
  };
}
