import type { Activity } from '../teams/wireTypes';

/** The bot's HTTP answer; `status` 0: none came. */
export interface BotAnswer {
  status: number;
  /** Parsed where it is JSON. */
  body?: unknown;
}

export type PostToBot = (activity: Activity) => Promise<BotAnswer>;

/** As long as Teams waits. */
const STOP_AFTER_MS = 15_000;

/** Posts activities to the bot, signed by the channel. */
export function createPostToBot(
  endpoint: string,
  authorization: (serviceUrl: string) => Promise<string>,
  stopping: AbortSignal,
): PostToBot {
  return async (activity) => {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          authorization: await authorization(String(activity.serviceUrl)),
        },
        body: JSON.stringify(activity),
        signal: AbortSignal.any([stopping, AbortSignal.timeout(STOP_AFTER_MS)]),
      });
      const text = await response.text();
      return { status: response.status, ...(text !== '' && { body: parsed(text) }) };
    } catch {
      return { status: 0 }; // no answer in time, or no bot: the Playground gets 502 and says so
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON: passed on as it is
  }
}
