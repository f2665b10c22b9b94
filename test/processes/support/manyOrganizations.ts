import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One case's own part of the tenant: nothing that another case does can touch it. */
export interface Company {
  organizationId: string;
  appName: string;
  servicePrincipalId: string;
}

/** How many more people the tenant has. */
export interface Colleagues {
  /** Who can sign in and may act on the app. */
  approvers?: number;
  /** Whom one can ask for; they never sign in. */
  staff?: number;
}

export interface TenantFile {
  path: string;
  companies: Company[];
  remove(): void;
}

const digits = (index: number) => String(index).padStart(4, '0');

/** An approver or member of staff by their place in the list. */
export const colleague = (kind: 'approver' | 'staff', index: number) => ({
  id: `${kind === 'approver' ? 'aaaaaaaa' : 'bbbbbbbb'}-0000-4000-8000-00000000${digits(index)}`,
  userPrincipalName: `${kind}${digits(index)}@contoso.com`,
  displayName: `${kind === 'approver' ? 'Approver' : 'Person'} ${digits(index)}`,
});

/** The sandbox's tenant with `count` Unity organizations, each with an enterprise application of its own. */
export function writeTenant(count: number, { approvers = 0, staff = 0 }: Colleagues = {}): TenantFile {
  const tenant = JSON.parse(readFileSync(join(__dirname, '../../../sandbox/tenants/contoso.json'), 'utf8'));
  const [app] = tenant.apps;
  const [organization] = tenant.organizations;
  const companies = Array.from({ length: count }, (_, index) => ({
    organizationId: `200000000${digits(index)}`,
    appName: `Unity ${digits(index)}`,
    servicePrincipalId: `c0c0c0c0-0000-4000-8000-00000000${digits(index)}`,
  }));
  tenant.apps = companies.map(({ appName, servicePrincipalId }, index) => ({
    ...app,
    servicePrincipalId,
    displayName: appName,
    appId: `c0c0c0c0-0000-4000-8000-0000000a${digits(index)}`,
    applicationObjectId: `c0c0c0c0-0000-4000-8000-0000000b${digits(index)}`,
  }));
  tenant.organizations = companies.map(({ organizationId }, index) => ({
    ...organization,
    genesisId: organizationId,
    uuid: `c0c0c0c0-0000-4000-8000-0000000c${digits(index)}`,
    name: `Organization ${digits(index)}`,
  }));
  const people = (kind: 'approver' | 'staff', amount: number, more: object) =>
    Array.from({ length: amount }, (_, index) => {
      const person = colleague(kind, index);
      return { ...person, givenName: person.displayName, surname: digits(index), mail: person.userPrincipalName, ...more };
    });
  tenant.users.push(
    ...people('approver', approvers, { directoryRoles: ['Application Administrator'], signsIn: true }),
    ...people('staff', staff, {}),
  );
  const folder = mkdtempSync(join(tmpdir(), 'upt-tenant-'));
  const path = join(folder, 'tenant.json');
  writeFileSync(path, JSON.stringify(tenant));
  return { path, companies, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
