import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { PersonRef } from '../provisioning/people';

export type ConversationKind = 'personal' | 'groupChat' | 'channel';

/** Our view of one incoming activity. Everything in it comes from the signed activity. */
export interface Turn {
  person: PersonRef;
  conversation: { id: string; kind: ConversationKind };
  activityId: string;
  /** Message text without mentions of the bot, `&nbsp;` and double white space; empty for invokes. */
  text: string;
  locale: string | undefined;
  /** The message whose card was used, for invokes and Action.Submit. */
  replyToId: string | undefined;
  say(content: string | IAdaptiveCard): Promise<void>;
}
