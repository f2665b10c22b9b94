import { beat, countRecovery, freeSlot, leaseSlot, leaveSlot, SlotLostError, takeSilentSlot } from '../../src/store/executors';
import { claimDueMessages, wantMessage } from '../../src/store/messages';
import { claimDueWatches, putWatch } from '../../src/store/watches';
import { personRef } from '../support/people';
import { onPostgres, openTestStore, type TestStore } from '../support/testStore';

let test: TestStore;
beforeEach(async () => {
  test = await openTestStore();
});
afterEach(() => test.end());

const SILENT_MS = 30_000;
const silence = (slot: number) =>
  test.store.query(`update executors set heartbeat_at = now() - interval '2 minutes' where slot = $1`, [slot]);

it('gives the embedded database slot 0, always; on Postgres each process its own, lowest first', async () => {
  const slots = [];
  for (const instance of ['a', 'b', 'c']) slots.push((await leaseSlot(test.store, instance, SILENT_MS)).slot);
  expect(slots).toEqual(onPostgres ? [0, 1, 2] : [0, 0, 0]);
});

it('tells a process whose slot was leased by another that it has lost it', async () => {
  await leaseSlot(test.store, 'a', SILENT_MS);
  await silence(0);
  expect((await leaseSlot(test.store, 'b', SILENT_MS)).executorId).toBe('executor-0');
  await expect(beat(test.store, 0, 'a')).rejects.toBeInstanceOf(SlotLostError);
  await expect(beat(test.store, 0, 'b')).resolves.toBeUndefined();
});

it.each([
  ['left', leaveSlot],
  ['freed', freeSlot],
])('gives a slot that was %s to the next process at once', async (_, giveBack) => {
  await leaseSlot(test.store, 'a', SILENT_MS);
  await giveBack(test.store, 0, 'a');
  expect((await leaseSlot(test.store, 'b', SILENT_MS)).slot).toBe(0);
});

it('lets a sweep take a slot that a stopped process left, and then no other, since nothing is left in it', async () => {
  await leaseSlot(test.store, 'a', SILENT_MS);
  await leaveSlot(test.store, 0, 'a');
  expect(await takeSilentSlot(test.store, 1, 'b', 60_000)).toEqual({ slot: 0, executorId: 'executor-0' });
  await freeSlot(test.store, 0, 'b');
  expect(await takeSilentSlot(test.store, 2, 'c', 60_000)).toBeUndefined();
});

it('lets one of several sweeps take a silent slot', async () => {
  await test.store.query(
    `insert into executors (slot, instance_id, heartbeat_at) values (7, 'dead', now() - interval '2 minutes')`,
  );
  const taken = await Promise.all(['a', 'b', 'c'].map((instance, own) => takeSilentSlot(test.store, own, instance, 60_000)));
  expect(taken.filter(Boolean)).toEqual([{ slot: 7, executorId: 'executor-7' }]);
});

it('never takes a slot that still beats, or its own', async () => {
  await leaseSlot(test.store, 'a', SILENT_MS);
  expect(await takeSilentSlot(test.store, 3, 'b', 60_000)).toBeUndefined();
  await silence(0);
  expect(await takeSilentSlot(test.store, 0, 'a', 60_000)).toBeUndefined();
});

it('counts how often a workflow was brought back', async () => {
  expect([
    await countRecovery(test.store, 'w'),
    await countRecovery(test.store, 'w'),
    await countRecovery(test.store, 'other'),
  ]).toEqual([1, 2, 1]);
});

it('frees what a dead process was sending or looking at when its slot is taken, and nothing of a living one', async () => {
  await rememberWork();
  const dead = (await leaseSlot(test.store, 'dead', SILENT_MS)).slot;
  expect(await claim(dead)).toEqual([1, 1]);
  if (onPostgres) {
    await leaseSlot(test.store, 'living', SILENT_MS);
    expect(await claim(1)).toEqual([0, 0]);
    await silence(0);
    await takeSilentSlot(test.store, 1, 'living', 60_000);
    expect(await claim(1)).toEqual([1, 1]);
    await leaseSlot(test.store, 'third', SILENT_MS);
    expect(await claim(2)).toEqual([0, 0]);
    await silence(1);
  }
  const { slot } = await leaseSlot(test.store, 'next', SILENT_MS);
  expect(await claim(slot)).toEqual([1, 1]);
});

/** One message and one watch that are due. */
async function rememberWork(): Promise<void> {
  const person = personRef('Adele');
  const [tenantId, conversationId] = ['t', 'a:1'];
  await wantMessage(test.store, { tenantId, tag: 'run:1', conversationId });
  await putWatch(test.store, {
    ...{ tenantId, conversationId, connectionId: '1', reader: person, tell: person },
    ...{ runId: null, lastActivityIdentifier: null, fastForMs: 60_000 },
  });
}

/** How much of both a process in this slot gets. */
async function claim(slot: number): Promise<[messages: number, watches: number]> {
  const asked = { claimMs: 30_000, slot, limit: 20 };
  return [(await claimDueMessages(test.store, asked)).length, (await claimDueWatches(test.store, asked)).length];
}
