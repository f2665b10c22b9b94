import type { AppChoice } from '../cards/views';
import type { EnterpriseApp } from '../provisioning/people';
import { UNITY_ENTITY_ID, UNITY_REPLY_URL } from '../provisioning/planSetup';

/**
 * Whether an app may be set up, and if not, why. The bot's own app never is: an app that signs SAML cannot exchange tokens, and
 * Entra provisions only apps made from a template.
 */
export function appChoice(app: EnterpriseApp, botAppId: string): AppChoice {
  const why = whyNot(app, botAppId);
  return {
    servicePrincipalId: app.servicePrincipalId,
    displayName: app.displayName,
    appId: app.appId,
    usable: why === null,
    why,
    isUnity: has(app.servicePrincipalNames, UNITY_ENTITY_ID) && has(app.replyUrls, UNITY_REPLY_URL),
  };
}

/** Unity's own first, then those that can be used, each group by name. */
export function inOrder(choices: readonly AppChoice[]): AppChoice[] {
  const rank = ({ isUnity, usable }: AppChoice) => (usable ? 0 : 2) + (isUnity ? 0 : 1);
  return choices.toSorted((one, other) => rank(one) - rank(other) || one.displayName.localeCompare(other.displayName, 'en'));
}

function whyNot(app: EnterpriseApp, botAppId: string): AppChoice['why'] {
  if (app.appId.toLowerCase() === botAppId.toLowerCase()) return 'is_the_bot';
  if (app.applicationTemplateId === null) return 'not_provisionable';
  return app.accountEnabled ? null : 'disabled';
}

function has(addresses: readonly string[], wanted: string): boolean {
  return addresses.some((address) => address.replace(/\/+$/, '').toLowerCase() === wanted);
}
