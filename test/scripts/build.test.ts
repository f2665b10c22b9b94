import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { commandsOf, copiesOf, stampOf } = require('../../scripts/build.cjs') as {
  stampOf: (folder: string) => string;
  copiesOf: (folder: string) => [string, string][];
  commandsOf: (folder: string) => { scopes: string[]; commands: { title: string }[] }[];
};

describe('the build', () => {
  let folder: string;
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'build-'));
    write('src/index.ts', 'export {};');
    write('sandbox/page/client/main.ts', 'export {};');
    write('tsconfig.json', '{}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('sees no change when nothing changed', () => {
    expect(stampOf(folder)).toBe(stampOf(folder));
  });
  it.each([
    ['a source', 'src/index.ts', 'export const a = 1;'],
    ['a new file', 'src/other.ts', ''],
    ['a page file', 'sandbox/page/static/page.css', 'a {}'],
    ['a setting', 'tsconfig.json', '{"files":[]}'],
    ['a package', 'package-lock.json', '{}'],
    ['what scripts draw', 'test/support/cardSamples.ts', 'export const samples = [];'],
  ])('sees a change of %s', (_what, file, text) => {
    const before = stampOf(folder);
    write(file, text);
    expect(stampOf(folder)).not.toBe(before);
  });
  it('does not look at what it made itself', () => {
    const before = stampOf(folder);
    write('dist/src/index.js', '');
    expect(stampOf(folder)).toBe(before);
  });
  it('copies data, styles and pages beside the compiled code, and no source', () => {
    write('sandbox/tenants/contoso.json', '{}');
    write('sandbox/page/static/page.css', '');
    write('sandbox/page/tsconfig.json', '{}');
    write('src/store/migrations/0001.sql', '');
    expect(copiesOf(folder)).toEqual([
      ['sandbox/page/static/page.css', 'dist/sandbox/page/static/page.css'],
      ['sandbox/tenants/contoso.json', 'dist/sandbox/tenants/contoso.json'],
      ['src/store/migrations/0001.sql', 'dist/src/store/migrations/0001.sql'],
    ]);
  });
  it('offers the commands of the manifest on the page', () => {
    expect(commandsOf(folder)).toEqual([]);
    const commandLists = [{ scopes: ['personal'], commands: [{ title: 'help', description: 'What I can do' }] }];
    write('appPackage/manifest.json', JSON.stringify({ bots: [{ commandLists }] }));
    expect(commandsOf(folder)).toEqual(commandLists);
  });
});
