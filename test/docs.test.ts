import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { faultSchema } from '../sandbox/core/faults';
import { switchesSchema } from '../sandbox/core/switches';
import { appRoleSchema, appSchema, groupSchema, organizationSchema, tenantSchema, userSchema } from '../sandbox/core/tenant';
import { CONNECTIONS } from '../sandbox/teams/connections';
import { SETTING_NAMES } from '../src/config';
import { COMMAND_FORMS } from '../src/provisioning/commands';

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const below = (folder: string, extension: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);

const readme = read('README.md');
const deploy = read('docs/deploy.md');
const sandbox = read('docs/sandbox.md');
const pages = ['README.md', ...below('docs', '.md')];
const toolkit = ['m365agents.yml', 'm365agents.local.yml'];
const infra = [...below('infra', '.bicep'), ...below('infra', '.json')];

/** The part of a page below a heading, down to the next one of the same depth or above. */
function chapter(page: string, heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`No chapter "${heading}"`);
  const after = start + heading.length + 2;
  const length = page.slice(after).search(new RegExp(`^#{1,${heading.indexOf(' ')}} `, 'm'));
  return page.slice(start, length < 0 ? undefined : after + length);
}

/** The cells of each table row, without the lines under the headings. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[ -]+\|/.test(line))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside);
const firstCells = (text: string): string[] => rows(text).flatMap(([first = '']) => quoted(first));
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');

describe('the settings in README', () => {
  const settings = rows(chapter(readme, '## Settings')).filter(([name = '']) => name.startsWith('`'));
  const examples = new Map(
    [...read('env/.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

  it('are all that the program reads, and no others', () => {
    expect(firstCells(chapter(readme, '## Settings')).sort()).toEqual([...SETTING_NAMES].sort());
  });

  it('stand in env/.env.example too', () => {
    expect(SETTING_NAMES.filter((name) => !examples.has(name))).toEqual([]);
  });

  it('have the same defaults as env/.env.example', () => {
    const named = settings.map(([name = '', byDefault = '']) => [quoted(name)[0], quoted(byDefault)[0] ?? '']);
    expect(named).toEqual(named.map(([name = '']) => [name, examples.get(name)]));
  });

  it('have a sentence each', () => {
    expect(settings.filter(([, , what = '']) => what.length < 10)).toEqual([]);
  });
});

describe('the commands in README', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
  const explained = chapter(readme, '## Every command of the project');

  it('are in package.json', () => {
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name),
    );
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('are explained, each of them', () => {
    const inTable = firstCells(explained).map((command) => command.replace(/^npm (run )?/, ''));
    expect(inTable.sort()).toEqual(scripts.sort());
  });

  it('of the chat are all that the bot offers', () => {
    expect(firstCells(chapter(readme, '## What you can type')).sort()).toEqual([...COMMAND_FORMS].sort());
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

  it('links to files and chapters that are there', () => {
    const dead = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return (
        anchor !== undefined && ![...read(file).matchAll(/^#+ (.+)$/gm)].some(([, title = '']) => anchorOf(title) === anchor)
      );
    });
    expect(dead).toEqual([]);
  });

  it('gives each picture a text', () => {
    expect([...text.matchAll(/!\[\s*\]\(/g)]).toEqual([]);
  });

  it('names no file of the project that is gone', () => {
    const named = quoted(text).filter((path) => /^(src|sandbox|scripts|test|infra|docs|env|appPackage)\/[\w./-]+\w$/.test(path));
    expect(named.filter((path) => !path.endsWith('.local') && !path.includes('.env.') && !existsSync(join(root, path)))).toEqual(
      [],
    );
  });
});

describe('one turn, followed file by file', () => {
  const stops = rows(chapter(readme, '## One turn, followed file by file')).filter(([file = '']) => file.startsWith('`'));

  it('names files that are there, and in each what is named beside it', () => {
    const wrong = stops.flatMap(([file = '', names = '']) => {
      const path = quoted(file)[0] ?? '';
      if (!existsSync(join(root, path))) return [path];
      const code = read(path);
      return quoted(names)
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(code))
        .map((name) => `${path}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('goes from the keyboard through the bot to pretend Unity and back', () => {
    const path = stops.map(([file = '']) => quoted(file)[0] ?? '');
    expect(path.length).toBeGreaterThan(30);
    expect(path[0]).toMatch(/^sandbox\/teams\//);
    expect(path.filter((file) => file.startsWith('sandbox/unity/'))).not.toEqual([]);
    expect(path.at(-1)).toMatch(/^src\/notify\//);
  });
});

describe('docs/sandbox.md', () => {
  it('names every switch with its default first', () => {
    const defaults = Object.entries(switchesSchema.parse({})).map(([name, value]) => [name, String(value)]);
    const named = rows(chapter(sandbox, '## Switches')).filter(([name = '']) => name.startsWith('`'));
    expect(named.map(([name = '', values = '']) => [quoted(name)[0], quoted(values)[0]])).toEqual(defaults);
  });

  it('names every field and every effect of a fault', () => {
    const table = firstCells(chapter(sandbox, '## Faults'));
    const effects = faultSchema.shape.effect.options.map((option) => option.shape.kind.value);
    // The heading of the second table names `effect` again.
    expect(table.filter((cell) => /^\w+$/.test(cell)).sort()).toEqual([...Object.keys(faultSchema.shape), 'effect'].sort());
    expect(effects.filter((kind) => !table.some((cell) => cell.startsWith(`{"kind":"${kind}"`)))).toEqual([]);
  });

  it('shows faults that the sandbox takes', () => {
    const shown = firstCells(chapter(sandbox, '## Faults')).filter((cell) => cell.startsWith('{'));
    const refused = shown.filter((effect) => !faultSchema.safeParse({ service: 'graph', effect: JSON.parse(effect) }).success);
    expect(refused).toEqual([]);
  });

  it('names every field of a tenant file', () => {
    const table = quoted(chapter(sandbox, '## A tenant of your own'));
    const schemas = [tenantSchema, userSchema, groupSchema, appSchema, appRoleSchema, organizationSchema];
    const fields = schemas.flatMap((schema) => Object.keys(schema.shape));
    expect(fields.filter((field) => !table.includes(field))).toEqual([]);
  });

  it('names every door of /__sandbox/', () => {
    const doors = [...read('sandbox/teams/sandboxRoutes.ts').matchAll(/routes\.(get|post|patch|delete)\('\/([\w/]+)/g)];
    expect(doors.length).toBeGreaterThan(10);
    const missing = doors
      .map(([, method = '', path = '']) => `${method.toUpperCase()} /__sandbox/${path.replace(/\/$/, '')}`)
      .filter((door) => !sandbox.includes(door));
    expect(missing).toEqual([]);
  });

  it('names every setting of the sandbox', () => {
    const starts = [
      'sandbox/commandSettings.ts',
      'sandbox/main.ts',
      'sandbox/journey/tryMain.ts',
      'sandbox/playground/playgroundMain.ts',
    ]
      .map(read)
      .join('\n');
    const names = new Set(starts.match(/\b(SANDBOX|PLAYGROUND)_[A-Z_]*[A-Z]/g));
    expect(names.size).toBeGreaterThan(5);
    expect([...names].filter((name) => !sandbox.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the way to a real tenant', () => {
  const registration = read('infra/botRegistration/azurebot.bicep');
  const scopesOf = (variable: string) => new RegExp(`var ${variable} = '([^']+)'`).exec(registration)?.[1]?.split(' ') ?? [];
  const manifest = JSON.parse(read('aad.manifest.json')) as {
    requiredResourceAccess: { resourceAccess: { id: string }[] }[];
    api: { preAuthorizedApplications: { appId: string }[] };
  };
  const asked = manifest.requiredResourceAccess.flatMap(({ resourceAccess }) => resourceAccess.map(({ id }) => id));

  it('asks for the same scopes in the manifest, in the connection and in the table of permissions', () => {
    const table = firstCells(chapter(deploy, '### Permissions'));
    expect(table.sort()).toEqual([...asked].sort());
    expect(scopesOf('scopes').sort()).toEqual([...asked].sort());
  });

  it('asks for every scope with which the sandbox proves the job', () => {
    expect(CONNECTIONS.entra?.filter((scope) => !scopesOf('scopes').includes(scope))).toEqual([]);
    expect(CONNECTIONS.entraRead?.filter((scope) => !scopesOf('readScopes').includes(scope))).toEqual([]);
    for (const scope of scopesOf('readScopes')) expect(deploy).toContain(scope);
  });

  it('names one string for sign-in everywhere, and both clients of Teams', () => {
    expect(registration).toMatch(/tokenExchangeUrl = 'api:\/\/botid-\$\{botId\}'/);
    expect(deploy).toContain('api://botid-<BOT_ID>');
    for (const { appId } of manifest.api.preAuthorizedApplications) expect(deploy).toContain(appId);
  });

  it('gives the web app settings that the bot knows', () => {
    const names = [...read('infra/azure.bicep').matchAll(/name: '([A-Z][A-Z_]+)'/g)].map(([, name = '']) => name);
    expect(names).toContain('SECRETS_KEY');
    expect(names.filter((name) => !SETTING_NAMES.includes(name) && name !== 'WEBSITE_RUN_FROM_PACKAGE')).toEqual([]);
  });

  it('gives every template a value for each parameter that has no default', () => {
    for (const name of ['azure', 'azure.local']) {
      const needed = [...read(`infra/${name}.bicep`).matchAll(/^param (\w+) \w+$/gm)].map(([, parameter = '']) => parameter);
      const { parameters } = JSON.parse(read(`infra/${name}.parameters.json`)) as { parameters: Record<string, unknown> };
      expect(Object.keys(parameters).sort()).toEqual(needed.sort());
    }
  });

  it.each(toolkit)('%s uses files that are there and values that somebody gives', (file) => {
    const text = read(file);
    const files = [...text.matchAll(/(?:path|parameters|manifestPath|ignoreFile): (\.\S+)/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const sources = [text, ...files.filter((path) => path.endsWith('.json')).map(read)].join('\n');
    const wanted = [...sources.matchAll(/\$\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
    const given = [
      ...[...text.matchAll(/^ {6}\w+: ([A-Z][A-Z_]+)$/gm)].map(([, name = '']) => name),
      ...[...read('env/.env.example').matchAll(/^([A-Z]\w*)=/gm)].map(([, name = '']) => name),
      ...[...read('infra/azure.bicep').matchAll(/^output (\w+)/gm)].map(([, name = '']) => name),
      ...quoted(chapter(deploy, '## With the Agents Toolkit')).map((name) => name.replace(/=.*$/, '')),
      // The toolkit's own.
      ...['TEAMSFX_ENV', 'AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP_NAME', 'RESOURCE_SUFFIX'],
    ];
    expect(wanted.filter((name) => !given.includes(name))).toEqual([]);
  });
});

it.each([...pages, ...infra, ...toolkit, 'env/.env.example', 'aad.manifest.json', '.webappignore'])(
  '%s says nothing of the place where it was written',
  (file) => {
    const text = read(file);
    expect(text).not.toContain(['', 'work', ''].join('/'));
    expect(text).not.toMatch(/\bregistry\.[a-z]|\bnpmmirror\b|\bartifactory\b/i);
    expect(text).not.toMatch(/\b(sessions?|prompts?|assistant|subagent)\b/i);
  },
);
