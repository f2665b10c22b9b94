import type { Service } from '../../core/faults';
import type { Company } from './companies';

export type Phase = 'see' | 'act' | 'provision';

/**
 * What kind of call it is decides how a fault of it ends. `read` and `save` may be repeated; `make` is sent once and looked for
 * before it is sent again; `onDemand` comes back through its queue; `informative` matters to nobody.
 */
type CallKind = 'read' | 'save' | 'test' | 'make' | 'onDemand' | 'scim' | 'informative';

/** One call of the job: setup up to its plan, setup after Start, or provision. */
export interface JobCall {
  phase: Phase;
  /** As the table shows it: `{app}` and `{organization}` stand for ids. */
  name: string;
  kind: CallKind;
  service: Service;
  /** Rights that a 403 of it speaks of: of a role, or of the directory itself. */
  area: 'right' | 'directory';
  /** Its answer has no body: whatever says success in JSON is believed. */
  answersNothing?: boolean;
  /** Sent as an item of a batch, so it has a status of its own and no connection of its own. */
  insideBatch?: boolean;
}

const APP = '/servicePrincipals/{app}';
const JOBS = `${APP}/synchronization/jobs`;
const SCIM = '/tenants/{organization}';

const graph = (phase: Phase, name: string, kind: CallKind, area: JobCall['area'] = 'right'): JobCall => ({
  phase,
  name,
  kind,
  service: 'graph',
  area,
  answersNothing: kind === 'save' || kind === 'test' || name.endsWith('/start'),
});
const scim = (name: string, kind: CallKind = 'scim'): JobCall => ({ phase: 'see', name, kind, service: 'scim', area: 'right' });

/** Whatever an undisturbed setup and provision call, each once: after Start a setup looks again, by calls that it has here already. */
export const JOB_CALLS: readonly JobCall[] = [
  graph('see', 'GET /me', 'read', 'directory'),
  graph('see', `GET ${APP}`, 'read', 'directory'),
  graph('see', 'GET /users/{person}', 'read', 'directory'),
  graph('see', `GET ${JOBS}`, 'read'),
  graph('see', `GET ${APP}/synchronization/templates`, 'read'),
  graph('see', `GET ${APP}/appRoleAssignedTo`, 'read'),
  scim(`GET ${SCIM}/Users?filter`),
  scim(`GET ${SCIM}/Users?startIndex`),
  scim(`GET ${SCIM}/ServiceProviderConfig`, 'informative'),
  graph('see', `POST ${JOBS}/validateCredentials`, 'test'),
  graph('act', `POST ${JOBS}`, 'make'),
  graph('act', `GET ${JOBS}/{job}/schema`, 'read'),
  graph('act', `PUT ${JOBS}/{job}/schema`, 'save'),
  graph('act', `PUT ${APP}/synchronization/secrets`, 'save'),
  graph('act', `POST ${APP}/appRoleAssignedTo`, 'make'),
  graph('act', `POST ${JOBS}/{job}/provisionOnDemand`, 'onDemand'),
  graph('act', `GET ${JOBS}/{job}`, 'read'),
  graph('act', `POST ${JOBS}/{job}/start`, 'make'),
  graph('provision', 'GET /me', 'read', 'directory'),
  graph('provision', `GET ${JOBS}`, 'read'),
  graph('provision', `GET ${APP}/appRoleAssignedTo`, 'read'),
  graph('provision', 'GET /users/{person}', 'read', 'directory'),
  graph('provision', 'POST /$batch', 'read', 'directory'),
  { ...graph('provision', 'GET /users?$filter', 'read', 'directory'), insideBatch: true },
  graph('provision', `POST ${APP}/appRoleAssignedTo`, 'make'),
  graph('provision', `POST ${JOBS}/{job}/provisionOnDemand`, 'onDemand'),
];

/** A row of the fault table that hits this call of this company and no other. */
export function matchOf({ name, service }: JobCall, { servicePrincipalId, organizationId, administratorId }: Company) {
  const [method = '', path = ''] = name.split(' ');
  const escaped = path.replace(/[.$?]/g, '\\$&').replaceAll('/', '\\/');
  const expression = escaped
    .replace('{app}', servicePrincipalId)
    .replace('{organization}', organizationId)
    .replace('{job}', '(?!validateCredentials)[^/?]+')
    .replace('{person}', '[^/?]+');
  const end = path.includes('?') ? '' : '(\\?|$)';
  return { service, method, path: `/${expression}${end}/`, ...(service === 'graph' ? { caller: administratorId } : {}) };
}
