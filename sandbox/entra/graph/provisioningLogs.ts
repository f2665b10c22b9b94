import { logItem } from '../engine/entryViews';
import { type ListResource, queryList } from '../odata/queryList';
import type { GraphRoute } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { GraphError, tooManyRequests } from './graphError';
import { permissions } from './permissions';
import { createRateLimit } from './rateLimit';

const text = ['eq', 'contains'] as const;

const logResource: ListResource = {
  resource: 'ProvisioningObjectSummary',
  context: 'auditLogs/provisioning',
  caseSensitive: true,
  ordersFiltered: true,
  properties: [
    'id',
    'activityDateTime',
    'tenantId',
    'jobId',
    'cycleId',
    'changeId',
    'provisioningAction',
    'durationInMilliseconds',
    'provisioningStatusInfo',
    'provisioningSteps',
    'modifiedProperties',
    'servicePrincipal',
    'sourceSystem',
    'targetSystem',
    'initiatedBy',
    'sourceIdentity',
    'targetIdentity',
  ],
  filters: {
    activityDateTime: ['eq', 'gt', 'lt'],
    jobId: text,
    cycleId: text,
    changeId: text,
    tenantId: text,
    provisioningAction: text,
    'servicePrincipal/id': text,
    'servicePrincipal/displayName': text,
    'sourceIdentity/id': text,
    'sourceIdentity/displayName': text,
    'sourceIdentity/identityType': text,
    'targetIdentity/id': text,
    'targetIdentity/displayName': text,
    'targetIdentity/identityType': text,
    'sourceSystem/displayName': text,
    'targetSystem/displayName': text,
  },
  orderBy: ['activityDateTime'],
};

/** The provisioning log, newest first: needs a P1 or P2 licence, takes 5 calls in 10 s, shows a row `logDelayMs` late. */
export function provisioningLogRoute({ store, context, pageSize }: GraphDeps): GraphRoute {
  const limit = createRateLimit(5, 10_000);
  return {
    method: 'GET',
    path: '/auditLogs/provisioning',
    needs: permissions.readLogs,
    handle(call) {
      const { switches, clock, tenant } = context;
      if (!switches.premiumLicence)
        throw new GraphError(
          403,
          'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
          'Neither tenant is B2C or tenant does not have premium license.',
        );
      const retryAfter = switches.onDemandRateLimit === 'off' ? undefined : limit.exceeded();
      if (retryAfter !== undefined)
        throw tooManyRequests(switches.onDemandRateLimit === 'withRetryAfter' ? retryAfter : undefined);
      const visible = store.log.filter(({ visibleAt }) => visibleAt <= clock.now()).reverse();
      return queryList(
        call,
        logResource,
        visible.map((entry) => logItem(entry, store, tenant)),
        pageSize,
      );
    },
  };
}
