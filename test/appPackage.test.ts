import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { AppManifestUtils } from '@microsoft/app-manifest';
import { CONNECTIONS } from '../sandbox/teams/connections';
import { drawIcons } from '../scripts/icons';
import { fillPlaceholders, PackageError, packageApp } from '../scripts/package';
import { COMMAND_FORMS } from '../src/provisioning/commands';

const root = join(__dirname, '..');
const read = (...path: string[]) => readFileSync(join(root, ...path));
const BOT_ID = '11111111-2222-4333-8444-555555555555';
const values = {
  BOT_ID,
  TEAMS_APP_ID: '66666666-2222-4333-8444-555555555555',
  AAD_APP_CLIENT_ID: '77777777-2222-4333-8444-555555555555',
  AAD_APP_OBJECT_ID: '88888888-2222-4333-8444-555555555555',
  AAD_APP_ACCESS_AS_USER_PERMISSION_ID: '99999999-2222-4333-8444-555555555555',
  DEVELOPER_NAME: 'Contoso IT',
  DEVELOPER_WEBSITE_URL: 'https://contoso.example',
  DEVELOPER_PRIVACY_URL: 'https://contoso.example/privacy',
  DEVELOPER_TERMS_URL: 'https://contoso.example/terms',
};
const filled = (file: string) => JSON.parse(fillPlaceholders(read(file).toString(), values, 'the test'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-package-'));
  mkdirSync(join(folder, 'env'));
  cpSync(join(root, 'appPackage'), join(folder, 'appPackage'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const writeEnv = (of: Record<string, string>) =>
  writeFileSync(
    join(folder, 'env/.env.local'),
    Object.entries(of)
      .map(([name, value]) => `${name}="${value}"`)
      .join('\n'),
  );

describe('the manifest', () => {
  it('is valid by the schemas of Microsoft’s package, without a network [teams 6 manifest]', async () => {
    const file = join(folder, 'manifest.json');
    writeFileSync(file, JSON.stringify(filled('appPackage/manifest.json')));
    const [, errors] = await AppManifestUtils.readAndValidateTeamsManifest(file);
    expect(errors).toEqual([]);
  });

  it('a wrong one is found by the same check', async () => {
    const file = join(folder, 'manifest.json');
    const manifest = filled('appPackage/manifest.json');
    writeFileSync(file, JSON.stringify({ ...manifest, name: { ...manifest.name, short: 'x'.repeat(31) } }));
    const [, errors] = await AppManifestUtils.readAndValidateTeamsManifest(file);
    expect(errors).not.toEqual([]);
  });

  it('serves personal, team and group chats and lists every command [teams 6 commands]', () => {
    const { bots, manifestVersion } = filled('appPackage/manifest.json');
    expect(manifestVersion).toBe('1.29');
    expect(bots[0].scopes).toEqual(['personal', 'team', 'groupChat']);
    const titles = bots[0].commandLists[0].commands.map(({ title }: { title: string }) => title);
    expect(new Set(titles)).toEqual(new Set(COMMAND_FORMS.map((form) => form.replace(/ \S+@.*/, ''))));
  });

  it('names one resource with the Entra app, the form that Teams asks of a bot [teams 2.4 one string] [teams 2.4 valid domains]', () => {
    const resource = `api://botid-${BOT_ID}`;
    const manifest = filled('appPackage/manifest.json');
    const entraApp = filled('aad.manifest.json');
    expect(manifest.webApplicationInfo).toEqual({ id: values.AAD_APP_CLIENT_ID, resource });
    expect(entraApp.identifierUris).toEqual([resource]);
    expect(entraApp.appId).toBe(manifest.webApplicationInfo.id);
    const example = read('env/.env.example').toString();
    expect(/^OAUTH_DOMAIN=(.+)$/m.exec(example)?.[1]).toBe(manifest.validDomains[0]);
    expect(entraApp.web.redirectUris).toEqual([`https://${manifest.validDomains[0]}/.auth/web/redirect`]);
  });
});

describe('aad.manifest.json', () => {
  it('lets both Teams clients sign people in silently [teams 2.4 pre-authorised] [teams 2.4 registration]', () => {
    const { api, signInAudience } = filled('aad.manifest.json');
    expect(signInAudience).toBe('AzureADMyOrg');
    expect(api.requestedAccessTokenVersion).toBe(2);
    expect(api.oauth2PermissionScopes[0]).toMatchObject({ value: 'access_as_user', type: 'User' });
    expect(api.preAuthorizedApplications.map(({ appId }: { appId: string }) => appId)).toEqual([
      '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
      '5e3ce6c0-2b1f-4285-8d4b-75ee78787346',
    ]);
  });
  it('asks for the scopes of the calls that the bot makes, and for no others [entra 6 scopes]', () => {
    const [graph] = filled('aad.manifest.json').requiredResourceAccess;
    const scopes = graph.resourceAccess.map(({ id }: { id: string }) => id);
    expect(scopes.toSorted()).toEqual([
      'AppRoleAssignment.ReadWrite.All',
      'Application.Read.All',
      'AuditLog.Read.All',
      'Directory.Read.All',
      'GroupMember.Read.All',
      'Synchronization.ReadWrite.All',
      'User.Read',
      'User.Read.All',
    ]);
    // The sandbox grants what its connections ask for, so a journey there proves that these are enough.
    expect(
      Object.values(CONNECTIONS)
        .flat()
        .filter((scope) => !scopes.includes(scope)),
    ).toEqual([]);
  });
  it('asks for delegated permissions only [entra 6 application]', () => {
    const [graph] = filled('aad.manifest.json').requiredResourceAccess;
    expect(new Set(graph.resourceAccess.map(({ type }: { type: string }) => type))).toEqual(new Set(['Scope']));
  });
});

describe('the icons', () => {
  const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
  it('are what the script draws from the one SVG, in the sizes of Teams [teams 6 icons]', () => {
    const { color, outline } = drawIcons(read('appPackage/icon.svg').toString());
    const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    expect([size(color), size(outline)]).toEqual([
      [192, 192],
      [32, 32],
    ]);
    expect([hash(read('appPackage/color.png')), hash(read('appPackage/outline.png'))]).toEqual([hash(color), hash(outline)]);
  });
});

describe('npm run package', () => {
  it('zips the filled manifest and both icons into the root of the package [teams 6 zip]', async () => {
    writeEnv(values);
    const zip = readFileSync(await packageApp(folder, 'local'));
    const entries = readZip(zip);
    expect([...entries.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png']);
    expect(JSON.parse(entries.get('manifest.json')!.toString())).toEqual(filled('appPackage/manifest.json'));
    expect(entries.get('color.png')).toEqual(read('appPackage/color.png'));
  });

  it('names every missing value at once', async () => {
    const { BOT_ID: _botId, DEVELOPER_NAME: _name, ...rest } = values;
    writeEnv(rest);
    await expect(packageApp(folder, 'local')).rejects.toThrow(PackageError);
    await expect(packageApp(folder, 'local')).rejects.toThrow(/env\/\.env\.local gives no value for DEVELOPER_NAME, BOT_ID/);
  });

  it('says which file is not there, and takes no path for a name', async () => {
    await expect(packageApp(folder, 'dev')).rejects.toThrow('env/.env.dev is not there. Copy env/.env.example');
    await expect(packageApp(folder, '../x')).rejects.toThrow('no name of an environment');
  });

  it('keeps a quotation mark in a value from breaking the JSON', () => {
    expect(JSON.parse(fillPlaceholders('{"a":"$' + '{{X}}"}', { X: 'say "hi"' }, 'x'))).toEqual({ a: 'say "hi"' });
  });
});

/** Entries of a zip by its central directory: name → content. */
function readZip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < zip.readUInt16LE(end + 10); index += 1) {
    const [method, packed, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const [extra, comment, local] = [zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(from, from + packed);
    entries.set(name, method === 8 ? inflateRawSync(data) : data);
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
