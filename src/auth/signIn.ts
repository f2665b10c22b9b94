import { randomUUID } from 'node:crypto';
import type { Activity, ConversationReference, InvokeResponse } from 'botbuilder';
import { z } from 'zod';
import type { Settings } from '../config';
import { codeOf } from '../errors';
import type { PersonRef } from '../provisioning/people';
import type { Refused } from './refusedSignIn';
import type { TokenOwners } from './tokenOwners';
import type { SignInResource, TokenService } from './tokenService';

interface SignInDeps {
  settings: Pick<Settings, 'oauthConnection' | 'readConnection' | 'waits'>;
  tokenService: TokenService;
  /** True for the first caller with this key: several devices exchange the same sign-in at once. */
  claim: (tenantId: string, key: string) => Promise<boolean>;
  /** Told what each exchanged token came of. */
  owners?: Pick<TokenOwners, 'rememberExchanged'>;
  /** What the sign-in of an action says, and the label of the button. */
  texts: { signInFirst: string; signInButton: string };
}

/** Why a sign-in did not come about: Entra's reason, a wrong code, or a token service that says nothing. */
export type NotSignedIn = Refused | { why: 'code' } | { why: 'silence' };

/** What an invoke of the sign-in led to, and the HTTP answer that Teams waits for. `key` is the same for all devices of a sign-in. */
export type SignInAnswer = { response: InvokeResponse } & (
  | { outcome: 'signedIn' | 'repeated'; access: Access }
  | { outcome: 'cancelled' | 'told' }
  | { outcome: 'refused'; because: NotSignedIn; key: string }
);

/** `acts`: the connection with which everything is changed. `reads`: the one that only reads the directory, for requests. */
export type Access = 'acts' | 'reads';

const exchangeValue = z.looseObject({
  id: z.string().optional(),
  connectionName: z.string().optional(),
  token: z.string().optional(),
});
const stateValue = z.looseObject({ state: z.string().min(1) });
const actionValue = z.looseObject({
  authentication: z.looseObject({ token: z.string().min(1), connectionName: z.string().optional() }).optional(),
  state: z.string().min(1).optional(),
});

const ACCESS = ['acts', 'reads'] as const satisfies readonly Access[];
/** Time for a second call to the token service in the same invoke. */
const RESOURCE_MS = 1_000;

