import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Administrator } from '../../sandbox/journey/administrator';
import { readMessage } from '../../sandbox/journey/cardActions';
import { type BotProcess, startBot } from '../../sandbox/journey/startBot';
import { lockFolder } from '../../src/store/folderLock';
import { openStore } from '../../src/store/openStore';
import { newestCard, type ProcessBench, setUp, startProcessBench } from './support/processBench';
import { until } from './support/until';

/** The embedded database whatever the other suites run on: what is proven here is its folder. */
let bench: ProcessBench;
let adele: Administrator;
const embedded = (dataDir = bench.place.dataDir) => ({ DATABASE_URL: '', DATA_DIR: dataDir });
const start = (settings: Record<string, string> = {}) => bench.start({ settings: { ...embedded(), ...settings } });
const refusalOf = (starting: Promise<BotProcess>) =>
  starting.then(
    () => undefined,
    (error: Error) => error.message,
  );

beforeAll(async () => {
  bench = await startProcessBench();
  adele = bench.administrator(bench.companies[0]!);
}, 120_000);
afterAll(() => bench.end());

it('refuses a second start on one DATA_DIR and names the process and the settings', async () => {
  const holder = await start();
  const refusal = await refusalOf(start());
  expect(refusal).toContain(`is in use by process ${holder.pid}; stop it, or set DATA_DIR or DATABASE_URL`);
  expect(refusal).toContain('ended with 1');
  const health = await fetch(`http://127.0.0.1:${holder.port}/readyz`);
  expect(health.status).toBe(200);
  await holder.stop();
}, 120_000);

it('answers the audit command while it runs, and the command reads the folder itself afterwards', async () => {
  const audit = async (...words: string[]) => {
    const env = { PATH: process.env.PATH ?? '', ...bench.sandbox.botEnvironment(), ...embedded() };
    const script = join(__dirname, '../../dist/scripts/audit.js');
    return (await promisify(execFile)(process.execPath, [script, ...words], { env, timeout: 30_000 })).stdout;
  };
  const holder = await start();
  const held = [await audit('verify'), await audit('export', '--format', 'csv')];
  await holder.stop();
  expect(held[0]).toContain('The audit is whole');
  expect(held[1]).toMatch(/^number,at,action,/);
  expect([await audit('verify'), await audit('export', '--format', 'csv')]).toEqual(held);
}, 120_000);

it('lets one of two have the folder at the same moment after a SIGKILL, and no answered request is lost', async () => {
  const company = bench.companies[0]!;
  let holder = await start();
  await adele.arrive();
  await adele.signIn();
  await setUp(adele, bench.subject('setup', company));
  let answered = 0;
  for (let round = 0; round < 3; round += 1) {
    for (let one = 0; one < 5; one += 1) {
      const address = `nobody${answered}@contoso.com`;
      await adele.say(`provision ${address}`, (message) => readMessage(message).includes(address));
      answered += 1;
    }
    await holder.kill();
    const starts = await Promise.allSettled([start(), start()]);
    const winners = starts.flatMap((started) => (started.status === 'fulfilled' ? [started.value] : []));
    const refusals = starts.flatMap((started) => (started.status === 'rejected' ? [String(started.reason)] : []));
    expect(refusals).toEqual([expect.stringContaining('is in use by process')]);
    holder = winners[0]!;
    bench.sandbox.teams.setBotEndpoint(`http://127.0.0.1:${holder.port}/api/messages`);
  }
  const subject = bench.subject('provision', company);
  await until('the last request to end', () => newestCard(adele.client, subject)?.state === 'done');
  expect(await holder.stop()).toBe(0);
  const store = await openStore({ dataDir: bench.place.dataDir });
  const runs = await store.query(`select distinct subject from runs where kind = 'provision'`);
  await store.close();
  expect(runs).toHaveLength(answered);
}, 120_000);

it.each(['SIGINT', 'SIGTERM'] as const)(
  'stops cleanly on %s: exit code 0, and no socket, lock, port or process is left',
  async (signal) => {
    const temporary = mkdtempSync(join(tmpdir(), 'upt-stop-'));
    const bot = await start({ TMPDIR: temporary });
    expect(readdirSync(temporary)).toHaveLength(1);
    process.kill(bot.pid, signal);
    expect(await bot.ended).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    expect(() => process.kill(bot.pid, 0)).toThrow('ESRCH');
    lockFolder(bench.place.dataDir).release();
    await listenAndClose(bot.port);
    rmSync(temporary, { recursive: true });
  },
  120_000,
);

it('stops cleanly while a call of a run hangs, and the next start finishes the run', async () => {
  const { faults } = bench.sandbox.context;
  const bot = await start();
  const hanging = faults.add({ service: 'graph', path: '/me', effect: { kind: 'hang' } });
  const before = newestCard(adele.client, bench.subject('provision', bench.companies[0]!))?.message.id;
  await adele.say('provision bruno@contoso.com', (message) => message.value !== undefined);
  await until('the call to hang', () => hanging.hits > 0);
  expect(await bot.stop()).toBe(0);
  faults.clear();
  const next = await start();
  await until('the run to end', () => {
    const card = newestCard(adele.client, bench.subject('provision', bench.companies[0]!));
    return card?.message.id !== before && card?.state === 'done';
  });
  expect(await next.stop()).toBe(0);
}, 120_000);

it('names a port in use with its setting, and gives the folder back', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  const refusal = await refusalOf(start({ PORT: String(port) }));
  other.close();
  expect(refusal).toContain(`Port ${port} is in use. Set PORT to another port`);
  lockFolder(bench.place.dataDir).release();
}, 120_000);

it('says what is wrong with a folder that cannot be used', async () => {
  const refusal = await refusalOf(startBot({ ...bench.sandbox.botEnvironment(), DATA_DIR: join(__filename, 'inside') }));
  expect(refusal).toContain('ended with 1');
  expect(refusal).toContain(__filename);
});

/** @throws when somebody still listens there */
function listenAndClose(port: number): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
