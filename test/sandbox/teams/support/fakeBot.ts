import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { answering } from '../../../support/answering';
import { APP_ID } from './fakeServices';

export type Activity = Record<string, unknown> & { type: string; id: string; name?: string; value?: unknown };
export interface BotAnswer {
  status?: number;
  body?: unknown;
}
export type Handler = (activity: Activity) => BotAnswer | undefined | Promise<BotAnswer | undefined>;

export interface FakeBot {
  endpoint: string;
  activities: Activity[];
  invokes(name: string): Activity[];
  /** Why tokens were refused; empty when all is well. */
  refused: string[];
  /** Resolves when this many activities of a type have come. */
  received(type: string, count?: number): Promise<Activity[]>;
  stop(): Promise<void>;
}

/** A bot of one http handler that checks the channel's token as the contract says and answers by `handle`. */
export async function startFakeBot(metadataUrl: () => string, handle: Handler = () => undefined, port = 0): Promise<FakeBot> {
  const activities: Activity[] = [];
  const refused: string[] = [];
  let watchers: (() => void)[] = [];

  const check = async (authorization: string | undefined, activity: Activity): Promise<void> => {
    const metadata = (await (await fetch(metadataUrl())).json()) as { jwks_uri: string };
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    const token = authorization?.replace('Bearer ', '') ?? '';
    const { payload } = await jwtVerify(token, keys, { issuer: 'https://api.botframework.com', audience: APP_ID });
    if (payload.serviceurl !== activity.serviceUrl) throw new Error('serviceurl differs from the activity');
  };

  const answer = answering(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const activity = JSON.parse(Buffer.concat(chunks).toString()) as Activity;
    try {
      await check(request.headers.authorization, activity);
    } catch (error) {
      refused.push(String(error));
      response.statusCode = 401; // restify, loaded elsewhere in this process, makes a writeHead that gives nothing back
      response.end();
      return;
    }
    activities.push(activity);
    for (const watcher of watchers) watcher();
    const { status = 200, body } = (await handle(activity)) ?? {};
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    activities,
    invokes: (name) => activities.filter((activity) => activity.name === name),
    refused,
    received: (type, count = 1) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`The bot got ${JSON.stringify(activities.map((one) => one.type))} ${refused.join()}`)),
          30_000,
        );
        const look = () => {
          const found = activities.filter((activity) => activity.type === type);
          if (found.length < count) return;
          clearTimeout(timer);
          watchers = watchers.filter((watcher) => watcher !== look);
          resolve(found);
        };
        watchers.push(look);
        look();
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
