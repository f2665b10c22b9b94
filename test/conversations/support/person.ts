import { actionOf, readMessage } from '../../../sandbox/journey/cardActions';
import { runIn } from '../../../sandbox/journey/runJourney';
import type { TeamsClientOptions } from '../../../sandbox/teams/client';
import type { ActionAnswer, MessageView, SayOptions, Scope, TeamsClient } from '../../../sandbox/teams/clientTypes';
import { createRawSession, type RawSession } from './rawSession';

const WAIT_MS = 30_000;

/** Somebody in front of Teams: what they do, and what the bot said to them since `mark`. */
export interface Person {
  client: TeamsClient;
  /** Their own chat with the bot. */
  personal: string;
  chat(scope: Scope): string;
  /** Adds the app to their personal chat and waits for the welcome, unless it is there. */
  install(): Promise<void>;
  /** What was said before no longer counts. */
  mark(): void;
  /** Marks, then types. */
  say(text: string, options?: SayOptions & { chat?: string }): Promise<void>;
  /** The first message of the bot since the mark whose text or card fits. */
  hears(pattern: RegExp, chat?: string): Promise<MessageView>;
  waits(matches: (message: MessageView) => boolean, what: string, chat?: string): Promise<MessageView>;
  /** Everything that the bot said since the mark, sign-in cards apart. */
  heard(chat?: string): string[];
  /** The same, after the bot has answered one more message, which does not count. */
  heardInAll(chat?: string): Promise<string[]>;
  signInCards(): MessageView[];
  /** A sign-in card that could not be answered silently: the button shows. */
  signInButton(pattern?: RegExp): Promise<MessageView>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  newest(message: MessageView): MessageView;
  press(message: MessageView, verb: string, inputs?: Record<string, string>): Promise<ActionAnswer>;
  /** The card of a run in this state. */
  runCard(state: string, more?: (text: string) => boolean): Promise<MessageView>;
  /** Activities of any shape. */
  raw(): Promise<RawSession>;
}

export function createPerson(client: TeamsClient, options: Pick<TeamsClientOptions, 'origin' | 'as' | 'tenantId'>): Person {
  const chat = (scope: Scope) => client.chats().find((one) => one.scope === scope)!.conversationId;
  const personal = chat('personal');
  const known = new Set<string>();
  const since = (conversationId: string) =>
    client.messages(conversationId).filter(({ id, from }) => from.kind === 'bot' && !known.has(id));
  const newest = (message: MessageView) => client.messages(message.conversationId).find(({ id }) => id === message.id) ?? message;
  const textsIn = (conversationId: string) =>
    since(conversationId)
      .filter(({ signIn }) => !signIn)
      .map(readMessage);
  let session: Promise<RawSession> | undefined;

  const person: Person = {
    client,
    personal,
    chat,
    newest,
    async install() {
      if (client.chats().find(({ conversationId }) => conversationId === personal)?.installed) return;
      await client.install(personal);
      await person.hears(/Unity Provisioning/);
      person.mark();
    },
    mark() {
      for (const { conversationId } of client.chats()) for (const { id } of client.messages(conversationId)) known.add(id);
    },
    async say(text, { chat: conversationId = personal, ...more } = {}) {
      person.mark();
      await client.say(conversationId, text, more);
    },
    waits: (matches, what, conversationId = personal) =>
      client.waitFor(conversationId, (message) => message.from.kind === 'bot' && !known.has(message.id) && matches(message), {
        timeoutMs: WAIT_MS,
        what,
      }),
    hears: (pattern, conversationId) =>
      person.waits((message) => !message.signIn && pattern.test(readMessage(message)), String(pattern), conversationId),
    heard: (conversationId = personal) => textsIn(conversationId),
    async heardInAll(conversationId = personal) {
      const before = new Set(since(conversationId).map(({ id }) => id));
      await client.say(conversationId, 'help');
      const isHelp = (message: MessageView) => !before.has(message.id) && /What you can type/.test(readMessage(message));
      const help = await person.waits(isHelp, 'the answer to help', conversationId);
      return since(conversationId)
        .filter(({ id, signIn }) => id !== help.id && !signIn)
        .map(readMessage);
    },
    signInCards: () => since(personal).filter(({ signIn }) => signIn !== undefined),
    signInButton: (pattern = /./) =>
      person.waits(({ signIn }) => signIn?.hidden === false && pattern.test(signIn.text), `a sign-in button ${pattern}`),
    async signIn() {
      await person.say('sign in');
      await person.hears(/signed in as/i);
      person.mark();
    },
    async signOut() {
      await person.say('sign out');
      await person.hears(/Signed out/);
      person.mark();
    },
    press: (message, verb, inputs) => client.act(newest(message), actionOf(newest(message).cards[0], verb), inputs),
    runCard: (state, more = () => true) =>
      person.waits((message) => runIn(message)?.state === state && more(readMessage(message)), `a run that is ${state}`),
    raw: () => (session ??= createRawSession(options)),
  };
  person.mark();
  return person;
}
