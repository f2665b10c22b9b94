/** The Playground's own connector; it wants no token. */
export interface ToPlayground {
  /** A request as the bot made it; `path` with its query, from `/v3`. Status 502 when it does not answer. */
  pass(method: string, path: string, body: unknown): Promise<{ status: number; body: string }>;
  say(conversationId: string, message: object): Promise<void>;
  edit(conversationId: string, activityId: string, message: object): Promise<void>;
}

/** @param origin - asked at each call, since the Playground is started after the relay that it posts to */
export function createToPlayground(origin: () => string | undefined, stopping: AbortSignal): ToPlayground {
  const pass: ToPlayground['pass'] = async (method, path, body) => {
    try {
      const response = await fetch(`${origin()}/_connector${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method !== 'GET' && body !== undefined && { body: JSON.stringify(body) }),
        signal: stopping,
      });
      return { status: response.status, body: await response.text() };
    } catch {
      return { status: 502, body: '' }; // not started, or stopping: the bot tries again
    }
  };
  const activities = (conversationId: string) => `/v3/conversations/${encodeURIComponent(conversationId)}/activities`;
  return {
    pass,
    async say(conversationId, message) {
      await pass('POST', activities(conversationId), { type: 'message', ...message });
    },
    async edit(conversationId, activityId, message) {
      await pass('PUT', `${activities(conversationId)}/${encodeURIComponent(activityId)}`, { type: 'message', ...message });
    },
  };
}
