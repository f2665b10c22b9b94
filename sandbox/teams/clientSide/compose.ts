import { escapeHtml } from '../../core/escapeHtml';
import type { ChatView, MessageView, SayOptions } from '../clientTypes';
import type { Activity, MessageRequest, WireSession } from '../wireTypes';
import type { Connection } from './connection';

/** What the client writes into a message: the text, its HTML twin, the mention and what it tells about itself. */
function composeMessage({ bot }: WireSession, connection: Connection, text: string, mentions: boolean, gap = ' '): Activity {
  const { locale, localTimezone } = connection.stamp();
  const at = `<at>${bot.name}</at>`;
  const atHtml = `<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">${escapeHtml(bot.name)}</span>&nbsp;`;
  return {
    text: mentions ? `${at}${gap}${text}` : text,
    textFormat: 'plain',
    attachments: [{ contentType: 'text/html', content: `<p>${mentions ? atHtml : ''}${escapeHtml(text)}</p>` }],
    entities: [
      ...(mentions ? [{ type: 'mention', mentioned: { id: bot.mri, name: bot.name }, text: at }] : []),
      { type: 'clientInfo', locale, country: locale.split('-')[1] ?? 'US', platform: 'Web', timezone: localTimezone },
    ],
  };
}

/** Writing, editing and deleting messages as a person. */
export function createCompose(connection: Connection, chatOf: (conversationId: string) => ChatView | undefined) {
  const path = (conversationId: string) => `chats/${encodeURIComponent(conversationId)}/messages`;
  const mentionIn = (conversationId: string) => chatOf(conversationId.split(';')[0] ?? '')?.scope !== 'personal';
  const post = (conversationId: string, request: Omit<MessageRequest, 'stamp'>) =>
    connection.call<{ id: string }>('POST', path(conversationId), { ...request, stamp: connection.stamp() });

  return {
    async say(
      conversationId: string,
      text: string,
      { mention = true, threadId, nonBreakingSpace }: SayOptions = {},
    ): Promise<void> {
      const isShared = mentionIn(conversationId);
      const gap = nonBreakingSpace ? '&nbsp;' : ' ';
      const content = composeMessage(connection.session(), connection, text, isShared && mention, gap);
      await post(conversationId, { content, ...(threadId && { threadId }), toBot: !isShared || mention });
    },
    /** A pressed `Action.Submit`: a message without text that nobody sees. */
    async submit(message: MessageView, content: Activity): Promise<void> {
      const { entities } = composeMessage(connection.session(), connection, '', false);
      const threadId = message.threadId ?? message.id;
      await post(message.conversationId, {
        content: { ...content, replyToId: message.id, entities },
        threadId,
        toBot: true,
        silent: true,
      });
    },
    async edit(message: MessageView, text: string): Promise<void> {
      const mentions = /<at>/.test(message.text);
      const content = composeMessage(connection.session(), connection, text, mentions);
      const toBot = mentions || !mentionIn(message.conversationId);
      const request: MessageRequest = { content, toBot, stamp: connection.stamp() };
      await connection.call('PUT', `${path(message.conversationId)}/${message.id}`, request);
    },
    async remove(message: MessageView): Promise<void> {
      await connection.call('POST', `${path(message.conversationId)}/${message.id}/delete`, { stamp: connection.stamp() });
    },
  };
}
export type Compose = ReturnType<typeof createCompose>;
