import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { Application } from '@microsoft/teams-ai';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import type { DeadSignIn } from '../auth/deadSignIn';
import type { Refused } from '../auth/refusedSignIn';
import { signInWords } from '../cards/words/chatWords';
import { edgeWords, signInRefusedText } from '../cards/words/edgeWords';
import { readConversationTitles } from '../notify/conversationTitles';
import { toActivity } from '../notify/messenger';
import type { PersonRef } from '../provisioning/people';
import { nameConversations } from '../store/conversations';
import { readKind, readSubmit, readText } from './activity';
import type { ActionHandler, DialogHandler, SearchHandler } from './answers';
import { type CommandHandlers, createCommandRouter } from './commandRouter';
import type { BotDeps } from './deps';
import { install, uninstall } from './events/install';
import { createExplain } from './explain';
import type { FreshSignIns } from './freshSignIns';
import { invokeAnswers } from './invokeAnswers';
import type { PersonalChats } from './personalChats';
import { contentOf } from './postFrom';
import { createSignInRoutes } from './signInRoutes';
import type { Turn } from './turn';
import { createTurnGate, respond } from './turnGate';
import { createWhileTyping } from './whileTyping';

/** Verb → handler, for each way in which a verb arrives. Cards and messages share the same verbs. */
export interface Handlers {
  commands: CommandHandlers;
  fetch: Record<string, DialogHandler>;
  submit: Record<string, DialogHandler>;
  actions: Record<string, ActionHandler>;
  /** Verbs whose run will act with the clicker's rights: the click signs in first where needed. */
  signedInActions: ReadonlySet<string>;
  search: Record<string, SearchHandler>;
}

export interface Routes {
  onTurn(context: TurnContext): Promise<void>;
  /** Resolves when nothing that turns left behind is under way: what continues after a sign-in or an installation. */
  settled(): Promise<void>;
  /** For runs and watches: Entra refused this person's sign-in itself. */
  signInAgain(person: PersonRef, why: DeadSignIn): Promise<void>;
  /** For the sweep: a run may come to wait just after the sign-in that it waits for, and a process may die with a command it took. */
  echoSignIns(): Promise<void>;
}

/** What commands and sign-ins share. */
interface Rooms {
  personalChats: PersonalChats;
  freshSignIns: FreshSignIns;
}

/** An action that asked for a sign-in: the body for the client, and Entra's reason where it said one. */
interface RefusedClick {
  body: object;
  refused?: Refused;
}

