import { randomUUID } from 'node:crypto';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Answer, filterPath, GENESIS_ID, patch, sample, scim, startTestUnity, type TestUnity, user } from './support';

/** The description of Unity's SCIM API, as far as it constrains requests and answers. */
const description = sample('scim.openapi');
const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
ajv.addSchema(description, 'openapi');
const compiled = new Map<string, ValidateFunction>();

let test: TestUnity;
beforeAll(async () => {
  test = await startTestUnity();
});
afterAll(() => test.unity.stop());

const PATHS = Object.keys(description.paths) as string[];
const templateOf = (path: string) =>
  PATHS.find((template) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path.split('?')[0]!));

/** Fails unless the description allows this status, media type and body for the call. */
function expectDescribed(method: string, path: string, answer: Answer): void {
  const template = templateOf(`/tenants/${GENESIS_ID}${path}`);
  const responses = description.paths[template!]?.[method.toLowerCase()]?.responses;
  let response = responses?.[String(answer.status)];
  let pointer = `/paths/${template?.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${answer.status}`;
  expect([method, path, answer.status, response]).toEqual([method, path, answer.status, expect.anything()]);
  if (response.$ref) {
    pointer = response.$ref.slice(1);
    response = description.components.responses[response.$ref.split('/').at(-1)];
  }
  if (!response.content) {
    expect(answer.body).toBe('');
    return;
  }
  const mediaType = answer.headers.get('content-type')!.split(';')[0]!;
  expect(Object.keys(response.content)).toContain(mediaType);
  const reference = `openapi#${pointer}/content/${mediaType.replaceAll('/', '~1')}/schema`;
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: encodeURI(reference) });
  compiled.set(reference, validate);
  validate(answer.body);
  expect(validate.errors ?? []).toEqual([]);
}

async function described(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
  const answer = await test.call(method, path, body, headers);
  expectDescribed(method, path, answer);
  return answer;
}

it('answers every operation on users as the description says [unity 4 openapi]', async () => {
  const { body } = await described('POST', '/Users', sample('createUser'));
  await described('GET', '/Users?startIndex=1&count=1');
  await described('GET', filterPath('Users', `userName eq "${randomUUID()}"`));
  await described('GET', `/Users/${body.id}`);
  await described('PUT', `/Users/${body.id}`, user('ana@example.test', { displayName: 'Ana' }));
  await described('PATCH', `/Users/${body.id}`, patch({ op: 'Replace', path: 'displayName', value: 'Ana L' }));
  test.context.switches.patchResponse = 204;
  await described('PATCH', `/Users/${body.id}`, patch({ op: 'Replace', path: 'displayName', value: 'Ana' }));
  test.context.switches.patchResponse = 200;
  expect((await described('DELETE', `/Users/${body.id}`)).status).toBe(204);
});

it('is a check that a wrong body, a wrong status and a wrong media type do not pass', async () => {
  const answer = await test.call('GET', '/Users');
  const { totalResults: _left, ...wrongBody } = answer.body;
  expect(() => expectDescribed('GET', '/Users', answer)).not.toThrow();
  expect(() => expectDescribed('GET', '/Users', { ...answer, body: wrongBody })).toThrow('totalResults');
  expect(() => expectDescribed('GET', '/Users', { ...answer, status: 201 })).toThrow();
  expect(() => expectDescribed('GET', '/Users', { ...answer, headers: new Headers({ 'Content-Type': 'text/html' }) })).toThrow();
});

it('answers every operation on groups as the description says [unity 4.6 groups]', async () => {
  const { body } = await described('POST', '/Groups', sample('createGroup'));
  await described('GET', '/Groups');
  await described('GET', `/Groups/${body.id}`);
  await described('PUT', `/Groups/${body.id}`, sample('createGroup'));
  await described('PATCH', `/Groups/${body.id}`, patch({ op: 'Replace', path: 'displayName', value: 'H' }));
  expect((await described('DELETE', `/Groups/${body.id}`)).status).toBe(204);
});

it('answers discovery as the description says, and claims PATCH and filters, not bulk [unity 4 discovery]', async () => {
  const config = await described('GET', '/ServiceProviderConfig');
  expect(config.body).toMatchObject({
    patch: { supported: true },
    filter: { supported: true, maxResults: 100 },
    bulk: { supported: false },
  });
  const types = await described('GET', '/ResourceTypes');
  expect(types.body.Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(['/Users', '/Groups']);
  const schemas = await described('GET', '/Schemas');
  expect(schemas.body.Resources.map(({ id }: { id: string }) => id)).toContain('urn:ietf:params:scim:schemas:core:2.0:User');
});

it.each(['gatewayFor401_403_429', 'scimEverywhere'] as const)(
  'refuses as the description says, errorStyle %s',
  async (errorStyle) => {
    Object.assign(test.context.switches, { errorStyle });
    const statuses = [
      await described('GET', '/Users', undefined, { Authorization: 'Bearer made-up' }),
      await described('GET', filterPath('Users', 'userName co "a"')),
      await described('GET', `/Users/${randomUUID()}`),
      await described('POST', '/Users', user('olga@example.test')),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 400, 404, 409]);
    await test.person.setScimEnabled(false);
    expect((await described('GET', '/Users')).status).toBe(403);
    await test.person.setScimEnabled(true);
    test.context.switches.scimRateLimit = 'on';
    test.context.clock.setSpeed(0.001);
    let last = await described('GET', '/Users?count=0');
    for (let call = 2; call <= 21; call += 1) last = await described('GET', '/Users?count=0');
    expect(last.status).toBe(429);
    test.context.clock.setSpeed(1);
    test.context.clock.advance(2000);
    Object.assign(test.context.switches, { errorStyle: 'gatewayFor401_403_429', scimRateLimit: 'off' });
  },
);

it('has no operation that the description does not name [unity 4 absent]', async () => {
  for (const template of PATHS)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const path = template.replace('{organizationId}', GENESIS_ID).replace('{id}', 'x');
      const isDescribed = description.paths[template][method.toLowerCase()] !== undefined;
      const { status, body } = await scim(method, `${test.unity.scimUrl}${path}`);
      expect([method, template, status, body.code]).toEqual([method, template, isDescribed ? 401 : 404, isDescribed ? 51 : 4]);
    }
});
