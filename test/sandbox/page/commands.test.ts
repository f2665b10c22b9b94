import { type CommandList, commandText, suggestCommands } from '../../../sandbox/page/client/commands';

const command = (title: string) => ({ title, description: title });
const lists: CommandList[] = [
  { scopes: ['personal'], commands: ['help', 'setup', 'status', 'provision <person>'].map(command) },
  { scopes: ['team', 'groupChat'], commands: [command('status')] },
];
const titles = (...given: Parameters<typeof suggestCommands>) => suggestCommands(...given).map(({ title }) => title);

describe('command suggestions', () => {
  it('are those of the scope; a channel belongs to a team', () => {
    expect(titles(lists, 'personal', '')).toEqual(['help', 'setup', 'status', 'provision <person>']);
    expect(titles(lists, 'channel', '')).toEqual(['status']);
    expect(titles(lists, 'groupChat', '')).toEqual(['status']);
  });
  it('begin with what is typed and stop once it is typed in full', () => {
    expect(titles(lists, 'personal', 'S')).toEqual(['setup', 'status']);
    expect(titles(lists, 'personal', 'setup')).toEqual([]);
  });
  it('leave the placeholder to the person who types', () => {
    expect(commandText(command('provision <person>'))).toBe('provision ');
    expect(commandText(command('help'))).toBe('help');
  });
});
