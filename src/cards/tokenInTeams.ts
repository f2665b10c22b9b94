import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { card, execute, openDialog, text } from './kit';
import { VERBS } from './verbs';
import type { TokenInTeamsView } from './views';
import { tokenInTeams, unityForm } from './words';

/** Where forms are cards in the chat, the second one is no form: a card would leave the token in the chat. */
export function tokenInTeamsCard({ draftId, organizationId }: TokenInTeamsView): IAdaptiveCard {
  return card({
    eyebrow: unityForm.step,
    title: unityForm.heading,
    fallback: tokenInTeams.why,
    body: [text(tokenInTeams.why), text(tokenInTeams.next(organizationId))],
    actions: [
      openDialog(VERBS.setupOpenToken, tokenInTeams.open, { draftId }),
      execute(VERBS.setupBack, unityForm.back, { draftId }),
    ],
  });
}
