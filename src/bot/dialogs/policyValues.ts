import { z } from 'zod';
import type { PolicyFormValues, PolicyFormView } from '../../cards/requestViews';
import { policyProblemWords } from '../../cards/words/policyWords';
import { domainsProblemText } from '../../cards/words/problemWords';
import { fieldProblems } from '../../cards/words/requestEdgeWords';
import { parseDomains } from '../../provisioning/domains';
import type { DirectoryRef, Policy, PolicyProblem } from '../../provisioning/policy';
import { objectIds, text, toggle, wholeNumber } from './formFields';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_MINUTES = 43_200;
const MOST_APPROVALS = 20;

export const policyValues: z.ZodType<PolicyFormValues> = z.object({
  approvers: text,
  approverGroupId: text,
  whoMayAsk: z.enum(['everyone', 'group']).catch('group'),
  askerGroupId: text,
  guestsMayAsk: toggle,
  approvalsSmall: text,
  smallUpTo: text,
  approvalsLarge: text,
  selfApproval: toggle,
  reasonRequired: toggle,
  lifetimeHours: text,
  remindMinutes: text,
  escalateMinutes: text,
  escalateTo: text,
  autoDomains: text,
  autoGroupId: text,
  autoPerDay: text,
  postTo: z.enum(['approvers', 'channel']).catch('approvers'),
  channelId: text,
  setupNeedsApproval: toggle,
});

/** What a new policy begins with; an existing one is shown as it is. */
export function valuesOf(policy: Policy | undefined): PolicyFormValues {
  const [small, large] = policy?.approvals ?? [];
  const minutes = (ms: number) => String(Math.round(ms / MINUTE_MS));
  return {
    approvers: ids(policy?.approvers.people),
    approverGroupId: policy?.approvers.group?.objectId ?? '',
    whoMayAsk: policy?.whoMayAsk.kind ?? 'everyone',
    askerGroupId: policy?.whoMayAsk.kind === 'group' ? policy.whoMayAsk.group.objectId : '',
    guestsMayAsk: policy?.guestsMayAsk ?? false,
    approvalsSmall: String(small?.needed ?? 1),
    smallUpTo: String(small?.upTo ?? 20),
    approvalsLarge: String(large?.needed ?? small?.needed ?? 1),
    selfApproval: policy?.selfApproval ?? false,
    reasonRequired: policy?.reasonRequired ?? false,
    lifetimeHours: String(Number(((policy?.lifetimeMs ?? 8 * HOUR_MS) / HOUR_MS).toFixed(2))),
    remindMinutes: minutes(policy?.remindAfterMs ?? 15 * MINUTE_MS),
    escalateMinutes: policy?.escalation ? minutes(policy.escalation.afterMs) : '',
    escalateTo: ids(policy?.escalation?.people),
    autoDomains: policy?.autoApproval?.domains.join(', ') ?? '',
    autoGroupId: policy?.autoApproval?.group?.objectId ?? '',
    autoPerDay: policy?.autoApproval ? String(policy.autoApproval.perDay) : '',
    postTo: policy?.postTo.kind ?? 'approvers',
    channelId: policy?.postTo.kind === 'channel' ? policy.postTo.conversationId : '',
    setupNeedsApproval: policy?.setupNeedsApproval ?? false,
  };
}

function ids(people: readonly DirectoryRef[] | undefined): string {
  return (people ?? []).map(({ objectId }) => objectId).join(',');
}

type Problems = PolicyFormView['problems'];
interface PolicyContext {
  connectionId: string;
  /** Names of groups that are known; the run reads those of people. */
  groups: readonly DirectoryRef[];
  channels: readonly string[];
}

