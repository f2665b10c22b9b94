import type { Store } from './sql';

export interface ExecutorSlot {
  slot: number;
  /** DBOS executor id: whoever has the slot takes over its runs. */
  executorId: string;
}

/** Another process has taken our slot: this one must stop at once. */
export class SlotLostError extends Error {
  override readonly name = 'SlotLostError';
}

/**
 * Leases the lowest slot that has been silent for `silentMs`, else a new one. PGlite has one process: always slot 0.
 * Two processes that want the same slot: the compare-and-set lets one win, the other looks again.
 */
export async function leaseSlot(store: Store, instanceId: string, silentMs: number): Promise<ExecutorSlot> {
  if (store.engine === 'pglite') {
    await store.query(
      `insert into executors (slot, instance_id, heartbeat_at) values (0, $1, now())
       on conflict (slot) do update set instance_id = excluded.instance_id, heartbeat_at = now()`,
      [instanceId],
    );
    await freeClaims(store, 0);
    return asSlot(0);
  }
  for (;;) {
    const [silent] = await store.query<{ slot: number; instance_id: string; heartbeat_at: Date | null }>(
      `select slot, instance_id, heartbeat_at from executors
       where heartbeat_at is null or heartbeat_at < now() - make_interval(secs => $1) order by slot limit 1`,
      [silentMs / 1000],
    );
    if (silent && (await winSlot(store, silent, instanceId))) return asSlot(silent.slot);
    if (silent) continue;
    const [added] = await store.query<{ slot: number }>(
      `insert into executors (slot, instance_id, heartbeat_at)
       select coalesce(max(slot) + 1, 0), $1, now() from executors on conflict do nothing returning slot`,
      [instanceId],
    );
    if (added) return asSlot(added.slot);
  }
}

/** Whatever the process that had this slot was sending or looking at: nobody waits until its claims fall free. */
async function freeClaims(store: Store, slot: number): Promise<void> {
  await store.query('update messages set sending_at = null where sending_by = $1 and sending_at is not null', [slot]);
  await store.query('update watches set claimed_until = null, claim = null where claimed_by = $1 and claimed_until is not null', [
    slot,
  ]);
}

function asSlot(slot: number): ExecutorSlot {
  return { slot, executorId: `executor-${slot}` };
}

async function winSlot(
  store: Store,
  seen: { slot: number; instance_id: string; heartbeat_at: Date | null },
  instanceId: string,
): Promise<boolean> {
  const won = await store.query(
    `update executors set instance_id = $4, heartbeat_at = now()
     where slot = $1 and instance_id = $2 and date_trunc('milliseconds', heartbeat_at) is not distinct from $3 returning 1`,
    [seen.slot, seen.instance_id, seen.heartbeat_at, instanceId],
  );
  if (won.length === 0) return false;
  await freeClaims(store, seen.slot);
  return true;
}

/** @throws SlotLostError when the slot carries another instance's id */
export async function beat(store: Store, slot: number, instanceId: string): Promise<void> {
  const mine = await store.query('update executors set heartbeat_at = now() where slot = $1 and instance_id = $2 returning 1', [
    slot,
    instanceId,
  ]);
  if (mine.length === 0) throw new SlotLostError(`executor slot ${slot} belongs to another process now`);
}

/** A graceful stop: the slot is silent at once, for a starting process to lease or a running one to take, with what was not finished. */
export async function leaveSlot(store: Store, slot: number, instanceId: string): Promise<void> {
  await store.query('update executors set heartbeat_at = to_timestamp(0) where slot = $1 and instance_id = $2', [
    slot,
    instanceId,
  ]);
}

/** Its work was brought elsewhere: the slot is there to lease, and nobody need take it over again. */
export async function freeSlot(store: Store, slot: number, instanceId: string): Promise<void> {
  await store.query('update executors set heartbeat_at = null where slot = $1 and instance_id = $2', [slot, instanceId]);
}

/**
 * Takes a slot of others that has been silent for `silentMs`, for the sweep to bring its runs to a living process.
 * Gives its executor id, or undefined when there is none or another process was faster. Whoever takes it frees it afterwards.
 */
export async function takeSilentSlot(
  store: Store,
  ownSlot: number,
  instanceId: string,
  silentMs: number,
): Promise<ExecutorSlot | undefined> {
  const [silent] = await store.query<{ slot: number; instance_id: string; heartbeat_at: Date | null }>(
    `select slot, instance_id, heartbeat_at from executors
     where slot <> $1 and heartbeat_at < now() - make_interval(secs => $2) order by slot limit 1`,
    [ownSlot, silentMs / 1000],
  );
  return silent && (await winSlot(store, silent, instanceId)) ? asSlot(silent.slot) : undefined;
}

/** Counts how often a workflow was brought back; the caller gives up after a number of times. */
export async function countRecovery(store: Store, workflowId: string): Promise<number> {
  const [row] = await store.query<{ n: number }>(
    `insert into recoveries (workflow_id, n) values ($1, 1) on conflict (workflow_id) do update set n = recoveries.n + 1 returning n`,
    [workflowId],
  );
  return row?.n ?? 1;
}