/** From a TurnContext to our Turn and its handler. Of teams-ai only the routing is used. */
export function createRoutes(deps: BotDeps, handlers: Handlers, { personalChats, freshSignIns }: Rooms): Routes {
  const { log, signIn, post } = deps;
  const explain = createExplain(deps);
  const commands = createCommandRouter(
    { ...deps, personalChats, freshSignIns, explain, whileTyping: createWhileTyping(deps) },
    handlers.commands,
  );
  const app = new Application({ startTypingTimer: false, longRunningMessages: false, removeRecipientMention: false });
  const gate = createTurnGate({ ...deps, explain }, (context) => app.run(context));
  const background = new Set<Promise<void>>();

  /** Starts what must not delay the answer. */
  function later(what: string, work: () => Promise<unknown>): void {
    const task: Promise<void> = new Promise((resolve) => setImmediate(resolve))
      .then(work)
      .then(
        () => undefined,
        (error: unknown) => log.error({ err: error }, what),
      )
      .finally(() => background.delete(task));
    background.add(task);
  }

  function turnOf(context: TurnContext, how: 'reply' | 'post'): Turn {
    const { activity } = context;
    const person = gate.speakerOf(context);
    const conversation = { id: activity.conversation.id, kind: readKind(activity) };
    const byRows: Turn['say'] = (said) => post({ tenantId: person.tenantId, conversationId: conversation.id }, contentOf(said));
    return {
      person,
      conversation,
      activityId: activity.id ?? '',
      text: activity.type === 'message' ? readText(activity) : '',
      locale: activity.locale,
      replyToId: activity.replyToId,
      say: how === 'reply' ? replyOr(context, byRows) : byRows,
    };
  }

  /** In a message the answer is a reply; one that the connector does not take goes out by the rows that are sent again. */
  const replyOr =
    (context: TurnContext, byRows: Turn['say']): Turn['say'] =>
    async (said) => {
      try {
        await context.sendActivity(toActivity(contentOf(said)));
      } catch (error) {
        log.warn({ err: error }, 'A reply was not taken and is sent again');
        await byRows(said);
      }
    };

  /** Answers an invoke ourselves: teams-ai would write a returned card that has `refresh` to everybody, for ever. */
  async function answer(context: TurnContext, verb: string, work: (turn: Turn) => Promise<InvokeResponse>): Promise<string> {
    const { name } = context.activity;
    const turn = turnOf(context, 'post');
    const response = await work(turn).catch(async (error: unknown) =>
      invokeAnswers.failure(name, await explain(error, { name, verb })),
    );
    await respond(context, response);
    return 'answered'; // anything empty, and teams-ai would put an empty 200 in place of our answer to a submit
  }

  const dialogs = (name: 'task/fetch' | 'task/submit', byVerb: Record<string, DialogHandler>) => (context: TurnContext) => {
    const data = (context.activity.value as { data?: { verb?: unknown } } | undefined)?.data ?? {};
    const verb = String(data.verb);
    return answer(context, verb, async (turn) => {
      const handler = ownValue(byVerb, verb);
      return handler ? invokeAnswers.dialog(await handler(turn, data)) : invokeAnswers.failure(name, edgeWords.unknownAction);
    });
  };
  app.taskModules.fetch(/.*/, dialogs('task/fetch', handlers.fetch));
  app.taskModules.submit(/.*/, dialogs('task/submit', handlers.submit));

  app.adaptiveCards.actionExecute(/.*/, (context) => {
    const { activity } = context;
    const { verb = '', data = {} } = (activity.value as { action: { verb?: string; data?: object } }).action;
    return answer(context, verb, async (turn) => {
      const handler = ownValue(handlers.actions, verb);
      if (!handler) return invokeAnswers.failure(activity.name, edgeWords.unknownAction, 400);
      if (handlers.signedInActions.has(verb)) {
        const signedIn = await signIn.authorizeAction(turn.person, activity);
        if (typeof signedIn === 'object') return refusedClick(turn, signedIn);
        if (signedIn === 'signedIn') later('What waited for a sign-in could not go on', () => goOnAfterClick(turn));
      }
      return invokeAnswers.action(await handler(turn, data));
    });
  });

  /** A click in a group signs in too; commands wait in personal chats only. */
  const goOnAfterClick = ({ person, conversation }: Turn): Promise<void> =>
    commands.signIns.goOn(person, conversation.kind === 'personal' ? conversation.id : undefined, 'acts');

  /** The client shows its button, unless signing in by it would not help either: then the click itself says so. */
  function refusedClick({ person, conversation, activityId }: Turn, { body, refused }: RefusedClick): InvokeResponse {
    if (refused && !['consent', 'challenge'].includes(refused.why))
      return invokeAnswers.failure('adaptiveCard/action', signInRefusedText(refused), 403);
    if (refused)
      later('A refused sign-in could not be told', () =>
        commands.signIns.refused(person, conversation.id, refused, `${conversation.id}:${activityId}`),
      );
    return { status: 200, body };
  }

  app.adaptiveCards.search(/.*/, async (context, _state, { parameters, count }) => {
    await answer(context, parameters.dataset, async (turn) => {
      const handler = ownValue(handlers.search, parameters.dataset);
      return invokeAnswers.search(handler ? await handler(turn, { text: parameters.queryText, top: count }) : []);
    });
    return [];
  });

  createSignInRoutes(app, { signIn, log, post, signIns: commands.signIns, later, answer });

  /** The same verbs from clients that send `Action.Submit` as a message. */
  app.adaptiveCards.actionSubmit(/.*/, async (context) => {
    const submitted = readSubmit(context.activity);
    const turn = turnOf(context, 'reply');
    const handler = submitted && ownValue(handlers.actions, submitted.verb);
    if (!handler || !submitted) return turn.say(edgeWords.unknownAction);
    try {
      const answered = await handler(turn, submitted.data);
      if (answered.kind === 'card' || (answered.kind === 'own' && turn.conversation.kind === 'personal'))
        await showInPlace(context, turn, answered.card);
      else await turn.say(answered.text);
      if (handlers.signedInActions.has(submitted.verb)) await askIfSignedOut(turn);
    } catch (error) {
      await turn.say(await explain(error, { verb: submitted.verb }));
    }
  });

  /** Such a client cannot sign in and send the click again: the click waits, and the card to sign in is in the personal chat. */
  async function askIfSignedOut(turn: Turn): Promise<void> {
    if (await deps.tokens.hasToken(turn.person)) return;
    const own = await personalChats.of(turn);
    if (own) await personalChats.askToSignIn(own, signInWords.text(edgeWords.waitsGoOn));
  }

  async function showInPlace(context: TurnContext, turn: Turn, card: IAdaptiveCard): Promise<void> {
    try {
      if (!turn.replyToId) throw new Error('the message of the card is not named');
      await context.updateActivity({ ...toActivity({ card }), id: turn.replyToId });
    } catch {
      await turn.say(card); // the old card is gone or cannot be edited: a new one says the same
    }
  }

  app.message(
    async ({ activity }) => activity.type === 'message' && !readSubmit(activity),
    async (context) => {
      const turn = turnOf(context, 'reply');
      if (turn.conversation.kind === 'personal' && /^\d{6}$/.test(turn.text)) await redeemCode(turn);
      else await commands.run(turn);
    },
  );

  async function redeemCode(turn: Turn): Promise<void> {
    const access = await signIn.redeemCode(turn.person, turn.text).catch((error: unknown) => {
      log.warn({ err: error }, 'A code could not be redeemed');
      return 'unknown' as const;
    });
    if (access === 'unknown') return turn.say(edgeWords.tokenServiceSilent);
    if (!access) return turn.say(edgeWords.codeNotAccepted);
    later('What waited for a sign-in could not go on', () =>
      commands.signIns.signedIn(turn.person, turn.conversation.id, access),
    );
  }

  // An upgrade is told as the removal of the old version and the addition of the new one, in whatever order: the app stays.
  app.activity('installationUpdate', async (context) => {
    const { action } = context.activity;
    if (action !== 'remove-upgrade') await moved(context, action === 'remove' ? 'removed' : 'added');
  });
  app.activity('conversationUpdate', async (context) => {
    const { membersAdded, membersRemoved, recipient, channelData } = context.activity;
    if (channelData?.eventType === 'channelRenamed' || channelData?.eventType === 'teamRenamed')
      await nameConversationsOf(context);
    else if (membersRemoved?.some(({ id }) => id === recipient.id)) await moved(context, 'removed');
    else if (membersAdded?.some(({ id }) => id === recipient.id)) await moved(context, 'added');
  });

  async function moved(context: TurnContext, how: 'added' | 'removed'): Promise<void> {
    const turn = turnOf(context, 'post');
    const { person, conversation } = turn;
    if (how === 'removed') return uninstall(deps, turn);
    await gate.remember(context.activity, person);
    await install(deps, turn);
    if (conversation.kind !== 'personal') await nameConversationsOf(context);
    else later('What waited for the app could not go on', () => commands.resume(person, 'install', conversation.id));
  }

  /** For lists that people choose from; without names they still can. Within the turn, whose context ends with it. */
  async function nameConversationsOf(context: TurnContext): Promise<void> {
    try {
      await nameConversations(deps.store, gate.speakerOf(context).tenantId, await readConversationTitles(context));
    } catch (error) {
      log.warn({ err: error }, 'The names of channels could not be read');
    }
  }

  return {
    onTurn: gate.onTurn,
    async echoSignIns() {
      await commands.signIns.echo();
      await commands.resumeLeft();
    },
    async settled() {
      while (background.size > 0) await Promise.all(background);
    },
    async signInAgain(person, why) {
      await commands.signIns
        .askAgain(person, why)
        .catch((error: unknown) => log.warn({ err: error }, 'Nobody could be asked to sign in again'));
    },
  };
}

/** Never finds what every object inherits, whatever a card sends as its verb. */
function ownValue<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
