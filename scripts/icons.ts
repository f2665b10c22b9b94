import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const COLOR_PIXELS = 192;
const OUTLINE_PIXELS = 32;

/** Both icons that Teams wants, drawn from one SVG: the picture itself, and its symbol alone in white without any padding. */
export function drawIcons(svg: string): { color: Buffer; outline: Buffer } {
  return { color: draw(svg, COLOR_PIXELS), outline: draw(outlineOf(svg), OUTLINE_PIXELS) };
}

/** White on transparent: no ground, cropped to the symbol, its badge a white disc from which the sign is cut out. */
function outlineOf(svg: string): string {
  const box = /id="symbol" data-box="([\d. ]+)"/.exec(svg)?.[1];
  if (!box) throw new Error('appPackage/icon.svg has no symbol with a data-box');
  return svg
    .replace(/<rect id="background"[^>]*\/>/, '')
    .replace(/viewBox="[^"]*"/, `viewBox="${box}"`)
    .replace(/<g id="badge">([\s\S]*?)<\/g>/, (_group, inside: string) => {
      const sign = inside.replace(/<circle[^>]*\/>/, '').replace(/stroke="#[0-9A-Fa-f]+"/, 'stroke="#000"');
      const disc = /<circle[^>]*\/>/.exec(inside)?.[0].replace(/fill="#[0-9A-Fa-f]+"/, 'fill="#fff"') ?? '';
      return `<mask id="sign"><rect width="192" height="192" fill="#fff"/>${sign}</mask><g mask="url(#sign)">${disc}</g>`;
    });
}

function draw(svg: string, pixels: number): Buffer {
  return new Resvg(svg, { fitTo: { mode: 'width', value: pixels } }).render().asPng();
}

if (require.main === module) {
  const folder = join(process.cwd(), 'appPackage');
  const { color, outline } = drawIcons(readFileSync(join(folder, 'icon.svg'), 'utf8'));
  writeFileSync(join(folder, 'color.png'), color);
  writeFileSync(join(folder, 'outline.png'), outline);
}
