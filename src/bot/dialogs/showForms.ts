import { appFormCard } from '../../cards/appForm';
import { tokenInTeamsCard } from '../../cards/tokenInTeams';
import { unityFormCard } from '../../cards/unityForm';
import type { AppFormValues, AppFormView, FormPlace, UnityFormView } from '../../cards/views';
import { appForm as appFormWords, unityForm as unityFormWords } from '../../cards/words/formWords';
import type { UnityAdministration } from '../../unity/types';
import type { DialogAnswer } from '../answers';
import type { FoundDraft } from './setupDraft';

/** Form 1 as a draft has it, with problems beside the fields. */
export function showAppForm(
  { draftId, content }: FoundDraft,
  place: FormPlace,
  problems: AppFormView['problems'] = {},
): DialogAnswer {
  const values = content.values as Partial<AppFormValues>;
  return {
    kind: 'show',
    title: appFormWords.title,
    card: appFormCard({ draftId, values, apps: content.apps, problems, place }),
    size: 'large',
  };
}

/** Dialog 2; a token that was sealed before is named as kept and never shown. */
export function showUnityForm(
  { draftId, content }: FoundDraft,
  unity: UnityAdministration,
  problems: UnityFormView['problems'] = {},
  scimConnectorUrl = content.accepted?.scimConnectorUrl ?? '',
): DialogAnswer {
  const organizationId = content.accepted?.organizationId ?? '';
  const view: UnityFormView = {
    draftId,
    organizationId,
    scimConnectorUrl,
    ...unity.guide(organizationId),
    problems,
    tokenKept: content.sealed !== undefined,
  };
  return { kind: 'show', title: unityFormWords.title, card: unityFormCard(view), size: 'large' };
}

/** What stands in the chat in place of dialog 2. */
export function showTokenInTeams({ draftId, content }: FoundDraft): DialogAnswer {
  const organizationId = content.accepted?.organizationId ?? '';
  return { kind: 'show', title: unityFormWords.title, card: tokenInTeamsCard({ draftId, organizationId }), size: 'large' };
}
