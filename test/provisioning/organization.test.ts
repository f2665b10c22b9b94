import { parseOrganization } from '../../src/provisioning/organization';

const scim = 'https://services.api.unity.com/scim/v2';
const number = '1234567890123';
const found = { organizationId: number, scimConnectorUrl: `${scim}/tenants/${number}` };
const problem = (text: string) => {
  const answer = parseOrganization(text, scim);
  return 'problem' in answer ? answer.problem.code : answer;
};

describe('parseOrganization', () => {
  it.each([
    number,
    ` ${number}\u00a0`,
    `"${number}"`,
    `<${number}>.`,
    `https://cloud.unity.com/home/organizations/${number}/settings`,
    `cloud.unity.com/home/organizations/${number}`,
    `HTTPS://Cloud.Unity.com/home/organizations/${number}/projects?tab=1#x`,
    `${scim}/tenants/${number}`,
    `${scim}/tenants/${number}/`,
    `<${scim}/tenants/${number}>`,
  ])('reads %j [unity 3.2 connector URL]', (text) => {
    expect(parseOrganization(text, scim)).toEqual(found);
  });

  it('keeps a number that JavaScript cannot count exactly [unity 1 Genesis ID]', () => {
    expect(parseOrganization('18446744073709551615', scim)).toMatchObject({ organizationId: '18446744073709551615' });
  });

  it.each([
    ['', 'organization_empty'],
    ['  ', 'organization_empty'],
    ['default', 'organization_default'],
    ['https://cloud.unity.com/home/organizations/default/settings', 'organization_default'],
    ['0d9f2b1e-5a34-4c8e-9b1f-2a6c7d8e9f00', 'organization_uuid'],
    ['https://cloud.unity.com/home/organizations/0D9F2B1E-5A34-4C8E-9B1F-2A6C7D8E9F00', 'organization_uuid'],
    [`${scim}/tenants/0d9f2b1e-5a34-4c8e-9b1f-2a6c7d8e9f00`, 'organization_uuid'],
    ['12345', 'organization_number_length'],
    ['123456789012345678901', 'organization_number_length'],
    ['Contoso Games', 'organization_not_understood'],
    ['contoso-games', 'organization_not_understood'],
    ['https://cloud.unity.com/', 'organization_missing_in_url'],
    [`${scim}/tenants/${number}/Users`, 'organization_path'],
    [`${scim}/tenants/${number}?aadOptscim062020`, 'organization_path'],
    [`https://services.api.unity.com/scim/v2x/tenants/${number}`, 'organization_path'],
    [`https://services.api.unity.com/tenants/${number}`, 'organization_path'],
    [`http://services.api.unity.com/scim/v2/tenants/${number}`, 'organization_host'],
    [`https://services.api.unity.com.evil.example/scim/v2/tenants/${number}`, 'organization_host'],
    [`https://services.api.unity.com@evil.example/scim/v2/tenants/${number}`, 'organization_host'],
    [`https://services.unity.com/scim/v2/tenants/${number}`, 'organization_host'],
    [`https://services.api.unity.com:8443/scim/v2/tenants/${number}`, 'organization_host'],
    [`https://cloud.unity.com.evil.example/home/organizations/${number}`, 'organization_host'],
    [`javascript:alert(${number})/x`, 'organization_not_understood'],
    [`${scim}/tenants/%zz`, 'organization_not_understood'],
    [`${number} ${number}`, 'organization_not_understood'],
  ])('refuses %j: %s [unity 3.2 allow-list]', (text, code) => {
    expect(problem(text)).toBe(code);
  });

  it.each([
    ['default', 'organization_default'],
    ['0d9f2b1e-5a34-4c8e-9b1f-2a6c7d8e9f00', 'organization_uuid'],
    ['contoso-games', 'organization_not_understood'],
  ])('takes %s for no number: %s [unity 1 other names]', (text, code) => {
    expect(problem(text)).toBe(code);
    expect(problem(`https://cloud.unity.com/home/organizations/${text}/settings`)).toMatch(/^organization_/);
    expect(problem(`${scim}/tenants/${text}`)).toMatch(/^organization_/);
  });

  it('names the host that it refused', () => {
    expect(parseOrganization('https://evil.example/scim/v2/tenants/1234567890123', scim)).toEqual({
      problem: { code: 'organization_host', host: 'evil.example' },
    });
  });

  it('follows the addresses of the settings', () => {
    const [local, dashboard] = ['http://127.0.0.1:4003/scim/v2', 'http://127.0.0.1:4003/__dashboard'];
    const answer = { organizationId: number, scimConnectorUrl: `${local}/tenants/${number}` };
    expect(parseOrganization(number, `${local}/`, dashboard)).toEqual(answer);
    expect(parseOrganization(`${local}/tenants/${number}`, local, dashboard)).toEqual(answer);
    expect(parseOrganization(`${dashboard}/home/organizations/${number}/settings`, local, dashboard)).toEqual(answer);
    expect(parseOrganization(`${scim}/tenants/${number}`, local, dashboard)).toMatchObject({
      problem: { code: 'organization_host' },
    });
  });
});
