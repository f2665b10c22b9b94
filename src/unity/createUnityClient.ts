import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { UnityRefusedError } from '../errors';
import type { UnityFilter } from '../provisioning/setup';
import { parseScimAddress } from './scimAddress';
import { scimErrorOf } from './scimErrors';
import { asListResponse, type ListResponse, type ScimReply } from './scimReply';
import { type ScimTarget, type SendScimDeps, sendScim, sendScimOnce } from './sendScim';
import type { ScimProbe, UnityClient } from './types';

/** What pino offers; addresses, tokens and people are never given to it. */
export interface UnityLog {
  debug(fields: object, message: string): void;
}

export interface UnityClientSettings {
  fetch?: typeof fetch;
  /** UNITY_SCIM_URL: the only place that a SCIM token is sent to. */
  allowedScimUrl: string;
  /** Seconds for each try of a call; default 30. */
  timeoutSeconds?: number;
  /** First wait before a call is repeated that Unity names no time for; default 1 s. */
  firstWaitMs?: number;
  /** Waits before a 403 is asked again; default 5, 15 and 45 s. */
  roleWaitsMs?: readonly number[];
  wait?: (milliseconds: number) => Promise<void>;
  now?: () => number;
  log?: UnityLog;
}

/** The first of the domains might not be validated yet; more of them would tell nothing new. */
const MOST_DOMAINS_TRIED = 3;

const scimUser = z.object({ id: z.string(), userName: z.string(), active: z.boolean().nullish() });
const supported = z.object({ supported: z.boolean().nullish() }).nullish().catch(undefined);
const serviceProviderConfig = z.object({ patch: supported, filter: supported, bulk: supported });

/**
 * Unity Cloud's SCIM API, read only. Needs the bearer token of a service account with the role SCIM Authenticator.
 * @see https://docs.unity.com/en-us/oas-scim-client/2.0.0
 */
export function createUnityClient(settings: UnityClientSettings): UnityClient {
  const deps: SendScimDeps = {
    fetch: settings.fetch ?? fetch,
    timeoutSeconds: settings.timeoutSeconds ?? 30,
    firstWaitMs: settings.firstWaitMs,
    wait: settings.wait ?? ((milliseconds) => delay(milliseconds)),
    now: settings.now ?? Date.now,
  };
  const roleWaitsMs = settings.roleWaitsMs ?? [5000, 15_000, 45_000];
  const targetOf = (input: { scimConnectorUrl: string; scimToken: string }): ScimTarget => ({
    baseUrl: parseScimAddress(input.scimConnectorUrl, settings.allowedScimUrl).baseUrl,
    scimToken: input.scimToken,
    startedAt: deps.now(),
  });

  return {
    async probeScim(input) {
      const target = targetOf(input);
      const filtered = await askPatiently(deps, target, usersWhere(randomUUID()), input.waitForRole ? roleWaitsMs : []);
      const isAnswered = isFilterAnswered(target, filtered); // Entra's own test asks the same and wants a list, however empty
      const counted = listOf(target, await sendScim(deps, target, '/Users?startIndex=1&count=1'));
      const filter = isAnswered ? 'answered' : await searchInDomains(deps, target, input.domains);
      const claims = await readClaims(deps, target);
      settings.log?.debug({ claims }, 'ServiceProviderConfig');
      return { totalResults: counted.totalResults, claims, filter };
    },

    async findUserByUserName({ userName, ...input }) {
      const target = targetOf(input);
      const reply = await sendScim(deps, target, usersWhere(userName));
      if (reply.status === 400) {
        const { status, requestId } = reply;
        throw new UnityRefusedError('scim_filter_refused', { scimConnectorUrl: target.baseUrl, status, requestId });
      }
      const users = listOf(target, reply).Resources.flatMap((resource) => scimUser.safeParse(resource).data ?? []);
      const user = users.find((found) => found.userName.toLowerCase() === userName.toLowerCase());
      return user && { id: user.id, userName: user.userName, active: user.active ?? true };
    },
  };
}

/** A role that was given a moment ago may not count yet. */
async function askPatiently(
  deps: SendScimDeps,
  target: ScimTarget,
  resource: string,
  waitsMs: readonly number[],
): Promise<ScimReply> {
  let reply = await sendScim(deps, target, resource);
  for (const waitMs of waitsMs) {
    if (reply.status !== 403) break;
    await deps.wait(waitMs);
    reply = await sendScim(deps, target, resource);
  }
  return reply;
}

/** The list is answered and only the search for a made-up name is not: an address in a validated domain may do. */
async function searchInDomains(deps: SendScimDeps, target: ScimTarget, domains: readonly string[]): Promise<UnityFilter> {
  for (const domain of domains.slice(0, MOST_DOMAINS_TRIED)) {
    const reply = await sendScim(deps, target, usersWhere(`${randomUUID()}@${domain}`));
    if (isFilterAnswered(target, reply)) return 'needs_domain';
  }
  return 'refused';
}

/** @throws what the status means, unless it is 400 */
function isFilterAnswered(target: ScimTarget, reply: ScimReply): boolean {
  if (reply.status === 400) return false;
  listOf(target, reply);
  return true;
}

/** @throws what the status means, or `scim_not_scim` when something else than a SCIM service answered with success */
function listOf(target: ScimTarget, reply: ScimReply): ListResponse {
  if (reply.status !== 200) throw scimErrorOf(target.baseUrl, reply);
  const list = asListResponse(reply);
  if (list) return list;
  throw new UnityRefusedError('scim_not_scim', { scimConnectorUrl: target.baseUrl, status: reply.status, requestId: null });
}

/** Informational, so that no failure of it matters: the lists before have proven the token. */
async function readClaims(deps: SendScimDeps, target: ScimTarget): Promise<ScimProbe['claims']> {
  const reply = await sendScimOnce(deps, target, '/ServiceProviderConfig').catch(() => undefined);
  const claims = serviceProviderConfig.safeParse(reply?.status === 200 ? reply.body : undefined).data;
  return {
    patch: claims?.patch?.supported ?? null,
    filter: claims?.filter?.supported ?? null,
    bulk: claims?.bulk?.supported ?? null,
  };
}

function usersWhere(userName: string): string {
  return `/Users?filter=${encodeURIComponent(`userName eq ${JSON.stringify(userName)}`)}`;
}
