import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { Router } from 'express';

const distributed = (name: string, ...path: string[]): string =>
  join(dirname(require.resolve(`${name}/package.json`)), 'dist', ...path);

/** Where the page lies: beside the compiled code, or in the source tree with its compiled modules under `dist`. */
const pageFolders = [join(__dirname, '..', 'page', 'static'), join(__dirname, '..', '..', 'dist', 'sandbox', 'page', 'static')];

/**
 * The page at `/` and the two libraries it draws with. Modules are found without their `.js`, as TypeScript writes imports.
 * Without a build, `/` says what to run.
 */
export function pageRoutes(): Router {
  const routes = Router();
  const vendor = (path: string, file: string) =>
    routes.get(path, (_request, response) => {
      response.sendFile(file, { dotfiles: 'allow' });
    });
  vendor('/vendor/adaptivecards.js', distributed('adaptivecards', 'adaptivecards.min.js'));
  vendor('/vendor/markdown-it.js', distributed('markdown-it', 'browser', 'markdown-it.umd.min.js'));
  for (const folder of pageFolders.filter((path) => existsSync(path))) {
    routes.use(express.static(folder, { extensions: ['js', 'html'], cacheControl: false }));
  }
  routes.get('/', (_request, response) => {
    response.status(503).type('text').send('The page is not built yet. Run: npm run build\n');
  });
  return routes;
}
