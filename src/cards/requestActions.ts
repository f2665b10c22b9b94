import { TextInput } from '@microsoft/teams.cards';
import { isWaitingRequest, LONGEST_REASON } from '../provisioning/requests';
import { type CardAction, execute, toggle, unfold } from './kit';
import type { RequestView } from './requestViews';
import { VERBS } from './verbs';
import { buttons, requestButtons, request as requestWords } from './words';

/** Of the folded plan of a setup. */
export const PLAN_ID = 'plan';

/** Buttons for whoever may use them now; a channel's copy has one that answers the clicker with their own view. */
export function requestActions({ requestId, role, state, kind, can, mine, plan = null }: RequestView): (CardAction | false)[] {
  const data = { requestId };
  if (role === 'channel') {
    return [isWaitingRequest(state) && execute(VERBS.requestView, requestButtons.decide, data, { style: 'positive' })];
  }
  const isFolded = plan !== null && !isWaitingRequest(state);
  const waitsFor = mine?.state === 'waiting' ? mine.verdict : null;
  const administers = role === 'requester' && state === 'requested' && kind === 'provision';
  return [
    waitsFor !== null && execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' }),
    can.approve && waitsFor !== 'approve' && execute(VERBS.requestApprove, requestButtons.approve, data, { style: 'positive' }),
    can.run && waitsFor !== 'run' && execute(VERBS.requestRun, requestButtons.run, data, { style: 'positive' }),
    can.decline && unfold(requestButtons.decline, [reasonInput()], [declineButton(data)]),
    can.withdraw && execute(VERBS.requestWithdraw, requestButtons.withdraw, data),
    can.again && execute(VERBS.requestAgain, requestButtons.again, data),
    isFolded && toggle(requestButtons.plan, PLAN_ID),
    administers && execute(VERBS.requestAdminister, requestButtons.administer, data),
  ];
}

function reasonInput(): TextInput {
  const { label, placeholder, missing } = requestWords.decline;
  return new TextInput({
    id: 'declineReason',
    label,
    placeholder,
    isRequired: true,
    errorMessage: missing,
    isMultiline: true,
    maxLength: LONGEST_REASON,
  });
}

function declineButton(data: Record<string, string>): CardAction {
  return execute(VERBS.requestDecline, requestButtons.confirmDecline, data, { style: 'destructive', inputs: 'auto' });
}
