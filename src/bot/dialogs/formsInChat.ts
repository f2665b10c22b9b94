import { formTakenCard } from '../../cards/formTaken';
import { VERBS } from '../../cards/verbs';
import { edgeWords } from '../../cards/words/edgeWords';
import { tokenInTeams } from '../../cards/words/formWords';
import { policyForm } from '../../cards/words/policyWords';
import { requestForm } from '../../cards/words/requestWords';
import type { ActionHandler, DialogHandler } from '../answers';
import type { BotDeps } from '../deps';
import { openAppForm, type ShownApps, submitAppForm } from './appForm';
import { openPolicyForm, submitPolicyForm } from './policyForm';
import { openRequestForm, submitRequestForm } from './requestForm';
import { backToAppForm, openUnityForm } from './unityForm';

type Deps = Pick<BotDeps, 'store' | 'settings' | 'unity' | 'requests'> & { shownApps: ShownApps };

/**
 * `FORMS=card`: the forms as cards that replace each other in the chat, for a client without dialogs. Drafts and checks are the
 * dialogs' own, and the buttons become clicks on their way out (dialogButtons.ts). The token's form is not among them: it opens as a
 * dialog or not at all.
 */
export function formsInChat(deps: Deps): { actions: Record<string, ActionHandler>; fetch: Record<string, DialogHandler> } {
  if (deps.settings.forms !== 'card') return { actions: {}, fetch: {} };
  return {
    actions: {
      [VERBS.setupOpen]: onCard(openAppForm(deps, 'chat')),
      [VERBS.setupSubmitApp]: onCard(submitAppForm(deps, 'chat')),
      [VERBS.setupBack]: onCard(backToAppForm(deps, 'chat')),
      [VERBS.requestOpen]: onCard(openRequestForm(deps)),
      [VERBS.requestSubmit]: onCard(submitRequestForm(deps), requestForm.heading),
      [VERBS.policyOpen]: onCard(openPolicyForm(deps)),
      [VERBS.policySubmit]: onCard(submitPolicyForm(deps), policyForm.title),
      // A client with dialogs sends `task/fetch` instead.
      [VERBS.setupOpenToken]: async () => ({ kind: 'message', text: tokenInTeams.noDialogs }),
    },
    fetch: { [VERBS.setupOpenToken]: openUnityForm(deps) },
  };
}

/**
 * A dialog's answer as the answer to a click: the next card in the place of this one, or a line of text. A form that closes as taken
 * leaves a card under its title.
 */
function onCard(form: DialogHandler, takenTitle?: string): ActionHandler {
  return async (turn, data) => {
    const answer = await form(turn, data);
    if (answer.kind === 'show') return { kind: 'card', card: answer.card };
    const message = answer.message ?? edgeWords.accepted;
    return takenTitle === undefined
      ? { kind: 'message', text: message }
      : { kind: 'card', card: formTakenCard(takenTitle, message) };
  };
}
