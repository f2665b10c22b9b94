import type { TokenCredential } from '@azure/identity';
import { type ConfigurationBotFrameworkAuthenticationOptions, StatusCodes } from 'botbuilder';
import {
  AuthenticationConfiguration,
  AuthenticationConstants,
  AuthenticationError,
  type Claim,
  type ServiceClientCredentialsFactory,
} from 'botframework-connector';
import { cloudDefaults } from '../clouds';
import { isLoopback, type Settings } from '../config';

/** Our own token could not be had, so nothing was sent; never to be mistaken for an answer of the service behind it. */
export class OwnTokenError extends Error {
  override readonly name = 'OwnTokenError';
}

/**
 * Every address of the Bot Framework, none left to a default: once one is set, the SDK fills in none of the others.
 * The emulator's metadata address is the channel's own, and claims of such tokens are refused anyway.
 */
export function botFrameworkOptions(settings: Settings): ConfigurationBotFrameworkAuthenticationOptions {
  return {
    MicrosoftAppId: settings.botId,
    MicrosoftAppType: settings.botType,
    MicrosoftAppTenantId: settings.botTenantId,
    ValidateAuthority: true,
    ToChannelFromBotLoginUrl: `${settings.loginUrl}/${settings.botTenantId}`,
    ToChannelFromBotOAuthScope: settings.botOauthScope,
    ToBotFromChannelTokenIssuer: settings.tokenIssuer,
    OAuthUrl: settings.oauthUrl,
    ToBotFromChannelOpenIdMetadataUrl: settings.openIdMetadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: settings.openIdMetadataUrl,
    CallerId: '',
  };
}

/** Signs calls to the connector and the token service with the bot's own token. Authentication can never be switched off. */
export function createCredentialsFactory(settings: Settings, credential: TokenCredential): ServiceClientCredentialsFactory {
  const scope = `${settings.botOauthScope}/.default`;
  const signRequest = async <R extends { headers: { set(name: string, value: string): void } }>(request: R): Promise<R> => {
    const token = await credential.getToken(scope).catch((error: unknown) => {
      throw new OwnTokenError('The bot got no token of its own', { cause: error });
    });
    if (!token) throw new OwnTokenError('The bot got no token of its own');
    request.headers.set('authorization', `Bearer ${token.token}`);
    return request;
  };
  return {
    isAuthenticationDisabled: async () => false,
    isValidAppId: async (appId = '') => appId.toLowerCase() === settings.botId,
    createCredentials: async () => ({ signRequest }),
  } as ServiceClientCredentialsFactory;
}

/** Only tokens of the channel itself, for a connector address of this cloud: no emulator, no skill. */
export function createAuthenticationConfiguration(settings: Settings): AuthenticationConfiguration {
  const validateClaims = async (claims: Claim[]): Promise<void> => {
    const claim = (type: string) => claims.find((candidate) => candidate.type === type)?.value;
    const serviceUrl = claim(AuthenticationConstants.ServiceUrlClaim);
    const fits = claim(AuthenticationConstants.IssuerClaim) === settings.tokenIssuer && isConnectorUrl(serviceUrl, settings);
    if (!fits) throw new AuthenticationError('Unauthorized', StatusCodes.UNAUTHORIZED);
  };
  return new AuthenticationConfiguration([], validateClaims);
}

/** https and a connector host of the cloud; outside production also this machine. */
export function isConnectorUrl(serviceUrl: string | undefined, settings: Pick<Settings, 'cloud' | 'production'>): boolean {
  const url = URL.parse(serviceUrl ?? '');
  if (!url) return false;
  if (!settings.production && isLoopback(url.href)) return true;
  const matches = (host: string) => (host.startsWith('.') ? url.hostname.endsWith(host) : url.hostname === host);
  return url.protocol === 'https:' && cloudDefaults(settings.cloud).connectorHosts.some(matches);
}
