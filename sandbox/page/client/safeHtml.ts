import { el } from './dom.js';
import { isWebLink } from './links.js';

const KEPT = new Set([
  'A',
  'B',
  'BLOCKQUOTE',
  'BR',
  'CODE',
  'DIV',
  'EM',
  'I',
  'LI',
  'OL',
  'P',
  'PRE',
  'S',
  'SPAN',
  'STRONG',
  'U',
  'UL',
]);

function copy(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? '')];
  if (!(node instanceof HTMLElement)) return [];
  if (node.tagName === 'SCRIPT' || node.tagName === 'STYLE') return [];
  const children = [...node.childNodes].flatMap(copy);
  if (!KEPT.has(node.tagName)) return children;
  if (node.tagName === 'SPAN' && node.className === 'mention')
    return [el('span', { class: 'mention' }, ...(children as (Node | string)[]))];
  const address = node.getAttribute('href') ?? '';
  const attributes =
    node.tagName === 'A' && isWebLink(address) ? { href: address, target: '_blank', rel: 'noopener noreferrer' } : {};
  return [el(node.tagName.toLowerCase() as 'div', attributes, ...(children as (Node | string)[]))];
}

/** Nodes for HTML that others wrote: known elements only, no attribute but the address of a web link. Nothing in it ever runs. */
export function safeNodes(html: string): Node[] {
  return [...new DOMParser().parseFromString(html, 'text/html').body.childNodes].flatMap(copy);
}
