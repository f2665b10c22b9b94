import type { AppRole } from './people';

/** What an assignment carries when the app declares no role at all. */
export const DEFAULT_ACCESS_ROLE_ID = '00000000-0000-0000-0000-000000000000';

/**
 * The app role that puts a person in scope: `User`, else `msiam_access`, else the only one people may have.
 * An app without any roles takes the all-zero id. `undefined`: there are roles, but none that can be chosen without asking.
 */
export function chooseAppRole(appRoles: readonly AppRole[]): string | undefined {
  if (appRoles.length === 0) return DEFAULT_ACCESS_ROLE_ID;
  const forPeople = appRoles.filter((role) => role.isEnabled && role.allowedMemberTypes.includes('User'));
  const named = (displayName: string) => forPeople.find((role) => role.displayName.toLowerCase() === displayName);
  const only = forPeople.length === 1 ? forPeople[0] : undefined;
  return (named('user') ?? named('msiam_access') ?? only)?.id;
}
