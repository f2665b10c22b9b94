import type { Company } from '../../../sandbox/journey/faults/companies';
import type { FaultWorld } from '../../../sandbox/journey/faults/faultWorld';

/** What Entra and Unity keep of one company. */
export interface Kept {
  /** Schedule of each job: `Active`, `Paused`, `Disabled`. */
  jobs: string[];
  /** Keys of the saved secrets. */
  secrets: string[];
  /** Addresses or object ids of those who are assigned. */
  assigned: string[];
  scimUsers: string[];
}

interface EntraState {
  jobs: { servicePrincipalId: string; schedule: { state: string } }[];
  assignments: { resourceId: string; principalId: string }[];
  secrets: Record<string, { key: string; value: string }[]>;
}

export function keptFor({ sandbox }: FaultWorld, company: Company): Kept {
  const { jobs, assignments, secrets } = sandbox.entra.state() as EntraState;
  const { users } = sandbox.context.tenant;
  const organization = sandbox.unity.state().organizations.find(({ genesisId }) => genesisId === company.organizationId);
  const isOwn = (id: string) => id === company.servicePrincipalId;
  return {
    jobs: jobs.filter(({ servicePrincipalId }) => isOwn(servicePrincipalId)).map(({ schedule }) => schedule.state),
    secrets: (secrets[company.servicePrincipalId] ?? []).map(({ key }) => key),
    assigned: assignments
      .filter(({ resourceId }) => isOwn(resourceId))
      .map(({ principalId }) => users.find(({ id }) => id === principalId)?.userPrincipalName ?? principalId)
      .sort(),
    scimUsers: (organization?.scimUsers ?? []).map(({ userName }) => userName).sort(),
  };
}
