import type { ChatView, MessageView, PageState, TeamsClient } from '../../teams/clientTypes';
import type { ChoiceSource } from './cards/choiceSet.js';
import type { CommandList } from './commands.js';
import type { PageSettings } from './settings.js';

/** What every part of the page is given. `redraw` draws all parts from the client's present state. */
export interface Page {
  client: TeamsClient;
  state: PageState;
  commands: CommandList[];
  settings: PageSettings;
  botName: string;
  /** Opens a chat; on a phone it takes the place of the list. */
  openChat(conversationId: string): void;
  /** The chat on show, if the conversation is visible at all. */
  currentChat(): ChatView | undefined;
  change(settings: Partial<PageSettings>): void;
  redraw(): void;
  openUrl(url: string): void;
  /** Answers in this thread of the channel from now on; `undefined` starts a new post. */
  replyTo(message: MessageView | undefined): void;
  /** Tells the person something went wrong outside any card. */
  complain(error: unknown): void;
}

/** Choices of a card in a conversation. */
export function choicesFor(page: Page, conversationId: string): ChoiceSource {
  return {
    titleOf: (value) => page.state.tenant.users.find(({ id }) => id === value)?.displayName,
    search: (dataset, text) => page.client.search(conversationId, dataset, text),
  };
}

export function personName(page: Page, objectId: string): string {
  return page.state.people.find((person) => person.objectId === objectId)?.displayName ?? 'Someone';
}
