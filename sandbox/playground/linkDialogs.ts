import { z } from 'zod';

const opener = z.looseObject({
  type: z.literal('Action.Submit'),
  title: z.string().optional(),
  data: z.looseObject({ msteams: z.looseObject({ type: z.literal('task/fetch') }) }),
});

/**
 * A card (or whatever holds one) in which buttons that open a dialog are links to a page that stands in for it: on such a button
 * the Playground's page fails and sends nothing. Everything else stays as the bot made it.
 */
export function linkDialogs<T>(card: T, linkFor: (openerData: Record<string, unknown>) => string): T {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const button = opener.safeParse(value);
    if (!button.success) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    const { title, data } = button.data;
    return { type: 'Action.OpenUrl', ...(title !== undefined && { title }), url: linkFor(data) };
  };
  return walk(card) as T;
}
