import { type NextFunction, type Request, type Response, Router } from 'express';
import type { EntraService } from '../core/services';
import { createMessageIds } from '../teams/identifiers';
import type { Channel } from './channel';
import { linkDialogs } from './linkDialogs';
import { oauthCard, type SilentSignIn, signInCard } from './silentSignIn';
import type { ToPlayground } from './toPlayground';

interface Deps {
  channel: Channel;
  entra: Pick<EntraService, 'isBotToken'>;
  serviceUrl: () => string;
  toPlayground: ToPlayground;
  signIn: SilentSignIn;
  linkFor: (openerData: Record<string, unknown>) => string;
}

const OAUTH = 'application/vnd.microsoft.card.oauth';

/** The connector as the bot sees it: its messages and edits go on to the Playground's own; OAuth cards are answered here. */
export function connectorSide({ channel, entra, serviceUrl, toPlayground, signIn, linkFor }: Deps): Router {
  const routes = Router();
  const nextId = createMessageIds();
  /** OAuth cards that the Playground never saw. */
  const hidden = new Set<string>();

  routes.use((request: Request, response: Response, next: NextFunction) => {
    if (entra.isBotToken(request.headers.authorization)) next();
    else response.status(401).json(problem('BotNotRegistered', 'The token is not one of this bot.'));
  });

  const send = async (request: Request, response: Response) => {
    const conversationId = String(request.params.conversationId);
    const card = oauthCardIn(request.body);
    if (!card) return relay(request, response);
    const id = nextId();
    hidden.add(id);
    response.status(201).json({ id });
    if (await signIn.exchange(card, id)) return;
    await toPlayground.say(conversationId, { attachments: [adaptive(signInCard(card))] });
  };
  routes.post('/v3/conversations/:conversationId/activities', send);
  routes.post('/v3/conversations/:conversationId/activities/:replyToId', send);

  routes.put('/v3/conversations/:conversationId/activities/:activityId', async (request, response) => {
    if (hidden.has(request.params.activityId)) response.json({ id: request.params.activityId });
    else await relay(request, response);
  });

  // The Playground cannot delete.
  routes.delete('/v3/conversations/:conversationId/activities/:activityId', async (request, response) => {
    const { conversationId, activityId } = request.params;
    if (!hidden.delete(activityId)) await toPlayground.edit(conversationId, activityId, { text: 'This message was deleted.' });
    response.status(200).end();
  });

  // Only one person uses it, and their chat is there from the beginning.
  routes.post('/v3/conversations', async (request, response) => {
    const body = request.body as { isGroup?: boolean; members?: { id?: string }[] };
    if (body.isGroup) return relay(request, response);
    const { mri, objectId } = channel.me;
    if (body.members?.length === 1 && [mri, objectId].includes(body.members[0]?.id ?? ''))
      response.status(201).json({ id: channel.personalChatId, serviceUrl: serviceUrl() });
    else response.status(403).json(problem('BotNotInConversationRoster', 'The app is not installed for this person.'));
  });

  routes.use(relay);

  async function relay(request: Request, response: Response): Promise<void> {
    const { status, body } = await toPlayground.pass(request.method, request.url, linkDialogs(request.body, linkFor));
    response.status(status);
    if (body === '') response.end();
    else response.type('json').send(body);
  }
  return routes;
}

const problem = (code: string, message: string) => ({ error: { code, message } });
const adaptive = (content: object) => ({ contentType: 'application/vnd.microsoft.card.adaptive', content });

function oauthCardIn(activity: unknown) {
  const { attachments = [] } = activity as { attachments?: { contentType?: string; content?: unknown }[] };
  const card = attachments.find(({ contentType }) => contentType === OAUTH);
  return card ? oauthCard.safeParse(card.content).data : undefined;
}
