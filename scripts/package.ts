import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs, parseEnv } from 'node:util';
import { ZipFile } from 'yazl';

/** Placeholders that may be left out, and what then stands in their place. */
const DEFAULTS: Record<string, string> = {
  APP_NAME_SUFFIX: '',
  APP_VERSION: '1.0.0',
  OAUTH_DOMAIN: 'token.botframework.com',
};

/** Something that a person can repair; shown without a stack. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

/**
 * Fills `${{NAME}}` placeholders.
 * @throws PackageError that names every missing value at once
 */
export function fillPlaceholders(template: string, values: Readonly<Record<string, string | undefined>>, source: string): string {
  const filledWith = (name: string) => values[name] || DEFAULTS[name];
  const names = new Set([...template.matchAll(/\$\{\{(\w+)\}\}/g)].map(([, name]) => name ?? ''));
  const missing = [...names].filter((name) => filledWith(name) === undefined);
  if (missing.length > 0)
    throw new PackageError(`${source} gives no value for ${missing.join(', ')}. env/.env.example explains each of them.`);
  // A value stands inside of a JSON text.
  return template.replace(/\$\{\{(\w+)\}\}/g, (_placeholder, name: string) =>
    JSON.stringify(filledWith(name) ?? '').slice(1, -1),
  );
}

/** Values of one environment: `env/.env.<name>`, and `env/.env.<name>.user` over it. @throws PackageError without the first */
function readEnvironment(root: string, environment: string): Record<string, string | undefined> {
  if (!/^[\w-]+$/.test(environment)) throw new PackageError(`${environment} is no name of an environment. Example: --env local`);
  const file = join(root, 'env', `.env.${environment}`);
  if (!existsSync(file))
    throw new PackageError(`env/.env.${environment} is not there. Copy env/.env.example to it and fill it in.`);
  const read = (path: string) => (existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {});
  return { ...read(file), ...read(`${file}.user`) };
}

/** Writes `appPackage/build/appPackage.<environment>.zip` and gives its path. */
export async function packageApp(root: string, environment: string): Promise<string> {
  const source = `env/.env.${environment}`;
  const folder = join(root, 'appPackage');
  const manifest = fillPlaceholders(
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
    readEnvironment(root, environment),
    source,
  );
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(manifest), 'manifest.json');
  for (const icon of ['color.png', 'outline.png']) zip.addFile(join(folder, icon), icon);
  zip.end();
  mkdirSync(join(folder, 'build'), { recursive: true });
  const file = join(folder, 'build', `appPackage.${environment}.zip`);
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

if (require.main === module) {
  const { values } = parseArgs({ options: { env: { type: 'string', default: 'local' } } });
  packageApp(process.cwd(), values.env).then(
    (file) => console.log(`Wrote ${file}`),
    (error: unknown) => {
      console.error(error instanceof PackageError ? error.message : error);
      process.exitCode = 1;
    },
  );
}
