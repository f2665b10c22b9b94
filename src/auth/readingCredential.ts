import type { TokenCredential } from '@azure/identity';
import { codeOf } from '../errors';
import type { PersonRef } from '../provisioning/people';
import type { DelegatedTokens } from './types';

/**
 * What a request is read with: the person's token for changes where they have one, else the one that may only read the directory.
 * @param connectionName - OAuth connection of the latter
 */
export function readingCredential(tokens: DelegatedTokens, person: PersonRef, connectionName: string): TokenCredential {
  const full = tokens.credentialFor(person);
  const reading = tokens.credentialFor(person, { connectionName });
  return {
    async getToken(scopes, options) {
      try {
        return await full.getToken(scopes, options);
      } catch (error) {
        if (codeOf(error) !== 'sign_in_needed') throw error;
        return reading.getToken(scopes, options);
      }
    },
  };
}
