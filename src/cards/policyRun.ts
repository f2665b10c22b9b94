import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { box, type CardAction, type CardElement, card, execute, fact, group, line, openDialog, subtle } from './kit';
import { md } from './markdown';
import type { PolicyRunView } from './requestViews';
import { type Sign, signs } from './symbols';
import { VERBS } from './verbs';
import { buttons, errorWords, policyButtons, policyLines, policyRun, runStateWords } from './words';

/** Rules that are being checked, were refused with the reason, or are in force. */
export function policyRunCard(view: PolicyRunView): IAdaptiveCard {
  const { state, policy, organizationId, appDisplayName } = view;
  return card({
    title: policyRun.title(organizationId),
    fallback: headline(view),
    body: [
      subtle(md`${appDisplayName}`),
      banner(view),
      state === 'done' && policy !== null && group(policyLines(policy).map(([title, value]) => fact(title, value))),
    ],
    actions: actions(view),
  });
}

function headline({ state, waitingFor, policy }: PolicyRunView): string {
  if (state === 'done') return policyRun.inForce(policy?.version ?? 1);
  if (state === 'failed') return policyRun.refused;
  if (state === 'waiting' && waitingFor === 'sign_in') return policyRun.signInTitle;
  return state === 'requested' || state === 'running' ? policyRun.checking : runStateWords[state];
}

function banner(view: PolicyRunView): CardElement {
  const { state, failure, policy } = view;
  const title = ({ symbol }: Sign) => line(`**${symbol} ${headline(view)}**`);
  const before = line(policy === null ? policyRun.noneBefore : policyRun.before(policy.version), { spacing: 'Small' });
  switch (state) {
    case 'done':
      return box('good', title(signs.done));
    case 'failed': {
      const words = failure === null ? undefined : errorWords(failure.code, failure.facts);
      return box('attention', title(signs.failed), words && line(words.what), words && line(words.next), before);
    }
    case 'requested':
    case 'running':
      return box('accent', title(signs.running), line(policyRun.checkingWhat));
    case 'waiting':
      return box('warning', title(signs.waiting), line(policyRun.signIn));
    default:
      return box('emphasis', title(signs.off), line(state === 'expired' ? policyRun.expired : policyRun.cancelled), before);
  }
}

function actions({ runId, connectionId, state, waitingFor, failure }: PolicyRunView): (CardAction | false)[] {
  const cancel = execute(VERBS.runCancel, buttons.cancel, { runId });
  const isOurs = failure?.code === 'policy_refused' || failure?.code === 'policy_changed_meanwhile';
  switch (state) {
    case 'waiting':
      return [waitingFor === 'sign_in' && execute(VERBS.signIn, buttons.signIn, {}, { style: 'positive' }), cancel];
    case 'failed':
      return [
        !isOurs && execute(VERBS.runRetry, buttons.retry, { runId }, { style: 'positive' }),
        openDialog(VERBS.policyOpen, policyButtons.again, { connectionId }, { style: isOurs ? 'positive' : 'default' }),
      ];
    case 'done':
      return [openDialog(VERBS.policyOpen, policyButtons.open, { connectionId }, { style: 'default' })];
    default:
      return [];
  }
}
