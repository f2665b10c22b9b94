/**
 * Builds everything into dist: bot and sandbox (CommonJS), the page's browser modules, and the files that go along.
 * Plain JavaScript that any Node from 20 on can run. When nothing changed since the last good build it does nothing.
 */
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative, sep } = require('node:path');

const root = join(__dirname, '..');
/** Scripts that draw pictures use what tests use, so that is an input too. */
const SOURCES = ['src', 'sandbox', 'bench', 'scripts', 'test/support', 'test/browser/support', 'appPackage/manifest.json'];
const SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const PAGE = 'sandbox/page';

/** Every file below the given files and folders, as sorted paths relative to `folder`; what is missing is left out. */
function filesOf(folder, names) {
  const found = [];
  const visit = (path) => {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory()) visit(join(path, entry.name));
      else found.push(relative(folder, join(path, entry.name)).split(sep).join('/'));
    }
  };
  for (const name of names) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    if (/\.\w+$/.test(name)) found.push(name);
    else visit(path);
  }
  return found.sort();
}

/** A hash of the names and contents of all inputs: it stays the same exactly as long as they do. */
function stampOf(folder) {
  const hash = createHash('sha256');
  for (const file of filesOf(folder, [...SOURCES, ...SETTINGS])) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Files that are not compiled but needed beside the compiled ones: [from, to], relative to the root. */
function copiesOf(folder) {
  return filesOf(folder, ['src', 'sandbox', 'bench'])
    .filter((file) => !/\.[cm]?tsx?$/.test(file) && !/(^|\/)tsconfig[^/]*\.json$/.test(file))
    .map((file) => [file, `dist/${file}`]);
}

/** What the page offers as commands: the list that Teams itself shows, taken from the manifest. */
function commandsOf(folder) {
  const file = join(folder, 'appPackage/manifest.json');
  if (!existsSync(file)) return [];
  const [bot] = JSON.parse(readFileSync(file, 'utf8')).bots ?? [];
  return bot?.commandLists ?? [];
}

function compile(folder, project) {
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '-p', project], { cwd: folder, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`tsc -p ${project} found problems (see above)`))));
  });
}

async function build(folder = root) {
  const stampFile = join(folder, 'dist/.built');
  const stamp = stampOf(folder);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return { built: false };
  rmSync(stampFile, { force: true });
  rmSync(join(folder, 'dist', PAGE, 'static'), { recursive: true, force: true });
  const compiled = await Promise.allSettled([compile(folder, 'tsconfig.build.json'), compile(folder, `${PAGE}/tsconfig.json`)]);
  const failed = compiled.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  for (const [from, to] of copiesOf(folder)) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(join(folder, from), join(folder, to));
  }
  writeFileSync(join(folder, 'dist', PAGE, 'static/commands.json'), `${JSON.stringify(commandsOf(folder), null, 2)}\n`);
  writeFileSync(stampFile, stamp);
  return { built: true };
}

module.exports = { build, commandsOf, copiesOf, stampOf };

if (require.main === module) {
  const startedAt = Date.now();
  build().then(
    // On stderr, so that a command that prints JSON can build first.
    ({ built }) => built && console.error(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`),
    (error) => {
      console.error(`The build failed: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
