import type { DelegatedTokens } from '../../src/auth/types';
import { createEntraClientFactory } from '../../src/entra/createEntraClient';
import { SignInNeededError } from '../../src/errors';
import type { PersonRef } from '../../src/provisioning/people';
import type { QueryDeps } from '../../src/queries/deadline';
import type { ScriptedServer } from '../entra/scriptedServer';

export const adele: PersonRef = { tenantId: 't-1', objectId: 'p-1', mri: '29:adele', displayName: 'Adele Vance' };

export interface QueryTest {
  deps: QueryDeps;
  /** For whom a credential was asked, and how long the token service had. */
  asked: { person: PersonRef; timeoutMs: number | undefined }[];
  /** How often the token service was asked. */
  tokenCalls(): number;
}

/** What a query needs, against a scripted Graph. `none`: nobody signed in; `never`: the token service does not answer. */
export function queryTest(graph: ScriptedServer, tokens: 'given' | 'none' | 'never' = 'given'): QueryTest {
  const asked: QueryTest['asked'] = [];
  let calls = 0;
  const getToken = async () => {
    calls += 1;
    if (tokens === 'never') return new Promise<never>(() => {});
    if (tokens === 'none') throw new SignInNeededError({ objectId: adele.objectId, connectionName: 'entra', reason: 'none' });
    return { token: 'made-up-token', expiresOnTimestamp: Date.now() + 60_000 };
  };
  const delegated: DelegatedTokens = {
    credentialFor(person, { timeoutMs } = {}) {
      asked.push({ person, timeoutMs });
      return { getToken };
    },
    hasToken: async () => tokens === 'given',
    verify: async () => undefined,
    signOut: async () => {},
  };
  const wait = () => Promise.reject(new Error('a query never waits'));
  return {
    deps: { createEntraClient: createEntraClientFactory({ graphUrl: graph.url, wait }), tokens: delegated },
    asked,
    tokenCalls: () => calls,
  };
}

/** An app of the tenant as Graph prints it; made from a template unless said otherwise. */
export function appRow(id: string, more: object = {}) {
  return {
    id,
    appId: `app-${id}`,
    displayName: `App ${id}`,
    applicationTemplateId: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
    servicePrincipalNames: [],
    replyUrls: [],
    appRoles: [],
    accountEnabled: true,
    ...more,
  };
}
export const unityRow = appRow('unity', {
  displayName: 'Unity Cloud',
  servicePrincipalNames: ['app-unity', 'https://api.unity.com'],
  replyUrls: ['https://api.unity.com/v1/oauth2/saml/sso'],
});
