import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { COMMAND_FORMS } from '../provisioning/commands';
import { card, group, line, openDialog, subtle } from './kit';
import { md } from './markdown';
import { VERBS } from './verbs';
import { help, requestButtons } from './words';

const commands = help.commands.filter(([command]) => (COMMAND_FORMS as readonly string[]).includes(command));

/** Every command with what it does, to copy, and a button for whoever wants to ask. */
export function helpCard(): IAdaptiveCard {
  return card({
    title: help.title,
    fallback: commands.map(([command]) => command).join(', '),
    body: [
      ...commands.map(([command, what]) =>
        group([line(md`**${command}**`), subtle(what, { size: 'Default' })], { spacing: 'Default' }),
      ),
      subtle(help.note, { spacing: 'Medium' }),
    ],
    actions: [openDialog(VERBS.requestOpen, requestButtons.ask, {}, { style: 'default' })],
  });
}
