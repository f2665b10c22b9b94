import type { AppChoice, AppFormView, UnityFormView } from '../../src/cards/views';
import { createGuidedAdministration } from '../../src/unity/guided';

const servicePrincipalId = 'a1b2c3d4-0000-4000-8000-000000000001';

export const apps: AppChoice[] = [
  {
    servicePrincipalId,
    displayName: 'Unity Cloud',
    appId: 'a1b2c3d4-0000-4000-8000-0000000000a1',
    usable: true,
    why: null,
    isUnity: true,
  },
  {
    servicePrincipalId: 'a1b2c3d4-0000-4000-8000-000000000002',
    displayName: 'Unity Build Reports',
    appId: 'a1b2c3d4-0000-4000-8000-0000000000a2',
    usable: false,
    why: 'not_provisionable',
    isUnity: false,
  },
];

/** Dialog 1 as it opens, or as it comes back with every field complained about. */
export function appFormView(state: 'new' | 'problems' = 'new'): AppFormView {
  if (state === 'new') return { draftId: 'draft-1', values: { domains: 'contoso.com' }, apps, problems: {} };
  return {
    draftId: 'draft-1',
    values: {
      organization: 'https://cloud.unity.com/home/organizations/default/settings',
      servicePrincipalId,
      domains: 'contoso',
      planIsEnterpriseOrIndustry: true,
      ssoIsConfigured: true,
      scimTabIsVisible: true,
      scimIsEnabled: false,
      isOwnerOrManager: true,
    },
    apps,
    problems: {
      organization:
        '“default” means whatever organization is selected. Open the organization in the dashboard and paste the link that has its number.',
      servicePrincipalId: 'The app is switched off in Entra.',
      domains: '“contoso” is not a domain. Write it like contoso.com.',
      scimIsEnabled: 'The setup needs all five. What is missing, somebody has to do in Unity first.',
    },
  };
}

/** Dialog 2 as it opens, or as it comes back after a token was kept and the address did not fit. */
export function unityFormView(state: 'new' | 'problems' = 'new'): UnityFormView {
  const view: UnityFormView = {
    draftId: 'draft-1',
    organizationId: '1234567890123',
    scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
    ...createGuidedAdministration({ dashboardUrl: 'https://cloud.unity.com' }).guide('1234567890123'),
    problems: {},
    tokenKept: false,
  };
  if (state === 'new') return view;
  return {
    ...view,
    scimConnectorUrl: 'https://services.api.unity.com.example/scim/v2/tenants/1234567890123',
    problems: {
      scimConnectorUrl: 'services.api.unity.com.example is not Unity Cloud. The token is sent to Unity’s own address only.',
      scimToken: 'This does not look like a token. Paste only its value, as Unity shows it.',
    },
    tokenKept: true,
  };
}
