import type { SandboxClock } from '../../core/clock';
import { addMember, domainOf, findUser, isInValidatedDomain, type Organization } from '../organizations';
import { DashboardRefusal } from '../serviceAccounts';

/**
 * Adds a person who joins without SCIM: `jit` (first SSO sign-in), `password` or `social`.
 * @throws DashboardRefusal while SCIM provisioning is enforced, while SSO is enforced for the other two ways, or when the address does not fit
 */
export function signUp(organization: Organization, email: string, way: string, clock: SandboxClock): void {
  if (organization.scimEnforced)
    throw new DashboardRefusal('SCIM provisioning is enforced: only the identity provider adds people.');
  if (domainOf(email) === undefined) throw new DashboardRefusal('Enter an e-mail address.');
  if (way === 'jit' && !(organization.ssoConfigured && isInValidatedDomain(organization, email)))
    throw new DashboardRefusal('Single sign-on is not set up for the domain of this address.');
  if (way !== 'jit' && organization.ssoEnforced)
    throw new DashboardRefusal('Single sign-on is enforced: sign in at your identity provider.');
  if (findUser(organization, email)) throw new DashboardRefusal('This person is already in the organization.');
  addMember(organization, { email, displayName: email.split('@')[0] ?? email, type: 'user' }, clock);
}
