import { setDefaultCACertificates } from 'node:tls';

/**
 * Lets this process trust the authority of a pretend Entra, and no other: authorities of earlier starts have the same name, and a
 * chain is looked up by name.
 */
export function trustAuthority(pem: string): void {
  setDefaultCACertificates([pem]);
}
