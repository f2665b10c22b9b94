import type { AccessToken, TokenCredential } from '@azure/identity';
import { createEntraClientFactory } from '../../src/entra/createEntraClient';
import type { CreateEntraClient, EntraClient } from '../../src/entra/types';
import type { ScriptedServer } from './scriptedServer';

/** A credential whose tokens are numbered, so that a fresh one can be told from a kept one. */
export function numberedTokens(): TokenCredential & { asked: { scopes: string | string[] }[] } {
  const asked: { scopes: string | string[] }[] = [];
  return {
    asked,
    async getToken(scopes): Promise<AccessToken> {
      asked.push({ scopes });
      return { token: `token-${asked.length}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

/** A client of a scripted Graph whose waits take no time and are written down. */
export function clientOf(
  graph: ScriptedServer,
  options: Parameters<CreateEntraClient>[1] & {
    random?: () => number;
    log?: { debug(f: object, m: string): void; warn(f: object, m: string): void };
  } = {},
): { entra: EntraClient; waits: number[]; tokens: ReturnType<typeof numberedTokens> } {
  const { random = () => 0.5, log, ...bound } = options;
  const waits: number[] = [];
  const tokens = numberedTokens();
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const createClient = createEntraClientFactory({ graphUrl: graph.url, wait, random, ...(log && { log }) });
  return { entra: createClient(tokens, bound), waits, tokens };
}

/** The error body of Graph. */
export function graphError(code: string, message = 'It did not work.', innerName: 'innerError' | 'innererror' = 'innerError') {
  return {
    error: { code, message, [innerName]: { date: '2026-01-05T10:00:00', 'request-id': '11112222-3333-4444-5555-666677778888' } },
  };
}
