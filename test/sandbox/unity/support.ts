import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCallLog } from '../../../sandbox/core/calls';
import { createClock } from '../../../sandbox/core/clock';
import type { SandboxContext } from '../../../sandbox/core/context';
import { createFaultTable } from '../../../sandbox/core/faults';
import type { UnityService } from '../../../sandbox/core/services';
import { type Switches, switchesSchema } from '../../../sandbox/core/switches';
import { tenantSchema } from '../../../sandbox/core/tenant';
import { createDashboardPerson, type DashboardPerson } from '../../../sandbox/unity/person';
import { startUnity } from '../../../sandbox/unity/startUnity';

export const GENESIS_ID = '1234567890123';
export const OTHER_GENESIS_ID = '9876543210987';

/** A tenant with two organizations: `example.test` is validated in both, and Olga was a member of the first before SCIM. */
const tenant = tenantSchema.parse({
  tenantId: '11111111-1111-4111-8111-111111111111',
  name: 'Example',
  domain: 'example.test',
  users: [
    { id: '22222222-2222-4222-8222-222222222222', userPrincipalName: 'ana@example.test', displayName: 'Ana Lee', signsIn: true },
  ],
  organizations: [
    {
      genesisId: GENESIS_ID,
      uuid: '33333333-3333-4333-8333-333333333333',
      name: 'Example Games',
      validatedDomains: ['example.test'],
      members: [
        { email: 'olga@example.test', displayName: 'Olga Owner', type: 'owner' },
        { email: 'gus@elsewhere.test', displayName: 'Gus Guest', type: 'guest' },
      ],
    },
    {
      genesisId: OTHER_GENESIS_ID,
      uuid: '44444444-4444-4444-8444-444444444444',
      name: 'Example Labs',
      validatedDomains: ['example.test'],
    },
  ],
});

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a SCIM body is whatever the service sent
  body: any;
}

export interface TestUnity {
  unity: UnityService;
  context: SandboxContext;
  person: DashboardPerson;
  /** A token of a service account that may use SCIM in the first organization. */
  token: string;
  accountId: string;
  /** Calls SCIM of the first organization; `path` starts after its base, for example `/Users`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** Starts a pretend Unity with one service account that is ready; the rate limit is off unless a switch says otherwise. */
export async function startTestUnity(switches: Partial<Switches> = {}): Promise<TestUnity> {
  const context: SandboxContext = {
    clock: createClock(),
    faults: createFaultTable(),
    calls: createCallLog(),
    switches: switchesSchema.parse({ scimRateLimit: 'off', ...switches }),
    tenant,
    bot: { appId: '55555555-5555-4555-8555-555555555555', secret: 'not a secret' },
  };
  const unity = await startUnity(context, { port: 0, portSetting: 'UNITY_PORT' });
  const person = createDashboardPerson(unity.dashboardUrl, GENESIS_ID);
  const accountId = await person.createServiceAccount('Entra SCIM');
  await person.giveScimAuthenticator(accountId);
  const token = await person.addBearerToken(accountId);
  const base = `${unity.scimUrl}/tenants/${GENESIS_ID}`;
  return {
    unity,
    context,
    person,
    token,
    accountId,
    call: (method, path, body, headers) => scim(method, `${base}${path}`, body, { Authorization: `Bearer ${token}`, ...headers }),
  };
}

/** One SCIM call with the headers that Entra sends; a text body is sent as it is. */
export async function scim(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/scim+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A documentation sample, read anew so that a test may change it. */
// biome-ignore lint/suspicious/noExplicitAny: fixtures are JSON of many shapes
export function sample(name: string): any {
  return JSON.parse(readFileSync(join(__dirname, '../../fixtures/contracts/unity', `${name}.json`), 'utf8'));
}

export const user = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  ...more,
});

export const patch = (...Operations: object[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

export const filterPath = (resource: string, filter: string) => `/${resource}?filter=${encodeURIComponent(filter)}`;
