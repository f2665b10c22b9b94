import type { UnityAdministration } from './types';

/**
 * The way that works with Unity today: a person clicks in Unity's dashboard, since no public API makes a service account, grants its
 * role or issues its token. The link goes to the organization's settings; addresses of the pages below are not published.
 * @param dashboardUrl - UNITY_DASHBOARD_URL, for example `https://cloud.unity.com`
 * @see https://docs.unity.com/en-us/cloud/organizations/sso/set-up-scim-with-entra
 */
export function createGuidedAdministration({ dashboardUrl }: { dashboardUrl: string }): UnityAdministration {
  const root = dashboardUrl.replace(/\/+$/, '');
  return {
    guide: (organizationId) => ({
      settingsUrl: `${root}/home/organizations/${encodeURIComponent(organizationId)}/settings`,
      // Unity's pages word the same places differently from one version to the next.
      serviceAccountsPath: [
        'Administration',
        'Service accounts',
        'New (or: Create service account)',
        'Organization roles: Manage organization roles (or: Add organization role)',
        'Admin: SCIM Authenticator',
        'Bearer tokens: Add bearer token',
      ],
      singleSignOnPath: ['Administration', 'Single sign-on (or: SSO)', 'SCIM (or: SCIM Provisioning)', 'SCIM base connector URL'],
    }),
  };
}
