import type { Scope } from '../../teams/clientTypes';

export interface Command {
  title: string;
  description: string;
}
/** The manifest's `commandLists`: commands by the scopes they are offered in. */
export interface CommandList {
  scopes: string[];
  commands: Command[];
}

const MANIFEST_SCOPE: Record<Scope, string> = { personal: 'personal', groupChat: 'groupChat', channel: 'team' };

/** Commands to offer under the compose box: those of the scope that begin with what is typed. */
export function suggestCommands(lists: readonly CommandList[], scope: Scope, typed: string): Command[] {
  const wanted = MANIFEST_SCOPE[scope].toLowerCase();
  const commands = lists
    .filter(({ scopes }) => scopes.some((name) => name.toLowerCase() === wanted))
    .flatMap((list) => list.commands);
  const start = typed.trimStart().toLowerCase();
  const distinct = [...new Map(commands.map((command) => [command.title, command])).values()];
  return distinct.filter(({ title }) => title.toLowerCase().startsWith(start) && title.toLowerCase() !== start);
}

/** What a chosen command puts into the box: placeholders such as `<person>` are left for the person to type. */
export function commandText({ title }: Command): string {
  const text = title.replace(/\s*[<[{].*$/, '');
  return text === title.trim() ? text : `${text} `;
}
