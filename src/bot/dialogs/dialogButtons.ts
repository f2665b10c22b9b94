import type { Middleware, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { VERBS } from '../../cards/verbs';

/** Verbs that open or submit a form which `FORMS=card` shows in the chat. */
const FORM_VERBS = new Set<unknown>([
  VERBS.setupOpen,
  VERBS.setupSubmitApp,
  VERBS.requestOpen,
  VERBS.requestSubmit,
  VERBS.policyOpen,
  VERBS.policySubmit,
]);
const button = z.looseObject({ type: z.literal('Action.Submit'), data: z.looseObject({ verb: z.string() }) });

/**
 * `FORMS=card`: whatever the bot sends, a button that opens or submits a form is a click, which a client without dialogs answers with
 * the card that comes back. The cards themselves need not know.
 */
export const dialogButtonsAsClicks: Middleware = {
  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    context.onSendActivities(async (_, activities, send) => {
      for (const activity of activities) Object.assign(activity, asClicks(activity));
      return send();
    });
    context.onUpdateActivity(async (_, activity, send) => {
      Object.assign(activity, asClicks(activity));
      return send();
    });
    await next();
  },
};

function asClicks({ attachments, value }: { attachments?: unknown; value?: unknown }): object {
  return {
    ...(attachments !== undefined && { attachments: clicks(attachments) }),
    ...(value !== undefined && { value: clicks(value) }),
  };
}

/** A copy in which form buttons are `Action.Execute`. */
function clicks(part: unknown): unknown {
  return walk(JSON.parse(JSON.stringify(part)));
}

function walk(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(walk);
  if (typeof part !== 'object' || part === null) return part;
  const parsed = button.safeParse(part);
  if (!parsed.success || !FORM_VERBS.has(parsed.data.data.verb))
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  const { data, type: _, ...rest } = parsed.data;
  const { msteams: _dialog, ...given } = data;
  return { ...rest, type: 'Action.Execute', verb: given.verb, data: given };
}
