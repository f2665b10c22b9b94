import { createAuditLog } from '../../src/store/audit';
import { findDraft, putDraft } from '../../src/store/drafts';
import { claimDueMessages, markDelivered, wantAgain, wantMessage } from '../../src/store/messages';
import { migrate } from '../../src/store/migrate';
import { MIGRATIONS } from '../../src/store/migrations/all';
import { endPendingCommand, listLeftCommands, putPendingCommand, takePendingCommands } from '../../src/store/pendingCommands';
import { changeRunState, findRun, insertRun, type NewRun } from '../../src/store/runs';
import { embeddedSealingKeys, parseSealingKeys } from '../../src/store/sealingKeys';
import { createSecrets } from '../../src/store/secrets';
import { markSeen } from '../../src/store/seenActivities';
import { personRef, TENANT } from '../support/people';
import { openTestStore, type TestStore } from '../support/testStore';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore('none');
});
afterAll(() => test.end());

const adele = personRef('Adele');
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const newRun = (change: Partial<NewRun> = {}): NewRun => ({
  tenantId: TENANT,
  subject: `setup:${TENANT}:111111`,
  attempt: 1,
  kind: 'setup',
  requestedBy: adele,
  actingAs: adele,
  connectionId: null,
  conversationId: 'a:1',
  input: { organizationId: '111111' },
  ...change,
});

