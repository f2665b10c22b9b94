import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGuidedAdministration } from '../../src/unity/guided';

it.each(['https://cloud.unity.com', 'https://cloud.unity.com/'])(
  'links to the settings of the organization under %s [unity 9 settings]',
  (dashboardUrl) => {
    const administration = createGuidedAdministration({ dashboardUrl });
    expect(administration.guide('1234567890123').settingsUrl).toBe(
      'https://cloud.unity.com/home/organizations/1234567890123/settings',
    );
  },
);

it('names the role, the token and both wordings of the single sign-on page [unity 3.1 path]', () => {
  const { serviceAccountsPath, singleSignOnPath } = createGuidedAdministration({ dashboardUrl: 'https://cloud.unity.com' }).guide(
    '1234567890123',
  );
  expect(serviceAccountsPath.join(' > ')).toMatch(/Service accounts.*SCIM Authenticator.*Add bearer token/);
  expect(singleSignOnPath.join(' > ')).toMatch(/Single sign-on \(or: SSO\).*SCIM Provisioning.*SCIM base connector URL/);
});

it('an organization number cannot lead elsewhere [unity 9 settings]', () => {
  const { settingsUrl } = createGuidedAdministration({ dashboardUrl: 'https://cloud.unity.com' }).guide('../../x?y#z');
  expect(new URL(settingsUrl).pathname).toBe('/home/organizations/..%2F..%2Fx%3Fy%23z/settings');
});

it('no file of the bot names Unity’s internal host or an API for its dashboard [unity 7 internal]', () => {
  const source = join(__dirname, '..', '..', 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const texts = files.map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }));
  expect(texts.filter(({ text }) => text.includes('services.api.unity.com')).length).toBeGreaterThan(0);
  const internal = /\/\/services\.unity\.com|genesis-token-exchange|app-linking|token-exchange\b|api\/unity\/v\d|api\/access\//;
  expect(texts.filter(({ text }) => internal.test(text)).map(({ file }) => file)).toEqual([]);
});
