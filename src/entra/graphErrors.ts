import {
  type AppError,
  EntraCredentialsTestFailedError,
  GraphRefusedError,
  GraphThrottledError,
  GraphUnreachableError,
  LicenceMissingError,
  NoRightError,
  SignInNeededError,
} from '../errors';
import type { GraphCall } from './graphCall';
import { errorOf, type GraphReply } from './graphReply';

/** Codes of Entra's own SCIM client: the service behind the job said no, not Graph. */
const CREDENTIAL_CODE = /^SystemForCrossDomainIdentityManagement/i;

/** True when the answer tells how Unity answered to Entra, whatever its status. */
export function isCredentialFailure(reply: GraphReply): boolean {
  return reply.status >= 400 && credentialCode(reply) !== undefined;
}

/**
 * Test Connection failed. `responseStatus` is the fragment "Response Status Code: …" of Entra's message, where it has one.
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-validatecredentials
 */
export function credentialsTestFailed(reply: GraphReply): EntraCredentialsTestFailedError {
  const { code, message } = errorOf(reply.body);
  return new EntraCredentialsTestFailedError({
    status: reply.status,
    graphCode: credentialCode(reply) ?? code,
    responseStatus: /Response Status Code:\s*'?(\w{2,40})/i.exec(message)?.[1] ?? null,
    requestId: reply.requestId,
  });
}

function credentialCode(reply: GraphReply): string | undefined {
  const { codes, message } = errorOf(reply.body);
  return (
    codes.find((code) => CREDENTIAL_CODE.test(code)) ??
    /\bSystemForCrossDomainIdentityManagement[A-Za-z]{1,60}/.exec(message)?.[0]
  );
}

/**
 * What an answer without success means to a reader.
 * 401: the token no longer holds, or (only from /synchronization, and only after one repeat) the right has not arrived there yet.
 * 403 with `insufficient_claims`: Conditional Access wants another sign-in. 403 of the logs without a denial: no premium licence.
 */
export function graphErrorOf(call: Pick<GraphCall, 'operation' | 'area'>, reply: GraphReply): AppError {
  const { operation, area } = call;
  const { status, requestId } = reply;
  const { code } = errorOf(reply.body);
  if (isChallenge(reply)) return signInNeeded('challenge');
  if (status === 401) {
    const isRight = area === 'synchronization' && code !== 'InvalidAuthenticationToken';
    return isRight ? new NoRightError({ operation, requestId }) : signInNeeded('expired');
  }
  if (status === 403 && area === 'logs' && code !== 'Authorization_RequestDenied') return new LicenceMissingError({ operation });
  if (status === 403 && area !== 'directory') return new NoRightError({ operation, requestId });
  if (status === 429) return new GraphThrottledError({ operation, retryAfterSeconds: secondsOf(reply.retryAfterMs) });
  if (status >= 500 || status < 400) return new GraphUnreachableError({ operation, status });
  return new GraphRefusedError({ operation, status, graphCode: code, requestId });
}

/** The client knows neither the person nor the connection of its credential: whoever bound it does. */
function signInNeeded(reason: 'challenge' | 'expired'): SignInNeededError {
  return new SignInNeededError({ objectId: '', connectionName: '', reason });
}

/**
 * A claims challenge of Conditional Access. Its claims are not used: signing out and in again asks for them anew.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function isChallenge(reply: GraphReply): boolean {
  if (reply.status !== 401 && reply.status !== 403) return false;
  const { codes, message } = errorOf(reply.body);
  return /insufficient_claims/i.test([reply.challenge, message, ...codes].join(' '));
}

function secondsOf(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.ceil(milliseconds / 1000);
}
