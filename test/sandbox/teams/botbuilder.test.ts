import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ActivityTypes,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  MessageFactory,
  type TurnContext,
} from 'botbuilder';
import type { UserTokenClient } from 'botframework-connector';
import type { Card } from '../../../sandbox/teams/clientTypes';
import { answering } from '../../support/answering';
import { APP_ID, BOT_AUTHORIZATION } from './support/fakeServices';
import { cardAttachment, chatOf, startTestTeams, type TestTeams } from './support/testTeams';

/** A bot on the real SDK, with every address set, as the SDK wants it once one is set. */
async function startRealBot(world: TestTeams, onTurn: (context: TurnContext, tokens: UserTokenClient) => Promise<void>) {
  const { teams, context } = world;
  const credentialsFactory = {
    isAuthenticationDisabled: async () => false,
    isValidAppId: async (id: string) => id === APP_ID,
    createCredentials: async () => ({
      signRequest: async (request: { headers: { set(name: string, value: string): void } }) => {
        request.headers.set('authorization', BOT_AUTHORIZATION);
        return request;
      },
    }),
  };
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: APP_ID,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: context.tenant.tenantId,
      ToChannelFromBotLoginUrl: `https://localhost:1/${context.tenant.tenantId}`,
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
      OAuthUrl: teams.oauthUrl,
      ToBotFromChannelOpenIdMetadataUrl: teams.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: teams.openIdMetadataUrl,
      ValidateAuthority: 'true',
      CallerId: '',
    },
    credentialsFactory as unknown as ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1],
  );
  const adapter = new CloudAdapter(authentication);
  const problems: unknown[] = [];
  adapter.onTurnError = async (_context, error) => {
    problems.push(error);
  };
  const server: Server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      const answer = {
        socket: response.socket,
        status: (status: number) => {
          response.statusCode = status;
          return answer;
        },
        header: (name: string, value: string) => response.setHeader(name, value),
        send: (content: unknown) => {
          if (content !== undefined) response.write(typeof content === 'string' ? content : JSON.stringify(content));
          return answer;
        },
        end: () => response.end(),
      };
      await adapter.process({ body, headers: request.headers, method: request.method } as never, answer as never, (turn) =>
        onTurn(turn, turn.turnState.get(adapter.UserTokenClientKey)),
      );
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  teams.setBotEndpoint(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
  return {
    adapter,
    authentication,
    problems,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('a bot on botbuilder', () => {
  let world: TestTeams;
  let bot: Awaited<ReturnType<typeof startRealBot>>;
  const start = async (onTurn: Parameters<typeof startRealBot>[1]) => {
    world = await startTestTeams();
    bot = await startRealBot(world, onTurn);
    const client = await world.client();
    const chat = chatOf(client, 'personal');
    await client.install(chat);
    return { client, chat };
  };
  afterEach(async () => {
    await world.stop();
    await bot.stop();
  });

  it('takes the signed activity and answers through the connector [teams 3 sdk]', async () => {
    const { client, chat } = await start(async (context) => {
      if (context.activity.type === ActivityTypes.Message) await context.sendActivity(`You said: ${context.activity.text}`);
    });
    await client.say(chat, 'status');
    expect(await client.waitFor(chat, ({ from }) => from.kind === 'bot')).toMatchObject({ text: 'You said: status' });
    const [sent] = world.context.calls.list('connector');
    expect(sent).toMatchObject({ method: 'POST', status: 201, caller: APP_ID });
    expect(sent?.path).toMatch(/\/teams\/v3\/conversations\/a%3A.+\/activities\/\d+$/);
    expect(bot.problems).toEqual([]);
  });

  it('updates its card in place, and learns the id of what it sent', async () => {
    const { client, chat } = await start(async (context) => {
      if (context.activity.type !== ActivityTypes.Message) return;
      const sent = await context.sendActivity(MessageFactory.text('working'));
      await context.updateActivity({ ...MessageFactory.text('done'), id: sent?.id ?? '' });
    });
    await client.say(chat, 'go');
    await client.waitFor(chat, ({ text, edits }) => text === 'done' && edits === 1);
    expect(bot.problems).toEqual([]);
  });

  it('answers an invoke, and an unanswered one is a 501 [teams 1.1 invoke]', async () => {
    const card: Card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Approved' }] };
    const { client, chat } = await start(async (context) => {
      if (context.activity.name !== 'adaptiveCard/action' || context.activity.value.action.verb !== 'approve') return;
      const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
      await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
    });
    await world.post(chat, { attachments: [cardAttachment({ type: 'AdaptiveCard', version: '1.5', body: [] })] });
    const message = await client.waitFor(chat, ({ cards }) => cards.length > 0);
    expect(await client.act(message, { type: 'Action.Execute', verb: 'approve' })).toEqual({ kind: 'card', card });
    expect(await client.act(message, { type: 'Action.Execute', verb: 'other' })).toEqual({
      kind: 'error',
      code: 'BotError',
      text: 'Unable to reach app. Please try again. (adaptiveCard/action: the bot answered 501)',
    });
  });

  it('signs a person in through its token client, in and outside a turn [teams 2.5 sdk]', async () => {
    const seen: unknown[] = [];
    const { client, chat } = await start(async (context, tokens) => {
      const { from, channelId, name, value, type } = context.activity;
      if (type === ActivityTypes.Message) {
        seen.push(await tokens.getUserToken(from.id, 'entra', channelId, ''));
        const { signInLink, tokenExchangeResource } = await tokens.getSignInResource('entra', context.activity, '');
        const content = {
          text: 'Please sign in',
          connectionName: 'entra',
          buttons: [{ type: 'signin', title: 'Sign in', value: signInLink }],
          tokenExchangeResource,
        };
        await context.sendActivity({
          type: 'message',
          attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }],
        });
      }
      if (name === 'signin/tokenExchange') {
        const { token } = await tokens.exchangeToken(from.id, value.connectionName, channelId, { token: value.token });
        await context.sendActivity({ type: 'invokeResponse', value: { status: token ? 200 : 412 } });
        await context.sendActivity('Signed in');
      }
    });
    await client.say(chat, 'sign in');
    await client.waitFor(chat, ({ text }) => text === 'Signed in');
    await client.waitFor(chat, ({ signIn }) => signIn?.hidden === true);
    expect(seen).toEqual([undefined]);

    const { ClaimsIdentity } = await import('botframework-connector');
    const identity = new ClaimsIdentity([{ type: 'aud', value: APP_ID }], true);
    const outside = await bot.authentication.createUserTokenClient(identity);
    expect(await outside.getUserToken(client.me.mri, 'entra', 'msteams', '')).toMatchObject({ connectionName: 'entra' });
    const [status] = await outside.getTokenStatus(client.me.mri, 'msteams', 'entra');
    expect(status).toMatchObject({ connectionName: 'entra', hasToken: true });
    await outside.signOutUser(client.me.mri, 'entra', 'msteams');
    expect(await outside.getUserToken(client.me.mri, 'entra', 'msteams', '')).toBeUndefined();
    expect(bot.problems).toEqual([]);
  });

  it('writes to a person on its own, from a stored reference and from none [teams 5 proactive]', async () => {
    const { client, chat } = await start(async () => undefined);
    const reference = {
      serviceUrl: world.teams.serviceUrl,
      channelId: 'msteams',
      conversation: { id: chat, isGroup: false, name: '', conversationType: 'personal' },
    };
    await bot.adapter.continueConversationAsync(APP_ID, reference, async (context) => {
      await context.sendActivity('Provisioning finished');
    });
    await client.waitFor(chat, ({ text }) => text === 'Provisioning finished');
    const { tenantId } = world.context.tenant;
    const parameters = {
      isGroup: false,
      bot: { id: `28:${APP_ID}` },
      members: [{ id: client.me.objectId }],
      tenantId,
      channelData: {},
    };
    await bot.adapter.createConversationAsync(
      APP_ID,
      'msteams',
      world.teams.serviceUrl,
      'https://api.botframework.com',
      parameters as never,
      async (context) => {
        await context.sendActivity('Hello again');
      },
    );
    await client.waitFor(chat, ({ text }) => text === 'Hello again');
    expect(bot.problems).toEqual([]);
  });
});