describe('a transaction', () => {
  it('refuses a nested query, a nested transaction and says which', async () => {
    const { store } = test;
    await expect(store.transaction(async () => store.query('select 1'))).rejects.toMatchObject({
      code: 'store_busy',
      facts: { attempted: 'query' },
    });
    await expect(store.transaction(async () => store.transaction(async () => 1))).rejects.toMatchObject({
      code: 'store_busy',
      facts: { attempted: 'transaction' },
    });
  });

  it('leaves nothing behind when it throws, and the connection serves the next query', async () => {
    const { store } = test;
    await expect(
      store.transaction(async (sql) => {
        await markSeen(sql, TENANT, 'rolled back');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await markSeen(store, TENANT, 'rolled back')).toBe(true);
  });

  it('lets queries of others wait and go on', async () => {
    const { store } = test;
    const [, rows] = await Promise.all([
      store.transaction(async (sql) => {
        for (let index = 0; index < 20; index += 1) await sql.query('select 1');
      }),
      store.query<{ two: number }>('select 2 as two'),
    ]);
    expect(rows).toEqual([{ two: 2 }]);
  });
});

it('a query that fails leaves the next one alone, time and again', async () => {
  const { store } = test;
  for (let round = 0; round < 3; round += 1) {
    await expect(store.query('select 1 / $1::int', [0])).rejects.toThrow('division by zero');
    expect(await store.query('select $1::int as two', [2])).toEqual([{ two: 2 }]);
  }
});

it('migrates a database once, however often it is opened', async () => {
  await migrate(test.store);
  const rows = await test.store.query('select number, name from migrations order by number');
  expect(rows).toEqual(MIGRATIONS.map(({ number, name }) => ({ number, name })));
});

it('refuses to work on a database that is newer than the program', async () => {
  await test.store.query(`insert into migrations (number, name) values (999, 'from the future')`);
  await expect(migrate(test.store)).rejects.toThrow('Start the newer program');
  await test.store.query('delete from migrations where number = 999');
});

describe('runs', () => {
  it('has one open run per subject', async () => {
    const { store } = test;
    const runId = await insertRun(store, newRun());
    expect(runId).toBe(`setup:${TENANT}:111111:1`);
    expect(await insertRun(store, newRun({ attempt: 2 }))).toBeUndefined();
    await changeRunState(store, runId!, { state: 'cancelled' });
    expect(await insertRun(store, newRun({ attempt: 2 }))).toBe(`setup:${TENANT}:111111:2`);
  });

  it('lets exactly one of two changes from the same state win', async () => {
    const { store } = test;
    const runId = (await insertRun(store, newRun({ subject: `setup:${TENANT}:222222` })))!;
    await changeRunState(store, runId, { state: 'running' });
    const won = await Promise.all([
      changeRunState(store, runId, { state: 'done' }),
      changeRunState(store, runId, { state: 'failed', failure: { step: 'x', code: 'no_right', facts: {} } }),
    ]);
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('refuses a change that the table of transitions does not have', async () => {
    const { store } = test;
    const runId = (await insertRun(store, newRun({ subject: `setup:${TENANT}:333333` })))!;
    expect(await changeRunState(store, runId, { state: 'done' })).toBe(false);
    expect((await findRun(store, runId))?.state).toBe('requested');
  });
});

describe('secrets', () => {
  it('have a print that tells two of them apart, is another under another key, and says nothing else', () => {
    const [one, other] = [keyOf(1), keyOf(2)].map((key) => createSecrets(parseSealingKeys(key)).printOf);
    expect(one!('planted-canary-value')).toMatch(/^[0-9a-f]{8}$/);
    expect(one!('planted-canary-value')).toBe(one!('planted-canary-value'));
    expect(new Set([one!('a'), one!('b'), other!('a'), other!('b')]).size).toBe(4);
  });

  it('come back as they were sealed, and rows hold no part of them', async () => {
    const { store } = test;
    const secrets = createSecrets(parseSealingKeys(keyOf(1)));
    const ref = await secrets.seal(store, {
      tenantId: TENANT,
      subject: 's',
      purpose: 'scimToken',
      value: 'planted-canary-value',
    });
    expect(await secrets.open(store, TENANT, ref)).toBe('planted-canary-value');
    const rows = JSON.stringify(await store.query(`select encode(sealed, 'escape') as text, * from secrets`));
    expect(rows).not.toContain('canary');
  });

  it('open with an older key after a new one was put in front, and not without it', async () => {
    const { store } = test;
    const value = 'older';
    const ref = await createSecrets(parseSealingKeys(keyOf(2))).seal(store, {
      tenantId: TENANT,
      subject: 's',
      purpose: 'scimToken',
      value,
    });
    expect(await createSecrets(parseSealingKeys(`${keyOf(3)},${keyOf(2)}`)).open(store, TENANT, ref)).toBe('older');
    expect(await createSecrets(parseSealingKeys(keyOf(3))).open(store, TENANT, ref)).toBeUndefined();
  });

  it('cannot be opened under another tenant or after their row was swapped', async () => {
    const { store } = test;
    const secrets = createSecrets(parseSealingKeys(keyOf(4)));
    const ref = await secrets.seal(store, { tenantId: TENANT, subject: 's', purpose: 'scimToken', value: 'mine' });
    expect(await secrets.open(store, 'another', ref)).toBeUndefined();
    await store.query(`update secrets set tenant_id = 'another' where secret_id = $1`, [ref]);
    await expect(secrets.open(store, 'another', ref)).rejects.toThrow();
  });

  it('go when their form was never finished, and stay while a run is open', async () => {
    const { store } = test;
    const secrets = createSecrets(parseSealingKeys(keyOf(5)));
    const subject = `setup:${TENANT}:444444`;
    const kept = await secrets.seal(store, { tenantId: TENANT, subject, purpose: 'scimToken', value: 'kept' });
    const lost = await secrets.seal(store, { tenantId: TENANT, subject: 'draft:1', purpose: 'scimToken', value: 'lost' });
    await insertRun(store, newRun({ subject }));
    await store.query(`update secrets set created_at = now() - interval '20 minutes' where secret_id = any($1)`, [[kept, lost]]);
    await secrets.destroyForgotten(store, 15);
    expect(await secrets.open(store, TENANT, kept)).toBe('kept');
    expect(await secrets.open(store, TENANT, lost)).toBeUndefined();
  });

  it('refuses a key that is not 32 bytes', () => {
    expect(() => parseSealingKeys('c2hvcnQ=')).toThrow('32 bytes');
  });
});

describe('the audit chain', () => {
  const append = async (log: ReturnType<typeof createAuditLog>, tenantId: string, action: string) =>
    test.store.transaction((sql) => log.append(sql, { tenantId, action, actor: adele, subject: 'x', facts: { n: 1 } }));

  it('is whole after rows of many transactions at once', async () => {
    const log = createAuditLog(parseSealingKeys(keyOf(6)));
    await Promise.all(Array.from({ length: 8 }, (_, index) => append(log, 't-many', `action.${index}`)));
    expect(await log.firstBadRow(test.store, 't-many')).toBeUndefined();
    expect(await log.list(test.store, 't-many')).toHaveLength(8);
  });

  it.each([
    ['changed', `update audit set facts = '{"n": 2}' where tenant_id = $1 and number = 2`, 2],
    ['removed in the middle', 'delete from audit where tenant_id = $1 and number = 2', 2],
    ['removed at the end', 'delete from audit where tenant_id = $1 and number = 3', 3],
    [
      'removed at the end, with the head set back',
      `with gone as (delete from audit where tenant_id = $1 and number = 3 returning previous_mac)
       update audit_heads set number = 2, mac = (select previous_mac from gone) where tenant_id = $1`,
      3,
    ],
  ])('names the first row that was %s', async (what, statement, bad) => {
    const log = createAuditLog(parseSealingKeys(keyOf(7)));
    const tenantId = `t-${what}`;
    for (const action of ['one', 'two', 'three']) await append(log, tenantId, action);
    await test.store.query(statement, [tenantId]);
    expect(await log.firstBadRow(test.store, tenantId)).toBe(bad);
  });

  it('goes on under a new key behind a checkpoint that the old key signed', async () => {
    await append(createAuditLog(parseSealingKeys(keyOf(8))), 't-keys', 'before');
    const both = createAuditLog(parseSealingKeys(`${keyOf(9)},${keyOf(8)}`));
    await append(both, 't-keys', 'after');
    expect(await both.firstBadRow(test.store, 't-keys')).toBeUndefined();
    const actions = (await both.list(test.store, 't-keys')).map(({ action }) => action);
    expect(actions).toEqual(['after', 'audit.newKey', 'before']);
  });
});

describe('messages', () => {
  const asked = { claimMs: 30_000, slot: 0, limit: 20 };
  it('are claimed by one sender, and a change that comes while one is sent stays due', async () => {
    const { store } = test;
    const message = { tenantId: TENANT, tag: 'run:x', conversationId: 'a:1' };
    await wantMessage(store, message);
    const [claimed] = await claimDueMessages(store, asked);
    expect(claimed).toMatchObject({ tag: 'run:x', wanted: 1 });
    expect(await claimDueMessages(store, asked)).toEqual([]);
    await wantAgain(store, TENANT, 'run:x');
    await markDelivered(store, claimed!, { activityId: '17', contentHash: 'h', notBeforeMs: 0 });
    expect(await claimDueMessages(store, asked)).toMatchObject([{ activityId: '17', wanted: 2 }]);
  });

  it('fall free again when their sender died', async () => {
    const { store } = test;
    await wantMessage(store, { tenantId: TENANT, tag: 'run:dead', conversationId: 'a:1' });
    expect(await claimDueMessages(store, asked)).toHaveLength(1);
    await store.query(`update messages set sending_at = now() - interval '1 minute' where tag = 'run:dead'`);
    expect(await claimDueMessages(store, asked)).toMatchObject([{ tag: 'run:dead' }]);
  });
});

it('gives a draft to its own person only', async () => {
  const { store } = test;
  await putDraft(store, { draftId: 'd1', person: adele, conversationId: 'a:1', content: { organization: '1' } });
  expect((await findDraft(store, adele, 'd1'))?.content).toEqual({ organization: '1' });
  expect(await findDraft(store, personRef('Alex'), 'd1')).toBeUndefined();
  await putDraft(store, { draftId: 'd1', person: personRef('Alex'), conversationId: 'a:2', content: { organization: '2' } });
  expect((await findDraft(store, adele, 'd1'))?.content).toEqual({ organization: '1' });
});

it('hands a pending command to one taker, and keeps a redelivered one once', async () => {
  const { store } = test;
  const pending = {
    person: adele,
    conversationId: 'a:1',
    activityId: '1',
    waitsFor: 'sign_in' as const,
    command: { text: 'status' },
  };
  await putPendingCommand(store, pending);
  await putPendingCommand(store, pending);
  const taken = await Promise.all([takePendingCommands(store, adele, 'sign_in'), takePendingCommands(store, adele, 'sign_in')]);
  expect(taken.flat().map(({ command }) => command)).toEqual([{ text: 'status' }]);
});

it('keeps a command that its taker did not live to carry out, and forgets one that is done', async () => {
  const { store } = test;
  const alex = personRef('Alex');
  const pending = {
    person: alex,
    conversationId: 'a:2',
    activityId: '9',
    waitsFor: 'sign_in' as const,
    command: { text: 'status' },
  };
  await putPendingCommand(store, pending);
  expect(await takePendingCommands(store, alex, 'sign_in')).toHaveLength(1);
  expect(await listLeftCommands(store)).toEqual([]);
  await store.query(`update pending_commands set taken_at = now() - interval '2 minutes' where activity_id = '9'`);
  expect(await listLeftCommands(store)).toMatchObject([{ activityId: '9' }]);
  const [again] = await takePendingCommands(store, alex, 'sign_in');
  await endPendingCommand(store, again!);
  expect(await store.query(`select 1 from pending_commands where activity_id = '9'`)).toEqual([]);
});

it('keeps a command that must wait again while it is carried out', async () => {
  const { store } = test;
  const alex = personRef('Alex');
  const pending = {
    person: alex,
    conversationId: 'a:2',
    activityId: '10',
    waitsFor: 'sign_in' as const,
    command: { text: 'status' },
  };
  await putPendingCommand(store, pending);
  const [taken] = await takePendingCommands(store, alex, 'sign_in');
  await putPendingCommand(store, pending);
  await endPendingCommand(store, taken!);
  expect(await takePendingCommands(store, alex, 'sign_in')).toMatchObject([{ activityId: '10' }]);
});

it('marks an activity as seen for the first of two deliveries at once', async () => {
  const both = await Promise.all([markSeen(test.store, TENANT, 'twice'), markSeen(test.store, TENANT, 'twice')]);
  expect(both.sort()).toEqual([false, true]);
});

it('makes the key file of an embedded store once, for this user only', async () => {
  const { mkdtempSync, statSync, rmSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(join(tmpdir(), 'upt-key-'));
  const first = embeddedSealingKeys(folder);
  expect(embeddedSealingKeys(folder).current.keyId).toBe(first.current.keyId);
  expect(statSync(join(folder, 'secrets.key')).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});
