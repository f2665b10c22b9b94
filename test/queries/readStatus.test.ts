import type { Connection } from '../../src/provisioning/connections';
import { nextCycleAt } from '../../src/queries/nextCycleAt';
import { readStatus } from '../../src/queries/readStatus';
import { contractSample } from '../entra/contractSample';
import { graphError } from '../entra/graphClient';
import { type Answer, type ScriptedServer, startScriptedServer } from '../entra/scriptedServer';
import { adele, queryTest } from './queryTest';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const connection = (id: string, more: Partial<Connection> = {}): Connection => ({
  connectionId: id,
  tenantId: 't-1',
  organizationId: '1234567890123',
  servicePrincipalId: `sp-${id}`,
  appId: `app-${id}`,
  appDisplayName: 'Unity Cloud',
  jobId: `job-${id}`,
  ruleId: 'rule',
  appRoleId: 'role',
  scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
  domains: ['contoso.com'],
  savedSyncAll: 'false',
  state: 'started',
  setUpBy: adele,
  createdAt: '2026-01-04T10:00:00Z',
  ...more,
});
const runningJob = () => {
  const job = contractSample('job');
  const lastExecution = {
    ...contractSample('placeholderExecution'),
    activityIdentifier: 'cycle-1',
    state: 'EntryLevelErrors',
    timeBegan: '2026-01-05T10:00:00Z',
    timeEnded: '2026-01-05T10:01:00Z',
    countImported: 12,
    countExported: 9,
    countEscrowed: 3,
  };
  return {
    ...job,
    schedule: { ...job.schedule, state: 'Active' },
    status: { ...job.status, code: 'Active', lastExecution, synchronizedEntryCountByType: [{ key: 'User', value: 9 }] },
  };
};
const status = (
  connections: Connection[],
  budgetMs = 5000,
  watches: Parameters<ReturnType<typeof readStatus>>[1]['watches'] = [],
) => readStatus({ ...queryTest(graph).deps, budgetMs })(adele, { connections, watches });

it('tells state, last cycle, counts, next cycle and who watches', async () => {
  graph.answers({ body: runningJob() });
  const watches = [{ connectionId: 'c', by: 'Adele Vance', blindSince: null }];
  await expect(status([connection('c')], 5000, watches)).resolves.toEqual([
    {
      connectionId: 'c',
      organizationId: '1234567890123',
      appDisplayName: 'Unity Cloud',
      scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
      setUpBy: 'Adele Vance',
      setUpAt: '2026-01-04T10:00:00Z',
      jobState: 'Active',
      lastCycle: { state: 'EntryLevelErrors', endedAt: '2026-01-05T10:01:00Z', counts: { imported: 12, exported: 9, failed: 3 } },
      synchronizedUsers: 9,
      quarantine: null,
      nextCycleAt: '2026-01-05T10:40:00.000Z',
      watch: { by: 'Adele Vance', blindSince: null },
      unread: null,
    },
  ]);
});

it('says in quarantine why, and when Entra tries again [entra 7.4 quarantine]', async () => {
  const job = runningJob();
  const quarantine = {
    reason: 'TooManyDeletes',
    currentBegan: '2026-01-05T10:00:00Z',
    nextAttempt: '2026-01-05T16:00:00Z',
    error: null,
  };
  graph.answers({ body: { ...job, status: { ...job.status, code: 'Quarantine', quarantine } } });
  const [read] = await status([connection('c')]);
  expect(read).toMatchObject({
    jobState: 'Quarantine',
    quarantine: { reason: 'TooManyDeletes', nextAttempt: '2026-01-05T16:00:00Z' },
    nextCycleAt: '2026-01-05T16:00:00Z',
  });
});

it.each<[string, Answer, object]>([
  ['the right is missing', { status: 403, body: graphError('Authorization_RequestDenied') }, { code: 'no_right' }],
  [
    'the job is gone',
    { status: 404, body: graphError('Request_ResourceNotFound') },
    { code: 'graph_refused', facts: { status: 404 } },
  ],
  ['Graph is away', { status: 503 }, { code: 'graph_unreachable' }],
  ['Graph does not answer', 'hang', { code: 'graph_unreachable' }],
])('says why a connection cannot be read when %s, and reads the others', async (_, answer, expected) => {
  graph.always(({ url }) => (url.includes('sp-bad') ? answer : { body: runningJob() }));
  const [bad, good] = await status([connection('bad'), connection('good')], 2_000);
  expect(bad).toMatchObject({
    connectionId: 'bad',
    jobState: null,
    lastCycle: null,
    unread: { step: 'readStatus', ...expected },
  });
  expect(good).toMatchObject({ connectionId: 'good', jobState: 'Active', unread: null });
});

it('needs no call for a connection without a job', async () => {
  await expect(status([connection('c', { jobId: null, state: 'settingUp' })])).resolves.toMatchObject([
    { jobState: null, unread: null },
  ]);
  expect(graph.requests).toHaveLength(0);
});

it('without a token says so for each connection', async () => {
  const read = await readStatus(queryTest(graph, 'none').deps)(adele, {
    connections: [connection('a'), connection('b')],
    watches: [],
  });
  expect(read.map(({ unread }) => unread?.code)).toEqual(['sign_in_needed', 'sign_in_needed']);
});

it('ends within its time when the token does not come [teams 1.7 messages]', async () => {
  const read = await readStatus({ ...queryTest(graph, 'never').deps, budgetMs: 150 })(adele, {
    connections: [connection('a')],
    watches: [],
  });
  expect(read).toMatchObject([{ unread: { code: 'graph_unreachable' } }]);
});

it('changes nothing', async () => {
  graph.always({ body: runningJob() });
  await status([connection('a'), connection('b')]);
  expect(new Set(graph.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

describe('the next cycle', () => {
  const last = { timeBegan: '2026-01-05T10:00:00Z' } as Parameters<typeof nextCycleAt>[0]['lastExecution'];
  const job = { state: 'Active', schedule: 'Active', lastExecution: last, interval: 'PT40M', quarantine: null } as const;

  it.each([
    ['PT40M', '2026-01-05T10:40:00.000Z'],
    ['P1DT2H3M4.5S', '2026-01-06T12:03:04.500Z'],
  ])('begins one interval of %s after the last began', (interval, expected) => {
    expect(nextCycleAt({ ...job, interval })).toBe(expected);
  });

  it.each([
    ['is paused', { schedule: 'Paused' }],
    ['has not run yet', { lastExecution: null }],
    ['has the longest interval there is', { interval: 'P10675199DT2H48M5.4775807S' }],
    ['has an interval that nobody can read', { interval: 'soon' }],
  ] as const)('is unknown while the job %s', (_, more) => {
    expect(nextCycleAt({ ...job, ...more })).toBeNull();
  });
});
