import type { ClientStamp, ServerEvent, SessionRequest, WireSession } from '../wireTypes';

/** The client's line to the pretend Teams: calls as one person, and the stream of what changes. */
export interface Connection {
  /** @throws Error before `open` */
  session(): WireSession;
  /** Opens a session and its stream; resolves when the first event has been handled. */
  open(onEvent: (event: ServerEvent) => void): Promise<void>;
  close(): void;
  /** @throws Error with the server's sentence when it refuses */
  call<T = void>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T>;
  /** Posts a form to an address of the same server, such as the sign-in page, and gives the JSON answer. */
  postForm<T>(address: string, fields: Record<string, string>): Promise<T>;
  stamp(): ClientStamp;
}

const RECONNECT_MS = 500;

interface Options {
  origin: string;
  request: SessionRequest;
  locale: string;
  fetch: typeof globalThis.fetch;
}

export function createConnection({ origin, request, locale, fetch }: Options): Connection {
  const closing = new AbortController();
  let session: WireSession | undefined;

  const openSession = async (): Promise<WireSession> => {
    session = await json<WireSession>(await send('POST', '/__teams/sessions', request));
    return session;
  };
  const current = (): WireSession => {
    if (!session) throw new Error('The client is not connected; call connect() first');
    return session;
  };
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${origin}${path}`, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: closing.signal,
    });

  /** Reads the stream until it ends; the server's restart makes a session unknown, so a new one is opened. */
  const follow = async (onEvent: (event: ServerEvent) => void): Promise<void> => {
    const response = await send('GET', `/__teams/sessions/${current().sessionId}/events`);
    if (response.status === 404) await openSession();
    if (!response.ok || !response.body) return;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) if (frame.startsWith('data: ')) onEvent(JSON.parse(frame.slice(6)) as ServerEvent);
    }
  };

  return {
    session: current,
    async open(onEvent) {
      await openSession();
      await new Promise<void>((resolve) => {
        const keepFollowing = async () => {
          while (!closing.signal.aborted) {
            await follow((event) => {
              onEvent(event);
              resolve();
            }).catch(() => undefined); // the line broke: it is opened again below
            if (!closing.signal.aborted) await new Promise((again) => setTimeout(again, RECONNECT_MS));
          }
          resolve();
        };
        void keepFollowing();
      });
    },
    close: () => closing.abort(),
    async call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) {
      return json<T>(await send(method, `/__teams/sessions/${current().sessionId}/${path}`, body));
    },
    async postForm<T>(address: string, fields: Record<string, string>) {
      const { pathname, search } = new URL(address);
      const response = await fetch(`${origin}${pathname}${search}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(fields).toString(),
        signal: closing.signal,
      });
      return json<T>(response);
    },
    stamp: () => {
      return {
        locale,
        localTimezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        localTimestamp: localTimestamp(new Date()),
      };
    },
  };
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  let message = text;
  try {
    message = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    // not the server's own error body: the text itself is the best there is
  }
  throw new Error(message || `The sandbox answered ${response.status}`);
}

/** ISO 8601 in the machine's own time zone, such as `2026-01-05T14:10:07.437-07:00`. */
export function localTimestamp(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const pad = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  return `${shifted}${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
}
