import { z } from 'zod';
import type { AppChoice, AppFormView, FormPlace } from '../../cards/views';
import { edgeWords } from '../../cards/words/edgeWords';
import { appForm as formWords, unusableAppText } from '../../cards/words/formWords';
import { domainsProblemText, organizationProblemText } from '../../cards/words/problemWords';
import { parseDomains } from '../../provisioning/domains';
import { parseOrganization } from '../../provisioning/organization';
import { forEachStatement, STATEMENTS } from '../../provisioning/setup';
import type { DialogHandler } from '../answers';
import type { BotDeps } from '../deps';
import { text, toggle } from './formFields';
import { keepDraft, readDraft, type SetupDraft } from './setupDraft';
import { showAppForm, showTokenInTeams, showUnityForm } from './showForms';

const typed = z.object({
  organization: text,
  servicePrincipalId: text,
  domains: text,
  ...forEachStatement(() => toggle),
});

/** Apps that typeahead showed to a person, so that the submit knows why one of them cannot be used. */
export interface ShownApps {
  find(objectId: string, servicePrincipalId: string): AppChoice | undefined;
}
type Deps = Pick<BotDeps, 'store' | 'settings' | 'unity'> & { shownApps: ShownApps };

/** `setup.open`: the form, filled with what the draft has. Reads the draft and nothing else. */
export function openAppForm({ store }: Pick<Deps, 'store'>, place: FormPlace = 'dialog'): DialogHandler {
  return async (turn, data) => {
    const draft = await readDraft(store, turn.person, data);
    return draft ? showAppForm(draft, place) : { kind: 'close', message: edgeWords.draftGone };
  };
}

/** `setup.submitApp`: the form again with its problems, or the second form; in a chat the way to the second form. */
export function submitAppForm({ store, settings, unity, shownApps }: Deps, place: FormPlace = 'dialog'): DialogHandler {
  return async (turn, data) => {
    const draft = await readDraft(store, turn.person, data);
    if (!draft) return { kind: 'close', message: edgeWords.draftGone };
    const values = typed.parse(data ?? {});
    const known = draft.content.apps.find(({ servicePrincipalId }) => servicePrincipalId === values.servicePrincipalId);
    const app = known ?? shownApps.find(turn.person.objectId, values.servicePrincipalId);
    const organization = parseOrganization(values.organization, settings.unityScimUrl, settings.unityDashboardUrl);
    const { domains, problems: domainsProblems } = parseDomains(values.domains);

    const problems: AppFormView['problems'] = {};
    if ('problem' in organization) problems.organization = organizationProblemText(organization.problem);
    const appProblem = problemOfApp(values.servicePrincipalId, app);
    if (appProblem) problems.servicePrincipalId = appProblem;
    if (domainsProblems[0]) problems.domains = domainsProblemText(domainsProblems[0]);
    const unchecked = STATEMENTS.find((statement) => !values[statement]);
    if (unchecked) problems[unchecked] = formWords.checklist.incomplete;

    // A chosen app that only typeahead knows stays in the draft, or the form could not show its name again.
    const apps = app && !known ? [...draft.content.apps, app] : draft.content.apps;
    const content: SetupDraft = { ...draft.content, apps, values };
    if ('problem' in organization || Object.keys(problems).length > 0) {
      // What an earlier form led to does not go with what stands in this one.
      const refused = { ...draft, content: { ...content, accepted: undefined } };
      await keepDraft(store, turn.person, refused);
      return showAppForm(refused, place, problems);
    }
    const accepted = { ...organization, domains, statedAt: new Date().toISOString() };
    const next = { ...draft, content: { ...content, accepted } };
    await keepDraft(store, turn.person, next);
    return place === 'chat' ? showTokenInTeams(next) : showUnityForm(next, unity);
  };
}

/** An id that no list showed is for the run to judge: another process may have shown it. */
function problemOfApp(servicePrincipalId: string, app: AppChoice | undefined): string | undefined {
  if (app && !app.usable) return `${formWords.app.unusable} ${unusableAppText(app.why)}.`;
  return z.guid().safeParse(servicePrincipalId).success ? undefined : formWords.app.missing;
}
