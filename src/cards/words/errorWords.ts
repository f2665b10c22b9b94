import type { ErrorCode, Facts } from '../../errors';
import { type Markup, markup, md } from '../markdown';
import { askRefusalWords, changesWords, isAskRefusal } from './decisionWords';
import { outcomeDetail } from './entraWords';
import { isStopReason, stopWords } from './planWords';
import { isPolicyProblem, policyProblemWords } from './policyWords';

/** What happened, and what comes next; both are Markdown. */
export interface ErrorWords {
  what: string;
  next: string;
}

/** The role sentence stands in several places; it must be the same everywhere. */
const activateRole = markup(
  'It takes Application Administrator or Cloud Application Administrator. If you activate roles with PIM, activate it, type **sign out**, then **sign in**, and retry.',
);
const tokenAgain = 'Cancel this run, type **setup** and paste a new token.';
const retryLater = 'Finished steps stay finished. Retry in a few minutes.';

/** Entra says this only of a rule that the job no longer has. */
const ruleGone: ErrorWords = {
  what: 'The mapping of the provisioning job was changed since the setup: Entra no longer has the rule for people.',
  next: 'Type **setup** to renew the connection, then ask again.',
};

const words: Record<ErrorCode, (fact: (name: string) => string) => ErrorWords> = {
  graph_refused: (fact) =>
    fact('graphCode') === 'RequestParameterInvalid'
      ? ruleGone
      : {
          what: md`Microsoft Graph refused to ${fact('operation')} (${fact('status')}, ${fact('graphCode')}).`,
          next:
            fact('status') === '403'
              ? md`Either the bot’s app lacks a permission in Entra, which an administrator can grant, or your account may not read this. Then retry. Microsoft’s request id is ${known(fact('requestId'), 'in the log')}.`
              : md`Retry once. If it happens again, give Microsoft support the request id ${known(fact('requestId'), 'from the log')}.`,
        },
  graph_unreachable: (fact) => ({ what: md`Microsoft Graph gave no usable answer to “${fact('operation')}”.`, next: retryLater }),
  graph_throttled: (fact) => ({
    what: md`Microsoft Graph asks to wait before it will ${fact('operation')}.`,
    next: md`Finished steps stay finished. Retry in ${known(seconds(fact('retryAfterSeconds')), 'a few minutes')}.`,
  }),
  no_right: (fact) => ({
    what: md`Entra does not let this account ${fact('operation')} now.`,
    next: md`${activateRole}`,
  }),
  licence_missing: (fact) => ({
    what: md`The tenant has no Microsoft Entra ID P1 or P2 licence, which it takes to ${fact('operation')}.`,
    next: 'Ask whoever manages the licences of your company. Assigning people one by one works without it.',
  }),
  sign_in_needed: () => ({
    what: 'The bot has no valid sign-in for the person who acts here.',
    next: 'Type **sign in**. The run then goes on by itself.',
  }),
  token_service_unreachable: () => ({
    what: 'The sign-in service of Microsoft’s Bot Framework gave no answer.',
    next: retryLater,
  }),
  app_not_found: () => ({ what: 'The Entra app is not there any more.', next: 'Type **setup** and choose an app again.' }),
  app_not_provisionable: () => ({
    what: 'Entra cannot provision to this app: it was not made from a template.',
    next: 'In the Entra portal make an app under Enterprise applications, New application, Create your own application; then cancel this run and type **setup**.',
  }),
  no_template: () => ({
    what: 'Entra offers no SCIM template for this app yet.',
    next: 'A new app may need some minutes. Retry; if it stays so, make a new enterprise application.',
  }),
  no_rule: () => ({
    what: 'The provisioning job has no mapping for users that is switched on.',
    next: 'In the Entra portal open the app, Provisioning, Mappings, switch the user mapping on, then retry.',
  }),
  scim_credentials_rejected: (fact) => ({
    what: md`Unity Cloud refused the token at ${fact('scimConnectorUrl')}: it is wrong, revoked, or was cut while copying.`,
    next: tokenAgain,
  }),
  scim_token_expired: (fact) => ({
    what: md`Unity Cloud says that the token for ${fact('scimConnectorUrl')} has expired.`,
    next: md`Add a new bearer token to the service account. ${markup(tokenAgain)}`,
  }),
  scim_forbidden: (fact) => ({
    what: md`Unity Cloud knows the token but does not let it use SCIM at ${fact('scimConnectorUrl')}.`,
    next: 'Check in this order: the service account has the role SCIM Authenticator (a new role may take a minute), SCIM provisioning is enabled, the token belongs to this organization. Then retry.',
  }),
  scim_path_wrong: (fact) => ({
    what: md`Unity Cloud has no such address: ${fact('scimConnectorUrl')}.`,
    next: 'Compare it with “SCIM base connector URL” in the Unity dashboard, then cancel this run and type **setup**.',
  }),
  scim_organization_unknown: (fact) => ({
    what: md`Unity Cloud does not find the organization at ${fact('scimConnectorUrl')}, or the token has no access to it.`,
    next: 'Compare the organization’s number with the dashboard, then cancel this run and type **setup**.',
  }),
  scim_not_scim: (fact) => ({
    what: md`What answers at ${fact('scimConnectorUrl')} is not SCIM; it may be a web page.`,
    next: 'Copy “SCIM base connector URL” from the Unity dashboard, then cancel this run and type **setup**.',
  }),
  scim_filter_refused: (fact) => ({
    what: md`The token works at ${fact('scimConnectorUrl')}, but Unity Cloud refused the search that Entra’s Test Connection makes.`,
    next:
      fact('filter') === 'needs_domain'
        ? 'It answers a search for an address in a domain that you named, but Entra asks for a made-up name. Ask Unity support to answer that with an empty list, then retry.'
        : 'Entra’s own test may fail for the same reason. Retry once, then ask Unity support.',
  }),
  unity_unreachable: (fact) => ({
    what: md`Unity Cloud gave no usable answer at ${fact('scimConnectorUrl')}.`,
    next: 'Look at [status.unity.com](https://status.unity.com/) and retry when Unity is up.',
  }),
  unity_throttled: () => ({ what: 'Unity Cloud asks to send fewer requests.', next: retryLater }),
  unity_refused: (fact) => ({
    what: md`Unity Cloud answered ${fact('status')} at ${fact('scimConnectorUrl')}.`,
    next: md`Retry once. If it happens again, give Unity support the request id ${known(fact('requestId'), 'from the log')}.`,
  }),
  scim_address_refused: (fact) => ({
    what: md`${fact('host')} is not an address of Unity Cloud, so the token was not sent there.`,
    next: 'Copy “SCIM base connector URL” from the Unity dashboard, then cancel this run and type **setup**.',
  }),
  secret_gone: () => ({ what: 'The token of this setup is no longer kept.', next: tokenAgain }),
  entra_credentials_test_failed: (fact) => ({
    what: md`Entra’s Test Connection failed (${fact('graphCode')}).${answered(fact('responseStatus'))}`,
    next: 'The bot reached Unity with the same token a moment ago, so a delay is likely: retry. If it stays so, check the role SCIM Authenticator and the token in the Unity dashboard.',
  }),
  setup_stopped: (fact) => stoppedWords(fact('reason')),
  test_person_unfit: (fact) => ({
    what: md`${known(fact('displayName'), 'This account')} cannot be the test person.${detail(fact)}`,
    next: 'Choose another test person and retry.',
  }),
  test_person_not_provisioned: (fact) => ({
    what: md`Entra did not report ${known(fact('displayName'), 'the test person')} as created.${detail(fact)}`,
    next: 'Retry, if you like with another test person, or start without a test.',
  }),
  person_not_found: (fact) => ({
    what: md`Nobody in Entra fits ${known(fact('asked'), 'what was typed')}.`,
    next: 'Check the spelling, or use the address with which the person signs in.',
  }),
  guest_refused: () => ({
    what: 'Guests of your company cannot use this bot.',
    next: 'Ask a colleague who is a member.',
  }),
  no_connection: () => ({ what: 'No Unity organization is set up here yet.', next: 'Type **setup** to begin.' }),
  job_gone: () => ({
    what: 'The provisioning job of this connection is gone from Entra; somebody deleted it.',
    next: 'Cancel this run and type **setup** to make a new one.',
  }),
  run_cancelled: () => ({ what: 'The run was cancelled.', next: 'Nothing more happens. Ask again when you want it.' }),
  recovered_too_often: () => ({
    what: 'The run was taken over five times after the bot stopped in the middle, and was then given up.',
    next: 'Retry: finished steps are only confirmed. The log of the bot says why it stopped.',
  }),
  request_refused: (fact) => askRefusalOf(fact('why')),
  nothing_to_request: () => ({
    what: 'Nobody of those who were named can be provisioned.',
    next: 'Each person has the reason below. Ask again when it is gone.',
  }),
  nobody_can_decide: (fact) => ({
    what: `Nobody could decide about this request. ${policyProblemOf(fact('problem')).what}`,
    next: 'An administrator has to change the rules with **settings**; then ask again.',
  }),
  request_changed: (fact) => ({
    what: ['This is no longer what was approved, so it stopped before any change.', ...changesWords(fact('changes'))].join(' '),
    next: 'A new request shows how things are now.',
  }),
  policy_refused: (fact) => policyProblemOf(fact('problem'), fact('names')),
  policy_changed_meanwhile: () => ({
    what: 'Somebody else saved the rules while your form was open, so yours were not saved.',
    next: 'Open the form again: it shows the rules as they are now.',
  }),
  store_busy: () => ({
    what: 'The bot’s store was used in a way it must not be.',
    next: 'This is a fault of the bot: report it, then retry.',
  }),
  unexpected_error: (fact) => ({
    what: 'Something happened that the bot does not know.',
    next: md`Retry. If it happens again, look for ${known(fact('correlationId'), 'the run id')} in the log of the bot.`,
  }),
};

