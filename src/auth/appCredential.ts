import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { isKnownLogin } from '../clouds';
import type { Settings } from '../config';

/**
 * The bot's own credential: for the connector and the token service, and for reading watches with `WATCH_WITH=app`.
 * botbuilder's own credentials cannot log in to an authority that is not Entra's; this one can, since instance discovery is
 * switched off for exactly those.
 */
export function createAppCredential(
  settings: Pick<Settings, 'botType' | 'botId' | 'botTenantId' | 'botPassword' | 'loginUrl'>,
): TokenCredential {
  if (settings.botType === 'UserAssignedMSI') return new ManagedIdentityCredential({ clientId: settings.botId });
  return new ClientSecretCredential(settings.botTenantId, settings.botId, settings.botPassword ?? '', {
    authorityHost: settings.loginUrl,
    disableInstanceDiscovery: !isKnownLogin(settings.loginUrl),
  });
}
