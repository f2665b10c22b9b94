import { z } from 'zod';

/** What Teams sends of a form: texts, numbers as either, and toggles as the words `true` and `false`. Anything left out is empty. */
export const text = z
  .union([z.string().max(20_000), z.number().transform(String)])
  .catch('')
  .default('');
export const toggle = z.preprocess((value) => value === true || value === 'true', z.boolean());

/** What a people picker gives: object ids joined by commas. undefined: something in it is none. */
export function objectIds(value: string): string[] | undefined {
  const parts = value
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  return parts.every((part) => z.guid().safeParse(part).success) ? [...new Set(parts)] : undefined;
}

/** A whole number in these bounds; undefined: none. Empty text is none too. */
export function wholeNumber(value: string, least: number, most: number): number | undefined {
  if (!/^\d{1,9}$/.test(value.trim())) return undefined;
  const number = Number(value);
  return number >= least && number <= most ? number : undefined;
}
