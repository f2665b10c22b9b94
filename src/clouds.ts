export const CLOUDS = ['public', 'usgov', 'china'] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Addresses that a cloud implies; each can be overridden by a setting. */
export interface CloudDefaults {
  graphUrl: string;
  loginUrl: string;
  oauthUrl: string;
  openIdMetadataUrl: string;
  tokenIssuer: string;
  botOauthScope: string;
  /** Hosts of the connector: a name itself, or with a leading dot every host below it. */
  connectorHosts: readonly string[];
}

const BY_CLOUD: Record<Cloud, CloudDefaults> = {
  public: {
    graphUrl: 'https://graph.microsoft.com',
    loginUrl: 'https://login.microsoftonline.com',
    oauthUrl: 'https://api.botframework.com',
    openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    tokenIssuer: 'https://api.botframework.com',
    botOauthScope: 'https://api.botframework.com',
    // Anybody can have a name below trafficmanager.net, so only this one host.
    connectorHosts: ['smba.trafficmanager.net', '.teams.microsoft.com', '.botframework.com'],
  },
  usgov: {
    graphUrl: 'https://graph.microsoft.us',
    loginUrl: 'https://login.microsoftonline.us',
    oauthUrl: 'https://api.botframework.azure.us',
    openIdMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
    tokenIssuer: 'https://api.botframework.us',
    botOauthScope: 'https://api.botframework.us',
    connectorHosts: ['.teams.microsoft.us', '.botframework.azure.us'],
  },
  china: {
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    loginUrl: 'https://login.partner.microsoftonline.cn',
    oauthUrl: 'https://token.botframework.azure.cn',
    openIdMetadataUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
    tokenIssuer: 'https://api.botframework.azure.cn',
    botOauthScope: 'https://api.botframework.azure.cn',
    connectorHosts: ['.teams.microsoftonline.cn', '.botframework.azure.cn'],
  },
};

/** Values of the Bot Framework SDK's own constants (public, usgov) and of Microsoft's guide for 21Vianet (china). */
export function cloudDefaults(cloud: Cloud): CloudDefaults {
  return BY_CLOUD[cloud];
}

/** True for a login authority that Entra itself runs; only others need instance discovery switched off. */
export function isKnownLogin(loginUrl: string): boolean {
  return CLOUDS.some((cloud) => BY_CLOUD[cloud].loginUrl === loginUrl);
}

const PORTALS: Record<Cloud, string> = {
  public: 'https://entra.microsoft.com',
  usgov: 'https://entra.microsoft.us',
  china: 'https://entra.microsoftonline.cn',
};

/** An enterprise application in the Entra portal; the portal itself where the app is not known. For links that people press. */
export function entraPortalUrl(cloud: Cloud, servicePrincipalId: string, appId: string | null): string {
  if (appId === null) return `${PORTALS[cloud]}/`;
  const blade = '#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview';
  return `${PORTALS[cloud]}/${blade}/objectId/${encodeURIComponent(servicePrincipalId)}/appId/${encodeURIComponent(appId)}`;
}
