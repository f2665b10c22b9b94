import { setTimeout as pause } from 'node:timers/promises';
import { type Activity, INVOKE_RESPONSE_KEY, type InvokeResponse, TurnContext } from 'botbuilder';
import { speakerWords } from '../cards/words/chatWords';
import { edgeWords } from '../cards/words/edgeWords';
import { readRefusal } from '../notify/messenger';
import type { PersonRef } from '../provisioning/people';
import { rememberConversation } from '../store/conversations';
import { rememberPerson } from '../store/people';
import { hasSeen, markSeen } from '../store/seenActivities';
import { giveCopies } from '../workflows/requests/requestCards';
import { isFromBot, readKind, readSpeaker, repeatKeys } from './activity';
import type { BotDeps } from './deps';
import type { Explain } from './explain';
import { invokeAnswers } from './invokeAnswers';

/** Teams repeats an invoke that was not answered in time; the same answer is kept for that long. */
const REPLAY_MS = 2 * 60_000;
const PROBE_MS = 200;
const MOST_TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;

type Deps = Pick<BotDeps, 'settings' | 'log' | 'store' | 'changed'> & { explain: Explain };

/** Queues the HTTP answer to an invoke. */
export const respond = (context: TurnContext, value: InvokeResponse) => context.sendActivity({ type: 'invokeResponse', value });

/** Before any handler: who may speak, what was seen before, and that Teams is answered in its time, whatever happens. */
export function createTurnGate(
  { settings, log, store, changed, explain }: Deps,
  run: (context: TurnContext) => Promise<boolean>,
) {
  const speakers = new WeakMap<Activity, PersonRef>();
  const messagesUnderWay = new Set<string>();
  /** Answers by each of their keys. */
  const invokes = new Map<string, Promise<InvokeResponse>>();
  /** Invokes that were answered in time by a word; their turn is over, and what they still give goes nowhere. */
  const overdue = new WeakSet<Activity>();

  async function remember(activity: Activity, person: PersonRef): Promise<void> {
    const kind = readKind(activity);
    const reference = TurnContext.getConversationReference(activity);
    delete reference.activityId;
    // Whoever speaks or clicks in a personal chat has the app there; a lifecycle event says so itself.
    const speaks = activity.type === 'message' || activity.type === 'invoke';
    const conversationId = activity.conversation.id;
    const isBack = await store.transaction(async (sql) => {
      const couldNotBeTold = await rememberConversation(sql, {
        tenantId: person.tenantId,
        conversationId,
        kind,
        serviceUrl: activity.serviceUrl,
        reference,
        installed: kind === 'personal' && speaks ? true : undefined,
      });
      await rememberPerson(sql, person, kind === 'personal' ? conversationId : undefined);
      if (couldNotBeTold) await giveCopies(sql, person, { id: conversationId, kind });
      return couldNotBeTold;
    });
    if (isBack) changed();
  }

  async function refuse(context: TurnContext): Promise<void> {
    const { type, name } = context.activity;
    if (type === 'invoke') await respond(context, invokeAnswers.failure(name, edgeWords.onlyThisTenant, 403));
    else if (type === 'message') await sayAtOnce(context, edgeWords.onlyThisTenant);
  }

  /** Where no row can send it again, for a stranger or without the database: a few tries within Teams' time. */
  async function sayAtOnce(context: TurnContext, text: string): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const refusal = await context.sendActivity(text).then(
        () => undefined,
        (error: unknown) => readRefusal(error),
      );
      if (!refusal) return;
      log.warn({ answer: refusal.kind, tries }, 'A reply that no row keeps was not taken');
      if (refusal.kind !== 'later') return;
      if (tries < MOST_TRIES) await pause(Math.min(refusal.retryAfterMs, LONGEST_PAUSE_MS));
    }
  }

  /** Marked as seen only at the end: what a dying process did not answer is answered when Teams sends it again. */
  async function onMessage(context: TurnContext, person: PersonRef): Promise<void> {
    const { activity } = context;
    const keys = repeatKeys(activity);
    if (keys.some((key) => messagesUnderWay.has(key))) return;
    for (const key of keys) messagesUnderWay.add(key);
    try {
      for (const key of keys) if (await hasSeen(store, person.tenantId, key)) return;
      await remember(activity, person);
      await run(context);
      for (const key of keys) await markSeen(store, person.tenantId, key);
    } catch (error) {
      await sayAtOnce(context, await explain(error, { type: activity.type }));
    } finally {
      for (const key of keys) messagesUnderWay.delete(key);
    }
  }

  async function onInvoke(context: TurnContext, person: PersonRef): Promise<void> {
    const { activity } = context;
    const keys = repeatKeys(activity);
    const before = keys.map((key) => invokes.get(key)).find((answer) => answer !== undefined);
    const answer = before ?? answerOf(context, person);
    if (!before) {
      for (const key of keys) invokes.set(key, answer);
      setTimeout(() => keys.map((key) => invokes.delete(key)), REPLAY_MS).unref();
    }
    await respond(context, await inTime(answer, activity));
  }

  async function answerOf(context: TurnContext, person: PersonRef): Promise<InvokeResponse> {
    const { activity } = context;
    const { name } = activity;
    try {
      await remember(activity, person);
      const isHandled = await run(context);
      const queued = context.turnState.get<{ value: InvokeResponse } | undefined>(INVOKE_RESPONSE_KEY);
      return isHandled && queued ? queued.value : invokeAnswers.failure(name, edgeWords.unknownAction, 400);
    } catch (error) {
      if (overdue.has(activity)) return invokeAnswers.failure(name, edgeWords.tooSlow);
      return invokeAnswers.failure(name, await explain(error, { name }));
    }
  }

  /** The answer, or in time the word that it takes longer. The work goes on; only what it would have shown is lost. */
  async function inTime(answer: Promise<InvokeResponse>, activity: Activity): Promise<InvokeResponse> {
    const { name } = activity;
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), settings.waits.invokeAnswerMs);
    });
    const first = await Promise.race([answer, timeIsUp]);
    clearTimeout(timer);
    if (first) return first;
    overdue.add(activity);
    log.warn({ name }, 'An invoke takes longer than Teams waits');
    const isAlive = await store.isAlive(PROBE_MS);
    return invokeAnswers.failure(name, isAlive ? edgeWords.tooSlow : speakerWords.databaseAway);
  }

  return {
    /** @throws Error for a turn that did not come through `onTurn` */
    speakerOf({ activity }: TurnContext): PersonRef {
      const person = speakers.get(activity);
      if (!person) throw new Error('A turn without a speaker reached a handler');
      return person;
    },
    remember,
    async onTurn(context: TurnContext): Promise<void> {
      const { activity } = context;
      if (isFromBot(activity)) return; // answering could make two bots talk for ever
      const person = readSpeaker(activity, settings.botTenantId);
      if (!person) return refuse(context);
      speakers.set(activity, person);
      if (activity.type === 'invoke') return onInvoke(context, person);
      if (activity.type === 'message') return onMessage(context, person);
      if (activity.type === 'installationUpdate' || activity.type === 'conversationUpdate') await run(context);
    },
  };
}
