import { randomUUID } from 'node:crypto';
import { DelegatedTokenRefused } from '../../core/services';

interface SignInError {
  error: string;
  text: string;
  status?: number;
  suberror?: string;
  /** Entra sends a claims challenge with it: what the interactive sign-in must satisfy. */
  claims?: true;
}

const interaction = (text: string): SignInError => ({ error: 'interaction_required', text, claims: true });
const blocked = (text: string): SignInError => ({ error: 'interaction_required', text, suberror: 'message_only' });
const grant = (text: string): SignInError => ({ error: 'invalid_grant', text });
const client = (text: string): SignInError => ({ error: 'invalid_client', status: 401, text });
const transient = (text: string): SignInError => ({ error: 'temporarily_unavailable', status: 503, text });

/** AADSTS codes as the contract's section 8.2 pairs them with `error` and `suberror`. */
const signInErrors: Record<number, SignInError> = {
  50013: grant('Assertion failed signature validation.'),
  50033: transient('A transient problem. Please try again.'),
  50034: grant('The user account does not exist in the directory.'),
  50057: grant('The user account is disabled.'),
  50072: interaction('Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.'),
  50074: interaction('Strong authentication is required.'),
  50076: interaction('Due to a configuration change made by your administrator, you must use multi-factor authentication.'),
  50078: interaction('Presented multi-factor authentication has expired due to policies configured by your administrator.'),
  50079: interaction('Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.'),
  50158: interaction('External security challenge was not satisfied.'),
  50173: grant('The provided grant has expired due to it being revoked; a fresh auth token is needed.'),
  50196: grant('The server terminated the operation because it met a loop while processing the request.'),
  53000: blocked('Device is not in required device state.'),
  53001: blocked('Device is not domain joined.'),
  53003: blocked('Access has been blocked by Conditional Access policies.'),
  530035: blocked('Access has been blocked by security defaults.'),
  65001: {
    error: 'invalid_grant',
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application.',
  },
  65004: { error: 'access_denied', text: 'User declined to consent to access the app.' },
  70000: grant('The provided grant is invalid or malformed.'),
  70002: client('The client credentials could not be validated.'),
  70008: grant('The refresh token has expired due to inactivity.'),
  70043: interaction('The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.'),
  90002: { error: 'invalid_request', text: 'Tenant not found. Check that you have the correct tenant id.' },
  90006: transient('The service is temporarily unavailable.'),
  90012: transient('The request has timed out.'),
  90033: transient('A transient error has occurred. Please try again.'),
  500011: { error: 'invalid_resource', text: 'The resource principal was not found in the tenant.' },
  500131: grant('Assertion audience does not match the client application presenting the assertion.'),
  500133: grant('Assertion is not within its valid time range.'),
  650057: { error: 'invalid_resource', text: 'The client has requested access to a resource that is not configured for it.' },
  700016: { error: 'unauthorized_client', text: 'The application was not found in the directory.' },
  700027: client('The signature of the client assertion could not be validated.'),
  700082: grant('The refresh token has expired due to inactivity.'),
  7000215: client('Invalid client secret provided.'),
  7000218: client("The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  7000222: client('The provided client secret keys are expired.'),
};

function errorFor(code: number): SignInError {
  return signInErrors[code] ?? grant('The sign-in was refused.');
}

/** The refusal for a code; a code that is not in the table becomes `invalid_grant`. */
export function refusal(code: number): DelegatedTokenRefused {
  const { error, text, claims } = errorFor(code);
  const challenge = claims
    ? JSON.stringify({ access_token: { capolids: { essential: true, values: [randomUUID()] } } })
    : undefined;
  return new DelegatedTokenRefused(code, error, `AADSTS${code}: ${text}`, challenge);
}

/** Status and body with which the token endpoint says it. */
export function tokenErrorAnswer(refused: DelegatedTokenRefused, now: Date): { status: number; body: Record<string, unknown> } {
  const { status = 400, suberror } = errorFor(refused.aadstsCode);
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const timestamp = now
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return {
    status,
    body: {
      error: refused.error,
      error_description: `${refused.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [refused.aadstsCode],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      ...(suberror ? { suberror } : {}),
      ...(refused.claims ? { claims: refused.claims } : {}),
    },
  };
}
