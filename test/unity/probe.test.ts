import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUnityClient, type UnityClientSettings } from '../../src/unity/createUnityClient';
import { type Answer, type ScriptedServer, startScriptedServer } from '../entra/scriptedServer';

const sample = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'contracts', 'unity', `${name}.json`), 'utf8'));

let unity: ScriptedServer;
let waits: number[];
beforeEach(async () => {
  unity = await startScriptedServer();
  waits = [];
});
afterEach(() => unity.close());

const scimToken = 'made-up-scim-token';
const base = () => `${unity.url}/scim/v2/tenants/1234567890123`;
const clientOf = (timeoutSeconds = 5, more: Partial<UnityClientSettings> = {}) =>
  createUnityClient({
    allowedScimUrl: `${unity.url}/scim/v2`,
    timeoutSeconds,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    ...more,
  });
const domains = ['example.test'];
const probe = ({ waitForRole = false, token = scimToken, address = base(), named = domains } = {}) =>
  clientOf().probeScim({ scimConnectorUrl: address, scimToken: token, waitForRole, domains: named });
/** Whom each search asked for. */
const sought = () =>
  unity.requests.flatMap(
    ({ url }) => /^userName eq "(.*)"$/.exec(new URL(url, unity.url).searchParams.get('filter') ?? '')?.[1] ?? [],
  );

const list = (totalResults = 0, more: object = {}): Answer => ({
  body: { ...sample('emptyListResponse'), totalResults, ...more },
});
const gateway = (status: number, code: number | undefined, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { ...sample('gatewayError'), status, code },
});
const scimError = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/scim+json', ...headers },
  body: { ...sample('scimError'), status: String(status) },
});
const config: Answer = {
  body: { patch: { supported: true }, filter: { supported: true, maxResults: 100 }, bulk: { supported: false } },
};

