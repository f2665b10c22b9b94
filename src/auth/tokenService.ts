import { type Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { ClaimsIdentity, type ServiceClientCredentialsFactory, type UserTokenClient } from 'botframework-connector';
import { z } from 'zod';
import type { Settings } from '../config';
import { TokenServiceUnreachableError } from '../errors';
import { botFrameworkOptions } from './botFrameworkAuth';
import { type Refused, readRefusal } from './refusedSignIn';
import { sendOnce } from './sdkClients';

interface DelegatedToken {
  token: string;
  /** As the service says; never longer than that. */
  expiresAt: number;
}

/** What a sign-in card needs: its link, and the resource for the silent exchange. */
export interface SignInResource {
  signInLink: string;
  tokenExchangeResource?: { id?: string | undefined; uri?: string | undefined; providerId?: string | undefined } | undefined;
  tokenPostResource?: { sasUrl?: string | undefined } | undefined;
}

/** Whose token: the token service knows a person by the MRI that this bot sees. */
interface Owner {
  mri: string;
  connectionName: string;
}

/**
 * The Bot Framework's token service. It keeps the tokens; nothing is kept here, and nothing is sent twice.
 * Each call ends after `timeoutMs` at the latest.
 * @throws TokenServiceUnreachableError when no answer came, or one that says nothing about the person
 */
export interface TokenService {
  /** undefined: the service has none, or only one that has expired. `code` are the six digits of a sign-in page. */
  getToken(owner: Owner & { code?: string; timeoutMs: number }): Promise<DelegatedToken | undefined>;
  /** Exchanges what Teams gives silently, or says why Entra refuses: consent, a challenge, or a token that does not fit. */
  exchange(owner: Owner & { ssoToken: string; timeoutMs: number }): Promise<DelegatedToken | { refused: Refused }>;
  signInResource(request: { connectionName: string; activity: Partial<Activity>; timeoutMs: number }): Promise<SignInResource>;
  signOut(owner: Owner & { timeoutMs: number }): Promise<void>;
}

const CHANNEL = 'msteams';

/** A 404 that has a body, and a refusal's 400, come back from the SDK as objects without a token: no token, and no success. */
const tokenAnswer = z.looseObject({ token: z.string().min(1), expiration: z.string().optional() });
const signInAnswer = z.looseObject({
  signInLink: z.url(),
  tokenExchangeResource: z
    .object({ id: z.string().optional(), uri: z.string().optional(), providerId: z.string().optional() })
    .optional(),
  tokenPostResource: z.object({ sasUrl: z.string().optional() }).optional(),
});

export function createTokenService(settings: Settings, credentialsFactory: ServiceClientCredentialsFactory): TokenService {
  let connecting: Promise<UserTokenClient> | undefined;
  const connect = (): Promise<UserTokenClient> => {
    const identity = new ClaimsIdentity([{ type: 'aud', value: settings.botId }], true);
    connecting ??= new ConfigurationBotFrameworkAuthentication(botFrameworkOptions(settings), credentialsFactory)
      .createUserTokenClient(identity)
      .then((client) => {
        sendOnce((client as unknown as { client: unknown }).client, settings.waits.tokenMs);
        return client;
      });
    return connecting;
  };
  const call = async <T>(operation: string, timeoutMs: number, work: (client: UserTokenClient) => Promise<T>): Promise<T> => {
    try {
      return await withinTime(connect().then(work), timeoutMs);
    } catch (error) {
      throw new TokenServiceUnreachableError({ operation, status: statusOf(error) }, { cause: error });
    }
  };

  return {
    async getToken({ mri, connectionName, code, timeoutMs }) {
      try {
        return readToken(
          await call('getToken', timeoutMs, (client) => client.getUserToken(mri, connectionName, CHANNEL, code as string)),
        );
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },
    async exchange({ mri, connectionName, ssoToken, timeoutMs }) {
      try {
        const answer = await call('exchange', timeoutMs, (client) =>
          client.exchangeToken(mri, connectionName, CHANNEL, { token: ssoToken }),
        );
        return readToken(answer) ?? { refused: readRefusal(JSON.stringify(answer ?? '')) };
      } catch (error) {
        if (isRefusal(error)) return { refused: readRefusal(textOf(error.cause)) };
        throw error;
      }
    },
    async signInResource({ connectionName, activity, timeoutMs }) {
      const answer = await call('getSignInResource', timeoutMs, (client) =>
        client.getSignInResource(connectionName, activity as Activity, undefined as unknown as string),
      );
      const parsed = signInAnswer.safeParse(answer);
      if (!parsed.success) throw new TokenServiceUnreachableError({ operation: 'getSignInResource', status: 200 });
      return parsed.data;
    },
    async signOut({ mri, connectionName, timeoutMs }) {
      try {
        await call('signOut', timeoutMs, (client) => client.signOutUser(mri, connectionName, CHANNEL));
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    },
  };
}

function readToken(answer: unknown): DelegatedToken | undefined {
  const parsed = tokenAnswer.safeParse(answer);
  if (!parsed.success) return undefined;
  const expiresAt = Date.parse(parsed.data.expiration ?? '') || Date.now() + 5 * 60_000;
  return expiresAt > Date.now() ? { token: parsed.data.token, expiresAt } : undefined;
}

/** 400 and 404 say something about this person; 401, 403 and 429 are about the bot or the load. */
function isRefusal(error: unknown): error is TokenServiceUnreachableError {
  return error instanceof TokenServiceUnreachableError && (error.facts.status === 400 || error.facts.status === 404);
}

function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** The service's own words, wherever the SDK has put them; never shown and never logged. */
function textOf(error: unknown): string {
  const { message, details } = (error ?? {}) as { message?: unknown; details?: unknown };
  return `${String(message ?? '')} ${JSON.stringify(details ?? '')}`;
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
