import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostConfigDark } from '../../../sandbox/page/client/cards/hostConfigDark';
import { hostConfigLight } from '../../../sandbox/page/client/cards/hostConfigLight';

const WCAG_AA_TEXT = 4.5;

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const share = Number.parseInt(color.slice(place, place + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

const themes = { light: hostConfigLight, dark: hostConfigDark };

describe.each(Object.entries(themes))('cards in the %s theme', (_name, config) => {
  const pairs = Object.entries(config.containerStyles).flatMap(([style, { backgroundColor, foregroundColors }]) =>
    Object.entries(foregroundColors).flatMap(([color, tones]) =>
      Object.entries(tones).map(([tone, text]) => ({
        name: `${color} ${tone} on ${style}`,
        ratio: contrast(text, backgroundColor),
      })),
    ),
  );
  it('keep every text colour readable on every container style [teams 4 theme]', () => {
    expect(pairs.filter(({ ratio }) => ratio < WCAG_AA_TEXT)).toEqual([]);
    expect(pairs.length).toBe(6 * 7 * 2);
  });
});

describe('the page itself', () => {
  const css = readFileSync(join(__dirname, '../../../sandbox/page/static/page.css'), 'utf8');
  const variables = (block: string): Record<string, string> =>
    Object.fromEntries(
      [...(css.split(block)[1]?.split('}')[0] ?? '').matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
  const light = variables(':root {');
  const dark = { ...light, ...variables('[data-theme="dark"] {') };
  const texts = ['text', 'subtle', 'brandText'];
  const grounds = ['canvas', 'rail', 'list', 'surface', 'raised', 'pressed'];

  it.each([
    ['light', light],
    ['dark', dark],
  ])('keeps its texts readable on its surfaces in the %s theme', (_name, colors) => {
    const pairs = grounds.flatMap((ground) => texts.map((text) => [text, ground] as const));
    const all = [...pairs, ['onBrand', 'brand'], ['danger', 'surface'], ['text', 'mine'], ['text', 'theirs']] as const;
    expect(all.filter(([text, ground]) => contrast(colors[text]!, colors[ground]!) < WCAG_AA_TEXT)).toEqual([]);
  });
});
