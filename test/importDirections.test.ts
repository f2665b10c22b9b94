import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(__dirname, '..');
const everything = ['errors', 'config', 'clouds', 'waits', 'log'];
/** Room → rooms whose code it may run. Types may come from further: they leave nothing behind at run time. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  index: ['app', 'config', 'log'],
  app: ['bot', 'queries', 'workflows', 'entra', 'unity', 'auth', 'store', 'notify', 'cards', 'provisioning', ...everything],
  bot: ['queries', 'workflows', 'cards', 'provisioning', 'auth', 'store', 'notify', ...everything],
  queries: ['entra', 'unity', 'auth', 'store', 'provisioning', ...everything],
  workflows: ['store', 'provisioning', ...everything],
  notify: ['cards', 'store', 'provisioning', ...everything],
  auth: ['store', 'provisioning', ...everything],
  entra: ['provisioning', ...everything],
  unity: ['provisioning', ...everything],
  store: ['provisioning', 'errors'],
  cards: ['provisioning', 'errors'],
  provisioning: ['errors'],
  config: ['clouds', 'waits'],
  waits: [],
  log: [],
  clouds: [],
  errors: [],
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'|require\('([^']+)'\)|import\('([^']+)'\)/g;

function importsOf(file: string): Import[] {
  return [...readFileSync(file, 'utf8').matchAll(STATEMENT)].map(([, type, names = '', from, required, dynamic]) => ({
    from: file,
    to: from ?? required ?? dynamic ?? '',
    // `import { type A, type B }` runs nothing either
    typeOnly:
      Boolean(type) ||
      (/^\{[\s\S]*\}$/.test(names.trim()) &&
        names
          .replace(/[{}]/g, '')
          .split(',')
          .every((name) => /^\s*(type\s|$)/.test(name))),
  }));
}

function target({ from, to }: Import): string | undefined {
  if (!to.startsWith('.')) return undefined;
  const path = resolve(dirname(from), to);
  return [`${path}.ts`, path.replace(/\.js$/, '.ts'), join(path, 'index.ts'), path].find((candidate) => {
    try {
      return statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}

const roomOf = (file: string) => relative(join(root, 'src'), file).split('/')[0]!.replace(/\.ts$/, '');
const shown = (file: string) => relative(root, file);
const source = filesBelow(join(root, 'src'));
const imports = source.flatMap(importsOf);

it('reads every file of src', () => {
  expect(source.length).toBeGreaterThan(100);
  expect(imports.length).toBeGreaterThan(source.length);
});

it('runs imports one way: index → app → bot → queries | workflows → clients → provisioning → errors', () => {
  const wrong = imports
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap((found) => {
      const file = target(found);
      if (!file) return [];
      const [from, to] = [roomOf(found.from), roomOf(file)];
      return from === to || MAY_IMPORT[from]?.includes(to) ? [] : [`${shown(found.from)} → ${shown(file)}`];
    });
  expect(wrong).toEqual([]);
});

it('knows every room', () => {
  expect([...new Set(source.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

it('has no cycle at run time', () => {
  const graph = new Map<string, string[]>();
  for (const found of imports.filter(({ typeOnly }) => !typeOnly)) {
    const file = target(found);
    if (file) graph.set(found.from, [...(graph.get(found.from) ?? []), file]);
  }
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].map(shown).join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of source) visit(file);
  expect(cycles).toEqual([]);
});

it('meets the Teams SDKs in bot, auth and notify only [teams 7 boundary]', () => {
  const outside = imports.filter(
    ({ from, to }) =>
      /^(botbuilder|botframework-|@microsoft\/teams-ai|restify)/.test(to) && !['bot', 'auth', 'notify'].includes(roomOf(from)),
  );
  expect(outside.map(({ from, to }) => `${shown(from)} → ${to}`)).toEqual([]);
});

it('reads the environment in config.ts only', () => {
  const readers = source.filter((file) => /process\.env/.test(readFileSync(file, 'utf8')));
  expect(readers.map(shown)).toEqual(['src/config.ts']);
});

it('calls DBOS in durable.ts only', () => {
  const callers = imports.filter(({ to, typeOnly }) => to === '@dbos-inc/dbos-sdk' && !typeOnly);
  expect(callers.map(({ from }) => shown(from))).toEqual(['src/workflows/durable.ts']);
});

it('keeps the sandbox and the bot apart: neither imports the other', () => {
  const sandbox = filesBelow(join(root, 'sandbox')).flatMap(importsOf);
  const crossing = [...sandbox, ...imports].filter((found) => {
    const file = target(found);
    if (!file) return false;
    const [from, to] = [shown(found.from).split('/')[0], shown(file).split('/')[0]];
    return (from === 'sandbox' && to === 'src') || (from === 'src' && to === 'sandbox');
  });
  expect(crossing.map(({ from, to }) => `${shown(from)} → ${to}`)).toEqual([]);
});

it('[unity 11 surfaces] names none of the sandbox’s own doors in the bot', () => {
  const named = source.filter((file) => /__dashboard|__sandbox|__teams|__emulator/.test(readFileSync(file, 'utf8')));
  expect(named.map(shown)).toEqual([]);
});
