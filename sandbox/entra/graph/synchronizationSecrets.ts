import { z } from 'zod';
import { credentialTestCode } from '../engine/entryRecorder';
import { ScimFailure } from '../engine/scimClient';
import type { SynchronizationJob } from '../engine/synchronizationJob';
import type { Secret } from '../entraStore';
import { type GraphAnswer, type GraphCall, type GraphRoute, noContent, ok } from './graphCall';
import type { GraphDeps } from './graphDeps';
import { badRequest, forbidden, GraphError } from './graphError';
import { permissions } from './permissions';
import { servicePrincipalOf } from './servicePrincipals';
import { jobOf, lagging, synchronizationBase } from './synchronizationRoutes';

/** Secret keys by their exact spelling; the service looks the text up in an enumeration. */
const secretKeys = `
  None UserName Password SecretToken AppKey BaseAddress ClientIdentifier ClientSecret SingleSignOnType Sandbox
  Url Domain ConsumerKey ConsumerSecret TokenKey TokenExpiration Oauth2AccessToken Oauth2AccessTokenCreationTime
  Oauth2RefreshToken SyncAll InstanceName Oauth2ClientId Oauth2ClientSecret CompanyId UpdateKeyOnSoftDelete
  SynchronizationSchedule SystemOfRecord SandboxName EnforceDomain SyncNotificationSettings
  SkipOutOfScopeDeletions Oauth2AuthorizationCode Oauth2RedirectUri ApplicationTemplateIdentifier
  Oauth2TokenExchangeUri Oauth2AuthorizationUri AuthenticationType Server PerformInboundEntitlementGrants
  HardDeletesEnabled SyncAgentCompatibilityKey SyncAgentADContainer ValidateDomain TestReferences
  ConnectionString
`
  .trim()
  .split(/\s+/);

/** Keys whose values may be read back; all others come back masked. */
const readableKeys = ['BaseAddress', 'SyncAll', 'SyncNotificationSettings', 'SkipOutOfScopeDeletions'];
const MASK = '*';

const credentialsSchema = z.array(z.object({ key: z.string(), value: z.string().nullable() }));
const secretsBodySchema = z.object({ value: credentialsSchema });
const validateBodySchema = z.object({
  useSavedCredentials: z.boolean().optional(),
  credentials: credentialsSchema.optional(),
  templateId: z.string().optional(),
  applicationIdentifier: z.string().optional(),
});

/** What may be shown of saved secrets, in Graph's answers and in the sandbox's own state. */
export function maskedSecrets(secrets: readonly Secret[]): Secret[] {
  return secrets.map(({ key, value }) => ({ key, value: readableKeys.includes(key) ? value : MASK }));
}

/** Saving and testing the credentials of the SCIM endpoint: section 2.4 of the contract. */
export function synchronizationSecretRoutes(deps: GraphDeps): GraphRoute[] {
  const { store, context, engine } = deps;
  const root = '/servicePrincipals/:servicePrincipal/synchronization';
  const { readSynchronization, writeSynchronization } = permissions;

  const readSecrets = (call: GraphCall): GraphAnswer => {
    const { servicePrincipalId } = servicePrincipalOf(store, call);
    const { secretsReadBack } = context.switches;
    if (secretsReadBack === 'forbidden') throw forbidden();
    const saved = secretsReadBack === 'empty' ? [] : (store.secrets.get(servicePrincipalId) ?? []);
    return ok({ '@odata.context': `${synchronizationBase(call)}/secrets`, value: maskedSecrets(saved) });
  };

  const writeSecrets = (call: GraphCall): GraphAnswer => {
    const { servicePrincipalId } = servicePrincipalOf(store, call);
    const parsed = secretsBodySchema.safeParse(call.body);
    if (!parsed.success) throw badRequest('The body must be {"value":[{"key","value"}]}.');
    store.secrets.set(servicePrincipalId, knownSecrets(parsed.data.value)); // a key left out is gone
    return noContent;
  };

  const validate = async (call: GraphCall, job?: SynchronizationJob): Promise<GraphAnswer> => {
    const { servicePrincipalId } = servicePrincipalOf(store, call);
    const parsed = validateBodySchema.safeParse(call.body ?? {});
    if (!parsed.success) throw badRequest('The body is not valid for validateCredentials.');
    const { useSavedCredentials, credentials = [] } = parsed.data;
    const secrets = useSavedCredentials ? (store.secrets.get(servicePrincipalId) ?? []) : knownSecrets(credentials);
    try {
      await engine.validate(secrets, job);
    } catch (error) {
      if (error instanceof ScimFailure) throw refused(error);
      throw error;
    }
    return noContent;
  };

  const refused = (failure: ScimFailure): GraphError =>
    new GraphError(
      context.switches.validateFailureStatus,
      credentialTestCode(failure),
      `We received this unexpected response from your application: ${failure.text} Please check the service and try again.`,
    );

  return [
    { method: 'GET', path: `${root}/secrets`, needs: readSynchronization, handle: lagging(deps, readSecrets) },
    { method: 'PUT', path: `${root}/secrets`, needs: writeSynchronization, handle: lagging(deps, writeSecrets) },
    {
      method: 'POST',
      path: `${root}/jobs/validateCredentials`,
      needs: writeSynchronization,
      handle: lagging(deps, (call) => validate(call)),
    },
    {
      method: 'POST',
      path: `${root}/jobs/:job/validateCredentials`,
      needs: writeSynchronization,
      handle: lagging(deps, (call) => validate(call, jobOf(deps, call))),
    },
  ];
}

/** @throws GraphError 500 `InternalError` for a key that is spelled in another way */
function knownSecrets(pairs: readonly { key: string; value: string | null }[]): Secret[] {
  const unknown = pairs.find(({ key }) => !secretKeys.includes(key));
  if (unknown) throw new GraphError(500, 'InternalError', `Requested value '${unknown.key}' was not found.`);
  return pairs.map(({ key, value }) => ({ key, value: value ?? '' }));
}
