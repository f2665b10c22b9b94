import type { TokenCredential } from '@azure/identity';
import type { PersonRef } from '../provisioning/people';

/** Tokens by person, without any storage of ours: the token service keeps them. */
export interface DelegatedTokens {
  /**
   * A credential that asks the token service at each call.
   * Its getToken throws SignInNeededError when the service has none or only another account's, and times out after `timeoutMs` (default: the settings').
   */
  credentialFor(person: PersonRef, options?: { connectionName?: string; timeoutMs?: number }): TokenCredential;
  /** True when the service has a token for the person now. */
  hasToken(person: PersonRef, connectionName?: string): Promise<boolean>;
  /** @throws SignInNeededError `none` without a token, `other_account` when the one there is not this person's */
  verify(person: PersonRef): Promise<void>;
  signOut(person: PersonRef): Promise<void>;
}
