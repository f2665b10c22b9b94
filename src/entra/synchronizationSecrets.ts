import { z } from 'zod';
import type { Graph, GraphCall } from './graphCall';
import { credentialsTestFailed, graphErrorOf, isCredentialFailure } from './graphErrors';
import { bodyOf } from './graphReply';
import { path } from './odata';
import type { EntraClient, ScimSecrets, StoredSecrets } from './types';

/** Casing matters: another one was once answered with 500. */
const OUR_KEYS = ['BaseAddress', 'SecretToken', 'SyncAll', 'SyncNotificationSettings'];
/** Answers to a reading of secrets that say "not here" while the job itself may be read. */
const UNREADABLE = [403, 404, 405, 501];

const storedSecrets = z.object({ value: z.array(z.object({ key: z.string(), value: z.string().nullish() })).nullish() });

/**
 * The secrets of provisioning, which belong to the app, not to one job.
 * Writing and testing need `Synchronization.ReadWrite.All`, with a directory role such as Cloud Application Administrator.
 * @see https://learn.microsoft.com/graph/api/synchronization-serviceprincipal-put-synchronization
 */
export function synchronizationSecrets(graph: Graph): Pick<EntraClient, 'putSecrets' | 'getSecrets' | 'validateCredentials'> {
  const secretsPath = (servicePrincipalId: string) => path`/servicePrincipals/${servicePrincipalId}/synchronization/secrets`;
  return {
    async putSecrets(servicePrincipalId, secrets) {
      const { requestId } = await graph.send({
        operation: 'save the SCIM credentials',
        area: 'synchronization',
        method: 'PUT',
        path: secretsPath(servicePrincipalId),
        body: { value: fullList(secrets) },
      });
      return { requestId };
    },

    async getSecrets(servicePrincipalId) {
      const call: GraphCall = {
        operation: 'read the SCIM settings',
        area: 'synchronization',
        method: 'GET',
        path: secretsPath(servicePrincipalId),
      };
      const reply = await graph.ask(call);
      if (UNREADABLE.includes(reply.status)) return { unknownKeys: [] };
      if (reply.status >= 300) throw graphErrorOf(call, reply);
      return readSecrets(bodyOf(call, reply, storedSecrets).value ?? []);
    },

    async validateCredentials({ servicePrincipalId, jobId, templateId, secrets }) {
      const jobs = path`/servicePrincipals/${servicePrincipalId}/synchronization/jobs`;
      const credentials = credentialsOf(secrets);
      const call: GraphCall = {
        operation: 'test the SCIM credentials',
        area: 'synchronization',
        method: 'POST',
        changesNothing: true,
        path: `${jobId === null ? jobs : jobs + path`/${jobId}`}/validateCredentials`,
        body:
          jobId === null ? { useSavedCredentials: false, templateId, credentials } : { useSavedCredentials: false, credentials },
      };
      const reply = await graph.ask(call);
      if (reply.status < 300) return;
      const aboutCaller = [401, 403, 429].includes(reply.status) || reply.status >= 500;
      throw aboutCaller && !isCredentialFailure(reply) ? graphErrorOf(call, reply) : credentialsTestFailed(reply);
    },
  };
}

function credentialsOf({ baseAddress, scimToken }: ScimSecrets) {
  return [
    { key: 'BaseAddress', value: baseAddress },
    { key: 'SecretToken', value: scimToken },
  ];
}

/** A PUT replaces the list, so it is always whole. `SyncAll` "false": assigned people only. The delete threshold guards mass removal. */
function fullList(secrets: ScimSecrets) {
  return [
    ...credentialsOf(secrets),
    { key: 'SyncAll', value: 'false' },
    { key: 'SyncNotificationSettings', value: JSON.stringify({ Enabled: false, DeleteThresholdEnabled: true }) },
  ];
}

/** How Graph masks a value is not documented: whatever is no plain address, and no plain true or false, is taken as masked. */
function readSecrets(list: { key: string; value?: string | null | undefined }[]): StoredSecrets {
  const storedAs = (key: string) => list.find((secret) => secret.key.toLowerCase() === key.toLowerCase())?.value ?? '';
  const baseAddress = plainAddress(storedAs('BaseAddress'));
  const syncAll = /^(true|false)$/i.exec(storedAs('SyncAll').trim())?.[1]?.toLowerCase() as 'true' | 'false' | undefined;
  const known = new Set(OUR_KEYS.map((key) => key.toLowerCase()));
  return {
    ...(baseAddress !== undefined && { baseAddress }),
    ...(syncAll !== undefined && { syncAll }),
    unknownKeys: list.map(({ key }) => key).filter((key) => !known.has(key.toLowerCase())),
  };
}

function plainAddress(value: string): string | undefined {
  return /^https?:\/\/[^\s*•]+$/i.test(value.trim()) && URL.canParse(value.trim()) ? value.trim() : undefined;
}
