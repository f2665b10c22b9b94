import { request } from 'node:https';
import { createCallLog } from '../../../../sandbox/core/calls';
import { createClock } from '../../../../sandbox/core/clock';
import type { SandboxContext } from '../../../../sandbox/core/context';
import { createFaultTable } from '../../../../sandbox/core/faults';
import { loadTenant } from '../../../../sandbox/core/loadTenant';
import type { EntraService } from '../../../../sandbox/core/services';
import { type Switches, switchesSchema } from '../../../../sandbox/core/switches';
import { type StartEntraOptions, startEntra } from '../../../../sandbox/entra/startEntra';

export const people = {
  adele: '7b0c1d2e-0000-4000-8000-000000000001',
  alex: '7b0c1d2e-0000-4000-8000-000000000002',
  megan: '7b0c1d2e-0000-4000-8000-000000000003',
  alice: '7b0c1d2e-0000-4000-8000-000000000004',
  bruno: '7b0c1d2e-0000-4000-8000-000000000005',
  emma: '7b0c1d2e-0000-4000-8000-000000000008',
  henry: '7b0c1d2e-0000-4000-8000-000000000009',
  sean: '7b0c1d2e-0000-4000-8000-00000000000a',
  isabel: '7b0c1d2e-0000-4000-8000-00000000000d',
  jonas: '7b0c1d2e-0000-4000-8000-00000000000e',
  mina: '7b0c1d2e-0000-4000-8000-000000000011',
  oskar: '7b0c1d2e-0000-4000-8000-000000000013',
  pat: '7b0c1d2e-0000-4000-8000-000000000014',
};
export const groups = { artists: '9c0d1e2f-0000-4000-8000-000000000001', contractors: '9c0d1e2f-0000-4000-8000-000000000002' };
export const unityApp = 'a1b2c3d4-0000-4000-8000-000000000001';
export const plainApp = 'a1b2c3d4-0000-4000-8000-000000000002';
export const travelApp = 'a1b2c3d4-0000-4000-8000-000000000003';
export const roles = { user: '18d14569-c3bd-439b-9a66-3a2aee01d14f', msiamAccess: 'b9632174-c057-4f7e-951b-be3adc52bfe6' };

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
  body: any;
}
export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string;
}

export interface EntraTest {
  entra: EntraService;
  context: SandboxContext;
  /** A call below `/v1.0` with Adele's token unless another is given. */
  graph(method: string, path: string, options?: CallOptions): Promise<HttpAnswer>;
  /** A call to any path of the server, without a token. */
  http(method: string, path: string, options?: { body?: string; headers?: Record<string, string> }): Promise<HttpAnswer>;
  tokenOf(userId: string, scopes?: string[]): string;
  stop(): Promise<void>;
}

/** A started pretend Entra of its own for a test: default tenant, no delays, all scopes for whoever asks. */
export async function startEntraTest(
  switches: Partial<Switches> = {},
  options: Partial<StartEntraOptions> = {},
): Promise<EntraTest> {
  const context: SandboxContext = {
    clock: createClock(),
    faults: createFaultTable(),
    calls: createCallLog(),
    switches: switchesSchema.parse({ onDemandRateLimit: 'off', ...switches }),
    tenant: structuredClone(loadTenant()),
    bot: { appId: 'b07b07b0-0000-4000-8000-000000000001', secret: 'bot-secret-of-the-test' },
  };
  const entra = await startEntra(context, { port: 0, portSetting: 'ENTRA_PORT', ...options });
  const tokenOf = (userId: string, scopes = ['https://graph.microsoft.com/.default']) => entra.exchange({ userId }, scopes).token;
  const adele = tokenOf(people.adele);
  const http: EntraTest['http'] = (method, path, { body, headers = {} } = {}) =>
    send(new URL(path, entra.origin), entra.authorityPem, method, headers, body);
  return {
    entra,
    context,
    tokenOf,
    http,
    graph(method, path, { body, headers = {}, token = adele } = {}) {
      const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const content = body === undefined ? undefined : JSON.stringify(body);
      return send(
        new URL(`/v1.0${path}`, entra.origin),
        entra.authorityPem,
        method,
        { ...authorization, ...type, ...headers },
        content,
      );
    },
    async stop() {
      context.clock.stop();
      await entra.stop();
    },
  };
}

function send(url: URL, ca: string, method: string, headers: Record<string, string>, body?: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type']?.includes('json');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Polls until `read` gives something, at most 30 s. */
export async function eventually<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`It did not happen within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
