import type { PersonRef } from '../provisioning/people';
import type { AppSearch } from './searchApps';

const KNOWN_FOR_MS = 10 * 60_000;
const MOST_KNOWN = 500;

/**
 * A search that shows guests nothing. Membership is read beside the search and, once known, not again for ten minutes; who cannot be
 * read in time finds nothing either.
 */
export function forMembers(
  isGuest: (person: PersonRef) => Promise<boolean>,
  search: (person: PersonRef, typed: string) => Promise<AppSearch>,
) {
  const members = new Map<string, number>();

  async function isMember(person: PersonRef): Promise<boolean> {
    if ((members.get(person.objectId) ?? 0) > Date.now()) return true;
    const member = await isGuest(person).then(
      (guest) => !guest,
      () => false, // a search box has no place for an error
    );
    members.delete(person.objectId);
    if (member) members.set(person.objectId, Date.now() + KNOWN_FOR_MS);
    const [oldest] = members.keys();
    if (members.size > MOST_KNOWN && oldest) members.delete(oldest);
    return member;
  }

  return async (person: PersonRef, typed: string): Promise<AppSearch> => {
    const [member, found] = await Promise.all([isMember(person), search(person, typed)]);
    return member ? found : { apps: [], complete: false };
  };
}
