import { createServer } from 'node:http';
import express from 'express';
import { close, listen } from '../core/context';
import { loopbackOnly } from '../core/loopbackOnly';
import type { EntraService, TeamsService } from '../core/services';
import { botSide } from './botSide';
import type { Channel } from './channel';
import { connectorSide } from './connectorSide';
import { createDialogPages } from './dialogPages';
import { createSilentSignIn } from './silentSignIn';
import { createPostToBot } from './toBot';
import { createToPlayground } from './toPlayground';

interface RelayOptions {
  entra: Pick<EntraService, 'isBotToken' | 'issueSsoToken'>;
  teams: Pick<TeamsService, 'channelAuthorization'>;
  channel: Channel;
  /** `http://127.0.0.1:<port>/api/messages` of the real bot. */
  botEndpoint: string;
  /** Default 0: a free port. */
  port?: number;
}

export interface Relay {
  origin: string;
  /** For the Playground: its `--app-endpoint`. */
  endpoint: string;
  /** For the bot, in each activity and its token. */
  serviceUrl: string;
  /** Where the Playground listens; what the bot sends before this gets 502. */
  setPlayground(origin: string): void;
  stop(): Promise<void>;
}

/**
 * Stands between a client that signs nothing and a bot that takes only what the channel signed: activities one way, messages the
 * other. In place of what the client lacks it signs in silently and shows dialogs on a page of its own. Loopback only.
 */
export async function startRelay({ entra, teams, channel, botEndpoint, port = 0 }: RelayOptions): Promise<Relay> {
  const stopping = new AbortController();
  let origin = '';
  let playground: string | undefined;
  const serviceUrl = () => `${origin}/connector/`;
  const postToBot = createPostToBot(botEndpoint, teams.channelAuthorization, stopping.signal);
  const toPlayground = createToPlayground(() => playground, stopping.signal);
  const signIn = createSilentSignIn({ channel, entra, serviceUrl, postToBot });
  const { routes, linkFor } = createDialogPages({ channel, serviceUrl, postToBot, baseUrl: () => `${origin}/dialogs` });

  const app = express();
  app.disable('x-powered-by');
  app.use(loopbackOnly);
  app.use('/api/messages', express.json({ limit: '2mb' }), botSide({ channel, serviceUrl, postToBot, signIn, linkFor }));
  app.use(
    '/connector',
    express.json({ limit: '2mb' }),
    connectorSide({ channel, entra, serviceUrl, toPlayground, signIn, linkFor }),
  );
  app.use('/dialogs', routes);
  const server = createServer(app);
  origin = `http://127.0.0.1:${await listen(server, port, 'PLAYGROUND_RELAY_PORT')}`;

  return {
    origin,
    endpoint: `${origin}/api/messages`,
    serviceUrl: serviceUrl(),
    setPlayground(url) {
      playground = url;
    },
    async stop() {
      stopping.abort();
      await close(server);
    },
  };
}
