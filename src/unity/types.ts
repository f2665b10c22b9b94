import type { UnityFilter } from '../provisioning/setup';

/** What the read-only probe of a SCIM connector proved. */
export interface ScimProbe {
  /** SCIM users that Unity reports. */
  totalResults: number;
  /** What ServiceProviderConfig claims, for the log; never a proof of the token. */
  claims: { patch: boolean | null; filter: boolean | null; bulk: boolean | null };
  /** Anything but `answered`: Entra's own test may fail, although the list itself is answered. */
  filter: UnityFilter;
}

/**
 * Unity Cloud's SCIM API. It sends a token to allowed addresses only (scimAddress.ts). What may pass is asked again, for 2 min at most
 * and one time-out more (sendScim.ts); beside that a probe waits for a role.
 * Errors: ScimCredentialsRejectedError, UnityRefusedError, UnityUnreachableError, ScimAddressRefusedError.
 */
export interface UnityClient {
  /**
   * Asks as Entra's Test Connection does, and counts the users.
   * @param input.waitForRole - a 403 is tried again after 5, 15 and 45 s (settings), since a new role may take a while
   * @param input.domains - validated e-mail domains: a search that is refused is tried again with an address in the first few
   */
  probeScim(input: {
    scimConnectorUrl: string;
    scimToken: string;
    waitForRole: boolean;
    domains: readonly string[];
  }): Promise<ScimProbe>;
  /** undefined: Unity has no such user. */
  findUserByUserName(input: {
    scimConnectorUrl: string;
    scimToken: string;
    userName: string;
  }): Promise<{ id: string; userName: string; active: boolean } | undefined>;
}

/** How a person (guided) or a company's own broker makes the service account, its role and its token. */
export interface UnityAdministration {
  /** Where to click, and the path in words; the token comes back through the dialog. */
  guide(organizationId: string): { settingsUrl: string; serviceAccountsPath: string[]; singleSignOnPath: string[] };
}
