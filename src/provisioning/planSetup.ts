import { chooseAppRole } from './appRole';
import { isInDomains } from './domains';
import { countFirstCycle } from './firstCycle';
import { findJobStop, isMadeByThisSetup, type Stop, stopFor } from './jobRules';
import type { AppRoleAssignment, DirectoryPerson, EnterpriseApp } from './people';
import { findUnfitness } from './planPeople';
import type { ObservedJob, SetupDecision, SetupEffects, SetupInput, SetupObserved, SetupPlan, SetupWarning } from './setup';

/** The template of every app that can be provisioned by SCIM; the older `customappsso` is no longer supported. */
const SCIM_TEMPLATE_ID = 'scim';
/** SAML Entity ID of Unity, which lands in `servicePrincipalNames`. */
export const UNITY_ENTITY_ID = 'https://api.unity.com';
/** Where Unity takes SAML answers. */
export const UNITY_REPLY_URL = 'https://api.unity.com/v1/oauth2/saml/sso';
/** From here on the plan says that the first cycle touches many people. */
const MANY_PEOPLE = 100;
/** Entra's reason for a quarantine after its accidental-deletion threshold, in small letters: Graph is not sure of its capitals. */
const TOO_MANY_DELETES = 'toomanydeletes';

/**
 * Decides a setup from what was read: a plan to confirm, or the first reason to stop, in the order people can act on them.
 * `effects` is what earlier attempts at the same subject made: it counts as ours, so that a retry plans what was confirmed.
 */
export function planSetup(input: SetupInput, observed: SetupObserved, effects: SetupEffects): SetupDecision {
  const job = observed.jobs[0];
  const stop = findAppStop(observed) ?? findJobStop(input, observed, effects) ?? findTemplateStop(observed);
  if (stop !== undefined) return stop;
  const appRoleId = chooseAppRole(observed.app.appRoles);
  if (appRoleId === undefined) return stopFor('no_app_role', { roles: roleNames(observed.app) });
  const unfit = input.startWithoutTest === true ? undefined : findTestPersonStop(observed.testPerson, input.domains);
  return unfit ?? proceed(input, observed, effects, { appRoleId, job });
}

function proceed(
  input: SetupInput,
  observed: SetupObserved,
  effects: SetupEffects,
  { appRoleId, job }: { appRoleId: string; job: ObservedJob | undefined },
): SetupPlan {
  const { app, testPerson, assignments, groupMembers } = observed;
  const startWithoutTest = input.startWithoutTest === true;
  const assignTestPerson = !startWithoutTest && needsAssignment(observed, effects);
  const existing = job === undefined || isMadeByThisSetup(job, effects) ? undefined : job;
  const staying = startWithoutTest ? assignments : assignments.filter((one) => !isFormerTestPerson(one, testPerson, effects));
  const firstCycle = countFirstCycle(staying, groupMembers, assignTestPerson ? testPerson.objectId : null);
  return {
    kind: 'proceed',
    servicePrincipalId: app.servicePrincipalId,
    appId: app.appId,
    appDisplayName: app.displayName,
    organizationId: input.organizationId,
    scimConnectorUrl: input.scimConnectorUrl,
    templateId: existing?.templateId ?? SCIM_TEMPLATE_ID,
    jobId: existing?.jobId ?? null,
    overwritesSecrets: existing !== undefined,
    jobStateBefore: existing?.state ?? null,
    switchGroupsOff: existing === undefined || existing.groupMappingEnabled || effects.switchedOffGroupsOn === existing.jobId,
    start: job === undefined || !isPausedByHand(job),
    appRoleId,
    testPerson,
    assignTestPerson,
    firstCycle,
    unityUsers: observed.unityUsers,
    warnings: findWarnings(input, observed, existing, firstCycle.people),
    startWithoutTest,
    lastActivityIdentifier: existing?.lastActivityIdentifier ?? null,
  };
}

function findAppStop({ app, botAppId }: SetupObserved): Stop | undefined {
  const facts = { displayName: app.displayName, appId: app.appId };
  if (app.appId.toLowerCase() === botAppId.toLowerCase()) return stopFor('app_is_the_bot', facts);
  return app.applicationTemplateId === null ? stopFor('app_not_provisionable', facts) : undefined;
}

function findTemplateStop({ app, jobs, templateIds }: SetupObserved): Stop | undefined {
  if (jobs.length > 0 || templateIds.includes(SCIM_TEMPLATE_ID)) return undefined;
  return stopFor('no_template', { displayName: app.displayName, templates: templateIds.join(', ') });
}

const testPersonStops = {
  guest: 'test_person_guest',
  disabled: 'test_person_disabled',
  no_mail: 'test_person_no_mail',
  other_domain: 'test_person_domain',
} as const;

function findTestPersonStop(testPerson: DirectoryPerson, domains: readonly string[]): Stop | undefined {
  const unfit = findUnfitness(testPerson, domains);
  if (unfit === undefined) return undefined;
  return stopFor(testPersonStops[unfit.why], { displayName: testPerson.displayName, ...unfit.facts });
}

/** In scope already, directly or through a group: no assignment. One that we made ourselves is still part of the plan. */
function needsAssignment({ testPerson, assignments, groupMembers }: SetupObserved, effects: SetupEffects): boolean {
  if (effects.assignedTestPerson?.principalId === testPerson.objectId) return true;
  return !assignments.some(
    ({ principalId, principalType }) =>
      principalId === testPerson.objectId ||
      (principalType === 'Group' && (groupMembers[principalId] ?? []).includes(testPerson.objectId)),
  );
}

/** Assigned by an earlier attempt with another test person: taken back before this one is assigned. */
function isFormerTestPerson(
  { principalId }: AppRoleAssignment,
  testPerson: DirectoryPerson,
  { assignedTestPerson }: SetupEffects,
): boolean {
  return principalId === assignedTestPerson?.principalId && principalId !== testPerson.objectId;
}

/** A new job is Paused with its schedule Disabled; a schedule that is Paused was paused by somebody and stays so. */
function isPausedByHand(job: ObservedJob): boolean {
  return job.schedule === 'Paused';
}

function findWarnings(
  { domains, startWithoutTest }: SetupInput,
  { app, testPerson, connection, unityFilter, unityUsers }: SetupObserved,
  existing: ObservedJob | undefined,
  people: number,
): SetupWarning[] {
  const isElsewhere =
    connection !== null && connection.jobId !== null && connection.servicePrincipalId !== app.servicePrincipalId;
  const warnings: [SetupWarning, boolean][] = [
    ['removals_held_back', existing?.quarantineReason?.toLowerCase() === TOO_MANY_DELETES],
    ['more_users_than_people', existing !== undefined && unityUsers > people],
    ['set_up_through_another_app', isElsewhere],
    ['domain_mismatch', startWithoutTest !== true && testPerson.mail !== null && !isInDomains(testPerson.mail, domains)],
    ['unity_refuses_filter', unityFilter === 'refused'],
    ['unity_filter_needs_domain', unityFilter === 'needs_domain'],
    ['many_people', people > MANY_PEOPLE],
    ['entity_id_differs', !app.servicePrincipalNames.includes(UNITY_ENTITY_ID)],
    ['reply_url_differs', !app.replyUrls.includes(UNITY_REPLY_URL)],
    ['leaving_people_unverified', true],
  ];
  return warnings.filter(([, holds]) => holds).map(([warning]) => warning);
}

function roleNames(app: EnterpriseApp): string {
  return app.appRoles.map((role) => role.displayName).join(', ');
}
