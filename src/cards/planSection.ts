import { Choice, ChoiceSetInput, QueryData } from '@microsoft/teams.cards';
import type { DirectoryPerson } from '../provisioning/people';
import type { SetupPlan } from '../provisioning/setup';
import { box, type CardElement, group, line, row, subheading, subtle, text } from './kit';
import { signs } from './symbols';
import { DATASETS } from './verbs';
import { firstCycleWords, irreversibleWords, planLines, setupRun, warningWords } from './words';

/**
 * The plan as a person confirms it: what is made, what is lost, whom the first cycle touches, what to note.
 * @param look - `plain`: without green, where a green sign would look like a result
 */
export function planSection(plan: SetupPlan, look: 'signs' | 'plain' = 'signs'): CardElement[] {
  const lost = irreversibleWords(plan);
  return [
    subheading(setupRun.plan.do),
    ...planLines(plan).map(({ kind, text: sentence }) =>
      row({ ...signs[kind], ...(look === 'plain' ? { tone: 'Accent' as const } : {}), items: [line(sentence)] }),
    ),
    ...(lost === undefined ? [] : [box('attention', line(setupRun.plan.overwritten, { weight: 'Bolder' }), line(lost))]),
    subheading(setupRun.plan.people),
    text(firstCycleWords(plan), { spacing: 'Small' }),
    box(
      'warning',
      line(setupRun.plan.warnings, { weight: 'Bolder' }),
      ...plan.warnings.map((warning) => row({ ...signs.overwrite, tone: 'Warning', items: [line(warningWords(warning, plan))] })),
    ),
  ];
}

/** Teams' own people picker; it gives an object id. The person of the plan is chosen beforehand. */
export function testPersonPicker(testPerson: DirectoryPerson | null): CardElement {
  const choices = testPerson === null ? [] : [new Choice({ title: personTitle(testPerson), value: testPerson.objectId })];
  const picker = new ChoiceSetInput(...choices).withOptions({
    id: 'testPersonId',
    label: setupRun.plan.testPerson,
    style: 'filtered',
    isRequired: true,
    errorMessage: setupRun.testPersonMissing,
    'choices.data': new QueryData({ dataset: DATASETS.people }),
    ...(testPerson === null ? {} : { value: testPerson.objectId }),
  });
  return group([picker, subtle(setupRun.testPersonHint, { spacing: 'Small' })]);
}

function personTitle({ displayName, userPrincipalName }: DirectoryPerson): string {
  return `${displayName} (${userPrincipalName})`;
}
