import { Choice, ChoiceSetInput, type IAdaptiveCard, QueryData, TextInput, ToggleInput } from '@microsoft/teams.cards';
import { STATEMENTS, type Statement } from '../provisioning/setup';
import { type CardElement, card, group, line, problem, row, subheading, submit, subtle } from './kit';
import { md } from './markdown';
import { signs } from './symbols';
import { DATASETS, VERBS } from './verbs';
import type { AppChoice, AppFormView, FormPlace } from './views';
import { appForm, unusableAppText } from './words';

/** Form 1: organization, app, domains and what only the administrator can say. Typed values stay, problems stand at their field. */
export function appFormCard({ draftId, values, apps, problems, place = 'dialog' }: AppFormView): IAdaptiveCard {
  const checklistProblem = STATEMENTS.map((statement) => problems[statement]).find((sentence) => sentence !== undefined);
  return card({
    eyebrow: appForm.step,
    title: appForm.heading,
    body: [
      group([
        organizationInput(values.organization),
        problem(problems.organization),
        subtle(appForm.organization.hint, { spacing: 'Small' }),
      ]),
      group([appInput(apps, values.servicePrincipalId, place), problem(problems.servicePrincipalId), ...unusableApps(apps)]),
      group([domainsInput(values.domains), problem(problems.domains)]),
      subheading(appForm.checklist.heading),
      subtle(appForm.checklist.hint),
      ...STATEMENTS.map((statement) => toggleInput(statement, values[statement] === true)),
      problem(checklistProblem),
    ],
    actions: [submit(VERBS.setupSubmitApp, appForm.submit, { draftId }, { style: 'positive', inputs: 'auto' })],
  });
}

function organizationInput(value: string | undefined): TextInput {
  const { label, placeholder, missing } = appForm.organization;
  return new TextInput({
    id: 'organization',
    label,
    placeholder,
    isRequired: true,
    errorMessage: missing,
    maxLength: 300,
    ...(value === undefined ? {} : { value }),
  });
}

/**
 * A single app that fits is chosen beforehand; among several the person chooses. Clients without dialogs have no typeahead either:
 * what was found is then a plain list.
 */
function appInput(apps: readonly AppChoice[], chosen: string | undefined, place: FormPlace): ChoiceSetInput {
  const usable = apps.filter((app) => app.usable);
  const obvious = usable.filter((app) => app.isUnity);
  const value = chosen ?? (obvious.length === 1 ? obvious[0]?.servicePrincipalId : undefined);
  const choices = usable.map((app) => new Choice({ title: app.displayName, value: app.servicePrincipalId }));
  const { label, placeholder, choose, missing } = appForm.app;
  const isList = place === 'chat' && choices.length > 0;
  return new ChoiceSetInput(...choices).withOptions({
    id: 'servicePrincipalId',
    label,
    isRequired: true,
    errorMessage: missing,
    ...(isList
      ? { placeholder: choose, style: 'compact' as const }
      : { placeholder, style: 'filtered' as const, 'choices.data': new QueryData({ dataset: DATASETS.apps }) }),
    ...(value === undefined ? {} : { value }),
  });
}

function unusableApps(apps: readonly AppChoice[]): CardElement[] {
  const unusable = apps.filter((app) => !app.usable);
  if (unusable.length === 0) return [subtle(appForm.app.hint, { spacing: 'Small' })];
  const rows = unusable.map(({ displayName, why }) =>
    row({
      ...signs.skipped,
      spacing: 'None',
      items: [line(md`${displayName}: ${unusableAppText(why)}`, { size: 'Small', isSubtle: true })],
    }),
  );
  return [subtle(appForm.app.hint, { spacing: 'Small' }), subtle(appForm.app.unusable, { spacing: 'Small' }), ...rows];
}

function domainsInput(value: string | undefined): TextInput {
  const { label, placeholder, missing } = appForm.domains;
  return new TextInput({
    id: 'domains',
    label,
    placeholder,
    isRequired: true,
    errorMessage: missing,
    maxLength: 2000,
    ...(value === undefined ? {} : { value }),
  });
}

function toggleInput(id: Statement, isOn: boolean): ToggleInput {
  return new ToggleInput(appForm.checklist[id], {
    id,
    value: String(isOn),
    valueOn: 'true',
    valueOff: 'false',
    wrap: true,
    spacing: 'Small',
  });
}
