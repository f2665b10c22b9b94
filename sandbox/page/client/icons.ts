const SHAPES = {
  chat: 'M10 3a7 7 0 0 0-6.2 10.2L3 17l3.8-.8A7 7 0 1 0 10 3Zm-3 6h6M7 12h4',
  dashboard: 'M3 5h14v10H3zM3 8.5h14M7 8.5V15',
  sandbox: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 4v4M7 12v4',
  send: 'M3.5 3.5 17 10 3.5 16.5 5.5 10Zm2 6.5H11',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  phone: 'M6.5 2.5h7v15h-7zM9 15.5h2',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4',
  moon: 'M8 3a7 7 0 1 0 9 9 6 6 0 0 1-9-9Z',
  open: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7',
  people:
    'M7 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2.5 16c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M13 9.5a2 2 0 1 0 0-4M13.5 12c2.3 0 4 1.4 4 3.5',
  add: 'M10 4v12M4 10h12',
  bell: 'M10 3a4.5 4.5 0 0 0-4.5 4.5V11L4 14h12l-1.5-3V7.5A4.5 4.5 0 0 0 10 3ZM8.5 16.5h3',
  clock: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm0 3.5V10l2.5 1.5',
  check: 'M4 10.5 8 14.5 16 6',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
} as const;
export type IconName = keyof typeof SHAPES;

const SVG = 'http://www.w3.org/2000/svg';

/** A line icon of 20 by 20 units, hidden from assistive technology: the control around it has the name. */
export function icon(name: IconName, size = 20): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('width', String(size));
  svg.setAttribute('height', String(size));
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}

/** The bot's picture: our own mark, two links of a chain of people. */
export function botMark(size = 32): SVGSVGElement {
  const svg = icon('people', size);
  svg.setAttribute('class', 'botMark');
  return svg;
}
