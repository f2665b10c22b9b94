import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context';
import { checkInvokeAnswer, UNREACHABLE } from './checkInvokeAnswer';
import type { SigningKey } from './signingKey';
import type { Activity, InvokeResult } from './wireTypes';

/** One activity posted to the bot, as `/__sandbox/state` shows it; values are not kept, for they may hold secrets. */
interface DeliveryRecord {
  type: string;
  name?: string;
  activityId: string;
  conversationId: string;
  status: number;
  ms: number;
  at: string;
  repeated: boolean;
  problem?: string;
}

export interface DeliveryLimits {
  /** After this long the client shows a warning. Teams: 5 s. */
  warnAfterMs: number;
  /** After this long Teams gives up. 15 s. */
  stopAfterMs: number;
}
export const DEFAULT_LIMITS: DeliveryLimits = { warnAfterMs: 5_000, stopAfterMs: 15_000 };

interface Deps {
  context: SandboxContext;
  key: SigningKey;
  endpoint: () => string | undefined;
  limits: DeliveryLimits;
  warn: (activity: Activity, text: string) => void;
}

export interface Deliveries {
  /** Posts a message or event; a bot that fails makes a warning, as nobody in Teams would see it. */
  send(activity: Activity): Promise<void>;
  /** Posts an invoke and gives the bot's answer, checked. */
  invoke(activity: Activity): Promise<InvokeResult>;
  records(): DeliveryRecord[];
  /** Gives up on everything under way and waits for it. */
  stop(): Promise<void>;
}

const KEPT = 2000;

/** Signs activities and posts them to the bot's endpoint. */
export function createDeliveries({ context, key, endpoint, limits, warn }: Deps): Deliveries {
  const records: DeliveryRecord[] = [];
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    work.finally(() => underWay.delete(work)).catch(() => undefined); // the caller gets the error itself
    return work;
  };

  const attempt = async (activity: Activity, repeated: boolean): Promise<InvokeResult> => {
    const startedAt = Date.now();
    const slow = setTimeout(
      () => warn(activity, `The bot has not answered ${nameOf(activity)} for ${limits.warnAfterMs / 1000} s.`),
      limits.warnAfterMs,
    );
    const result = await postActivity(activity).finally(() => clearTimeout(slow));
    records.push({
      type: String(activity.type),
      ...(typeof activity.name === 'string' && { name: activity.name }),
      activityId: String(activity.id),
      conversationId: (activity.conversation as { id: string }).id,
      status: result.status,
      ms: Date.now() - startedAt,
      at: new Date(startedAt).toISOString(),
      repeated,
      ...(result.problem && { problem: result.problem.text }),
    });
    if (records.length > KEPT) records.splice(0, records.length - KEPT);
    return result;
  };

  const postActivity = async (activity: Activity): Promise<InvokeResult> => {
    const url = endpoint();
    if (!url) return { status: 0, problem: { code: 'NoEndpoint', text: `${UNREACHABLE} (no bot endpoint is set)` } };
    const stop = AbortSignal.timeout(limits.stopAfterMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          // A connection each: one kept from before a restart of the bot would lose the activity.
          connection: 'close',
          authorization: await key.authorization(context.bot.appId, String(activity.serviceUrl)),
        },
        body: JSON.stringify(activity),
        signal: AbortSignal.any([stop, stopping.signal]),
      });
      const text = await response.text();
      return { status: response.status, ...(text !== '' && { body: parsed(text) }) };
    } catch (error) {
      if (stop.aborted) {
        return { status: 0, problem: { code: 'Timeout', text: `${UNREACHABLE} (no answer in ${limits.stopAfterMs / 1000} s)` } };
      }
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      return { status: 0, problem: { code: 'Unreachable', text: `${UNREACHABLE} (${cause})` } };
    }
  };

  /** The same activity once more; `newId` is what a second pair of a repeated invoke looks like. */
  const repeatOf = (activity: Activity, how = context.switches.redeliverMessages): Activity | undefined => {
    if (how === 'off') return undefined;
    return how === 'sameId'
      ? activity
      : { ...activity, id: activity.type === 'invoke' ? `f:${randomUUID()}` : `${activity.id}1` };
  };

  return {
    async send(activity) {
      // The repeat comes while the first is still being handled: the hardest case for a bot that must act once.
      const repeat = activity.type === 'message' ? repeatOf(activity) : undefined;
      const repeated = repeat && track(attempt(repeat, true));
      const result = await track(attempt(activity, false));
      await repeated;
      if (stopping.signal.aborted) return;
      if (result.problem) warn(activity, result.problem.text);
      else if (result.status >= 300) warn(activity, `The bot answered ${nameOf(activity)} with status ${result.status}.`);
    },
    async invoke(activity) {
      const copy = repeatOf(activity, context.switches.redeliverInvokes);
      const copied = copy && track(attempt(copy, true));
      const answer = await track(attempt(activity, false));
      await copied;
      if (answer.problem) {
        const repeat = answer.problem.code === 'Timeout' ? repeatOf(activity) : undefined;
        if (repeat) void track(attempt(repeat, true)); // its answer comes too late for the person who clicked
        return answer;
      }
      const problem = checkInvokeAnswer(String(activity.name), answer);
      return problem ? { ...answer, problem } : answer;
    },
    records: () => [...records],
    async stop() {
      stopping.abort();
      await Promise.allSettled([...underWay]);
    },
  };
}

const nameOf = ({ type, name }: Activity): string => (typeof name === 'string' ? `${type} ${name}` : String(type));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON: the check of the invoke's wrapper will say so
  }
}
