import { UnsecuredJWT } from 'jose';
import { createTokenOwners } from '../../src/auth/tokenOwners';
import type { PersonRef } from '../../src/provisioning/people';
import { personRef } from '../support/people';

const adele = personRef('Adele');
const alex = personRef('Alex');

/** As Teams sends it; Entra, not the bot, checks its signature. */
const ssoTokenOf = ({ objectId }: PersonRef) => new UnsecuredJWT({ oid: objectId }).encode();

/** Owners over one set of marks, as if each were a process; `reads` are the tokens that Graph was asked about. */
function owners(marks = new Set<string>(), owner = async (_token: string) => adele.objectId) {
  const reads: string[] = [];
  const read = (token: string) => {
    reads.push(token);
    return owner(token);
  };
  const store = {
    has: async (tenantId: string, key: string) => marks.has(`${tenantId} ${key}`),
    add: async (tenantId: string, key: string) => marks.add(`${tenantId} ${key}`),
  };
  return { ...createTokenOwners(read, store), reads, marks };
}

describe('whose a token is', () => {
  it('is not asked of Graph when Teams gave the token, also by the next process', async () => {
    const first = owners();
    await first.rememberExchanged(adele, ssoTokenOf(adele), 'token');
    expect(await first.isTheirs(adele, 'token')).toBe(true);
    const next = owners(first.marks);
    expect(await next.isTheirs(adele, 'token')).toBe(true);
    expect([...first.reads, ...next.reads]).toEqual([]);
  });

  it.each([
    ['another account’s', () => ssoTokenOf(alex)],
    ['one that names nobody', () => new UnsecuredJWT({}).encode()],
    ['no JWT', () => 'sso'],
  ])(
    'is asked of Graph when the exchanged token was %s, whoever’s client sent it [teams 2.1 wrong account]',
    async (_whose, sso) => {
      const { rememberExchanged, isTheirs, reads } = owners(new Set(), async () => alex.objectId);
      await rememberExchanged(adele, sso(), 'token');
      expect(await isTheirs(adele, 'token')).toBe(false);
      expect(reads).toEqual(['token']);
    },
  );

  it('is asked once for a token that came by the sign-in page', async () => {
    const { isTheirs, reads } = owners();
    expect([await isTheirs(adele, 'token'), await isTheirs(adele, 'token')]).toEqual([true, true]);
    expect(reads).toEqual(['token']);
  });

  it('is never taken for another person, however often it is asked [teams 2.1 wrong account]', async () => {
    const { isTheirs } = owners();
    await isTheirs(adele, 'token');
    expect([await isTheirs(alex, 'token'), await isTheirs(alex, 'token')]).toEqual([false, false]);
  });

  it('is unknown while Graph does not answer, and the error is Graph’s own', async () => {
    const { isTheirs } = owners(new Set(), () => Promise.reject(new Error('away')));
    await expect(isTheirs(adele, 'token')).rejects.toThrow('away');
  });

  it('is kept as a hash: the token itself stands nowhere', async () => {
    const { rememberExchanged, marks } = owners();
    await rememberExchanged(adele, ssoTokenOf(adele), 'canary-token');
    expect([...marks].join()).not.toContain('canary-token');
  });
});
