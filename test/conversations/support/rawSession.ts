import type { TeamsClientOptions } from '../../../sandbox/teams/client';

/** What no Teams client of ours would send, signed and delivered by the pretend Teams as it is. */
export interface RawSession {
  /** A message whose parts, `from` and `entities` among them, are given. */
  message(conversationId: string, content: object): Promise<void>;
  /** Gives the HTTP status and body of the bot's answer. */
  invoke(conversationId: string, name: string, value: unknown, replyToId?: string): Promise<{ status: number; body?: unknown }>;
}

const stamp = { locale: 'en-US', localTimezone: 'UTC', localTimestamp: '2026-01-05T14:10:07.437+00:00' };

export async function createRawSession({
  origin,
  as,
  tenantId,
}: Pick<TeamsClientOptions, 'origin' | 'as' | 'tenantId'>): Promise<RawSession> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${origin}/__teams/sessions${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const { sessionId } = (await post('', { as, ...(tenantId && { tenantId }) })) as { sessionId: string };
  const chat = (conversationId: string) => `/${sessionId}/chats/${encodeURIComponent(conversationId)}`;
  return {
    async message(conversationId, content) {
      await post(`${chat(conversationId)}/messages`, { content, stamp, toBot: true });
    },
    invoke: async (conversationId, name, value, replyToId) =>
      (await post(`${chat(conversationId)}/invokes`, { name, value, stamp, ...(replyToId && { replyToId }) })) as {
        status: number;
        body?: unknown;
      },
  };
}
