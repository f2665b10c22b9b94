import pino from 'pino';
import { createAuditLog } from '../../src/store/audit';
import { parseSealingKeys } from '../../src/store/sealingKeys';
import type { Durable } from '../../src/workflows/durable';
import { keepSlot } from '../../src/workflows/slots';
import { openTestStore, type TestStore } from '../support/testStore';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.end());

it('a process that stops leaves what it did not finish to one that runs, once', async () => {
  const { store } = test;
  const resumed: string[] = [];
  const durable = {
    unfinished: async (executorId: string) => [{ workflowId: `of ${executorId}`, queueName: undefined }],
    resume: async (workflowId: string) => void resumed.push(workflowId),
  } as unknown as Durable;
  const process = async (slot: number) => {
    await store.query('insert into executors (slot, instance_id, heartbeat_at) values ($1, $2, now())', [slot, `i${slot}`]);
    return keepSlot({
      store,
      audit: createAuditLog(parseSealingKeys(Buffer.alloc(32, 1).toString('base64'))),
      durable,
      log: pino({ level: 'silent' }),
      slot,
      instanceId: `i${slot}`,
      heartbeatMs: 60_000,
      takeOverMs: 60_000,
      onLost: () => undefined,
    });
  };
  const [stopping, running, other] = [await process(0), await process(1), await process(2)];
  await running.takeOver();
  expect(resumed).toEqual([]);
  await stopping.stop();
  await running.takeOver();
  await other.takeOver();
  expect(resumed).toEqual(['of executor-0']);
  await Promise.all([running.stop(), other.stop()]);
});
