import { md } from '../markdown';
import { dayAndTime } from '../times';
import type { CycleCounts, NoticeView } from '../views';
import { entryErrorWords } from './entraWords';
import { isRequestNotice, type RequestNotice, requestNoticeSummary } from './requestNoticeWords';

export const status = {
  title: 'Status',
  none: 'No Unity organization is set up here yet. Type **setup** to begin.',
  facts: {
    app: 'Entra app',
    job: 'Provisioning',
    lastCycle: 'Last cycle',
    counts: 'In that cycle',
    users: 'Synchronized',
    nextCycle: 'Next cycle',
    watch: 'Watching',
    address: 'Address',
    setUp: 'Set up',
  },
  noCycle: 'none has finished yet',
  noJob: 'there is no job',
  unread: 'not read',
  inShort: (organizationId: string, state = 'unknown') => md`provisioning of organization ${organizationId} is ${state}`,
  notWatched: 'nobody',
  users: (count: number) => (count === 1 ? '1 person' : `${count} people`),
  setUpBy: (displayName: string, at: string) => md`${dayAndTime(at)} by ${displayName}`,
  nextAttempt: (at: string) => md`Entra tries again ${dayAndTime(at)}.`,
  blind: (by: string, since: string) => md`${by}, blind since ${dayAndTime(since)}: **sign in** to see how it went`,
} as const;

const cycleStates = { Succeeded: 'succeeded', Failed: 'failed', EntryLevelErrors: 'finished with failures' } as const;

export function cycleWords(state: keyof typeof cycleStates, endedAt: string): string {
  return md`${cycleStates[state]}, ${dayAndTime(endedAt)}`;
}

export function countsWords({ imported, exported, failed }: CycleCounts): string {
  return `${imported} read from Entra, ${exported} written to Unity, ${failed} failed`;
}

const quarantineReasons: Record<string, { what: string; next: string }> = {
  EncounteredQuarantineException: {
    what: 'Entra cannot work with Unity: the token is refused, or Unity’s answers are not what Entra expects.',
    next: 'Check the token in the Unity dashboard; to replace it type **setup**.',
  },
  EncounteredBaseEscrowThreshold: {
    what: 'Too many people failed in a cycle.',
    next: 'Look at the failures in the provisioning logs.',
  },
  EncounteredTotalEscrowThreshold: {
    what: 'Too many people failed over all cycles.',
    next: 'Look at the failures in the provisioning logs.',
  },
  EncounteredEscrowProportionThreshold: {
    what: 'Too large a part of the people failed.',
    next: 'Look at the failures in the provisioning logs.',
  },
  TooManyDeletes: {
    what: 'A cycle would have removed more people than the limit allows.',
    next: 'If that is right, allow it in the Entra portal; otherwise put the people back in scope.',
  },
  IngestionInterrupted: { what: 'Entra could not read its own changes.', next: 'Restart provisioning in the Entra portal.' },
  QuarantinedOnDemand: {
    what: 'Somebody put the job into quarantine.',
    next: 'Start it again in the Entra portal when the reason is gone.',
  },
  Unknown: { what: 'Entra gives no reason.', next: 'Look at the provisioning logs in the Entra portal.' },
};
const unknownQuarantine = (reason: string) => ({
  what: md`Entra’s reason is ${reason}.`,
  next: 'Look at the provisioning logs in the Entra portal.',
});

/** Both of Microsoft's spellings of the on-demand reason mean the same. */
export function quarantineWords(reason: string): { what: string; next: string } {
  const known = reason === 'QuarantineOnDemand' ? 'QuarantinedOnDemand' : reason;
  return Object.hasOwn(quarantineReasons, known) ? quarantineReasons[known]! : unknownQuarantine(reason);
}

export const notice = {
  titles: {
    cycle_finished: 'Provisioning finished',
    cycle_failed: 'Provisioning finished with failures',
    quarantine: 'Provisioning is in quarantine',
    blind: 'The bot cannot see how provisioning goes',
    job_gone: 'Provisioning is gone from Entra',
    run_expired: 'A run has expired',
  } satisfies Record<Exclude<NoticeView, RequestNotice>['kind'], string>,
  cycleEnded: (endedAt: string) => md`The cycle ended ${dayAndTime(endedAt)}.`,
  people: 'People',
  failures: 'Failures',
  more: (count: number) => `and ${count} more`,
  failedNext: (named: number) =>
    named === 0
      ? 'The provisioning logs in the Entra portal name the people and the reasons. Entra tries again in its next cycles.'
      : 'Entra tries again in its next cycles. To try one person at once, type **provision** and the address.',
  quarantinedSince: (since: string) => md`Since ${dayAndTime(since)}.`,
  nextAttempt: (at: string) => md`Entra tries again ${dayAndTime(at)}. After four weeks in quarantine it switches the job off.`,
  blind: (since: string) =>
    md`The watch has had no valid sign-in since ${dayAndTime(since)}. Provisioning itself goes on in Entra.`,
  noRight: (since: string) =>
    md`The account that watches has had no right to read provisioning since ${dayAndTime(since)}. Provisioning itself goes on in Entra.`,
  noRightNext:
    'If you activate roles with PIM, activate Application Administrator or Cloud Application Administrator: the watch then goes on by itself. Or let somebody who has the role type **sign in**.',
  blindNext: 'Sign in to see how it went.',
  gone: 'Somebody deleted the provisioning job or its app in Entra. Nobody is provisioned to Unity any more, and the watch has ended.',
  goneNext: 'Type **setup** to make a new one.',
  expired: 'Nobody went on within 24 hours, so it was closed. What was made before stays as it is.',
} as const;

/** One line for a toast; plain text. */
export function noticeSummaryWords(view: NoticeView): string {
  if (isRequestNotice(view)) return requestNoticeSummary(view);
  const where = `organization ${view.organizationId}`;
  switch (view.kind) {
    case 'cycle_finished':
      return `Provisioning of ${where} finished: ${view.counts.exported} written to Unity, ${view.counts.failed} failed.`;
    case 'cycle_failed':
      return `Provisioning of ${where} had ${view.counts.failed} ${view.counts.failed === 1 ? 'failure' : 'failures'}.`;
    case 'quarantine':
      return `Provisioning of ${where} is in quarantine.`;
    case 'blind':
      return view.noRight
        ? `The account that watches ${where} has no right to do so now.`
        : `Sign in to see how provisioning of ${where} went.`;
    case 'job_gone':
      return `Provisioning of ${where} is gone from Entra: somebody deleted it.`;
    case 'run_expired':
      return `A run for ${where} has expired.`;
  }
}

/** A failure of one person in a cycle. */
export function cycleFailureWords({ displayName, code }: { displayName: string; code: string }): { name: string; why: string } {
  return { name: md`${displayName}`, why: entryErrorWords(code)?.what ?? md`Entra reports ${code}.` };
}
