/** Facts that may be shown, logged and stored: ids, numbers, addresses that an administrator typed. Never a token. */
export type Facts = Record<string, string | number | boolean | null>;

/** Every code a person or a log can meet. words.ts has a sentence and a next action for each; a test finds one without. */
export const ERROR_CODES = [
  'graph_refused',
  'graph_unreachable',
  'graph_throttled',
  'no_right',
  'licence_missing',
  'sign_in_needed',
  'token_service_unreachable',
  'app_not_found',
  'app_not_provisionable',
  'no_template',
  'no_rule',
  'scim_credentials_rejected',
  'scim_token_expired',
  'scim_forbidden',
  'scim_path_wrong',
  'scim_organization_unknown',
  'scim_not_scim',
  'scim_filter_refused',
  'unity_unreachable',
  'unity_throttled',
  'unity_refused',
  'scim_address_refused',
  'secret_gone',
  'entra_credentials_test_failed',
  'setup_stopped',
  'test_person_unfit',
  'test_person_not_provisioned',
  'person_not_found',
  'guest_refused',
  'no_connection',
  'job_gone',
  'run_cancelled',
  'recovered_too_often',
  'request_refused',
  'nothing_to_request',
  'nobody_can_decide',
  'request_changed',
  'policy_refused',
  'policy_changed_meanwhile',
  'store_busy',
  'unexpected_error',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * An error that says what failed; `code` and `facts` survive storage, everything else may be dropped on the way.
 * After a replay it comes back as a plain Error: branch on `codeOf(error)`, never on `instanceof`.
 */
export abstract class AppError extends Error {
  abstract readonly code: ErrorCode;
  constructor(
    message: string,
    readonly facts: Facts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Graph answered with an error that repeating will not change. `facts`: operation, status, graphCode, requestId. */
export class GraphRefusedError extends AppError {
  override readonly name = 'GraphRefusedError';
  readonly code = 'graph_refused';
  constructor(facts: { operation: string; status: number; graphCode: string; requestId: string | null }, options?: ErrorOptions) {
    super(`Microsoft Graph refused ${facts.operation}: ${facts.status} ${facts.graphCode}`, facts, options);
  }
}

/** No answer came, or only server errors, after the retries that this call allows. */
export class GraphUnreachableError extends AppError {
  override readonly name = 'GraphUnreachableError';
  readonly code = 'graph_unreachable';
  constructor(facts: { operation: string; status: number | null }, options?: ErrorOptions) {
    super(`Microsoft Graph gave no usable answer to ${facts.operation}`, facts, options);
  }
}

/** Graph said 429 and the allowed waiting is used up. */
export class GraphThrottledError extends AppError {
  override readonly name = 'GraphThrottledError';
  readonly code = 'graph_throttled';
  constructor(facts: { operation: string; retryAfterSeconds: number | null }, options?: ErrorOptions) {
    super(`Microsoft Graph asks to wait before ${facts.operation}`, facts, options);
  }
}

/** The person's account lacks the directory role (or custom role) for this operation now. */
export class NoRightError extends AppError {
  override readonly name = 'NoRightError';
  readonly code = 'no_right';
  constructor(facts: { operation: string; requestId: string | null }, options?: ErrorOptions) {
    super(`The account has no right to ${facts.operation}`, facts, options);
  }
}

export class LicenceMissingError extends AppError {
  override readonly name = 'LicenceMissingError';
  readonly code = 'licence_missing';
  constructor(facts: { operation: string }, options?: ErrorOptions) {
    super(`The tenant has no Microsoft Entra ID P1 or P2 licence, which ${facts.operation} needs`, facts, options);
  }
}

/** The token service has no usable token of this person. `reason`: none, expired, challenge, wrong account… */
export class SignInNeededError extends AppError {
  override readonly name = 'SignInNeededError';
  readonly code = 'sign_in_needed';
  constructor(facts: { objectId: string; connectionName: string; reason: string }, options?: ErrorOptions) {
    super(`Sign-in needed for ${facts.connectionName}: ${facts.reason}`, facts, options);
  }
}

/** The Bot Framework's token service gave no answer in time, so nobody knows whether the person is signed in. */
export class TokenServiceUnreachableError extends AppError {
  override readonly name = 'TokenServiceUnreachableError';
  readonly code = 'token_service_unreachable';
  constructor(facts: { operation: string; status: number | null }, options?: ErrorOptions) {
    super(`The token service gave no usable answer to ${facts.operation}`, facts, options);
  }
}

/** The bearer token is wrong, revoked or cut (401). */
export class ScimCredentialsRejectedError extends AppError {
  override readonly name = 'ScimCredentialsRejectedError';
  readonly code: 'scim_credentials_rejected' | 'scim_token_expired';
  constructor(facts: { scimConnectorUrl: string; expired: boolean; requestId: string | null }, options?: ErrorOptions) {
    super(`Unity Cloud refused the SCIM bearer token at ${facts.scimConnectorUrl}`, facts, options);
    this.code = facts.expired ? 'scim_token_expired' : 'scim_credentials_rejected';
  }
}

/** Anything else that Unity's SCIM service or gateway answered; the code says which. */
export class UnityRefusedError extends AppError {
  override readonly name = 'UnityRefusedError';
  constructor(
    readonly code:
      | 'scim_forbidden'
      | 'scim_path_wrong'
      | 'scim_organization_unknown'
      | 'scim_not_scim'
      | 'scim_filter_refused'
      | 'unity_throttled'
      | 'unity_refused',
    facts: { scimConnectorUrl: string; status: number; requestId: string | null; filter?: string },
    options?: ErrorOptions,
  ) {
    super(`Unity Cloud answered ${facts.status} at ${facts.scimConnectorUrl} (${code})`, facts, options);
  }
}

export class UnityUnreachableError extends AppError {
  override readonly name = 'UnityUnreachableError';
  readonly code = 'unity_unreachable';
  constructor(facts: { scimConnectorUrl: string; status: number | null }, options?: ErrorOptions) {
    super(`Unity Cloud gave no usable answer at ${facts.scimConnectorUrl}`, facts, options);
  }
}

/** A SCIM address that is not on the allow-list; no token is ever sent there. */
export class ScimAddressRefusedError extends AppError {
  override readonly name = 'ScimAddressRefusedError';
  readonly code = 'scim_address_refused';
  constructor(facts: { host: string }, options?: ErrorOptions) {
    super(`${facts.host} is not a SCIM address of Unity Cloud that this bot may use`, facts, options);
  }
}

/** Entra's own Test Connection failed. `responseStatus` is what Unity answered to Entra, where Entra says it. */
export class EntraCredentialsTestFailedError extends AppError {
  override readonly name = 'EntraCredentialsTestFailedError';
  readonly code = 'entra_credentials_test_failed';
  constructor(
    facts: { status: number; graphCode: string; responseStatus: string | null; requestId: string | null },
    options?: ErrorOptions,
  ) {
    super(`Test Connection failed: ${facts.graphCode}`, facts, options);
  }
}

/** A step cannot go on for a reason that the code names; used where no outside answer is behind it. */
export class StepFailedError extends AppError {
  override readonly name = 'StepFailedError';
  constructor(
    readonly code:
      | 'app_not_found'
      | 'app_not_provisionable'
      | 'no_template'
      | 'no_rule'
      | 'secret_gone'
      | 'setup_stopped'
      | 'test_person_unfit'
      | 'test_person_not_provisioned'
      | 'person_not_found'
      | 'guest_refused'
      | 'no_connection'
      | 'job_gone'
      | 'run_cancelled'
      | 'recovered_too_often'
      | 'request_refused'
      | 'nothing_to_request'
      | 'nobody_can_decide'
      | 'request_changed'
      | 'policy_refused'
      | 'policy_changed_meanwhile',
    facts: Facts = {},
    options?: ErrorOptions,
  ) {
    super(`Stopped: ${code}`, facts, options);
  }
}

/** A store or DBOS call was made inside an open transaction; always a mistake in our own code. */
export class StoreBusyError extends AppError {
  override readonly name = 'StoreBusyError';
  readonly code = 'store_busy';
  constructor(facts: { attempted: string }, options?: ErrorOptions) {
    super(`${facts.attempted} inside a store transaction; use the sql that transaction() gives`, facts, options);
  }
}

/** What is left of an error we did not expect: a number to find it by in the log. */
export class UnexpectedError extends AppError {
  override readonly name = 'UnexpectedError';
  readonly code = 'unexpected_error';
  constructor(correlationId: string) {
    super(`Unexpected error ${correlationId}`, { correlationId });
  }
}

const known = new Set<string>(ERROR_CODES);

/** The code of an error, also after it was stored and rebuilt as a plain Error; `undefined` for foreign errors. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && known.has(code) ? (code as ErrorCode) : undefined;
}

/** The facts of an error, `{}` where it has none. */
export function factsOf(error: unknown): Facts {
  const facts = typeof error === 'object' && error !== null ? (error as { facts?: unknown }).facts : undefined;
  return typeof facts === 'object' && facts !== null ? (facts as Facts) : {};
}
