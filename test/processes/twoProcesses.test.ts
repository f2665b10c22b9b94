import type { Administrator } from '../../sandbox/journey/administrator';
import type { BotProcess } from '../../sandbox/journey/startBot';
import type { Store } from '../../src/store/sql';
import { onPostgres } from '../support/testStore';
import { CREATE_JOB, callNames, faultFor } from './support/killPoints';
import { newestCard, type ProcessBench, setUp, startProcessBench } from './support/processBench';
import { until } from './support/until';

let bench: ProcessBench;
beforeAll(async () => {
  bench = await startProcessBench({ companies: 4 });
}, 120_000);
afterAll(() => bench.end());

/** A living process that stands still for a while on a busy machine is not taken for dead. */
const start = () => bench.start({ settings: { SLOT_SILENT_MS: '6000', TAKE_OVER_SILENT_MS: '6000' } });
const slots = async (store: Store) => {
  const rows = await store.query<{ slot: number; beats: boolean }>(
    `select slot, coalesce(heartbeat_at > now() - interval '5 seconds', false) as beats from executors order by slot`,
  );
  return rows.map(({ slot, beats }) => (beats ? slot : `${slot} free`));
};

it('gives its slot back when it stops, and the next process takes it', async () => {
  for (let round = 0; round < 2; round += 1) {
    const bot = await start();
    expect(await bot.stop()).toBe(0);
    const store = await bench.openStore();
    expect(await slots(store)).toEqual(['0 free']);
    await store.close();
  }
}, 120_000);

/** Several processes on one database: the embedded one has a single process, which twoStarts proves. */
if (onPostgres)
  describe('several processes on one Postgres', () => {
    let store: Store;
    let first: BotProcess;
    let others: BotProcess[];
    let adele: Administrator;
    const [held, free, lost, left] = [0, 1, 2, 3].map((index) => () => bench.companies[index]!) as [
      Company,
      Company,
      Company,
      Company,
    ];
    type Company = () => ProcessBench['companies'][number];
    const stateOf = (company: Company) => newestCard(adele.client, bench.subject('setup', company()))?.state;
    const createdFor = (company: Company) => {
      const own = bench.sandbox.context.calls.list('graph').filter(({ path }) => path.includes(company().servicePrincipalId));
      const done = own.filter(({ status }) => status === 201);
      return callNames(done).filter((name) => name.startsWith(CREATE_JOB)).length;
    };

    beforeAll(async () => {
      store = await bench.openStore();
    });
    afterAll(() => store.close());

    it('leaves another process’s live run alone, however long its call hangs', async () => {
      first = await start();
      adele = bench.administrator(held());
      await adele.arrive();
      await adele.signIn();
      const plan = await adele.fillForms(await adele.makeUnityToken());
      const hanging = bench.sandbox.context.faults.add({ ...faultFor(CREATE_JOB, held()), effect: { kind: 'hang' } });
      await adele.press(plan, 'plan.confirm');
      await until('the call to hang', () => hanging.hits > 0);

      others = [await start(), await start()];
      expect(await slots(store)).toEqual([0, 1, 2]);
      const colleague = bench.administrator(free(), adele.client);
      await setUp(colleague, bench.subject('setup', free()));
      expect(createdFor(free)).toBe(1);
      expect({ calls: hanging.seen, state: stateOf(held) }).toEqual({ calls: 1, state: 'running' });
    }, 120_000);

    it('takes over a dead process’s run once, and finishes it with one effect', async () => {
      bench.sandbox.context.faults.clear();
      await first.kill();
      await until('the run to be done', () => stateOf(held) === 'done', 60_000);
      expect(createdFor(held)).toBe(1);
      const recoveries = await store.query<{ workflow_id: string; n: number }>('select workflow_id, n from recoveries');
      expect(recoveries).toEqual([{ workflow_id: expect.stringContaining(held().organizationId), n: 1 }]);
      expect(await slots(store)).toEqual(['0 free', 1, 2]);
    }, 120_000);

    it('ends a process at once whose slot another one has, and its run goes on elsewhere', async () => {
      const [loser] = others as [BotProcess, BotProcess];
      bench.sandbox.teams.setBotEndpoint(`http://127.0.0.1:${loser.port}/api/messages`);
      const colleague = bench.administrator(lost(), adele.client);
      const plan = await colleague.fillForms(await colleague.makeUnityToken());
      const hanging = bench.sandbox.context.faults.add({ ...faultFor(CREATE_JOB, lost()), effect: { kind: 'hang' } });
      await colleague.press(plan, 'plan.confirm');
      await until('the call to hang', () => hanging.hits > 0);
      bench.sandbox.context.faults.clear();

      await store.query(`update executors set instance_id = 'another', heartbeat_at = now() - interval '1 hour' where slot = 1`);
      expect(await loser.ended).toBe(1);
      expect(loser.output()).toContain('executor slot');
      await until('the run to be done', () => stateOf(lost) === 'done', 60_000);
      expect(createdFor(lost)).toBe(1);
    }, 120_000);

    it('goes on in another process with a run that was not finished when its own was stopped', async () => {
      const [, stopping] = others as [BotProcess, BotProcess];
      const staying = await start();
      bench.sandbox.teams.setBotEndpoint(`http://127.0.0.1:${stopping.port}/api/messages`);
      const colleague = bench.administrator(left(), adele.client);
      const plan = await colleague.fillForms(await colleague.makeUnityToken());
      const hanging = bench.sandbox.context.faults.add({ ...faultFor(CREATE_JOB, left()), effect: { kind: 'hang' } });
      await colleague.press(plan, 'plan.confirm');
      await until('the call to hang', () => hanging.hits > 0);
      bench.sandbox.context.faults.clear();

      expect(await stopping.stop()).toBe(0);
      await until('the run to be done', () => stateOf(left) === 'done', 60_000);
      expect(createdFor(left)).toBe(1);
      expect(await staying.stop()).toBe(0);
    }, 120_000);
  });
