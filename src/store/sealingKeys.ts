import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key with the short id that rows carry; the id is a hash, so it says nothing about the key. */
interface SealingKey {
  keyId: string;
  encryption: Buffer;
  audit: Buffer;
  /** For what the log shows of a secret. */
  print: Buffer;
}

/** The first key seals; the others only open what they sealed. */
export interface SealingKeys {
  current: SealingKey;
  byId(keyId: string): SealingKey | undefined;
}

const KEY_BYTES = 32;

/** One derived key per purpose, so that a row of one kind can never be passed off as the other. */
function derive(master: Buffer): SealingKey {
  const of = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `unity-provisioning:${purpose}`, KEY_BYTES));
  return {
    keyId: createHash('sha256').update(of('key id')).digest('hex').slice(0, 12),
    encryption: of('secrets'),
    audit: of('audit'),
    print: of('print'),
  };
}

/**
 * Reads `SECRETS_KEY`: base64 of 32 bytes; several, the current one first, separated by commas.
 * @throws RangeError when one is not 32 bytes
 */
export function parseSealingKeys(setting: string): SealingKeys {
  const keys = setting.split(',').map((text) => {
    const master = Buffer.from(text.trim(), 'base64');
    if (master.length !== KEY_BYTES)
      throw new RangeError(`SECRETS_KEY must be base64 of ${KEY_BYTES} bytes, got ${master.length}`);
    return derive(master);
  });
  const [current] = keys;
  if (!current) throw new RangeError('SECRETS_KEY is empty');
  return { current, byId: (keyId) => keys.find((key) => key.keyId === keyId) };
}

/** The key file of an embedded store: made on the first start, readable by this user only. Never for production. */
export function embeddedSealingKeys(dataDir: string): SealingKeys {
  const file = join(dataDir, 'secrets.key');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return parseSealingKeys(readFileSync(file, 'utf8').trim());
}
