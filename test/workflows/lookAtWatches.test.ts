import pino from 'pino';
import { LicenceMissingError, NoRightError, SignInNeededError } from '../../src/errors';
import { createAuditLog } from '../../src/store/audit';
import { saveConnection } from '../../src/store/connections';
import { parseSealingKeys } from '../../src/store/sealingKeys';
import { listWatches, putWatch, wakeBlindWatches } from '../../src/store/watches';
import { createWatcher } from '../../src/workflows/watch';
import { savedConnection } from '../support/connectionSamples';
import { createFakeEntra, type FakeEntra, synchronizationJob } from '../support/fakeEntra';
import { personRef, TENANT } from '../support/people';
import { openTestStore, type TestStore } from '../support/testStore';
import { until } from '../support/until';

let test: TestStore;
let entra: FakeEntra;
let organization = 3_000_000_000_000;
const adele = personRef('Adele');
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.end());
beforeEach(async () => {
  organization += 1;
  entra = createFakeEntra([]);
  const connectionId = String(organization);
  await test.store.query('delete from watches');
  await saveConnection(test.store, savedConnection({ organizationId: connectionId, domains: [] }));
  await putWatch(test.store, {
    tenantId: TENANT,
    connectionId,
    reader: adele,
    tell: adele,
    conversationId: 'a:1',
    runId: null,
    lastActivityIdentifier: null,
    fastForMs: 60_000,
  });
});

const newWatcher = () =>
  createWatcher({
    store: test.store,
    entraFor: ({ objectId }) => entra.as(objectId),
    audit: createAuditLog(parseSealingKeys(Buffer.alloc(32, 1).toString('base64'))),
    log: pino({ level: 'silent' }),
    times: {
      assignmentRetryMs: 1,
      assignmentLimitMs: 1,
      repeatAfterMs: 1,
      onDemandWindowMs: 50,
      runExpiresMs: 1000,
      watchFastMs: 0,
      watchSlowMs: 0,
      watchFastForMs: 60_000,
    },
    changed: () => undefined,
    slot: 0,
  });
const look = async () => {
  const watcher = newWatcher();
  await watcher.lookAtDue();
  await watcher.settled();
};
const told = async () =>
  (
    await test.store.query<{ content: { kind: string } }>('select content from messages where tag like $1 order by tag', [
      `notice:${organization}:%`,
    ])
  ).map(({ content }) => content);
const failingCycle = (activityIdentifier: string) =>
  synchronizationJob({
    state: 'Active',
    schedule: 'Active',
    lastExecution: {
      activityIdentifier,
      state: 'EntryLevelErrors',
      timeBegan: '2026-01-05T10:00:00Z',
      timeEnded: `2026-01-05T10:0${activityIdentifier.length}:00Z`,
      errorCode: null,
      countImported: 3,
      countExported: 2,
      countEscrowed: 1,
    },
  });

it.each<[string, () => void]>([
  ['while its rows are not there yet [entra 5.2 delay]', () => undefined],
  [
    'without the licence for the logs [entra 5.2 licence]',
    () => {
      entra.before = (method) => {
        if (method === 'listProvisioningLogs') throw new LicenceMissingError({ operation: 'read the provisioning logs' });
      };
    },
  ],
])('tells of a cycle with failures %s', async (_what, prepare) => {
  prepare();
  entra.jobs = [failingCycle('a')];
  await look();
  expect(await told()).toMatchObject([{ kind: 'cycle_failed', counts: { exported: 2, failed: 1 }, failures: [] }]);
});

it('reads the logs only where a new cycle had failures, and each cycle once [entra 2.6 watch]', async () => {
  entra.jobs = [synchronizationJob({ state: 'NotRun', schedule: 'Active' })];
  await look();
  entra.jobs = [failingCycle('a')];
  await look();
  await look();
  entra.jobs = [failingCycle('bb')];
  await look();
  expect(entra.calls.filter((call) => call === 'getSynchronizationJob')).toHaveLength(4);
  expect(entra.calls.filter((call) => call === 'listProvisioningLogs')).toHaveLength(2);
  expect((await told()).map(({ kind }) => kind)).toEqual(['cycle_failed', 'cycle_failed']);
});

it('goes on with whoever set it up when somebody without the right has signed in meanwhile', async () => {
  entra.as = (objectId) => {
    if (objectId !== adele.objectId || !hasRight) throw new NoRightError({ operation: 'read the job', requestId: null });
    return entra.client;
  };
  let hasRight = false;
  entra.jobs = [synchronizationJob({ id: 'job-1', state: 'Active', schedule: 'Active' })];
  await look();
  await wakeBlindWatches(test.store, personRef('Megan'));
  await look();
  hasRight = true;
  await look();
  expect(await listWatches(test.store, TENANT)).toMatchObject([{ reader: adele, blindSince: null }]);
  expect((await told()).map(({ kind }) => kind)).toEqual(['blind']);
});

