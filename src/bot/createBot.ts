import { DATASETS, VERBS } from '../cards/verbs';
import { authSignIn } from './actions/authSignIn';
import { planConfirm } from './actions/planConfirm';
import { provisionChoose } from './actions/provisionChoose';
import { requestAdminister } from './actions/requestAdminister';
import { requestAgain } from './actions/requestAgain';
import { requestDecide } from './actions/requestDecide';
import { requestRunAll } from './actions/requestRunAll';
import { requestView } from './actions/requestView';
import { requestWithdraw } from './actions/requestWithdraw';
import { runCancel } from './actions/runCancel';
import { runRetry } from './actions/runRetry';
import { runStartWithoutTest } from './actions/runStartWithoutTest';
import { audit } from './commands/audit';
import { help } from './commands/help';
import { provision } from './commands/provision';
import { request, requestForm } from './commands/request';
import { requests, showRequest } from './commands/requests';
import { settings } from './commands/settings';
import { setup } from './commands/setup';
import { signIn } from './commands/signIn';
import { signOut } from './commands/signOut';
import { status } from './commands/status';
import { unclear } from './commands/unclear';
import { unknown } from './commands/unknown';
import type { BotDeps } from './deps';
import { openAppForm, submitAppForm } from './dialogs/appForm';
import { formsInChat } from './dialogs/formsInChat';
import { openPolicyForm, submitPolicyForm } from './dialogs/policyForm';
import { openRequestForm, submitRequestForm } from './dialogs/requestForm';
import { backToAppForm, submitUnityForm } from './dialogs/unityForm';
import { createFreshSignIns } from './freshSignIns';
import { createPersonalChats } from './personalChats';
import { createRoutes, type Handlers, type Routes } from './routes';
import { createShownApps, searchApps } from './searches/apps';
import { searchGroups } from './searches/groups';

/** The bot as one object: give its `onTurn` to the server. Each verb and command has its handler here, and nowhere else. */
export function createBot(deps: BotDeps): Routes {
  const shownApps = createShownApps();
  const personalChats = createPersonalChats(deps);
  const inChat = formsInChat({ ...deps, shownApps });
  const freshSignIns = createFreshSignIns();
  const handlers: Handlers = {
    commands: {
      help,
      signIn: signIn({ ...deps, personalChats, freshSignIns }),
      signOut: signOut({ ...deps, freshSignIns }),
      setup: setup(deps),
      provision: provision(deps),
      status: status(deps),
      request: request(deps),
      requestForm: requestForm(deps),
      requests: requests(deps),
      showRequest: showRequest(deps),
      settings: settings(deps),
      audit: audit(deps),
      unclear,
      unknown,
    },
    fetch: {
      [VERBS.setupOpen]: openAppForm(deps),
      [VERBS.requestOpen]: openRequestForm(deps),
      [VERBS.policyOpen]: openPolicyForm(deps),
      ...inChat.fetch,
    },
    submit: {
      [VERBS.setupSubmitApp]: submitAppForm({ ...deps, shownApps }),
      [VERBS.setupSubmitToken]: submitUnityForm(deps),
      [VERBS.setupBack]: backToAppForm(deps),
      [VERBS.requestSubmit]: submitRequestForm(deps),
      [VERBS.policySubmit]: submitPolicyForm(deps),
    },
    actions: {
      [VERBS.planConfirm]: planConfirm(deps),
      [VERBS.runRetry]: runRetry(deps),
      [VERBS.runStartWithoutTest]: runStartWithoutTest(deps),
      [VERBS.runCancel]: runCancel(deps),
      [VERBS.provisionChoose]: provisionChoose(deps),
      [VERBS.signIn]: authSignIn,
      [VERBS.requestApprove]: requestDecide(deps, 'approve'),
      [VERBS.requestDecline]: requestDecide(deps, 'decline'),
      [VERBS.requestRun]: requestDecide(deps, 'run'),
      [VERBS.requestRunAll]: requestRunAll(deps),
      [VERBS.requestWithdraw]: requestWithdraw(deps),
      [VERBS.requestAgain]: requestAgain(deps),
      [VERBS.requestView]: requestView(deps),
      [VERBS.requestAdminister]: requestAdminister(deps),
      ...inChat.actions,
    },
    signedInActions: new Set([
      VERBS.planConfirm,
      VERBS.runRetry,
      VERBS.runStartWithoutTest,
      VERBS.provisionChoose,
      VERBS.signIn,
      VERBS.requestApprove,
      VERBS.requestDecline,
      VERBS.requestRun,
      VERBS.requestRunAll,
      VERBS.requestAdminister,
    ]),
    search: { [DATASETS.apps]: searchApps({ ...deps, shownApps }), [DATASETS.groups]: searchGroups(deps) },
  };
  return createRoutes(deps, handlers, { personalChats, freshSignIns });
}
