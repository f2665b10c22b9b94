import { parseScimAddress } from '../../src/unity/scimAddress';

const allowed = 'https://services.api.unity.com/scim/v2';
const own = 'https://services.api.unity.com/scim/v2/tenants/1234567890123';

it.each([own, `${own}/`, `  ${own}  `, `${own}?aadOptscim062020`, own.replace('services', 'SERVICES')])(
  '%j is one connector, without slash and query [unity 3.2 slash]',
  (typed) => {
    expect(parseScimAddress(typed, allowed)).toEqual({ baseUrl: own, organizationId: '1234567890123' });
  },
);

it.each([
  'http://services.api.unity.com/scim/v2/tenants/1234567890123',
  'https://services.unity.com/scim/v2/tenants/1234567890123',
  'https://services.api.unity.com.example.test/scim/v2/tenants/1234567890123',
  'https://services.api.unity.com:8443/scim/v2/tenants/1234567890123',
  'https://someone:secret@services.api.unity.com/scim/v2/tenants/1234567890123',
  'https://services.api.unity.com@example.test/scim/v2/tenants/1234567890123',
  'https://services.api.unity.com/scim/v2/tenants/default',
  'https://services.api.unity.com/scim/v2/tenants/12345',
  'https://services.api.unity.com/scim/v2/tenants/123456789012345678901',
  'https://services.api.unity.com/scim/v2/tenants/33333333-3333-4333-8333-333333333333',
  'https://services.api.unity.com/scim/v2/tenants/1234567890123/Users',
  'https://services.api.unity.com/scim/v2/tenants/1234567890123/../../../elsewhere',
  'https://services.api.unity.com/scim/v2',
  'https://cloud.unity.com/home/organizations/1234567890123/settings',
  'https://127.0.0.1/scim/v2/tenants/1234567890123',
])('%s gets no token [unity 3.2 allow-list]', (typed) => {
  expect(() => parseScimAddress(typed, allowed)).toThrow(
    expect.objectContaining({ code: 'scim_address_refused', facts: { host: new URL(typed).host } }),
  );
});

it('a text that is no address is refused and not repeated: it may be the token [unity 5 no echo]', () => {
  expect(() => parseScimAddress('made-up-scim-token', allowed)).toThrow(
    expect.objectContaining({ code: 'scim_address_refused', facts: { host: 'unreadable' } }),
  );
});

it('plain http is for this machine only, even where the settings name it [unity 3.2 https]', () => {
  const local = 'http://127.0.0.1:4100/scim/v2';
  expect(parseScimAddress(`${local}/tenants/1234567890123`, `${local}/`).baseUrl).toBe(`${local}/tenants/1234567890123`);
  const elsewhere = 'http://unity.example.test/scim/v2';
  expect(() => parseScimAddress(`${elsewhere}/tenants/1234567890123`, elsewhere)).toThrow(
    expect.objectContaining({ code: 'scim_address_refused' }),
  );
});
