import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTenantFile } from '../../core/loadTenant';
import type { TenantApp, TenantData } from '../../core/tenant';

/** One case's own part of the tenant: an administrator, a colleague, an enterprise app and a Unity organization. */
export interface Company {
  index: number;
  organizationId: string;
  appName: string;
  servicePrincipalId: string;
  /** Object id of somebody who may set up; in a chat of their own. */
  administratorId: string;
  administratorAddress: string;
  /** Somebody to provision. */
  colleagueId: string;
  colleagueAddress: string;
  /** The colleague's other mail: finding somebody by it takes a batch. */
  otherAddress: string;
}

const digits = (index: number) => String(index).padStart(4, '0');
/** `kind` is two hexadecimal digits. */
const guid = (kind: string, index: number) => `c0c0c0c0-0000-4000-8000-000000${kind}${digits(index)}`;

/** Names and ids of the company with this number. */
function companyOf(index: number, domain: string): Company {
  return {
    index,
    organizationId: `200000000${digits(index)}`,
    appName: `Unity ${digits(index)}`,
    servicePrincipalId: guid('a1', index),
    administratorId: guid('b1', index),
    administratorAddress: `admin${digits(index)}@${domain}`,
    colleagueId: guid('b2', index),
    colleagueAddress: `person${digits(index)}@${domain}`,
    otherAddress: `person${digits(index)}@studio.example`,
  };
}

/** Changes what one company's app is, or whatever else a case needs of the tenant. */
export type ChangeTenant = (tenant: TenantData, company: Company, app: TenantApp) => void;

interface CompaniesFile {
  path: string;
  companies: Company[];
  remove(): void;
}

/** The sandbox's tenant with `count` companies in place of its own apps and organizations; its people stay. */
export function writeCompanies(count: number, change: ChangeTenant = () => undefined): CompaniesFile {
  const tenant = JSON.parse(readFileSync(defaultTenantFile, 'utf8')) as TenantData;
  const [app] = tenant.apps;
  const [organization] = tenant.organizations;
  if (!app || !organization) throw new Error(`${defaultTenantFile} has no app or no organization`);
  const companies = Array.from({ length: count }, (_, index) => companyOf(index, tenant.domain));
  tenant.apps = [];
  tenant.organizations = [];
  for (const company of companies) {
    const { index, administratorId, administratorAddress, colleagueId, colleagueAddress, otherAddress } = company;
    const person = { directoryRoles: [] as string[], signsIn: false, jobTitle: null };
    tenant.users.push(
      {
        ...(person as TenantData['users'][number]),
        id: administratorId,
        userPrincipalName: administratorAddress,
        displayName: `Admin ${digits(index)}`,
        mail: administratorAddress,
        directoryRoles: ['Cloud Application Administrator'],
        signsIn: true,
      },
      {
        ...(person as TenantData['users'][number]),
        id: colleagueId,
        userPrincipalName: colleagueAddress,
        displayName: `Person ${digits(index)}`,
        mail: colleagueAddress,
        otherMails: [otherAddress],
      },
    );
    const own: TenantApp = {
      ...structuredClone(app),
      servicePrincipalId: company.servicePrincipalId,
      appId: guid('a2', index),
      applicationObjectId: guid('a3', index),
      displayName: company.appName,
    };
    tenant.apps.push(own);
    tenant.organizations.push({
      ...structuredClone(organization),
      genesisId: company.organizationId,
      uuid: guid('d1', index),
      name: `Organization ${digits(index)}`,
    });
    change(tenant, company, own);
  }
  const folder = mkdtempSync(join(tmpdir(), 'upt-companies-'));
  const path = join(folder, 'tenant.json');
  writeFileSync(path, JSON.stringify(tenant));
  return { path, companies, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
