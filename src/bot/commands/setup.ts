import { randomUUID } from 'node:crypto';
import { setupStartCard } from '../../cards/setupStart';
import { StepFailedError } from '../../errors';
import { putDraft } from '../../store/drafts';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import type { SetupDraft } from '../dialogs/setupDraft';

/**
 * Finds what the form will offer, keeps it in a draft, and answers with the card whose button opens the form: a bot cannot push a
 * dialog, and the dialog itself has no time to ask Graph.
 */
export function setup({ store, queries }: Pick<BotDeps, 'store' | 'queries'>): CommandHandlers['setup'] {
  return async (turn) => {
    const { person } = turn;
    const [isGuest, apps, domains] = await Promise.all([
      queries.isGuest(person),
      queries.findSetupApps(person),
      queries.emailDomains(person),
    ]);
    if (isGuest) throw new StepFailedError('guest_refused');
    const draftId = randomUUID();
    const content: SetupDraft = { apps, values: { domains: domains.join(', ') } };
    await putDraft(store, { draftId, person, conversationId: turn.conversation.id, content });
    await turn.say(setupStartCard({ draftId, apps }));
  };
}
