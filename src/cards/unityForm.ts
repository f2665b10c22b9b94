import { ActionSet, type IAdaptiveCard, TextInput } from '@microsoft/teams.cards';
import { box, card, group, line, openUrl, problem, row, submit, subtle, text } from './kit';
import { VERBS } from './verbs';
import type { UnityFormView } from './views';
import { unityForm } from './words';

/** Dialog 2: the clicks in Unity that only a person can do, and the field that takes the token. */
export function unityFormCard(view: UnityFormView): IAdaptiveCard {
  const { draftId, organizationId, settingsUrl, serviceAccountsPath, singleSignOnPath, problems } = view;
  const clicks = unityForm.steps(organizationId, place(serviceAccountsPath, 2), place(singleSignOnPath, 3));
  return card({
    eyebrow: unityForm.step,
    title: unityForm.heading,
    body: [
      text(unityForm.intro),
      box(
        'emphasis',
        ...clicks.map((click, index) => row({ symbol: String(index + 1), tone: 'Accent', items: [line(click)] })),
        new ActionSet(openUrl(unityForm.open, settingsUrl)),
      ),
      group([urlInput(view.scimConnectorUrl), problem(problems.scimConnectorUrl)]),
      group([
        tokenInput(view.tokenKept),
        problem(problems.scimToken),
        view.tokenKept && text(unityForm.token.kept, { size: 'Small', color: 'Good', spacing: 'Small' }),
        subtle(unityForm.token.note, { spacing: 'Small' }),
      ]),
    ],
    actions: [
      submit(VERBS.setupSubmitToken, unityForm.submit, { draftId }, { style: 'positive' }),
      submit(VERBS.setupBack, unityForm.back, { draftId }, { inputs: 'none' }),
    ],
  });
}

/** Where to go; what to click there the steps say themselves. */
function place(path: readonly string[], depth: number): string {
  return path.slice(0, depth).join(' › ');
}

function urlInput(value: string): TextInput {
  const { label, missing } = unityForm.url;
  return new TextInput({
    id: 'scimConnectorUrl',
    label,
    value,
    isRequired: true,
    errorMessage: missing,
    maxLength: 300,
    style: 'Url',
  });
}

/** Never carries a value: what was typed once is sealed, and a form that comes back is empty. */
function tokenInput(tokenKept: boolean): TextInput {
  const { label, placeholder, missing } = unityForm.token;
  return new TextInput({
    id: 'scimToken',
    label,
    placeholder,
    style: 'Password',
    isRequired: !tokenKept,
    errorMessage: missing,
    maxLength: 8000,
  });
}
