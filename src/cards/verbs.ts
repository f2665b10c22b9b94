/** Verbs of all card actions, `noun.verb`: the cards write them, the routes read them. Behind each: its data and inputs. */
export const VERBS = {
  /** Opens dialog 1. Data: draftId. */
  setupOpen: 'setup.open',
  /** Dialog 1. Data: draftId. Inputs: the fields of AppFormValues; toggles as `true` or `false`. */
  setupSubmitApp: 'setup.submitApp',
  /** Dialog 2. Data: draftId. Inputs: scimConnectorUrl, scimToken. */
  setupSubmitToken: 'setup.submitToken',
  /** With `FORMS=card`: opens dialog 2, since the token is never asked for in a chat. Data: draftId. */
  setupOpenToken: 'setup.openToken',
  /** Dialog 2, back to dialog 1. Data: draftId. */
  setupBack: 'setup.back',
  /** Data: runId. Input: testPersonId. */
  planConfirm: 'plan.confirm',
  /** Data: runId. Input, where the card has the picker: testPersonId. */
  runRetry: 'run.retry',
  /** Data: runId. */
  runStartWithoutTest: 'run.startWithoutTest',
  /** Data: runId. */
  runCancel: 'run.cancel',
  /** Data: runId, asked, objectId. A button for each candidate. */
  provisionChoose: 'provision.choose',
  /** Answered with a login request. No data. */
  signIn: 'auth.signIn',
  /** Opens the request dialog. Data: connectionId, where one is meant. */
  requestOpen: 'request.open',
  /** Request dialog. Data: connectionId, where there is only one. Inputs: the fields of RequestFormValues. */
  requestSubmit: 'request.submit',
  /** Data: requestId. Answers the clicker with their own view of the request. */
  requestView: 'request.view',
  /** Data: requestId. */
  requestApprove: 'request.approve',
  /** Data: requestId. Input: declineReason. */
  requestDecline: 'request.decline',
  /** An approver starts what the policy approved by itself. Data: requestId. */
  requestRun: 'request.run',
  /** Data: connectionId, and requestIds joined by commas: only what the card showed. */
  requestRunAll: 'request.runAll',
  /** Data: requestId. */
  requestWithdraw: 'request.withdraw',
  /** A new request like this one, linked to it. Data: requestId. */
  requestAgain: 'request.again',
  /** "I administer this app": signs in to `entra` and makes a run of it. Data: requestId; runId while nothing is frozen. */
  requestAdminister: 'request.administer',
  /** Opens the policy dialog. Data: connectionId. */
  policyOpen: 'policy.open',
  /** Policy dialog. Data: connectionId, basedOn. Inputs: the fields of PolicyFormValues; toggles as `true` or `false`. */
  policySubmit: 'policy.submit',
} as const;
export type Verb = (typeof VERBS)[keyof typeof VERBS];

/** Data sets of `choices.data`: Teams serves the people, the bot serves apps and groups (`application/search`). */
export const DATASETS = { people: 'graph.microsoft.com/users', apps: 'apps', groups: 'groups' } as const;
