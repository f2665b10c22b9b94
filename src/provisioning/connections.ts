import type { PersonRef } from './people';

/** One Unity organization joined to one Entra application and its synchronization job. */
export interface Connection {
  connectionId: string;
  tenantId: string;
  organizationId: string;
  servicePrincipalId: string;
  appId: string;
  appDisplayName: string;
  jobId: string | null;
  ruleId: string | null;
  appRoleId: string | null;
  scimConnectorUrl: string;
  /** Validated e-mail domains, lower case, as the administrator stated them. */
  domains: string[];
  /** What we last saved to Entra under the key SyncAll; null before the first save. */
  savedSyncAll: 'false' | null;
  state: 'settingUp' | 'started' | 'paused';
  setUpBy: PersonRef;
  createdAt: string;
}
