import { z } from 'zod';
import type { FormPlace, UnityFormView } from '../../cards/views';
import { refusalText } from '../../cards/words/chatWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { unityForm as formWords } from '../../cards/words/formWords';
import { organizationProblemText } from '../../cards/words/problemWords';
import { parseOrganization } from '../../provisioning/organization';
import { forEachStatement, type SetupInput } from '../../provisioning/setup';
import type { DialogHandler } from '../answers';
import type { BotDeps } from '../deps';
import { createOneByOne } from '../oneByOne';
import type { Turn } from '../turn';
import { text } from './formFields';
import { type FoundDraft, keepDraft, readDraft, type SealedToken } from './setupDraft';
import { showAppForm, showUnityForm } from './showForms';

const typed = z.object({
  scimToken: z.string().catch('').default(''),
  scimConnectorUrl: text,
});
/** A token is opaque text of one line; anything longer is a page that was pasted by mistake. */
const LONGEST_TOKEN = 8_000;
/** The sweep deletes a sealed token that nothing asks for after 15 minutes. */
const SEALED_FOR_MS = 13 * 60_000;

type Deps = Pick<BotDeps, 'store' | 'secrets' | 'runs' | 'settings' | 'unity'>;

/** `setup.openToken`: the form in a dialog of its own, after a first form that was a card in the chat. */
export function openUnityForm({ store, unity }: Pick<Deps, 'store' | 'unity'>): DialogHandler {
  return async (turn, data) => {
    const draft = await readDraft(store, turn.person, data);
    return draft?.content.accepted ? showUnityForm(draft, unity) : { kind: 'close', message: edgeWords.draftGone };
  };
}

/** `setup.submitToken`: seals the token before anything is checked, so that a form shown again neither shows nor loses it. */
export function submitUnityForm({ store, secrets, runs, settings, unity }: Deps): DialogHandler {
  const submit: DialogHandler = async (turn, data) => {
    const draft = await readDraft(store, turn.person, data);
    const accepted = draft?.content.accepted;
    if (!draft || !accepted) return { kind: 'close', message: edgeWords.draftGone };
    const form = typed.parse(data ?? {});
    const scimToken = onlyToken(form.scimToken);
    const isToken = scimToken !== '' && scimToken.length <= LONGEST_TOKEN;
    const sealed = isToken ? await seal({ store, secrets }, turn, draft, scimToken) : stillSealed(draft);
    const scimTokenRef = sealed?.secretId;

    const problems: UnityFormView['problems'] = {};
    if (scimToken.length > LONGEST_TOKEN) problems.scimToken = edgeWords.tokenNotOneLine;
    else if (!scimTokenRef) problems.scimToken = formWords.token.missing;
    const addressProblem = problemOfAddress(form.scimConnectorUrl, accepted.organizationId, settings);
    if (addressProblem) problems.scimConnectorUrl = addressProblem;
    const kept: FoundDraft = { ...draft, content: { ...draft.content, sealed } };
    if (!scimTokenRef || Object.keys(problems).length > 0) return showUnityForm(kept, unity, problems, form.scimConnectorUrl);

    const setup = setupInput(kept, turn.person.objectId, scimTokenRef);
    const answer = await runs.requestSetup({
      person: turn.person,
      activityId: turn.activityId,
      conversationId: draft.conversationId,
      setup,
    });
    if (answer.kind === 'refused') return { kind: 'close', message: refusalText(answer.why, answer) };
    // The token belongs to the run now; the form can be opened again and then asks for one anew.
    await keepDraft(store, turn.person, { ...draft, content: { ...kept.content, sealed: undefined } });
    return { kind: 'close', message: edgeWords.setupRequested };
  };
  // A double click submits twice at once: the second must not take the token away that the first has just handed over.
  const oneByOne = createOneByOne();
  return (turn, data) => oneByOne(turn.person.objectId, () => submit(turn, data));
}

/** `setup.back`: the first form with what was typed; a token that was sealed stays kept. */
export function backToAppForm({ store }: Pick<Deps, 'store'>, place: FormPlace = 'dialog'): DialogHandler {
  return async (turn, data) => {
    const draft = await readDraft(store, turn.person, data);
    return draft ? showAppForm(draft, place) : { kind: 'close', message: edgeWords.draftGone };
  };
}

/** Seals, refers to it in the draft, and destroys the one that it replaces. */
async function seal(
  { store, secrets }: Pick<Deps, 'store' | 'secrets'>,
  { person }: Turn,
  draft: FoundDraft,
  value: string,
): Promise<SealedToken> {
  return store.transaction(async (sql) => {
    const { tenantId } = person;
    const subject = `draft:${draft.draftId}`;
    await secrets.destroyOfSubject(sql, tenantId, subject); // one that a run has is no longer the draft's
    const secretId = await secrets.seal(sql, { tenantId, subject, purpose: 'scimToken', value });
    const sealed = { secretId, at: new Date().toISOString() };
    await keepDraft(sql, person, { ...draft, content: { ...draft.content, sealed } });
    return sealed;
  });
}

/** A sealed token that nothing asks for is deleted after a while; shortly before, it no longer counts as kept. */
function stillSealed({ content }: FoundDraft): SealedToken | undefined {
  const { sealed } = content;
  return sealed && Date.now() - Date.parse(sealed.at) < SEALED_FOR_MS ? sealed : undefined;
}

/** Copying from a web page brings spaces and line breaks along, and sometimes the word before; none belongs to a token. */
function onlyToken(text: string): string {
  return text.replace(/^[\s\u00a0\u200b\ufeff]*Bearer\s+/i, '').replace(/[\s\u00a0\u200b\ufeff]+/g, '');
}

/** Left empty, or left as the form showed it, it is the computed one. */
function problemOfAddress(
  text: string,
  organizationId: string,
  { unityScimUrl, unityDashboardUrl }: Pick<BotDeps['settings'], 'unityScimUrl' | 'unityDashboardUrl'>,
): string | undefined {
  if (text.trim() === '') return undefined;
  const read = parseOrganization(text, unityScimUrl, unityDashboardUrl);
  if ('problem' in read) return organizationProblemText(read.problem);
  return read.organizationId === organizationId ? undefined : edgeWords.addressOfOtherOrganization(organizationId);
}

function setupInput({ content }: FoundDraft, testPersonId: string, scimTokenRef: string): SetupInput {
  const { accepted, values, apps } = content;
  const servicePrincipalId = values.servicePrincipalId ?? '';
  return {
    organizationId: accepted?.organizationId ?? '',
    scimConnectorUrl: accepted?.scimConnectorUrl ?? '',
    servicePrincipalId,
    appDisplayName: apps.find((app) => app.servicePrincipalId === servicePrincipalId)?.displayName ?? servicePrincipalId,
    domains: accepted?.domains ?? [],
    statements: {
      ...forEachStatement((statement) => values[statement] === true),
      statedAt: accepted?.statedAt ?? '',
    },
    scimTokenRef,
    testPersonId,
  };
}
