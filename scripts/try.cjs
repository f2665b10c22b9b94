/**
 * `npm run try`: installs and builds what is missing, then starts the sandbox and the real bot and prints one address.
 * Plain JavaScript for the machine's own Node (20 or newer), since it may run before anything is installed.
 */
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Installed for this package-lock.json? The stamp is ours, so that a half-done install is done again. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(join(root, 'node_modules', 'node', 'bin'))) return;
  console.log('Installing packages (only the first time) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('npm ci failed; its message stands above.');
  writeFileSync(stamp, lock);
}

async function main() {
  if (process.platform === 'win32') fail('Windows itself is not supported; please use WSL, Linux or macOS.');
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node ${process.versions.node} is too old to begin with; please use 20, 22 or 24.`);
  install();
  const { build } = require('./build.cjs');
  await build();
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const child = spawn(node, [join(root, 'dist', 'sandbox', 'journey', 'tryMain.js')], { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the whole group: the child stops everything, this process only waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('close', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

main().catch((error) => fail(error instanceof Error ? error.message : String(error)));
