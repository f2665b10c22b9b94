import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { JobState } from '../provisioning/setup';
import { box, type CardElement, card, fact, group, line, subheading, text } from './kit';
import { md } from './markdown';
import { type Sign, signs } from './symbols';
import { dayAndTime } from './times';
import type { ConnectionStatus, StatusView } from './views';
import { countsWords, cycleWords, errorWords, jobStateWords, quarantineWords, status } from './words';

/** Every connection with what Entra says about its job; where Entra was not asked or did not answer, the card says so. */
export function statusCard({ connections }: StatusView): IAdaptiveCard {
  return card({
    title: status.title,
    fallback: connections.map(inShort).join('; '),
    body: connections.length === 0 ? [text(status.none)] : connections.map(connectionSection),
  });
}

/** One connection as a preview says it. */
function inShort({ organizationId, jobState }: ConnectionStatus): string {
  return status.inShort(organizationId, jobState === null ? undefined : jobStateWords(jobState));
}

const jobSigns: Record<JobState, { sign: Sign; style: 'good' | 'warning' | 'attention' | 'accent' }> = {
  Active: { sign: signs.done, style: 'good' },
  NotRun: { sign: signs.running, style: 'accent' },
  NotConfigured: { sign: signs.todo, style: 'warning' },
  Paused: { sign: signs.waiting, style: 'warning' },
  Quarantine: { sign: signs.failed, style: 'attention' },
};

function connectionSection(connection: ConnectionStatus, index: number): CardElement {
  return group(
    [
      subheading(md`Organization ${connection.organizationId}`),
      jobBanner(connection),
      group(factsOf(connection).map(([title, value]) => fact(title, value))),
    ],
    { separator: index > 0, spacing: index > 0 ? 'ExtraLarge' : 'Medium' },
  );
}

function jobBanner({ jobState, quarantine, unread }: ConnectionStatus): CardElement {
  if (unread !== null) {
    const { what, next } = errorWords(unread.code, unread.facts);
    return box('warning', line(md`**${signs.question.symbol} ${status.facts.job}: ${status.unread}**`), line(what), line(next));
  }
  if (jobState === null) return box('warning', line(md`**${signs.question.symbol} ${status.facts.job}: ${status.noJob}**`));
  const { sign, style } = jobSigns[jobState];
  const reason = quarantine === null ? undefined : quarantineWords(quarantine.reason);
  return box(
    style,
    line(`**${sign.symbol} ${status.facts.job}: ${jobStateWords(jobState)}**`),
    reason !== undefined && line(reason.what),
    reason !== undefined && line(reason.next),
    quarantine !== null && quarantine.nextAttempt !== null && line(status.nextAttempt(quarantine.nextAttempt)),
  );
}

function factsOf(connection: ConnectionStatus): [string, string][] {
  const { lastCycle, synchronizedUsers, nextCycleAt, unread } = connection;
  const read: [string, string | undefined][] =
    unread !== null
      ? []
      : [
          [status.facts.lastCycle, lastCycle === null ? status.noCycle : cycleWords(lastCycle.state, lastCycle.endedAt)],
          [status.facts.counts, lastCycle === null ? undefined : countsWords(lastCycle.counts)],
          [status.facts.users, synchronizedUsers === null ? undefined : status.users(synchronizedUsers)],
          [status.facts.nextCycle, nextCycleAt === null ? undefined : md`${dayAndTime(nextCycleAt)}`],
        ];
  const facts: [string, string | undefined][] = [
    [status.facts.app, md`${connection.appDisplayName}`],
    ...read,
    [status.facts.watch, watchWords(connection.watch)],
    [status.facts.address, md`${connection.scimConnectorUrl}`],
    [status.facts.setUp, status.setUpBy(connection.setUpBy, connection.setUpAt)],
  ];
  return facts.filter((one): one is [string, string] => one[1] !== undefined);
}

function watchWords(watch: ConnectionStatus['watch']): string {
  if (watch === null) return status.notWatched;
  return watch.blindSince === null ? md`${watch.by}` : status.blind(watch.by, watch.blindSince);
}
