import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../../..');
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\s*\(\s*'([^']+)'/g;

/** The imports of a compiled module, as they are written. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic ?? '');

describe('the modules that a browser loads', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', 'sandbox/page/tsconfig.json', '--outDir', folder], { cwd: root, stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['main', 'render'])('are all files beside each other, starting at %s', (start) => {
    const seen = new Set<string>();
    const problems: string[] = [];
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const name of importsOf(file)) {
        const path = join(dirname(file), name);
        const found = [path, `${path}.js`].find((candidate) => /\.js$/.test(candidate) && existsSync(candidate));
        if (!name.startsWith('.') || !found) problems.push(`${file.slice(folder.length)} imports ${name}`);
        else visit(found);
      }
    };
    visit(join(folder, 'page/client', `${start}.js`));
    expect(problems).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
  });

  it('are the ones that the two pages name', () => {
    for (const page of ['index.html', 'render.html']) {
      const html = readFileSync(join(root, 'sandbox/page/static', page), 'utf8');
      const [, script] = /src="\/js\/([^"]+)" type="module"/.exec(html) ?? [];
      expect(existsSync(join(folder, script ?? 'none'))).toBe(true);
    }
  });
});
