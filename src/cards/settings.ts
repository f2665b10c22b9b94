import { ActionSet, type IAdaptiveCard } from '@microsoft/teams.cards';
import type { Policy } from '../provisioning/policy';
import { type CardElement, card, fact, group, openDialog, subheading, subtle, text } from './kit';
import { markup, md } from './markdown';
import { dayAndTime } from './times';
import { VERBS } from './verbs';
import { policyButtons, policyLines } from './words';
import { settingsWords } from './words/requestEdgeWords';

/** The rules of each connection that somebody administers. */
export interface SettingsView {
  connections: {
    connectionId: string;
    organizationId: string;
    appDisplayName: string;
    /** null: there is none, so nobody can ask. */
    policy: Policy | null;
    changedBy: string | null;
    changedAt: string | null;
  }[];
}

/** The answer to `settings`: what holds now, and for each connection the button that opens the form. */
export function settingsCard({ connections }: SettingsView): IAdaptiveCard {
  return card({
    title: settingsWords.title,
    fallback: settingsWords.what,
    body: [text(settingsWords.what), ...connections.map((one) => section(one, connections.length === 1))],
  });
}

function section({ policy, ...about }: SettingsView['connections'][number], isOnly: boolean): CardElement {
  const { connectionId, organizationId, appDisplayName, changedBy, changedAt } = about;
  const isWritten = policy !== null && changedBy !== null && changedAt !== null;
  const button = openDialog(
    VERBS.policyOpen,
    isWritten ? policyButtons.open : policyButtons.begin,
    { connectionId },
    { style: isWritten ? 'default' : 'positive' },
  );
  return group([
    subheading(md`${appDisplayName} · organization ${organizationId}`),
    subtle(
      isWritten
        ? md`${settingsWords.version(policy.version)}. ${markup(settingsWords.changed(md`${changedBy}`, md`${dayAndTime(changedAt)}`))}`
        : settingsWords.none,
    ),
    isWritten && isOnly && group(policyLines(policy).map(([title, value]) => fact(title, value))),
    new ActionSet(button).withSpacing('Medium'),
  ]);
}