/** The policy that was typed, or what is wrong beside each field. What only the directory knows is for the run to check. */
export function readPolicy(
  values: PolicyFormValues,
  { connectionId, groups, channels }: PolicyContext,
): { policy: Omit<Policy, 'version'> } | { problems: Problems } {
  const problems: Problems = {};
  const wrong = (field: keyof PolicyFormValues, sentence: string) => {
    problems[field] ??= sentence;
  };
  const rule = (field: keyof PolicyFormValues, problem: PolicyProblem) => wrong(field, policyProblemWords(problem).what);
  const people = (field: 'approvers' | 'escalateTo'): DirectoryRef[] => {
    const found = objectIds(values[field]);
    if (!found) wrong(field, fieldProblems.noPerson);
    return (found ?? []).map((objectId) => ({ objectId, displayName: objectId }));
  };
  const group = (field: 'approverGroupId' | 'askerGroupId' | 'autoGroupId'): DirectoryRef | null => {
    const [objectId, second] = objectIds(values[field]) ?? [values[field], values[field]];
    if (second) wrong(field, fieldProblems.noGroup);
    if (!objectId || second) return null;
    return groups.find((known) => known.objectId === objectId) ?? { objectId, displayName: objectId };
  };
  const number = (field: 'approvalsSmall' | 'approvalsLarge' | 'smallUpTo' | 'remindMinutes' | 'autoPerDay', most: number) => {
    const found = wholeNumber(values[field], 1, most);
    if (found === undefined) wrong(field, fieldProblems.wholeNumber(1, most));
    return found ?? 1;
  };

  const approvers = { people: people('approvers'), group: group('approverGroupId') };
  if (values.approvers.trim() === '' && values.approverGroupId.trim() === '') rule('approvers', 'no_approver');
  const askers = values.whoMayAsk === 'group' ? group('askerGroupId') : null;
  if (values.whoMayAsk === 'group' && !askers) wrong('askerGroupId', fieldProblems.groupMissing);
  const [small, large] = [number('approvalsSmall', MOST_APPROVALS), number('approvalsLarge', MOST_APPROVALS)];
  if (large < small) wrong('approvalsLarge', fieldProblems.notFewer);
  const smallUpTo = number('smallUpTo', 1_000);

  const lifetimeMs = Math.round(Number(values.lifetimeHours.trim().replace(',', '.') || 'x') * HOUR_MS);
  if (!(lifetimeMs >= 10 * MINUTE_MS && lifetimeMs <= 30 * 24 * HOUR_MS)) rule('lifetimeHours', 'lifetime_out_of_range');
  const remindAfterMs = number('remindMinutes', LONGEST_MINUTES) * MINUTE_MS;
  if (remindAfterMs > lifetimeMs) rule('remindMinutes', 'reminder_out_of_range');

  const escalation = readEscalation(values, people('escalateTo'), lifetimeMs, wrong);
  const autoGroup = group('autoGroupId');
  const wantsAuto = [values.autoDomains, values.autoGroupId, values.autoPerDay].some((field) => field.trim() !== '');
  const { domains, problems: domainProblems } =
    values.autoDomains.trim() === '' ? { domains: [], problems: [] } : parseDomains(values.autoDomains);
  if (domainProblems[0]) wrong('autoDomains', domainsProblemText(domainProblems[0]));
  if (wantsAuto && values.autoPerDay.trim() === '') wrong('autoPerDay', fieldProblems.perDayMissing);
  const perDay = wantsAuto ? number('autoPerDay', 100_000) : 0;
  if (wantsAuto && values.autoDomains.trim() === '' && values.autoGroupId.trim() === '')
    rule('autoDomains', 'auto_approval_of_everybody');
  if (values.postTo === 'channel' && !channels.includes(values.channelId)) wrong('channelId', fieldProblems.channelMissing);

  if (Object.keys(problems).length > 0) return { problems };
  return {
    policy: {
      connectionId,
      whoMayAsk: askers ? { kind: 'group', group: askers } : { kind: 'everyone' },
      guestsMayAsk: values.guestsMayAsk,
      approvers,
      approvals:
        small === large
          ? [{ upTo: null, needed: small }]
          : [
              { upTo: smallUpTo, needed: small },
              { upTo: null, needed: large },
            ],
      selfApproval: values.selfApproval,
      reasonRequired: values.reasonRequired,
      lifetimeMs,
      remindAfterMs,
      escalation,
      autoApproval: wantsAuto ? { domains, group: autoGroup, perDay } : null,
      postTo: values.postTo === 'channel' ? { kind: 'channel', conversationId: values.channelId } : { kind: 'approvers' },
      setupNeedsApproval: values.setupNeedsApproval,
    },
  };
}

/** Both a time and people, or neither. */
function readEscalation(
  values: PolicyFormValues,
  people: DirectoryRef[],
  lifetimeMs: number,
  wrong: (field: keyof PolicyFormValues, sentence: string) => void,
): Policy['escalation'] {
  const minutes = wholeNumber(values.escalateMinutes, 1, LONGEST_MINUTES);
  if (values.escalateMinutes.trim() === '') {
    if (people.length > 0) wrong('escalateMinutes', fieldProblems.escalationTime);
    return null;
  }
  if (minutes === undefined) wrong('escalateMinutes', fieldProblems.wholeNumber(1, LONGEST_MINUTES));
  else if (minutes * MINUTE_MS >= lifetimeMs) wrong('escalateMinutes', fieldProblems.escalationLate);
  if (people.length === 0) wrong('escalateTo', policyProblemWords('escalation_to_nobody').what);
  return { afterMs: (minutes ?? 1) * MINUTE_MS, people };
}
