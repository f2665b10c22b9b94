import type { MessageView } from '../clientTypes';
import type { SignInState, WireMessage } from '../wireTypes';
import type { ClientState, OAuthCard } from './clientState';
import { oauthCardOf } from './clientState';
import type { Connection } from './connection';
import type { Invoke } from './invokes';

interface Deps {
  connection: Connection;
  state: ClientState;
  invoke: Invoke;
}

/** What the silent way came to: a token, or the reason why there is none. */
type SilentToken = { token: string; devices: number } | { refused: string };

/** Sign-in as the client does it: silently where it may, by a button where it must. */
export function createSignIn({ connection, state, invoke }: Deps) {
  const tried = new Set<string>();

  const isOurs = (uri: string | undefined) => uri === undefined || uri === `api://botid-${connection.session().bot.appId}`;

  const record = (message: WireMessage, signIn: SignInState): Promise<void> =>
    connection.call('PUT', `chats/${encodeURIComponent(message.conversationId)}/messages/${message.id}/sign-in`, {
      state: signIn,
    });

  /** The client takes a token only for the app's own address, and never in a channel. */
  const silentToken = async (message: WireMessage, { tokenExchangeResource }: OAuthCard): Promise<SilentToken> => {
    if (!tokenExchangeResource?.id) return { refused: 'oauthcardnotvalid' };
    const isChannel = state.chat(message.conversationId)?.scope === 'channel';
    if (isChannel || !isOurs(tokenExchangeResource.uri)) return { refused: 'resourcematchfailed' };
    return connection.call<{ token: string; devices: number }>('POST', 'sso-token');
  };

  const exchange = async (message: WireMessage, card: OAuthCard): Promise<SignInState> => {
    const silent = await silentToken(message, card);
    if ('refused' in silent) {
      if (silent.refused === 'resourcematchfailed') {
        const text = 'The resource of the OAuth card does not match the app.';
        await invoke(message, 'signin/failure', { code: silent.refused, message: text });
      }
      return 'button';
    }
    // Every device of a person has the card and exchanges at once, all with the card's one id.
    const value = { id: card.tokenExchangeResource?.id, connectionName: card.connectionName, token: silent.token };
    const answers = await Promise.all(
      Array.from({ length: silent.devices }, () => invoke(message, 'signin/tokenExchange', value)),
    );
    return answers.some(({ status }) => status === 200) ? 'hidden' : 'button';
  };

  /** Six digits from the sign-in page, as the person in this chat would get them. */
  const codeFromPage = async (link: string): Promise<string> => {
    const { code } = await connection.postForm<{ code: string }>(link, { person: connection.session().me.objectId });
    return code;
  };

  return {
    silentToken,
    codeFromPage,
    /** Answers an OAuth card the first time this client sees it and nobody has done so for this person. */
    async answerSilently(message: WireMessage): Promise<void> {
      const card = oauthCardOf(message);
      const attempt = `${message.id} ${message.edits}`;
      if (message.from.kind !== 'bot' || !card || message.signIn || tried.has(attempt)) return;
      tried.add(attempt);
      await record(message, await exchange(message, card));
    },
    /** The button's way: cancelled, or with six digits. */
    async verify(message: MessageView, code: string | undefined): Promise<void> {
      const { status, problem } = await invoke(message, 'signin/verifyState', { state: code ?? 'CancelledByUser' });
      const wire = state.wireMessage(message);
      if (code === undefined) return;
      if (status === 200 && wire) return record(wire, 'hidden');
      state.toast({ kind: 'warning', title: 'Sign-in', text: problem?.text ?? `The bot did not take the code (${status}).` });
    },
  };
}
export type SignIn = ReturnType<typeof createSignIn>;
