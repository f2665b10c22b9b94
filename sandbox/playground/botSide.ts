import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Activity } from '../teams/wireTypes';
import type { Channel } from './channel';
import { linkDialogs } from './linkDialogs';
import type { SilentSignIn } from './silentSignIn';
import { teamsActivity } from './teamsActivity';
import type { BotAnswer, PostToBot } from './toBot';

interface Deps {
  channel: Channel;
  serviceUrl: () => string;
  postToBot: PostToBot;
  signIn: SilentSignIn;
  linkFor: (openerData: Record<string, unknown>) => string;
}

/** The bot's endpoint as the Playground sees it: what it posts here goes on to the real bot, signed. */
export function botSide({ channel, serviceUrl, postToBot, signIn, linkFor }: Deps): Router {
  const routes = Router();

  // It asks whether anybody is there before it shows its page.
  routes.head('/', (_request, response) => {
    response.status(200).end();
  });

  routes.post('/', async (request: Request, response: Response) => {
    let activity: Activity;
    try {
      activity = teamsActivity(request.body, channel, serviceUrl());
    } catch (error) {
      response.status(400).json({ error: { code: 'BadSyntax', message: z.prettifyError(error as z.ZodError) } });
      return;
    }
    const first = await postToBot(activity);
    const isAction = activity.type === 'invoke' && activity.name === 'adaptiveCard/action';
    const { status, body } = isAction ? showable(await signIn.authorize(activity, first)) : first;
    response.status(status === 0 ? 502 : status);
    if (body === undefined) response.end();
    else response.json(linkDialogs(body, linkFor));
  });
  return routes;
}

/** Its page takes a card, a text or an error for an action, and nothing else. */
const shown = z.looseObject({
  type: z.enum([
    'application/vnd.microsoft.card.adaptive',
    'application/vnd.microsoft.activity.message',
    'application/vnd.microsoft.error',
  ]),
});

function showable(answer: BotAnswer): BotAnswer {
  if (answer.status !== 200 || shown.safeParse(answer.body).success) return answer;
  const value = { code: 'signInRequired', message: 'The bot asks for a sign-in. Type: sign in' };
  return { status: 200, body: { statusCode: 401, type: 'application/vnd.microsoft.error', value } };
}