describe('a probe that succeeds', () => {
  it('asks as Entra does, then counts, then looks at the claims [unity 5 sequence] [unity 0.1 read only] [unity 4.1 bearer]', async () => {
    unity.answers(list(), list(42), config);
    await expect(probe()).resolves.toEqual({
      totalResults: 42,
      claims: { patch: true, filter: true, bulk: false },
      filter: 'answered',
    });
    const [filtered, counted, claims] = unity.requests;
    expect(new URL(filtered?.url ?? '', unity.url).searchParams.get('filter')).toMatch(/^userName eq "[0-9a-f-]{36}"$/);
    expect(counted?.url).toBe('/scim/v2/tenants/1234567890123/Users?startIndex=1&count=1');
    expect(claims?.url).toBe('/scim/v2/tenants/1234567890123/ServiceProviderConfig');
    for (const { method, headers } of unity.requests)
      expect([method, headers.authorization, headers.cookie]).toEqual(['GET', `Bearer ${scimToken}`, undefined]);
  });

  it('keeps flags of the address out of its own calls [unity 3.2 query]', async () => {
    unity.answers(list(), list(), config);
    await probe({ address: `${base()}/?aadOptscim062020` });
    expect(unity.requests.map(({ url }) => url).join()).not.toContain('aadOptscim062020');
  });

  it.each(['a', 'eyJhbGciOiJub25lIn0.e30.', '~!@#$%^&*()_+-=[]{}|;:,.<>/?', 'x'.repeat(3000)])(
    'sends a token of any form as it is: %s [unity 1 opaque token]',
    async (token) => {
      unity.answers(list(), list(), config);
      await probe({ token });
      expect(unity.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${token}`));
    },
  );

  it('takes a list without Resources [unity 4.2 no-resources]', async () => {
    unity.answers(list(0, { Resources: undefined }), list(0, { Resources: undefined }), config);
    await expect(probe()).resolves.toMatchObject({ totalResults: 0 });
  });

  it.each<[string, Answer]>([
    ['refused', gateway(401, 51)],
    ['missing', gateway(404, 4)],
    ['a web page', { body: '<html></html>' }],
    ['cut off', 'drop'],
  ])('does not depend on ServiceProviderConfig: %s [unity 5 claims]', async (_, answer) => {
    unity.answers(list(), list(7), answer);
    await expect(probe()).resolves.toEqual({
      totalResults: 7,
      claims: { patch: null, filter: null, bulk: null },
      filter: 'answered',
    });
  });

  it('logs what ServiceProviderConfig claims, and nothing of the address or the token', async () => {
    unity.answers(list(), list(7), config);
    const lines: unknown[] = [];
    const client = clientOf(5, { log: { debug: (...line) => lines.push(line) } });
    await client.probeScim({ scimConnectorUrl: base(), scimToken, waitForRole: false, domains });
    expect(lines).toEqual([[{ claims: { patch: true, filter: true, bulk: false } }, 'ServiceProviderConfig']]);
  });
});

describe('a search that is refused although the list is answered', () => {
  const uuid = /^[0-9a-f-]{36}$/;
  const inDomain = (domain: string) => expect.stringMatching(new RegExp(`^[0-9a-f-]{36}@${domain.replaceAll('.', '\\.')}$`));

  it('is repeated with an address in a validated domain, and needs one [unity 5 400-domain]', async () => {
    unity.answers(scimError(400), list(7), list(), config);
    await expect(probe()).resolves.toMatchObject({ totalResults: 7, filter: 'needs_domain', claims: { patch: true } });
    expect(sought()).toEqual([expect.stringMatching(uuid), inDomain('example.test')]);
  });

  it('is refused with such an address too: Entra may fail on it [unity 5 400]', async () => {
    unity.answers(scimError(400), list(7), gateway(400, 55), config);
    await expect(probe()).resolves.toMatchObject({ totalResults: 7, filter: 'refused' });
  });

  it('is repeated for the first three domains, since one may not be validated yet [unity 5 400-domain]', async () => {
    const named = ['a.test', 'b.test', 'c.test', 'd.test'];
    unity.answers(scimError(400), list(7), scimError(400), list(), config);
    await expect(probe({ named })).resolves.toMatchObject({ filter: 'needs_domain' });
    expect(sought().slice(1)).toEqual([inDomain('a.test'), inDomain('b.test')]);
    unity.answers(scimError(400), list(7), scimError(400), scimError(400), scimError(400), config);
    await expect(probe({ named })).resolves.toMatchObject({ filter: 'refused' });
    expect(sought().slice(4)).toEqual([inDomain('a.test'), inDomain('b.test'), inDomain('c.test')]);
  });

  it.each<[string, Answer, string]>([
    ['401', gateway(401, 51), 'scim_credentials_rejected'],
    ['a web page', { body: '<html></html>' }, 'scim_not_scim'],
  ])('ends the probe when the repeated search is answered by %s', async (_, answer, code) => {
    unity.answers(scimError(400), list(7), answer);
    await expect(probe()).rejects.toMatchObject({ code });
  });

  it('is refused where no domain is named', async () => {
    unity.answers(scimError(400), list(7), config);
    await expect(probe({ named: [] })).resolves.toMatchObject({ filter: 'refused' });
  });
});

describe('a probe that fails', () => {
  const facts = (status: number) => ({ scimConnectorUrl: base(), status });
  it.each<[string, Answer, object]>([
    [
      'a web page [unity 5 not-scim]',
      { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } },
      { code: 'scim_not_scim' },
    ],
    ['JSON that is no list [unity 5 not-scim]', { body: { hello: 'world' } }, { code: 'scim_not_scim' }],
    ['an empty body [unity 5 not-scim]', {}, { code: 'scim_not_scim' }],
    ['401 with code 51 [unity 5 401]', gateway(401, 51), { code: 'scim_credentials_rejected' }],
    ['401 without a code [unity 5 401]', gateway(401, undefined), { code: 'scim_credentials_rejected' }],
    ['401 of the SCIM service [unity 4.7 both formats]', scimError(401), { code: 'scim_credentials_rejected' }],
    ['401 with code 52 [unity 5 expired]', gateway(401, 52), { code: 'scim_token_expired' }],
    ['403 of the gateway [unity 5 403]', gateway(403, 53), { code: 'scim_forbidden' }],
    ['403 of the SCIM service [unity 4.7 both formats]', scimError(403), { code: 'scim_forbidden' }],
    ['404 with code 4 [unity 5 404-path]', gateway(404, 4), { code: 'scim_path_wrong' }],
    ['404 with code 54 [unity 5 404-organization]', gateway(404, 54), { code: 'scim_organization_unknown' }],
    ['404 of the SCIM service [unity 5 404-organization]', scimError(404), { code: 'scim_organization_unknown' }],
    [
      'a redirect, which is not followed [unity 5 not-scim]',
      { status: 302, headers: { location: '/elsewhere' } },
      { code: 'scim_not_scim' },
    ],
    ['another status', { status: 418 }, { code: 'unity_refused' }],
  ])('on %s', async (_, answer, expected) => {
    unity.answers(answer);
    await expect(probe()).rejects.toMatchObject({ ...expected, facts: { scimConnectorUrl: base() } });
    expect(unity.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('keeps the request id of the gateway [unity 4.7 gateway]', async () => {
    unity.answers(gateway(403, 53));
    await expect(probe()).rejects.toMatchObject({ facts: { ...facts(403), requestId: sample('gatewayError').requestId } });
  });

  it('on 400 to both lists is refused [unity 5 400]', async () => {
    unity.answers(scimError(400), gateway(400, 55));
    await expect(probe()).rejects.toMatchObject({ code: 'unity_refused', facts: { status: 400 } });
  });

  it('sends nothing to an address that is not allowed [unity 3.2 allow-list]', async () => {
    const other = await startScriptedServer();
    try {
      await expect(probe({ address: `${other.url}/scim/v2/tenants/1234567890123` })).rejects.toMatchObject({
        code: 'scim_address_refused',
      });
      expect(other.requests).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  it.each(['cut in\ntwo', 'two words', ' padded', 'ümlaut', ''])(
    'sends nothing for the token %j, which no header can carry [unity 5 401]',
    async (token) => {
      const error = await probe({ token }).catch((caught) => caught);
      expect(error).toMatchObject({ code: 'scim_credentials_rejected', facts: { expired: false } });
      if (token !== '') expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(token);
      expect(unity.requests).toHaveLength(0);
    },
  );

  it('never repeats the token [unity 5 no echo]', async () => {
    unity.always((request) => ({ status: 403, body: { code: 53, detail: request.headers.authorization, requestId: scimToken } }));
    const error = await probe().catch((caught) => caught);
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(scimToken);
  });
});

describe('what may pass', () => {
  const passing: [string, Answer][] = [
    ['500', gateway(500, 0)],
    ['502', gateway(502, 6)],
    ['503 without a body', { status: 503 }],
    ['504', gateway(504, 2)],
    ['a cut connection', 'drop'],
  ];

  it.each(passing)('is asked again after 1 s: %s [unity 5 5xx]', async (_, answer) => {
    unity.answers(answer, list(), answer, list(7), config);
    await expect(probe()).resolves.toMatchObject({ totalResults: 7, claims: { patch: true } });
    expect(waits).toEqual([1000, 1000]);
  });

  it.each(passing)('a third time ends it: %s [unity 5 5xx]', async (_, answer) => {
    unity.always(answer);
    await expect(probe()).rejects.toMatchObject({ code: 'unity_unreachable', facts: { scimConnectorUrl: base() } });
    expect([unity.requests.length, waits]).toEqual([3, [1000, 2000]]);
  });

  it('is asked again when no answer came in time, and ends after the third [unity 5 5xx]', async () => {
    const impatient = clientOf(1.5);
    const act = () => impatient.probeScim({ scimConnectorUrl: base(), scimToken, waitForRole: false, domains });
    unity.answers('hang', list(), list(7), config);
    await expect(act()).resolves.toMatchObject({ totalResults: 7 });
    unity.always('hang');
    await expect(act()).rejects.toMatchObject({ code: 'unity_unreachable', facts: { status: null } });
    expect([unity.requests.length, waits]).toEqual([7, [1000, 1000, 2000]]);
  });

  it('begins with the wait of the settings, and goes before it where Unity names one [unity 5 5xx]', async () => {
    unity.answers({ status: 503 }, { status: 503, headers: { 'retry-after': '9' } }, list(), list(7), config);
    await clientOf(5, { firstWaitMs: 50 }).probeScim({ scimConnectorUrl: base(), scimToken, waitForRole: false, domains });
    expect(waits).toEqual([50, 9000]);
  });

  it('ends at once when Unity asks for more than a minute [unity 5 5xx]', async () => {
    unity.answers({ status: 503, headers: { 'retry-after': '61' } });
    await expect(probe()).rejects.toMatchObject({ code: 'unity_unreachable' });
    expect(waits).toEqual([]);
  });

  it('is asked again for two minutes in all, whatever call it was', async () => {
    let now = 0;
    const wait = async (ms: number) => {
      waits.push(ms);
      now += ms;
    };
    const slow = { status: 503, headers: { 'retry-after': '50' } };
    unity.answers(slow, slow, list(), slow, list(7), config);
    const act = clientOf(5, { wait, now: () => now }).probeScim({
      scimConnectorUrl: base(),
      scimToken,
      waitForRole: false,
      domains,
    });
    await expect(act).rejects.toMatchObject({ code: 'unity_unreachable' });
    expect(waits).toEqual([50_000, 50_000]);
  });

  it('is asked again while a role is waited for', async () => {
    unity.answers(gateway(403, 53), 'drop', { status: 503 }, list(), list(7), config);
    await expect(probe({ waitForRole: true })).resolves.toMatchObject({ totalResults: 7 });
    expect(waits).toEqual([5000, 1000, 2000]);
  });
});

describe('429', () => {
  it('is asked once more after Retry-After [unity 5 429]', async () => {
    unity.answers(gateway(429, 50, { 'retry-after': '3' }), list(), list(5), config);
    await expect(probe()).resolves.toMatchObject({ totalResults: 5 });
    expect(waits).toEqual([3000]);
  });

  it('a second time ends it [unity 5 429]', async () => {
    unity.answers(gateway(429, 50), gateway(429, 50));
    await expect(probe()).rejects.toMatchObject({ code: 'unity_throttled' });
    expect([unity.requests.length, waits]).toEqual([2, [1000]]);
  });

  it('with a wait longer than a minute ends it at once [unity 5 429]', async () => {
    unity.answers(gateway(429, 50, { 'retry-after': '61' }));
    await expect(probe()).rejects.toMatchObject({ code: 'unity_throttled' });
    expect(waits).toEqual([]);
  });
});

describe('a role given a moment ago', () => {
  it('is waited for at 5, 15 and 45 s [unity 5 role-delay]', async () => {
    unity.answers(gateway(403, 53), gateway(403, 53), scimError(403), list(), list(3), config);
    await expect(probe({ waitForRole: true })).resolves.toMatchObject({ totalResults: 3 });
    expect(waits).toEqual([5000, 15_000, 45_000]);
  });

  it('that does not come is forbidden [unity 5 role-delay]', async () => {
    unity.always(gateway(403, 53));
    await expect(probe({ waitForRole: true })).rejects.toMatchObject({ code: 'scim_forbidden' });
    expect(unity.requests).toHaveLength(4);
  });

  it('is not waited for when the token itself is refused [unity 5 role-delay]', async () => {
    unity.always(gateway(401, 51));
    await expect(probe({ waitForRole: true })).rejects.toMatchObject({ code: 'scim_credentials_rejected' });
    expect(waits).toEqual([]);
  });
});

describe('a person at Unity', () => {
  const find = (userName: string) => clientOf().findUserByUserName({ scimConnectorUrl: base(), scimToken, userName });

  it('is found by user name, quotes and all [unity 4.2 filter]', async () => {
    const user = { id: 'u-1', userName: 'Ana"X\\@Example.test', active: false };
    unity.answers(list(2, { Resources: [{ id: 'u-0', userName: 'someone@example.test' }, user] }));
    await expect(find('ana"x\\@example.test')).resolves.toEqual(user);
    expect(new URL(unity.requests[0]?.url ?? '', unity.url).searchParams.get('filter')).toBe(
      'userName eq "ana\\"x\\\\@example.test"',
    );
  });

  it('is found although Unity was away for a moment [unity 5 5xx]', async () => {
    unity.answers({ status: 503 }, 'drop', list(1, { Resources: [{ id: 'u-1', userName: 'ana@example.test' }] }));
    await expect(find('ana@example.test')).resolves.toMatchObject({ id: 'u-1' });
    expect(waits).toEqual([1000, 2000]);
  });

  it('that Unity does not have is undefined', async () => {
    unity.answers(list());
    await expect(find('nobody@example.test')).resolves.toBeUndefined();
  });

  it('is not found where Unity refuses the filter [unity 5 400]', async () => {
    unity.answers(scimError(400));
    await expect(find('ana@example.test')).rejects.toMatchObject({ code: 'scim_filter_refused' });
  });
});
