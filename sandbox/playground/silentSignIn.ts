import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { EntraService } from '../core/services';
import type { Activity } from '../teams/wireTypes';
import type { Channel } from './channel';
import { ownInvoke } from './teamsActivity';
import type { BotAnswer, PostToBot } from './toBot';

/** Content of an OAuth card, and value of a login request: they say the same. */
export const oauthCard = z.looseObject({
  text: z.string().optional(),
  connectionName: z.string(),
  buttons: z.array(z.looseObject({ value: z.string() })).optional(),
  tokenExchangeResource: z.looseObject({ id: z.string() }).optional(),
});
export type OAuthCard = z.infer<typeof oauthCard>;

const loginRequest = z.looseObject({ type: z.literal('application/vnd.microsoft.activity.loginRequest'), value: oauthCard });

interface Deps {
  channel: Channel;
  entra: Pick<EntraService, 'issueSsoToken'>;
  serviceUrl: () => string;
  postToBot: PostToBot;
}

/** Single sign-on, which the Playground lacks: the relay holds the person's proof, as the Teams client would. */
export function createSilentSignIn({ channel, entra, serviceUrl, postToBot }: Deps) {
  const authentication = ({ tokenExchangeResource, connectionName }: OAuthCard) => ({
    id: tokenExchangeResource?.id,
    connectionName,
    token: entra.issueSsoToken(channel.me.objectId),
  });

  return {
    /** Answers an OAuth card. False: the bot refused (no consent, a challenge), and the person has to use the button. */
    async exchange(card: OAuthCard, messageId: string): Promise<boolean> {
      if (!card.tokenExchangeResource) return false;
      const value = authentication(card);
      const activity = ownInvoke(channel, serviceUrl(), { name: 'signin/tokenExchange', value, replyToId: messageId });
      return (await postToBot(activity)).status === 200;
    },
    /** Sends an action again with the proof where the bot asked for one; else the answer as it is. */
    async authorize(action: Activity, answer: BotAnswer): Promise<BotAnswer> {
      const asked = loginRequest.safeParse(answer.body);
      if (!asked.success) return answer;
      const value = { ...(action.value as object), authentication: authentication(asked.data.value) };
      return postToBot({ ...action, id: `f:${randomUUID()}`, value });
    },
  };
}
export type SilentSignIn = ReturnType<typeof createSilentSignIn>;

/** In place of an OAuth card that could not be answered silently: the Playground would ask the real token service for a link. */
export function signInCard({ text, buttons }: OAuthCard): object {
  const link = buttons?.[0]?.value;
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      { type: 'TextBlock', text: text ?? 'Sign in', wrap: true },
      { type: 'TextBlock', text: 'The page shows six digits at its end. Type them here.', wrap: true },
    ],
    actions: link ? [{ type: 'Action.OpenUrl', title: 'Sign in', url: link }] : [],
  };
}
