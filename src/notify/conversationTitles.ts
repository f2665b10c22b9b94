import { TeamsInfo, type TurnContext } from 'botbuilder';
import { titleWords } from '../cards/words/chatWords';

export interface ConversationTitle {
  conversationId: string;
  title: string;
}

const MOST_NAMES = 3;

/**
 * What people call the channels of the team, or the group chat, that an activity came from: two reads of the connector. Teams names
 * neither in most activities. A group chat without a name is called after its people.
 */
export async function readConversationTitles(context: TurnContext): Promise<ConversationTitle[]> {
  const { conversation, channelData } = context.activity;
  const teamId: unknown = channelData?.team?.id;
  if (typeof teamId === 'string') {
    const team = await TeamsInfo.getTeamDetails(context, teamId);
    const channels = await TeamsInfo.getTeamChannels(context, teamId);
    return channels.flatMap(({ id, name }) =>
      id ? [{ conversationId: id, title: titleWords.channel(team.name ?? '', name ?? '') }] : [],
    );
  }
  if (conversation.name) return [{ conversationId: conversation.id, title: conversation.name }];
  const { members } = await TeamsInfo.getPagedMembers(context, MOST_NAMES + 1);
  const names = members.map(({ name }) => name ?? '').filter((name) => name !== '');
  return names.length === 0
    ? []
    : [{ conversationId: conversation.id, title: titleWords.groupChat(names.slice(0, MOST_NAMES), names.length > MOST_NAMES) }];
}
