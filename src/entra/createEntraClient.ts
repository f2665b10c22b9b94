import { setTimeout as delay } from 'node:timers/promises';
import { appRoleAssignments } from './appRoleAssignments';
import { createGraphTransport, graphAddress } from './graphTransport';
import { groups } from './groups';
import { provisioningLogs } from './provisioningLogs';
import { provisionOnDemand } from './provisionOnDemand';
import { createGraph, type EntraLog } from './sendGraph';
import { servicePrincipals } from './servicePrincipals';
import { synchronizationJobs } from './synchronizationJobs';
import { synchronizationSchema } from './synchronizationSchema';
import { synchronizationSecrets } from './synchronizationSecrets';
import { synchronizationTemplates } from './synchronizationTemplates';
import type { CreateEntraClient } from './types';
import { users } from './users';

interface EntraClientSettings {
  /** GRAPH_URL, with or without `/v1.0`: https, or http on this machine. */
  graphUrl: string;
  /** Scope asked of the credential; default: `<origin of graphUrl>/.default`. */
  graphScope?: string;
  /** Time for each try, in ms; default 30 s. */
  timeoutMs?: number;
  /** The same for `provisionOnDemand`, which does its work before it answers; default 100 s. */
  onDemandTimeoutMs?: number;
  /** First wait before a repeat without `Retry-After`, in ms; default 1 s. */
  firstWaitMs?: number;
  /** How repeats wait; tests pass their own. */
  wait?: (milliseconds: number) => Promise<void>;
  /** 0 to 1, for the jitter of waits. */
  random?: () => number;
  log?: EntraLog;
}

/**
 * Makes the function that binds a Graph client to a credential. One factory for the process; a client costs nothing and holds no token.
 * @throws Error when `graphUrl` is neither https nor on this machine
 */
export function createEntraClientFactory(settings: EntraClientSettings): CreateEntraClient {
  const address = graphAddress(settings.graphUrl);
  const transport = createGraphTransport(address, settings.graphScope ?? `${address.origin}/.default`);
  const wait = settings.wait ?? ((milliseconds: number) => delay(milliseconds));
  return (credential, { forQuery = false, timeoutSeconds, signal } = {}) => {
    const graph = createGraph({
      transport,
      credential,
      wait,
      random: settings.random ?? Math.random,
      log: settings.log,
      forQuery,
      firstWaitMs: settings.firstWaitMs,
      timeoutMs: settings.timeoutMs,
      timeoutSeconds,
      signal,
    });
    return {
      ...users(graph),
      ...groups(graph),
      ...servicePrincipals(graph),
      ...appRoleAssignments(graph),
      ...synchronizationTemplates(graph),
      ...synchronizationJobs(graph),
      ...synchronizationSecrets(graph),
      ...synchronizationSchema(graph),
      ...provisionOnDemand(graph, settings.onDemandTimeoutMs),
      ...provisioningLogs(graph),
    };
  };
}