it('says once that it is blind when nobody is signed in, and goes on by itself', async () => {
  entra.jobs = [failingCycle('a')];
  entra.before = (method) => {
    if (method === 'getSynchronizationJob')
      throw new SignInNeededError({ objectId: '', connectionName: 'entra', reason: 'none' });
  };
  await look();
  await look();
  expect((await told()).map(({ kind }) => kind)).toEqual(['blind']);
  entra.before = () => undefined;
  await look();
  expect((await told()).map(({ kind }) => kind).sort()).toEqual(['blind', 'cycle_failed']);
});

it('says once that the job is gone, with a next step, and looks no more', async () => {
  entra.jobs = [];
  await look();
  expect(await told()).toEqual([]);
  await look();
  await look();
  expect(await told()).toMatchObject([{ kind: 'job_gone', jobId: 'job-1' }]);
  expect(await listWatches(test.store, TENANT)).toEqual([]);
  expect(entra.calls.filter((call) => call === 'getSynchronizationJob')).toHaveLength(2);
});

it('goes on when a job that was not to be seen is there again', async () => {
  entra.jobs = [];
  await look();
  entra.jobs = [failingCycle('a')];
  await look();
  entra.jobs = [];
  await look();
  expect((await told()).map(({ kind }) => kind)).toEqual(['cycle_failed']);
  expect(await listWatches(test.store, TENANT)).toHaveLength(1);
});

it('keeps the watch of a job that a setup has made while it looked', async () => {
  entra.jobs = [];
  await look();
  entra.before = async (method) => {
    if (method === 'getSynchronizationJob')
      await saveConnection(test.store, savedConnection({ organizationId: String(organization), domains: [], jobId: 'job-2' }));
  };
  await look();
  expect(await told()).toEqual([]);
  expect(await listWatches(test.store, TENANT)).toHaveLength(1);
});

describe('while a look waits for Graph', () => {
  let answer: () => void;
  let watcher: ReturnType<typeof newWatcher>;
  const looks = () => entra.calls.filter((call) => call === 'getSynchronizationJob').length;
  beforeEach(async () => {
    entra.jobs = [failingCycle('a')];
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    entra.before = (method) => (method === 'getSynchronizationJob' && looks() === 1 ? answered : undefined);
    watcher = newWatcher();
    await watcher.lookAtDue();
    await until('the look', () => looks() === 1);
  });
  const answered = async () => {
    answer();
    await watcher.settled();
  };

  it('keeps nobody else waiting, and no second one begins, however long it lasts', async () => {
    await test.store.query(`update watches set claimed_until = now() - interval '1 minute'`);
    await watcher.lookAtDue();
    await look();
    expect(looks()).toBe(1);
    await answered();
    expect((await told()).map(({ kind }) => kind)).toEqual(['cycle_failed']);
  });

  it('forgets what it saw when a setup has started the watch anew: the new job’s first cycle is told', async () => {
    await putWatch(test.store, {
      ...(await listWatches(test.store, TENANT))[0]!,
      runId: 'setup-2',
      lastActivityIdentifier: null,
      fastForMs: 60_000,
    });
    await answered();
    expect(await told()).toEqual([]);
    await look();
    expect(await told()).toMatchObject([{ kind: 'cycle_failed', runId: 'setup-2' }]);
  });

  it('is over when somebody signs in who can see: the next one looks at once', async () => {
    await test.store.query('update watches set blind_since = now()');
    await wakeBlindWatches(test.store, personRef('Megan'));
    await answered();
    expect(await told()).toEqual([]);
    await look();
    expect(await listWatches(test.store, TENANT)).toMatchObject([{ reader: personRef('Megan'), blindSince: null }]);
    expect((await told()).map(({ kind }) => kind)).toEqual(['cycle_failed']);
  });

  it('is given up by a process that stops: the next process looks at once, and it is told once', async () => {
    await watcher.stop();
    await look();
    await answered();
    await watcher.lookAtDue();
    expect(looks()).toBe(2);
    expect((await told()).map(({ kind }) => kind)).toEqual(['cycle_failed']);
    expect(
      await test.store.query(`select 1 from audit where subject = $1`, [`connection:${TENANT}:${organization}`]),
    ).toHaveLength(1);
  });

  it('falls free when its process died', async () => {
    await test.store.query(`update watches set claimed_until = now() - interval '1 minute'`);
    await look();
    expect(looks()).toBe(2);
    await answered();
    expect(
      await test.store.query(`select 1 from audit where subject = $1`, [`connection:${TENANT}:${organization}`]),
    ).toHaveLength(1);
  });
});
