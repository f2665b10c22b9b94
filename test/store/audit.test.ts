import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditLog } from '../../src/store/audit';
import { exportAudit, verifyAudit } from '../../src/store/auditReport';
import { lockFolder } from '../../src/store/folderLock';
import { answerTools, askHolder } from '../../src/store/holderSocket';
import { parseSealingKeys } from '../../src/store/sealingKeys';
import { personRef } from '../support/people';
import { openTestStore, type TestStore } from '../support/testStore';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.end());

const audit = createAuditLog(parseSealingKeys(Buffer.alloc(32, 1).toString('base64')));
const write = (tenantId: string, displayName: string) =>
  test.store.transaction((sql) =>
    audit.append(sql, {
      tenantId,
      action: 'person.assigned',
      actor: personRef('Adele', { displayName }),
      subject: 'run',
      facts: { n: 1 },
    }),
  );

it('says in words whether the audit is whole, and names the first row that is not', async () => {
  for (const name of ['Adele', 'Alex']) await write('t-words', name);
  expect(await verifyAudit(test.store, audit, 't-words')).toMatchObject({
    whole: true,
    firstBadRow: null,
    text: expect.stringContaining('2 rows'),
  });
  await test.store.query(`update audit set action = 'nothing' where tenant_id = 't-words' and number = 1`);
  expect(await verifyAudit(test.store, audit, 't-words')).toMatchObject({
    whole: false,
    firstBadRow: 1,
    text: expect.stringContaining('number 1'),
  });
});

describe('old rows', () => {
  const old = async (tenantId: string) => {
    for (const name of ['Adele', 'Alex', 'Megan']) await write(tenantId, name);
    await test.store.query(`update audit set at = now() - interval '800 days' where tenant_id = $1 and number <= 2`, [tenantId]);
  };
  const trim = (tenantId: string) => test.store.transaction((sql) => audit.trim(sql, tenantId, 730));

  it('go behind a signed checkpoint, and the rest is still whole and goes on', async () => {
    for (const name of ['Adele', 'Alex']) await write('t-trim', name);
    const later = createAuditLog(parseSealingKeys(Buffer.alloc(32, 1).toString('base64')));
    expect(await test.store.transaction((sql) => later.trim(sql, 't-trim', 0))).toBe(1);
    await write('t-trim', 'Megan');
    expect(await audit.firstBadRow(test.store, 't-trim')).toBeUndefined();
    expect((await audit.list(test.store, 't-trim')).map(({ number }) => number)).toEqual([3, 2]);
  });

  it('are missed when somebody else removed them, with or without a checkpoint of their own', async () => {
    await old('t-cut');
    await test.store.query(`delete from audit where tenant_id = 't-cut' and number = 1`);
    expect(await audit.firstBadRow(test.store, 't-cut')).toBe(1);
    await test.store.query(
      `insert into audit_checkpoints (tenant_id, number, mac, key_id, signature)
       select 't-cut', 1, previous_mac, key_id, 'made up' from audit where tenant_id = 't-cut' and number = 2`,
    );
    expect(await audit.firstBadRow(test.store, 't-cut')).toBe(1);
  });

  it('stay as long as they are young, and the newest stays for ever', async () => {
    await write('t-young', 'Adele');
    expect(await trim('t-young')).toBe(0);
    expect(await test.store.transaction((sql) => audit.trim(sql, 't-young', 0))).toBe(0);
  });
});

it('exports more rows than one page as JSON Lines, oldest first', async () => {
  await Promise.all(Array.from({ length: 20 }, () => write('t-lines', 'Adele')));
  const lines = (await exportAudit(test.store, audit, 't-lines', 'jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

it.each(['=cmd()', '+1', '-1', '@sum', '\tx'])('exports a name like %j as text, never as a formula', async (name) => {
  const tenantId = `t-csv-${name.charCodeAt(0)}`;
  await write(tenantId, name);
  const [header, row] = (await exportAudit(test.store, audit, tenantId, 'csv')).split('\n');
  expect(header).toBe('number,at,action,actorName,actorObjectId,subject,facts,keyId');
  expect(row).toContain(`'${name}`);
});

it('lets a tool ask the process that holds a data folder, and nothing but what it answers', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-holder-'));
  const socketDir = mkdtempSync(join(tmpdir(), 'upt-pg-'));
  const lock = lockFolder(dataDir);
  lock.announce(socketDir);
  const stop = await answerTools(socketDir, { auditVerify: async (asked) => `for ${asked.get('tenantId')}` });
  expect(await askHolder(dataDir, 'auditVerify', { tenantId: 't 1' })).toBe('for t 1');
  await expect(askHolder(dataDir, 'constructor', {})).rejects.toThrow('404');
  await stop();
  await expect(askHolder(dataDir, 'auditVerify', {})).rejects.toThrow('does not answer');
  lock.release();
  for (const folder of [dataDir, socketDir]) rmSync(folder, { recursive: true, force: true });
});
