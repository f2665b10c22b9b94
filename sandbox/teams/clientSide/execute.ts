import type { ActionAnswer, Card, MessageView } from '../clientTypes';
import { type ClientState, type OAuthCard, readOAuthCard } from './clientState';
import type { Invoke } from './invokes';
import type { SignIn } from './signIn';

interface Deps {
  state: ClientState;
  invoke: Invoke;
  signIn: SignIn;
  /** Told when an answer for a message has come, which starts the one-minute guard of its refresh. */
  answered: (messageId: string) => void;
}

type Trigger = 'manual' | 'automatic';
type Proof = { authentication: { id: string | undefined; connectionName: string; token: string } } | { state: string };
interface CardAnswer {
  statusCode: number;
  type: string;
  value?: unknown;
}

const errorAnswer = (code: string, text: string): ActionAnswer => ({ kind: 'error', code, text });

/** `adaptiveCard/action`: sends an `Action.Execute`, logs in where the bot asks for it, and shows what comes back. */
export function createExecute({ state, invoke, signIn, answered }: Deps) {
  const send = async (
    message: MessageView,
    action: Record<string, unknown>,
    trigger: Trigger,
    proof?: Proof,
  ): Promise<ActionAnswer> => {
    const { id = '', verb, data } = action;
    const value = { action: { type: 'Action.Execute', id, verb, data }, trigger, ...proof };
    const result = await invoke(message, 'adaptiveCard/action', value);
    if (result.problem) return errorAnswer(result.problem.code, result.problem.text);
    return show(message, action, trigger, result.body as CardAnswer, proof);
  };

  const show = async (
    message: MessageView,
    action: Record<string, unknown>,
    trigger: Trigger,
    answer: CardAnswer,
    proof: Proof | undefined,
  ): Promise<ActionAnswer> => {
    const { type, value } = answer;
    if (type === 'application/vnd.microsoft.activity.loginRequest') {
      const card = readOAuthCard((value ?? {}) as Record<string, unknown>);
      return proof ? askToSignIn(message, action, trigger, card) : logIn(message, action, trigger, card);
    }
    answered(message.id);
    if (type === 'application/vnd.microsoft.card.adaptive') {
      state.showPersonally(message, value as Card);
      return { kind: 'card', card: value as Card };
    }
    if (type === 'application/vnd.microsoft.activity.message') return { kind: 'message', text: String(value) };
    if (type === 'application/vnd.microsoft.error.preconditionFailed') {
      const login = state.login(message.id);
      if (login) return askToSignIn(message, action, trigger, login.card);
    }
    const { code = String(answer.statusCode), message: text = 'Something went wrong' } = (value ?? {}) as Record<string, string>;
    return errorAnswer(/AuthCode$/.test(type) ? 'invalidAuthCode' : code, text);
  };

  const logIn = async (
    message: MessageView,
    action: Record<string, unknown>,
    trigger: Trigger,
    card: OAuthCard,
  ): Promise<ActionAnswer> => {
    const wire = state.wireMessage(message);
    const silent = wire && (await signIn.silentToken(wire, card));
    if (!silent || 'refused' in silent) return askToSignIn(message, action, trigger, card);
    const authentication = { id: card.tokenExchangeResource?.id, connectionName: card.connectionName, token: silent.token };
    const answer = await sendWithLogin(message, action, trigger, card, { authentication });
    return answer;
  };

  /** The login is remembered while its proof is under way, so that a refused one can fall back to the button. */
  const sendWithLogin = async (
    message: MessageView,
    action: Record<string, unknown>,
    trigger: Trigger,
    card: OAuthCard,
    proof: Proof,
  ): Promise<ActionAnswer> => {
    state.setLogin(message.id, { action, card });
    const answer = await send(message, action, trigger, proof);
    if (answer.kind !== 'error' || answer.code !== 'signInRequired') state.setLogin(message.id, undefined);
    return answer;
  };

  const askToSignIn = (
    message: MessageView,
    action: Record<string, unknown>,
    trigger: Trigger,
    card: OAuthCard,
  ): ActionAnswer => {
    // A refresh never bothers the person with a sign-in.
    state.setLogin(message.id, trigger === 'manual' ? { action, card } : undefined);
    return errorAnswer('signInRequired', card.text);
  };

  return {
    execute: (message: MessageView, action: Record<string, unknown>, trigger: Trigger = 'manual') =>
      send(message, action, trigger),
    /** Sends the action that asked for a login once more, with the six digits. */
    async continueWithCode(message: MessageView, code: string): Promise<ActionAnswer> {
      const login = state.login(message.id);
      if (!login) return errorAnswer('noLogin', 'No action of this message waits for a sign-in');
      return sendWithLogin(message, login.action, 'manual', login.card, { state: code });
    },
  };
}
export type Execute = ReturnType<typeof createExecute>;
