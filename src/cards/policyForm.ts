import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { type CardElement, card, group, problem, submit, subtle, text } from './kit';
import { numberField, pickerField, radioField, textField, toggleField } from './policyFields';
import type { PolicyFormValues, PolicyFormView } from './requestViews';
import { VERBS } from './verbs';
import { policyForm } from './words';

/** The dialog of `settings`: everything of one policy; what was typed stays, problems stand at their field. */
export function policyFormCard(view: PolicyFormView): IAdaptiveCard {
  const { connectionId, basedOn, organizationId } = view;
  const { sections, hints } = policyForm;
  return card({
    title: policyForm.heading(organizationId),
    fallback: policyForm.what,
    body: [
      text(policyForm.what),
      section(sections.approvers, [
        subtle(hints.approvers),
        field(view, 'approvers', pickerField(view, 'approvers', 'people')),
        field(view, 'approverGroupId', pickerField(view, 'approverGroupId', 'groups')),
        field(view, 'approvalsSmall', numberField(view, 'approvalsSmall')),
        field(view, 'smallUpTo', numberField(view, 'smallUpTo')),
        field(view, 'approvalsLarge', numberField(view, 'approvalsLarge')),
        field(view, 'selfApproval', toggleField(view, 'selfApproval')),
      ]),
      section(sections.ask, [
        field(view, 'whoMayAsk', radioField(view, 'whoMayAsk', ['everyone', 'group'])),
        field(view, 'askerGroupId', pickerField(view, 'askerGroupId', 'groups')),
        field(view, 'guestsMayAsk', toggleField(view, 'guestsMayAsk')),
        field(view, 'reasonRequired', toggleField(view, 'reasonRequired')),
      ]),
      section(sections.time, [
        field(view, 'lifetimeHours', textField(view, 'lifetimeHours')),
        field(view, 'remindMinutes', numberField(view, 'remindMinutes'), hints.remind),
        field(view, 'escalateMinutes', numberField(view, 'escalateMinutes')),
        field(view, 'escalateTo', pickerField(view, 'escalateTo', 'people'), hints.escalate),
      ]),
      section(sections.post, [
        field(view, 'postTo', radioField(view, 'postTo', ['approvers', 'channel'])),
        field(view, 'channelId', channelField(view), view.channels.length === 0 ? hints.noChannels : undefined),
      ]),
      section(sections.auto, [
        subtle(hints.auto),
        field(view, 'autoDomains', textField(view, 'autoDomains')),
        field(view, 'autoGroupId', pickerField(view, 'autoGroupId', 'groups')),
        field(view, 'autoPerDay', numberField(view, 'autoPerDay')),
      ]),
      section(sections.setup, [field(view, 'setupNeedsApproval', toggleField(view, 'setupNeedsApproval'))]),
    ],
    actions: [submit(VERBS.policySubmit, policyForm.submit, { connectionId, basedOn: String(basedOn) }, { style: 'positive' })],
  });
}

function section(title: string, fields: (CardElement | undefined)[]): CardElement {
  return group([text(title, { weight: 'Bolder', size: 'Medium' }), ...fields], { separator: true, spacing: 'Large' });
}

function field(
  { problems }: PolicyFormView,
  name: keyof PolicyFormValues,
  input: CardElement | undefined,
  hint?: string,
): CardElement | undefined {
  if (input === undefined && hint === undefined) return undefined;
  return group([input, problem(problems[name]), hint !== undefined && subtle(hint)], { spacing: 'Small' });
}

function channelField(view: PolicyFormView): CardElement | undefined {
  const { channels } = view;
  if (channels.length === 0) return undefined;
  return pickerField(
    view,
    'channelId',
    channels.map(({ conversationId, title }) => ({ title, value: conversationId })),
  );
}
