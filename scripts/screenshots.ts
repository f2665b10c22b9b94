import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PictureOptions, startCardPage, takeCardPicture } from '../sandbox/page/cardPictures';
import { launchBrowser, PAGE_LOCALE } from '../test/browser/support/launchBrowser';
import { cardSamples } from '../test/support/cardSamples';
import { takeJourneyPictures } from './journeyPictures';

const FOLDER = 'screenshots';
const DOCS_FOLDER = join('docs', 'pictures');
/** Pictures that the README shows, by the name they have there. */
const IN_DOCS: Readonly<Record<string, string>> = {
  'page-plan': 'plan',
  'page-request': 'request',
  'page-notification': 'notification',
  'page-phone': 'phone',
  'unity-form-light': 'dialog',
  'setup-running-light': 'progress',
  'provision-every-outcome-light': 'result',
};
const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  phone: { width: 360 },
} satisfies Record<string, PictureOptions>;

function keep(name: string, picture: Buffer): void {
  writeFileSync(join(FOLDER, `${name}.png`), picture);
  if (IN_DOCS[name]) writeFileSync(join(DOCS_FOLDER, `${IN_DOCS[name]}.png`), picture);
}

/** Draws every card in each of its states: light, dark and on a phone. */
async function takeCardPictures(isWanted: (name: string) => boolean): Promise<number> {
  const [browser, cardPage] = await Promise.all([launchBrowser(), startCardPage()]);
  try {
    const page = await browser.newPage({ ...PAGE_LOCALE, deviceScaleFactor: 1.5 });
    const samples = cardSamples().filter(({ name }) => isWanted(name));
    for (const { name, frame, title = '', card } of samples) {
      for (const [look, options] of Object.entries(LOOKS))
        keep(`${name}-${look}`, await takeCardPicture(page, cardPage, { ...card }, { ...options, frame, title }));
    }
    return samples.length * Object.keys(LOOKS).length;
  } finally {
    await browser.close();
    await cardPage.stop();
  }
}

/** With names only cards whose name has one of them are drawn, and `page` does the journey; without any, everything is. */
async function main(names: readonly string[]): Promise<void> {
  const isWanted = (name: string) => names.length === 0 || names.some((wanted) => name.includes(wanted));
  if (names.length === 0) rmSync(FOLDER, { recursive: true, force: true });
  for (const folder of [FOLDER, DOCS_FOLDER]) mkdirSync(folder, { recursive: true });
  console.log(`${await takeCardPictures(isWanted)} pictures of cards in ${FOLDER}/`);
  if (isWanted('page')) console.log(`${await takeJourneyPictures(keep)} pictures of the page in ${FOLDER}/`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
