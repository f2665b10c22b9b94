import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { appFormCard } from '../../src/cards/appForm';
import { approvedWaitingCard } from '../../src/cards/approvedWaiting';
import { auditCard } from '../../src/cards/audit';
import { formTakenCard } from '../../src/cards/formTaken';
import { helpCard } from '../../src/cards/help';
import { noticeCard } from '../../src/cards/notice';
import { policyFormCard } from '../../src/cards/policyForm';
import { policyRunCard } from '../../src/cards/policyRun';
import { provisionRunCard } from '../../src/cards/provisionRun';
import { requestCard } from '../../src/cards/request';
import { requestFormCard } from '../../src/cards/requestForm';
import { requestListCard } from '../../src/cards/requestList';
import { requestRunCard } from '../../src/cards/requestRun';
import { requestStartCard } from '../../src/cards/requestStart';
import { settingsCard } from '../../src/cards/settings';
import { setupRunCard } from '../../src/cards/setupRun';
import { setupStartCard } from '../../src/cards/setupStart';
import { statusCard } from '../../src/cards/status';
import { tokenInTeamsCard } from '../../src/cards/tokenInTeams';
import { unityFormCard } from '../../src/cards/unityForm';
import { welcomeCard } from '../../src/cards/welcome';
import { appForm, policyForm, requestForm, unityForm } from '../../src/cards/words';
import { requestEdge } from '../../src/cards/words/requestEdgeWords';
import { appFormView, apps, unityFormView } from './formSamples';
import { noticeViews, statusViews } from './noticeSamples';
import {
  approvedWaitingViews,
  auditViews,
  policyFormView,
  policyRunViews,
  requestFormView,
  requestListViews,
  settingsViews,
} from './policySamples';
import { provisionViews } from './provisionSamples';
import { requestRunViews, requestViews } from './requestSamples';
import { setupViews } from './setupSamples';

/** A card in one of its states, by name: tests walk through all of them and `npm run screenshots` draws them. */
export interface CardSample {
  name: string;
  /** Where Teams shows it, and the dialog's own title. */
  frame: 'message' | 'dialog';
  title?: string;
  card: IAdaptiveCard;
}

export function cardSamples(): CardSample[] {
  const message = (name: string, card: IAdaptiveCard): CardSample => ({ name, frame: 'message', card });
  const dialog = (name: string, title: string, card: IAdaptiveCard): CardSample => ({ name, frame: 'dialog', title, card });
  return [
    message('welcome', welcomeCard()),
    message('help', helpCard()),
    message('setup-start', setupStartCard({ draftId: 'draft-1', apps })),
    message('setup-start-nothing-found', setupStartCard({ draftId: 'draft-1', apps: [] })),
    dialog('app-form', appForm.title, appFormCard(appFormView())),
    dialog('app-form-with-problems', appForm.title, appFormCard(appFormView('problems'))),
    message('app-form-in-chat', appFormCard({ ...appFormView(), place: 'chat' })),
    message('token-in-teams', tokenInTeamsCard({ draftId: 'draft-1', organizationId: '20000000000001' })),
    dialog('unity-form', unityForm.title, unityFormCard(unityFormView())),
    dialog('unity-form-with-problems', unityForm.title, unityFormCard(unityFormView('problems'))),
    ...Object.entries(setupViews).map(([name, view]) => message(`setup-${name}`, setupRunCard(view))),
    ...Object.entries(provisionViews).map(([name, view]) => message(`provision-${name}`, provisionRunCard(view))),
    ...Object.entries(statusViews).map(([name, view]) => message(`status-${name}`, statusCard(view))),
    ...Object.entries(requestViews).map(([name, view]) => message(`request-${name}`, requestCard(view))),
    ...Object.entries(requestRunViews).map(([name, view]) => message(`request-run-${name}`, requestRunCard(view))),
    ...Object.entries(requestListViews).map(([name, view]) => message(`request-list-${name}`, requestListCard(view))),
    ...Object.entries(approvedWaitingViews).map(([name, view]) => message(`approved-waiting-${name}`, approvedWaitingCard(view))),
    message('request-start', requestStartCard()),
    message('form-taken', formTakenCard(requestForm.heading, requestEdge.requested)),
    dialog('request-form', requestForm.title, requestFormCard(requestFormView())),
    dialog('request-form-with-problems', requestForm.title, requestFormCard(requestFormView('problems'))),
    dialog('policy-form', policyForm.title, policyFormCard(policyFormView())),
    dialog('policy-form-change', policyForm.title, policyFormCard(policyFormView('change'))),
    dialog('policy-form-with-problems', policyForm.title, policyFormCard(policyFormView('problems'))),
    ...Object.entries(policyRunViews).map(([name, view]) => message(`policy-${name}`, policyRunCard(view))),
    ...Object.entries(settingsViews).map(([name, view]) => message(`settings-${name}`, settingsCard(view))),
    ...Object.entries(auditViews).map(([name, view]) => message(`audit-${name}`, auditCard(view))),
    ...Object.entries(noticeViews).map(([name, view]) => message(`notice-${name}`, noticeCard(view))),
  ];
}
