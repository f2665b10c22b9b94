import type { Company } from '../../../sandbox/journey/faults/companies';
import type { FaultWorld } from '../../../sandbox/journey/faults/faultWorld';

/** Graph by hand, as an administrator would use it in the portal. Fails when Graph refuses. */
export interface Graph {
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** Below `/servicePrincipals/{app}/synchronization`. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  synchronization(method: string, path: string, body?: unknown): Promise<any>;
  /** A job that somebody makes by hand; gives its id. */
  makeJob(templateId?: string): Promise<string>;
  saveSecrets(secrets: Record<string, string>): Promise<void>;
}

export function graphOf({ sandbox }: FaultWorld, { administratorId, servicePrincipalId }: Company): Graph {
  const call: Graph['call'] = async (method, path, body) => {
    const { token } = sandbox.entra.exchange({ userId: administratorId }, ['.default']);
    const response = await fetch(`${sandbox.entra.origin}/v1.0${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const synchronization: Graph['call'] = (method, path, body) =>
    call(method, `/servicePrincipals/${servicePrincipalId}/synchronization${path}`, body);
  return {
    call,
    synchronization,
    makeJob: async (templateId = 'scim') => (await synchronization('POST', '/jobs', { templateId })).id,
    saveSecrets: (secrets) =>
      synchronization('PUT', '/secrets', { value: Object.entries(secrets).map(([key, value]) => ({ key, value })) }),
  };
}
