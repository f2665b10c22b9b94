import { Choice, ChoiceSetInput, NumberInput, QueryData, TextInput, ToggleInput } from '@microsoft/teams.cards';
import type { PolicyFormView } from './requestViews';
import { DATASETS } from './verbs';
import { policyForm } from './words';

type Toggle = keyof typeof policyForm.toggles;
type Field = keyof typeof policyForm.fields;
type Choices = { title: string; value: string }[];

const wordsOf: Record<Field, { label: string; placeholder?: string }> = policyForm.fields;

/** People (served by Teams), groups (served by the bot while typing), or fixed choices. Preset ids keep the names that are known. */
export function pickerField({ values, known }: PolicyFormView, id: Field, from: 'people' | 'groups' | Choices): ChoiceSetInput {
  const value = values[id];
  const isMultiSelect = from === 'people';
  const chosen = value.split(',').filter((one) => one !== '');
  const names = Array.isArray(from)
    ? from
    : (known?.[from] ?? [])
        .filter(({ objectId }) => chosen.includes(objectId))
        .map(({ objectId, displayName }) => ({ title: displayName, value: objectId }));
  return new ChoiceSetInput(...names.map((choice) => new Choice(choice))).withOptions({
    id,
    ...wordsOf[id],
    ...(isMultiSelect ? { isMultiSelect } : {}),
    ...(Array.isArray(from)
      ? { style: 'compact' as const }
      : { style: 'filtered' as const, 'choices.data': new QueryData({ dataset: DATASETS[from] }) }),
    ...(value === '' ? {} : { value }),
  });
}

export function radioField(
  { values }: PolicyFormView,
  id: 'whoMayAsk' | 'postTo',
  choices: (keyof typeof policyForm.choices)[],
): ChoiceSetInput {
  return new ChoiceSetInput(...choices.map((value) => new Choice({ title: policyForm.choices[value], value }))).withOptions({
    id,
    ...wordsOf[id],
    style: 'expanded',
    value: values[id],
  });
}

/**
 * A whole number; what was typed and is none is not shown again. Without bounds, which the bot checks: Microsoft's renderer
 * takes an empty field that has bounds for wrong, so that a form with an optional number could never be sent.
 */
export function numberField({ values }: PolicyFormView, id: Field): NumberInput {
  const value = values[id].trim() === '' ? Number.NaN : Number(values[id]);
  return new NumberInput({ id, ...wordsOf[id], ...(Number.isFinite(value) ? { value } : {}) });
}

export function textField({ values }: PolicyFormView, id: Field): TextInput {
  return new TextInput({ id, ...wordsOf[id], maxLength: 2_000, ...(values[id] === '' ? {} : { value: values[id] }) });
}

export function toggleField({ values }: PolicyFormView, id: Toggle): ToggleInput {
  return new ToggleInput(policyForm.toggles[id], {
    id,
    value: String(values[id]),
    valueOn: 'true',
    valueOff: 'false',
    wrap: true,
  });
}
