import type { Facts } from '../../errors';
import { md } from '../markdown';

const actions: Record<string, string> = {
  'audit.newKey': 'The audit goes on with a new key',
  'decision.attempt': 'Click to be checked',
  'decision.counted': 'Approval counted',
  'decision.declined': 'Request declined',
  'decision.notVerified': 'Click could not be checked',
  'decision.refused': 'Click refused',
  'decision.sign_in': 'Click waits for a sign-in',
  'job.created': 'Provisioning job made',
  'job.groupsOff': 'Groups switched off',
  'job.secretsSaved': 'Address and token saved in Entra',
  'job.started': 'Provisioning started',
  'person.assigned': 'Person assigned to the app',
  'person.notProvisioned': 'Person not provisioned',
  'person.provisioned': 'Person provisioned',
  'plan.confirmed': 'Plan confirmed',
  'policy.saved': 'Rules for requests saved',
  'request.approved': 'Request approved',
  'request.autoApproved': 'Request approved by the rules',
  'request.declined': 'Request declined',
  'request.done': 'Request done',
  'request.escalated': 'Others asked too',
  'request.expired': 'Request expired',
  'request.failed': 'Request failed',
  'request.made': 'Request made',
  'request.partly_done': 'Request partly done',
  'request.refused': 'Refused to change a request',
  'request.running': 'Request runs',
  'request.superseded': 'Request replaced',
  'request.withdrawn': 'Request withdrawn',
  'run.becameRequest': 'Run became a request',
  'run.cancelled': 'Run cancelled',
  'run.cancelRequested': 'Run is to be cancelled',
  'run.continuedAfterSignIn': 'Run goes on after a sign-in',
  'run.done': 'Run finished',
  'run.expired': 'Run expired',
  'run.failed': 'Run failed',
  'run.refused': 'Click on a run refused',
  'run.replaced': 'Run replaced',
  'run.requested': 'Run asked for',
  'run.retried': 'Run retried',
  'run.running': 'Run begun',
  'run.startWithoutTest': 'Start without a test',
  'run.waiting': 'Run waits',
  'undo.groupsSwitchedOff': 'Groups switched back',
  'undo.jobCreated': 'Provisioning job deleted',
  'undo.jobLeft': 'Provisioning job left as it is',
  'undo.jobStarted': 'Provisioning paused',
  'undo.secretsSaved': 'Address and token taken back',
  'undo.testPersonAssigned': 'Assignment removed',
  'watch.blind': 'Watch is blind',
  'watch.cycle_failed': 'Cycle had failures',
  'watch.cycle_finished': 'Cycle finished',
  'watch.job_gone': 'Job is gone from Entra',
  'watch.quarantine': 'Job in quarantine',
};
export const auditActions = Object.keys(actions);

/** What an audit row tells; an action without words of ours is shown as it is. */
export function auditActionWords(action: string): string {
  return Object.hasOwn(actions, action) ? actions[action]! : md`${action}`;
}

const MOST_FACTS = 6;
const LONGEST_FACT = 40;

/** Names of facts that do not read well as they are stored. */
const factNames: Record<string, string> = {
  activityId: 'activity',
  changeId: 'change',
  changeIds: 'changes',
  code: 'because',
  completes: 'the last one needed',
  displayName: 'person',
  good: 'done',
  graphRequestId: 'Graph request',
  hash: 'fingerprint',
  number: 'request',
  policyVersion: 'rules version',
  principalId: 'object id',
  runId: 'run',
  why: 'because',
};
/** As many characters of a hash as requests show, and of an id. */
const FINGERPRINT = 8;
const IDS = new Set(['activityId', 'runId', 'principalId', 'jobId', 'changeId', 'changeIds', 'graphRequestId']);

/** The facts of a row in one line, the empty ones left out; ids come last and shortened, the export has them whole. */
export function auditFactsWords(facts: Facts): string {
  const given = Object.entries(facts).filter(([, value]) => value !== null && value !== '');
  const told = given.toSorted(([one], [other]) => Number(IDS.has(one)) - Number(IDS.has(other)));
  const shown = told.slice(0, MOST_FACTS).map(([name, value]) => md`${factName(name)} ${factValue(name, value)}`);
  return [...shown, ...(told.length > MOST_FACTS ? [`${told.length - MOST_FACTS} more`] : [])].join(' · ');
}

/** `selfApproval` reads as *self approval*. */
function factName(name: string): string {
  return Object.hasOwn(factNames, name) ? factNames[name]! : name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function factValue(name: string, value: Facts[string] | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (IDS.has(name)) return shortId(String(value));
  if (name === 'hash') return String(value).slice(0, FINGERPRINT);
  return short(name === 'why' || name === 'code' ? String(value).replaceAll('_', ' ') : String(value));
}

/** A run's id begins with what it does and ends with its attempt; between them stand a tenant and a message. */
function shortId(id: string): string {
  if (id.length <= FINGERPRINT * 2) return id;
  const [kind] = /^[a-z]+:/.exec(id) ?? [];
  return kind === undefined ? `${id.slice(0, FINGERPRINT)}…` : `${kind}…${id.slice(-FINGERPRINT)}`;
}

function short(text: string): string {
  return text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT - 1)}…` : text;
}

export const audit = {
  title: 'Audit',
  none: 'Nothing is on record yet.',
  sound: 'The record is sound: no row was changed, added or removed by anybody without the key.',
  bad: (number: number) =>
    `Row ${number} does not fit the one before: it or its neighbours were changed, added or removed by somebody without the key.`,
  badNext: 'Compare it with an export made earlier. On the server **npm run audit -- verify** names the same row.',
  newest: (count: number) => (count === 1 ? 'Newest row' : `Newest ${count} rows`),
  bot: 'the bot',
} as const;
