/**
 * `npm run test:postgres`: the store, workflow, message and process suites on a Postgres, and two of the journeys' suites.
 * The server is the one of TEST_DATABASE_URL, or one started here from the machine's own Postgres (apt-get install postgresql).
 */
const { spawn, spawnSync } = require('node:child_process');
const { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir, userInfo } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
/** Proves the folder of the embedded database, on whatever the others run. */
const NOT_HERE = 'test/processes/twoStarts';
const SUITES = ['test/store', 'test/workflows', 'test/notify', 'test/processes', 'test/journeys/secrets', 'test/journeys/cancel'];

function findBin() {
  const versions = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [...versions.map((version) => `/usr/lib/postgresql/${version}/bin`), ...(process.env.PATH ?? '').split(':')];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (!found) throw new Error('No Postgres here. Set TEST_DATABASE_URL, or: apt-get install postgresql');
  return found;
}

/** Postgres refuses to run as root: there it runs as the user that its package made. */
function runAs() {
  if (process.getuid() !== 0) return {};
  const idOf = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (!uid || !gid) throw new Error('Postgres does not run as root, and there is no user "postgres" to run it as.');
  return { uid, gid };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startPostgres() {
  const bin = findBin();
  const as = runAs();
  const folder = mkdtempSync(join(tmpdir(), 'upt-postgres-'));
  chmodSync(folder, 0o777);
  const user = as.uid === undefined ? userInfo().username : 'postgres';
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', user, '--auth=trust', '--no-sync'], {
    ...as,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off', '-c', 'max_connections=300'],
    { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('close', (code) => reject(new Error(`Postgres ended with ${code}: ${said.slice(-500)}`)));
  });
  return {
    url: `postgresql://${user}@127.0.0.1:${port}/postgres`,
    stop: () =>
      new Promise((resolve) => {
        server.removeAllListeners('close').once('close', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        server.kill('SIGINT');
      }),
  };
}

function run(command, args, environment) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function main() {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startPostgres();
  try {
    await require('./build.cjs').build();
    const environment = { TEST_DATABASE_URL: server.url };
    const only = process.argv.slice(2);
    const suites = await run(
      'npm',
      [
        'run',
        '--silent',
        'jest',
        '--',
        ...(only.length > 0 ? only : [...SUITES, '--testPathIgnorePatterns', NOT_HERE, '/test/browser/']),
      ],
      environment,
    );
    process.exitCode = suites;
  } finally {
    await server.stop();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