/** Sign-in over the token service, for both connections; a click always needs the one that changes things. No state but the claims. */
export function createSignIn({ settings, tokenService, claim, owners, texts }: SignInDeps) {
  const connectionName = settings.oauthConnection;
  const connections: Record<Access, string> = { acts: connectionName, reads: settings.readConnection };
  const accessOf = (name: string | undefined) => ACCESS.find((access) => connections[access] === name);
  const timeoutMs = settings.waits.tokenInInvokeMs;

  return {
    /**
     * Content of an OAuth card for the personal chat of `reference`. With `byButton` the client does not try silently, which is
     * for what only the sign-in page can answer. @throws TokenServiceUnreachableError
     */
    async card(
      reference: Partial<ConversationReference>,
      text: string,
      { byButton = false, access = 'acts' }: { byButton?: boolean; access?: Access } = {},
    ): Promise<object> {
      const activity = activityOf(reference);
      const named = connections[access];
      const resource = await tokenService.signInResource({ connectionName: named, activity, timeoutMs: settings.waits.tokenMs });
      return { text, connectionName: named, buttons: [button(resource)], ...(byButton ? {} : resources(resource)) };
    },

    /** `signin/tokenExchange`: 200, or 412 so that the client asks for consent or shows the button, or 400 for what is none. */
    async exchange(person: PersonRef, conversationId: string, value: unknown): Promise<SignInAnswer> {
      const parsed = exchangeValue.safeParse(value);
      const { id, token, connectionName: named } = parsed.data ?? {};
      const body = (failureDetail: string | null) => ({ id, connectionName: named ?? connectionName, failureDetail });
      const access = accessOf(named);
      if (!token || !named || !access)
        return { outcome: 'told', response: { status: 400, body: body('no token, or another connection') } };
      const key = `exchange:${conversationId}:${access === 'acts' ? '' : `${access}:`}${id ?? ''}`;
      const exchanged = await tokenService
        .exchange({ mri: person.mri, connectionName: named, ssoToken: token, timeoutMs })
        .catch((error: unknown) =>
          codeOf(error) === 'token_service_unreachable' ? { refused: { why: 'silence' as const } } : Promise.reject(error),
        );
      if ('refused' in exchanged) {
        const response = { status: 412, body: body('the token could not be exchanged') };
        return { outcome: 'refused', because: exchanged.refused, key, response };
      }
      await owners?.rememberExchanged(person, token, exchanged.token);
      if (!(await claim(person.tenantId, key))) return { outcome: 'repeated', access, response: { status: 200 } };
      return { outcome: 'signedIn', access, response: { status: 200, body: body(null) } };
    },

    /** `signin/verifyState`: the six digits of the sign-in page, which people normally never see; or that they cancelled. */
    async verifyState(person: PersonRef, value: unknown): Promise<SignInAnswer> {
      const parsed = stateValue.safeParse(value);
      const refused = (because: NotSignedIn, status: number): SignInAnswer => ({
        outcome: 'refused',
        because,
        key: `verify:${randomUUID()}`,
        response: { status },
      });
      if (!parsed.success) return refused({ why: 'code' }, 404);
      if (parsed.data.state === 'CancelledByUser') return { outcome: 'cancelled', response: { status: 200 } };
      try {
        const access = await redeem(person, parsed.data.state, timeoutMs);
        return access ? { outcome: 'signedIn', access, response: { status: 200 } } : refused({ why: 'code' }, 404);
      } catch (error) {
        if (codeOf(error) === 'token_service_unreachable') return refused({ why: 'silence' }, 500);
        throw error;
      }
    },

    /** The digits typed as a message, as people must when they signed in with another account. */
    redeemCode: (person: PersonRef, code: string): Promise<Access | undefined> => redeem(person, code, settings.waits.tokenMs),

    /**
     * Before an Action.Execute that will act with the clicker's rights: `ready`, `signedIn` just now, or the body that makes the
     * client sign in and send the same action again. A silent token service stops nobody here: the run waits for the token.
     * `refused`: Entra said no to the silent way.
     */
    async authorizeAction(
      person: PersonRef,
      activity: Partial<Activity>,
    ): Promise<'ready' | 'signedIn' | { body: object; refused?: Refused }> {
      const { authentication, state } = actionValue.safeParse(activity.value).data ?? {};
      try {
        if (authentication) {
          const exchanged = await tokenService.exchange({
            mri: person.mri,
            connectionName,
            ssoToken: authentication.token,
            timeoutMs,
          });
          if ('refused' in exchanged) return { body: exchangeRefused, refused: exchanged.refused };
          await owners?.rememberExchanged(person, authentication.token, exchanged.token);
          return 'signedIn';
        }
        const found = await tokenService.getToken({
          mri: person.mri,
          connectionName,
          timeoutMs,
          ...(state ? { code: state } : {}),
        });
        if (found) return state ? 'signedIn' : 'ready';
        if (state) return { body: codeRefused };
        const resource = await tokenService.signInResource({ connectionName, activity, timeoutMs: RESOURCE_MS });
        return { body: loginRequest(resource) };
      } catch (error) {
        if (codeOf(error) === 'token_service_unreachable') return 'ready';
        throw error;
      }
    },
  };

  /** A code does not say which of the connections it is for. */
  async function redeem({ mri }: PersonRef, code: string, timeoutMs: number): Promise<Access | undefined> {
    for (const access of ACCESS)
      if (await tokenService.getToken({ mri, connectionName: connections[access], code, timeoutMs })) return access;
    return undefined;
  }

  function button({ signInLink }: SignInResource) {
    return { type: 'signin', title: texts.signInButton, text: texts.signInButton, value: signInLink };
  }

  function loginRequest(resource: SignInResource): object {
    return {
      statusCode: 401,
      type: 'application/vnd.microsoft.activity.loginRequest',
      value: { text: texts.signInFirst, connectionName, buttons: [button(resource)], ...resources(resource) },
    };
  }
}
export type SignIn = ReturnType<typeof createSignIn>;

const exchangeRefused = {
  statusCode: 412,
  type: 'application/vnd.microsoft.error.preconditionFailed',
  value: { code: '412', message: 'Failed to exchange token' },
};
const codeRefused = { statusCode: 401, type: 'application/vnd.microsoft.error.incorrectAuthCode' };

function resources({ tokenExchangeResource, tokenPostResource }: SignInResource) {
  return { ...(tokenExchangeResource && { tokenExchangeResource }), ...(tokenPostResource && { tokenPostResource }) };
}

/** The activity that a conversation reference was made of, as far as the token service's `state` needs it. */
function activityOf(reference: Partial<ConversationReference>): Partial<Activity> {
  const { bot, user, conversation, channelId, serviceUrl, locale } = reference;
  return {
    ...(bot && { recipient: bot }),
    ...(user && { from: user }),
    ...(conversation && { conversation }),
    ...(channelId && { channelId }),
    ...(serviceUrl && { serviceUrl }),
    ...(locale && { locale }),
  };
}