/** Codes that an older version of the bot may not have known leave a sentence that still reads well. */
function askRefusalOf(why: string): ErrorWords {
  if (isAskRefusal(why)) return askRefusalWords(why);
  return { what: 'The rules do not let you ask.', next: 'Talk to an administrator of the app.' };
}

function policyProblemOf(problem: string, names = ''): ErrorWords {
  if (isPolicyProblem(problem)) return policyProblemWords(problem, names);
  return { what: 'Nobody could satisfy the rules.', next: 'Open the form again and change them.' };
}

/** What stands for a fact that an older or foreign error does not carry. */
const otherwise: Record<string, string> = {
  operation: 'do this',
  scimConnectorUrl: 'the SCIM connector URL',
  host: 'This host',
  status: 'an error',
  graphCode: 'no code given',
};

/** The sentence and the next action for a code; missing facts leave a sentence that still reads well. */
export function errorWords(code: ErrorCode, facts: Facts): ErrorWords {
  return words[code]((name) => {
    const value = facts[name];
    return value === undefined || value === null ? (otherwise[name] ?? '') : String(value);
  });
}

function detail(fact: (name: string) => string): Markup {
  const reason = outcomeDetail({ why: fact('why'), code: fact('code'), outcome: fact('outcome') });
  return markup(reason === '' ? '' : ` ${reason}`);
}

/** A plan that no longer fits what is there; the reasons that a plan card can show have words there. */
function stoppedWords(reason: string): ErrorWords {
  if (reason === 'job_gone')
    return { what: 'The provisioning job that the plan keeps is gone.', next: 'Retry: a new plan follows.' };
  return isStopReason(reason)
    ? stopWords(reason, {})
    : { what: 'The setup stopped.', next: 'Retry: it looks again and makes a new plan.' };
}

function known(value: string, otherwise: string): string {
  return value === '' ? otherwise : value;
}

function seconds(value: string): string {
  return value === '' ? '' : `${value} seconds`;
}

function answered(responseStatus: string): Markup {
  return markup(responseStatus === '' ? '' : md` Unity answered Entra with ${responseStatus}.`);
}
