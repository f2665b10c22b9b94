import type { PersonRef } from '../../src/provisioning/people';

export const TENANT = '5a1e0000-7e4a-4c0d-9a11-000000000001';

/** People of the sandbox's tenant, as a signed activity names them. */
export function personRef(name: 'Adele' | 'Alex' | 'Megan', change: Partial<PersonRef> = {}): PersonRef {
  const number = { Adele: 1, Alex: 2, Megan: 3 }[name];
  const objectId = `7b0c1d2e-0000-4000-8000-00000000000${number}`;
  return { tenantId: TENANT, objectId, mri: `29:${objectId}`, displayName: name, ...change };
}
