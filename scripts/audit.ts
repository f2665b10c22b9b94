import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSettings, type Settings } from '../src/config';
import { createAuditLog } from '../src/store/audit';
import { EXPORT_FORMATS, type ExportFormat, exportAudit, verifyAudit } from '../src/store/auditReport';
import { FolderInUseError } from '../src/store/folderLock';
import { askHolder } from '../src/store/holderSocket';
import { openStore } from '../src/store/openStore';
import { embeddedSealingKeys, parseSealingKeys } from '../src/store/sealingKeys';

const HELP = `npm run audit -- verify                       is the audit whole? exit code 1 and the first bad row when not
npm run audit -- export [--format csv|jsonl] [--out FILE]   every row, oldest first; default: jsonl to the screen

It reads the settings of the bot (DATABASE_URL or DATA_DIR, SECRETS_KEY, BOT_TENANT_ID). While the bot runs on its embedded
database, the bot itself answers.`;

interface Answer {
  text: string;
  isBad: boolean;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { format: { type: 'string', default: 'jsonl' }, out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [command] = positionals;
  if (values.help || !command) return console.log(HELP);
  if (command !== 'verify' && command !== 'export') throw new Error(`There is no "${command}".\n\n${HELP}`);
  const format = EXPORT_FORMATS.find((one) => one === values.format);
  if (!format) throw new Error(`--format takes ${EXPORT_FORMATS.join(' or ')}, not "${values.format}".`);
  const { text, isBad } = await answer(readSettings(), command, format);
  if (values.out) writeFileSync(values.out, text);
  else process.stdout.write(text);
  if (isBad) process.exitCode = 1;
}

async function answer(settings: Settings, command: 'verify' | 'export', format: ExportFormat): Promise<Answer> {
  const tenantId = settings.botTenantId;
  try {
    const store = await openStore({ databaseUrl: settings.databaseUrl, dataDir: settings.dataDir });
    try {
      const audit = createAuditLog(
        settings.secretsKey ? parseSealingKeys(settings.secretsKey) : embeddedSealingKeys(settings.dataDir),
      );
      if (command === 'export') return { text: await exportAudit(store, audit, tenantId, format), isBad: false };
      const { whole, text } = await verifyAudit(store, audit, tenantId);
      return { text: `${text}\n`, isBad: !whole };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    if (command === 'export')
      return { text: await askHolder(settings.dataDir, 'auditExport', { tenantId, format }), isBad: false };
    const { whole, text } = JSON.parse(await askHolder(settings.dataDir, 'auditVerify', { tenantId })) as {
      whole: boolean;
      text: string;
    };
    return { text: `${text}\n`, isBad: !whole };
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
