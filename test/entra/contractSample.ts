import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sample of the contract as it stands in test/fixtures/contracts/entra; a fresh copy each time. */
// biome-ignore lint/suspicious/noExplicitAny: samples are bent into the odd forms that a test needs
export function contractSample(name: string): any {
  return JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'contracts', 'entra', `${name}.json`), 'utf8'));
}
