import { ScimCredentialsRejectedError, UnityUnreachableError } from '../errors';
import { readScimReply, type ScimReply } from './scimReply';

const TRIES = 3;
const FIRST_WAIT_MS = 1000;
const LONGEST_RETRY_AFTER_MS = 60_000;
/** From the first call of a probe or a search on, no repeat begins later than this. */
const REPEATS_FOR_MS = 120_000;
const REPEATED_STATUSES = new Set([429, 500, 502, 503, 504]);

export interface SendScimDeps {
  fetch: typeof fetch;
  /** For each try. */
  timeoutSeconds: number;
  /** First wait before a repeat without `Retry-After`, in ms; default 1 s. */
  firstWaitMs?: number | undefined;
  wait(milliseconds: number): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
}

/** One connector, checked before, and the token for it. */
export interface ScimTarget {
  baseUrl: string;
  scimToken: string;
  /** When the first call to it was about to be made, as `now` tells it. */
  startedAt: number;
}

/**
 * Reads one resource. Redirects are not followed, since the token would go along. 500, 502, 503, 504 and a missing answer are asked up
 * to 3 times, 429 once more: after `Retry-After` (when that is longer than 60 s it ends at once), or else after 1 and 2 s. Whatever a
 * target is asked in all, no repeat begins later than 2 min after `startedAt`.
 * @throws ScimCredentialsRejectedError for a token with white space or other signs no header can carry: it was cut or broken in copying
 * @throws UnityUnreachableError when no answer came in time
 */
export async function sendScim(deps: SendScimDeps, target: ScimTarget, resource: string): Promise<ScimReply> {
  let isThrottled = false;
  for (let tried = 1; ; tried++) {
    const reply = await sendOnce(deps, target, resource);
    const isLast = tried === TRIES || (isThrottled && reply?.status === 429);
    const waitMs = isLast ? undefined : waitBefore(deps, target, tried, reply);
    if (waitMs === undefined) return answered(target, reply);
    isThrottled ||= reply?.status === 429;
    await deps.wait(waitMs);
  }
}

/** For what nobody waits for: one try. Errors as of `sendScim`. */
export async function sendScimOnce(deps: SendScimDeps, target: ScimTarget, resource: string): Promise<ScimReply> {
  return answered(target, await sendOnce(deps, target, resource));
}

/** undefined: repeating is of no use. */
function waitBefore(
  { firstWaitMs = FIRST_WAIT_MS, now }: SendScimDeps,
  { startedAt }: ScimTarget,
  tried: number,
  reply: ScimReply | undefined,
): number | undefined {
  if (reply !== undefined && !REPEATED_STATUSES.has(reply.status)) return undefined;
  const asked = reply?.retryAfterMs ?? null;
  if (asked !== null && asked > LONGEST_RETRY_AFTER_MS) return undefined;
  const waitMs = asked ?? firstWaitMs * 2 ** (tried - 1);
  return now() + waitMs > startedAt + REPEATS_FOR_MS ? undefined : waitMs;
}

/** undefined: no answer came. */
async function sendOnce(
  deps: SendScimDeps,
  { baseUrl, scimToken }: ScimTarget,
  resource: string,
): Promise<ScimReply | undefined> {
  if (!/^[\x21-\x7e]+$/.test(scimToken)) {
    throw new ScimCredentialsRejectedError({ scimConnectorUrl: baseUrl, expired: false, requestId: null });
  }
  try {
    const response = await deps.fetch(`${baseUrl}${resource}`, {
      headers: { Authorization: `Bearer ${scimToken}`, Accept: 'application/scim+json, application/json' },
      redirect: 'manual',
      credentials: 'omit',
      signal: AbortSignal.timeout(deps.timeoutSeconds * 1000),
    });
    return await readScimReply(response);
  } catch {
    return undefined; // what fetch throws may quote the headers it was given
  }
}

function answered({ baseUrl }: ScimTarget, reply: ScimReply | undefined): ScimReply {
  if (reply === undefined) throw new UnityUnreachableError({ scimConnectorUrl: baseUrl, status: null });
  return reply;
}
