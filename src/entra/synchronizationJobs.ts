import type { Graph, GraphCall } from './graphCall';
import { graphErrorOf } from './graphErrors';
import { bodyOf } from './graphReply';
import { path } from './odata';
import { readPages } from './readPages';
import { synchronizationJob } from './synchronizationJob';
import type { EntraClient } from './types';

type JobCalls =
  | 'listSynchronizationJobs'
  | 'getSynchronizationJob'
  | 'createSynchronizationJob'
  | 'startSynchronizationJob'
  | 'pauseSynchronizationJob'
  | 'deleteSynchronizationJob';

/**
 * Provisioning jobs of an app. Reading needs `Synchronization.Read.All`, changing `Synchronization.ReadWrite.All`, both with a directory
 * role such as Cloud Application Administrator. Creating, starting and pausing are sent once: the calling step looks, then repeats.
 * @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob
 */
export function synchronizationJobs(graph: Graph): Pick<EntraClient, JobCalls> {
  const jobPath = (servicePrincipalId: string, jobId: string) =>
    path`/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}`;
  const jobsPath = (servicePrincipalId: string) => path`/servicePrincipals/${servicePrincipalId}/synchronization/jobs`;

  return {
    listSynchronizationJobs: (servicePrincipalId) =>
      readPages(
        graph,
        { operation: 'list synchronization jobs', area: 'synchronization', path: jobsPath(servicePrincipalId) },
        synchronizationJob,
      ),

    async getSynchronizationJob(servicePrincipalId, jobId) {
      const call = synchronization('read the synchronization job', 'GET', jobPath(servicePrincipalId, jobId));
      const reply = await graph.ask(call);
      if (reply.status === 404) return undefined;
      if (reply.status >= 300) throw graphErrorOf(call, reply);
      return bodyOf(call, reply, synchronizationJob);
    },

    async createSynchronizationJob(servicePrincipalId, templateId) {
      const call = synchronization('create the synchronization job', 'POST', jobsPath(servicePrincipalId));
      const reply = await graph.send({ ...call, body: { templateId } });
      return { ...bodyOf(call, reply, synchronizationJob), requestId: reply.requestId };
    },

    async startSynchronizationJob(servicePrincipalId, jobId) {
      const address = `${jobPath(servicePrincipalId, jobId)}/start`;
      const { requestId } = await graph.send(synchronization('start the synchronization job', 'POST', address));
      return { requestId };
    },

    async pauseSynchronizationJob(servicePrincipalId, jobId) {
      const address = `${jobPath(servicePrincipalId, jobId)}/pause`;
      const { requestId } = await graph.send(synchronization('pause the synchronization job', 'POST', address));
      return { requestId };
    },

    async deleteSynchronizationJob(servicePrincipalId, jobId) {
      const call = synchronization('delete the synchronization job', 'DELETE', jobPath(servicePrincipalId, jobId));
      const reply = await graph.ask(call);
      if (reply.status >= 300 && reply.status !== 404) throw graphErrorOf(call, reply); // 404: an earlier try deleted it
      return { requestId: reply.requestId };
    },
  };
}

function synchronization(operation: string, method: GraphCall['method'], address: string): GraphCall {
  return { operation, method, area: 'synchronization', path: address };
}
