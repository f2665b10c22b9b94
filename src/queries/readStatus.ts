import type { ConnectionStatus } from '../cards/views';
import type { EntraClient, SynchronizationJob } from '../entra/types';
import { codeOf, factsOf } from '../errors';
import type { Connection } from '../provisioning/connections';
import type { PersonRef } from '../provisioning/people';
import type { Failure } from '../provisioning/runs';
import { boundedClient, MESSAGE_BUDGET_MS, orAtDeadline, type QueryDeps } from './deadline';
import { nextCycleAt } from './nextCycleAt';

/** What a watch row tells here: who reads the job, and since when nobody can. */
export interface WatchSummary {
  connectionId: string;
  by: string;
  blindSince: string | null;
}

/**
 * How each connection does now, in the order given, asked side by side with the person's token. One that cannot be read keeps our own
 * facts and says why in `unread`; the others are not harmed. Needs `Synchronization.Read.All`. At most 8 s for all.
 */
export function readStatus(deps: QueryDeps & { budgetMs?: number }) {
  return async (
    person: PersonRef,
    { connections, watches }: { connections: readonly Connection[]; watches: readonly WatchSummary[] },
  ): Promise<ConnectionStatus[]> => {
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? MESSAGE_BUDGET_MS);
    return Promise.all(
      connections.map(async (connection) => {
        const read = await orAtDeadline(signal, readJob(entra, connection), outOfTime);
        const watch = watches.find(({ connectionId }) => connectionId === connection.connectionId);
        return connectionStatus(connection, read, watch);
      }),
    );
  };
}

type JobRead = { job: SynchronizationJob | null } | { unread: Failure };

async function readJob(entra: EntraClient, { servicePrincipalId, jobId }: Connection): Promise<JobRead> {
  if (jobId === null) return { job: null };
  try {
    const job = await entra.getSynchronizationJob(servicePrincipalId, jobId);
    return job ? { job } : { unread: failure('graph_refused', { operation: 'read the synchronization job', status: 404 }) };
  } catch (error) {
    return { unread: failure(codeOf(error) ?? 'unexpected_error', factsOf(error)) };
  }
}

function outOfTime(): JobRead {
  return { unread: failure('graph_unreachable', { operation: 'read the synchronization job', status: null }) };
}

function failure(code: Failure['code'], facts: Failure['facts']): Failure {
  return { step: 'readStatus', code, facts };
}

function connectionStatus(connection: Connection, read: JobRead, watch: WatchSummary | undefined): ConnectionStatus {
  const job = 'job' in read ? read.job : null;
  const last = job?.lastExecution ?? null;
  return {
    connectionId: connection.connectionId,
    organizationId: connection.organizationId,
    appDisplayName: connection.appDisplayName,
    scimConnectorUrl: connection.scimConnectorUrl,
    setUpBy: connection.setUpBy.displayName,
    setUpAt: connection.createdAt,
    jobState: job?.state ?? null,
    lastCycle: last && {
      state: last.state,
      endedAt: last.timeEnded,
      counts: { imported: last.countImported, exported: last.countExported, failed: last.countEscrowed },
    },
    synchronizedUsers: job?.synchronizedUsers ?? null,
    quarantine: job?.quarantine ? { reason: job.quarantine.reason, nextAttempt: job.quarantine.nextAttempt } : null,
    nextCycleAt: job ? nextCycleAt(job) : null,
    watch: watch ? { by: watch.by, blindSince: watch.blindSince } : null,
    unread: 'unread' in read ? read.unread : null,
  };
}
