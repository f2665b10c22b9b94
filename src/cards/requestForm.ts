import { Choice, ChoiceSetInput, type IAdaptiveCard, QueryData, TextInput } from '@microsoft/teams.cards';
import { LONGEST_REASON } from '../provisioning/requests';
import { card, group, problem, submit, subtle, text } from './kit';
import type { RequestFormView } from './requestViews';
import { DATASETS, VERBS } from './verbs';
import { requestForm } from './words';

/** The dialog in which anybody asks: people, reason, and the organization where there are several. */
export function requestFormCard({ connections, reasonRequired, values, problems }: RequestFormView): IAdaptiveCard {
  const [only] = connections.length === 1 ? connections : [];
  return card({
    title: requestForm.heading,
    fallback: requestForm.what,
    body: [
      text(requestForm.what),
      only === undefined && group([connectionInput(connections, values.connectionId), problem(problems.connectionId)]),
      group([peopleInput(values.people), problem(problems.people)]),
      group([addressesInput(values.addresses), problem(problems.addresses), subtle(requestForm.addresses.hint)]),
      group([reasonInput(values.reason, reasonRequired), problem(problems.reason)]),
    ],
    actions: [
      submit(VERBS.requestSubmit, requestForm.submit, only === undefined ? {} : { connectionId: only.connectionId }, {
        style: 'positive',
      }),
    ],
  });
}

function connectionInput(connections: RequestFormView['connections'], value: string | undefined): ChoiceSetInput {
  const { label, placeholder, missing } = requestForm.connection;
  const choices = connections.map(
    ({ connectionId, organizationId, appDisplayName }) =>
      new Choice({ title: `${appDisplayName} (${organizationId})`, value: connectionId }),
  );
  return new ChoiceSetInput(...choices).withOptions({
    id: 'connectionId',
    label,
    placeholder,
    isRequired: true,
    errorMessage: missing,
    ...given(value),
  });
}

/** Teams' own people picker; it gives object ids, comma-joined. */
function peopleInput(value: string | undefined): ChoiceSetInput {
  return new ChoiceSetInput().withOptions({
    id: 'people',
    ...requestForm.people,
    style: 'filtered',
    isMultiSelect: true,
    'choices.data': new QueryData({ dataset: DATASETS.people }),
    ...given(value),
  });
}

function addressesInput(value: string | undefined): TextInput {
  const { label, placeholder } = requestForm.addresses;
  return new TextInput({ id: 'addresses', label, placeholder, isMultiline: true, maxLength: 3_000, ...given(value) });
}

function reasonInput(value: string | undefined, isRequired: boolean): TextInput {
  const { label, placeholder, missing } = requestForm.reason;
  return new TextInput({
    id: 'reason',
    label,
    placeholder,
    isMultiline: true,
    maxLength: LONGEST_REASON,
    ...(isRequired ? { isRequired, errorMessage: missing } : {}),
    ...given(value),
  });
}

function given(value: string | undefined): { value?: string } {
  return value === undefined || value === '' ? {} : { value };
}
