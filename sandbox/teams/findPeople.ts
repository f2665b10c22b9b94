import type { TenantData } from '../core/tenant';

const MOST_RESULTS = 15;

/** What the people picker shows. `value` is the object id, which is what a card submits. */
export function findPeople(
  { users }: TenantData,
  queryText: string,
  onlyIds?: readonly string[],
): { title: string; subtitle: string; value: string }[] {
  const query = queryText.trim().toLowerCase();
  return users
    .filter(({ id, accountEnabled }) => accountEnabled && (!onlyIds || onlyIds.includes(id)))
    .filter(({ displayName, userPrincipalName, mail }) =>
      [displayName, ...displayName.split(' '), userPrincipalName, mail ?? ''].some((text) =>
        text.toLowerCase().startsWith(query),
      ),
    )
    .slice(0, MOST_RESULTS)
    .map(({ id, displayName, userPrincipalName, jobTitle }) => ({
      title: displayName,
      subtitle: jobTitle ?? userPrincipalName,
      value: id,
    }));
}
