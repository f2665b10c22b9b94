import type { TokenCredential } from '@azure/identity';
import { TeamsAdapter } from '@microsoft/teams-ai';
import type { Activity, InvokeResponse, TurnContext } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { botFrameworkOptions, createAuthenticationConfiguration, createCredentialsFactory } from '../auth/botFrameworkAuth';
import { sendOnce } from '../auth/sdkClients';
import type { Settings } from '../config';
import type { Logger } from '../log';
import { dialogButtonsAsClicks } from './dialogs/dialogButtons';

const SEND_TIMEOUT_MS = 10_000;

/** teams-ai's adapter with an entrance of our own: no error text goes outside, none to the console. */
export class BotAdapter extends TeamsAdapter {
  /**
   * Checks the token, runs the turn, and gives what the HTTP answer is.
   * 401: the token is not the channel's, not for this bot, or not for this serviceUrl. 500: anything else went wrong before the turn.
   */
  async answer(
    authorization: string,
    activity: Activity,
    onTurn: (context: TurnContext) => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<InvokeResponse> {
    try {
      return (await this.processActivity(authorization, activity, onTurn)) ?? { status: 200 };
    } catch (error) {
      if (error instanceof AuthenticationError) return { status: 401 };
      onError(error);
      return { status: 500 };
    }
  }
}

/** The one adapter of the process: for turns, and for what `notify` sends later. */
export function createAdapter({
  settings,
  credential,
  log,
}: {
  settings: Settings;
  credential: TokenCredential;
  log: Logger;
}): BotAdapter {
  const adapter = new BotAdapter(
    botFrameworkOptions(settings),
    createCredentialsFactory(settings, credential),
    createAuthenticationConfiguration(settings),
  );
  adapter.use(async (context, next) => {
    sendOnce(context.turnState.get(adapter.ConnectorClientKey), SEND_TIMEOUT_MS);
    await next();
  });
  if (settings.forms === 'card') adapter.use(dialogButtonsAsClicks);
  adapter.onTurnError = async (_context, error) => log.error({ err: error }, 'A turn failed outside of its handler');
  return adapter;
}
