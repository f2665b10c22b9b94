import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxContext } from '../../../../sandbox/core/context';
import type { TeamsService } from '../../../../sandbox/core/services';
import type { Switches } from '../../../../sandbox/core/switches';
import { createTeamsClient, type TeamsClientOptions } from '../../../../sandbox/teams/client';
import type { Scope, TeamsClient } from '../../../../sandbox/teams/clientTypes';
import type { DeliveryLimits } from '../../../../sandbox/teams/delivery';
import { startTeams } from '../../../../sandbox/teams/startTeams';
import { type FakeBot, type Handler, startFakeBot } from './fakeBot';
import { ADELE, BOT_AUTHORIZATION, type FakeEntra, fakeEntra, fakeUnity, testContext } from './fakeServices';

/** What the connector and the token service may answer; a test reads the part it is about. */
export interface Answer {
  id: string;
  activityId: string;
  serviceUrl: string;
  members: Record<string, unknown>[];
  continuationToken?: string;
  error: { code: string; message: string };
  token: string;
  expiration: string;
  signInLink: string;
  tokenExchangeResource: { id: string; uri: string };
}

export interface TestTeams {
  context: SandboxContext;
  entra: FakeEntra;
  teams: TeamsService;
  bot: FakeBot;
  /** A connected client; closed with everything else. */
  client(options?: Partial<TeamsClientOptions>): Promise<TeamsClient>;
  /** Calls the connector or token service as the bot. */
  asBot(
    method: string,
    path: string,
    body?: unknown,
    authorization?: string,
  ): Promise<{ status: number; headers: Headers; body: Answer }>;
  /** The bot's card or text in a chat, with the id it got. */
  post(conversationId: string, activity: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

interface Options {
  handle?: Handler;
  switches?: Partial<Switches>;
  limits?: DeliveryLimits;
}

/** Pretend Teams with a pretend bot, Entra and Unity around it. */
export async function startTestTeams({ handle, switches = {}, limits }: Options = {}): Promise<TestTeams> {
  const context = testContext(switches);
  const entra = fakeEntra(context);
  const teams = await startTeams(context, {
    port: 0,
    portSetting: 'SANDBOX_PORT',
    entra,
    unity: fakeUnity(),
    ...(limits && { limits }),
  });
  const bot = await startFakeBot(() => teams.openIdMetadataUrl, handle);
  teams.setBotEndpoint(bot.endpoint);
  const clients: TeamsClient[] = [];

  const asBot: TestTeams['asBot'] = async (method, path, body, authorization = BOT_AUTHORIZATION) => {
    const response = await fetch(`${teams.origin}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as Answer };
  };

  return {
    context,
    entra,
    teams,
    bot,
    async client(options = {}) {
      const client = createTeamsClient({ origin: teams.origin, as: ADELE, ...options });
      clients.push(client);
      await client.connect();
      return client;
    },
    asBot,
    async post(conversationId, activity) {
      const { status, body } = await asBot('POST', activitiesPath(conversationId), { type: 'message', ...activity });
      if (status !== 201) throw new Error(`The connector answered ${status} ${JSON.stringify(body)}`);
      return body.id;
    },
    async stop() {
      for (const client of clients) client.close();
      await teams.stop();
      await bot.stop();
      context.clock.stop();
    },
  };
}

export const activitiesPath = (conversationId: string): string =>
  `/teams/v3/conversations/${encodeURIComponent(conversationId)}/activities`;

export function chatOf(client: TeamsClient, scope: Scope): string {
  const chat = client.chats().find((one) => one.scope === scope);
  if (!chat) throw new Error(`No ${scope} chat`);
  return chat.conversationId;
}

/** A sample of the Teams contract. */
export const sample = <T = Record<string, unknown>>(name: string): T =>
  JSON.parse(readFileSync(join(__dirname, '../../../fixtures/contracts/teams', `${name}.json`), 'utf8')) as T;

/** Names and kinds of everything in a value, without the values. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, shapeOf(content)]));
}

export const cardAttachment = (content: unknown) => ({ contentType: 'application/vnd.microsoft.card.adaptive', content });

/** Polls until a fact holds; fails with its name. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
