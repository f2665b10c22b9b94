import { UNITY_ENTITY_ID, UNITY_REPLY_URL } from '../../provisioning/planSetup';
import type { JobState, SetupPlan, SetupWarning, StopReason } from '../../provisioning/setup';
import { markup, md } from '../markdown';

const jobStates: Record<JobState, string> = {
  NotConfigured: 'not configured',
  NotRun: 'started, first cycle not finished',
  Active: 'running',
  Paused: 'paused',
  Quarantine: 'in quarantine',
};

export function jobStateWords(state: JobState): string {
  return jobStates[state];
}

/** Pieces of the plan, each a thing that will be made, overwritten or left; `kind` chooses symbol and colour. */
export interface PlanLine {
  kind: 'make' | 'overwrite' | 'off' | 'keep';
  text: string;
}

/** What will be done, in the order it is done. */
export function planLines(plan: SetupPlan): PlanLine[] {
  const person = plan.testPerson.displayName;
  const lines: (PlanLine | false)[] = [
    plan.jobId === null
      ? { kind: 'make', text: md`**Make** a provisioning job for ${plan.appDisplayName}.` }
      : {
          kind: 'keep',
          text: md`**Keep** the provisioning job that this bot made; it is ${jobStates[plan.jobStateBefore ?? 'NotRun']}.`,
        },
    plan.switchGroupsOff && { kind: 'off', text: '**Switch groups off.** Only people are provisioned.' },
    plan.overwritesSecrets
      ? { kind: 'overwrite', text: '**Overwrite** the address and the token that Entra keeps.' }
      : { kind: 'make', text: '**Save** the address and the token in Entra.' },
    plan.startWithoutTest
      ? { kind: 'keep', text: '**No test.** Nobody is provisioned before the start.' }
      : testLine(plan, person),
    plan.start
      ? { kind: 'make', text: '**Start** provisioning. Entra then runs a cycle about every 40 minutes.' }
      : { kind: 'keep', text: '**Leave the job paused**, as somebody paused it. Resume it in the Entra portal.' },
  ];
  return lines.filter((line) => line !== false);
}

function testLine(plan: SetupPlan, person: string): PlanLine {
  const assign = plan.assignTestPerson ? '**Assign and create** ' : '**Create** ';
  const already = plan.assignTestPerson ? '' : ', who is assigned already,';
  return { kind: 'make', text: md`${markup(assign)}${person}${already} in Unity as the test person.` };
}

/** What cannot be brought back, or `undefined` where everything can. */
export function irreversibleWords(plan: SetupPlan): string | undefined {
  const overwritten = 'The address and the token that Entra keeps now are replaced. Nobody can read the old token back.';
  const created = 'The test person’s account in Unity stays, also when you cancel later.';
  const lines = [plan.overwritesSecrets ? overwritten : '', plan.startWithoutTest ? '' : created].filter((line) => line !== '');
  return lines.length === 0 ? undefined : lines.join(' ');
}

/** How many people the first cycle touches, and why these. */
export function firstCycleWords({ firstCycle: { people, users, groups }, unityUsers, start }: SetupPlan): string {
  const how =
    groups === 0
      ? `${people === 1 ? '' : 'all '}assigned directly`
      : `${count(users, 'person', 'people')} assigned directly, the rest as members of ${count(groups, 'group')}`;
  const when = start ? 'The first cycle creates or matches' : 'When it runs again, a cycle creates or matches';
  return `${when} **${count(people, 'person', 'people')}** (${how}). Unity reports ${count(unityUsers, 'SCIM user')} now.`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const warnings: Record<SetupWarning, (plan: SetupPlan) => string> = {
  removals_held_back: ({ start }) =>
    `**Removals are held back.** Entra stopped this job because a cycle would have removed more people than its limit allows. ${start ? 'The start lifts that stop and' : 'Resuming it'} lets Entra go on with them, and Unity may delete these accounts. Before that, look in the provisioning logs for who they are, and assign again whoever must stay.`,
  more_users_than_people: ({ unityUsers, firstCycle: { people }, start }) =>
    `**People may be removed.** Unity has ${count(unityUsers, 'SCIM user')} and ${count(people, 'person is', 'people are')} in scope, so ${unityUsers - people} or more are not. ${start ? 'The first cycle' : 'When it runs again, a cycle'} may deactivate those that this job once provisioned, and Unity may delete their accounts. Before that, compare the app’s assigned users and groups with the members in Unity.`,
  set_up_through_another_app: () =>
    'This organization is already provisioned through another Entra app. Both would run: pause the other one in the Entra portal.',
  domain_mismatch: ({ testPerson }) =>
    md`${testPerson.displayName}’s mail ${testPerson.mail ?? ''} is not in a domain that you named. Unity may refuse it.`,
  unity_refuses_filter: () =>
    'Unity refused the search that Entra’s Test Connection makes, and one for an address in your domains too. Entra passed its test this time; if cycles fail, ask Unity support.',
  unity_filter_needs_domain: () =>
    'Unity refused the search for a made-up name, which Entra’s Test Connection makes, and answered one for an address in a domain that you named. Entra passed its test this time; if it fails later, that is why.',
  many_people: ({ firstCycle }) => `The first cycle takes ${firstCycle.people} people. Make sure that Unity has seats for them.`,
  entity_id_differs: () => md`The app’s Entity ID is not ${UNITY_ENTITY_ID}. It may not be the app people sign in to Unity with.`,
  reply_url_differs: () => md`The app’s reply URL is not ${UNITY_REPLY_URL}. Compare it with the Unity dashboard.`,
  leaving_people_unverified: () =>
    'What Unity does when somebody leaves is not verified: Unity speaks of deleting accounts, Entra asks to deactivate them. Try it with one test person first.',
};

export function warningWords(warning: SetupWarning, plan: SetupPlan): string {
  return warnings[warning](plan);
}

export interface StopWords {
  what: string;
  next: string;
}

const stops: Record<StopReason, (facts: Record<string, string>) => StopWords> = {
  app_is_the_bot: () => ({
    what: 'The app is this bot’s own registration.',
    next: 'Cancel this run, type **setup** and choose the app with which people sign in to Unity.',
  }),
  app_not_provisionable: ({ displayName }) => ({
    what: md`Entra cannot provision to ${displayName ?? 'this app'}: it is a plain app registration, not made from a template.`,
    next: 'Make one under Enterprise applications, New application, Create your own application; then cancel this run and type **setup**.',
  }),
  no_template: ({ templates }) => ({
    what: `Entra offers no SCIM template for this app${templates ? md` (only ${templates})` : ' yet'}.`,
    next: 'A new app may need some minutes. Retry then; if it stays so, make a new enterprise application.',
  }),
  several_jobs: () => ({
    what: 'The app has several provisioning jobs. They share one address and token, so changing one changes all.',
    next: 'Leave only the right one in the Entra portal, then retry.',
  }),
  job_is_customappsso: () => ({
    what: 'The app has a provisioning job of the old kind (customappsso), which Microsoft no longer supports.',
    next: 'Write down its mappings, delete it in the Entra portal, then retry.',
  }),
  job_not_ours: ({ state }) => ({
    what: `The app has a provisioning job that this bot did not make${state ? md` (state ${state})` : ''}. You or a colleague may have made it by hand.`,
    next: 'Look at it in the Entra portal. To let the bot take over, delete it there, then retry.',
  }),
  address_differs: ({ stored, asked }) => ({
    what: md`The job provisions to ${stored ?? 'another address'}, and you asked for ${asked ?? 'this one'}.`,
    next: 'Check which organization is right. To change it, delete the job in the Entra portal, then retry.',
  }),
  sync_all: ({ syncAll }) => ({
    what:
      syncAll === 'true'
        ? 'The job is set to provision everybody in the tenant.'
        : 'Nobody can tell whether the job provisions everybody in the tenant or only assigned people.',
    next: 'In the Entra portal set Provisioning, Settings, Scope to “Sync only assigned users and groups” and restart it, then retry.',
  }),
  unknown_secret_keys: ({ keys }) => ({
    what: md`The job has settings that this bot would lose when it saves the token: ${keys ?? 'unknown'}.`,
    next: 'Change the token in the Entra portal, under Provisioning, Admin Credentials.',
  }),
  no_app_role: ({ roles }) => ({
    what: md`The app has several roles for people, and none is named User: ${roles ?? 'unknown'}.`,
    next: 'Add a role named User in the app’s registration, then retry.',
  }),
  test_person_disabled: ({ displayName }) => unfit(displayName, 'is disabled in Entra'),
  test_person_guest: ({ displayName }) => unfit(displayName, 'is a guest'),
  test_person_no_mail: ({ displayName }) => unfit(displayName, 'has no mail address in Entra'),
  test_person_domain: ({ displayName, userPrincipalName, domains }) =>
    unfit(
      displayName,
      `(${userPrincipalName ?? 'as they sign in'}) is not in a domain that you named (${domains ?? 'see the form'})`,
    ),
};

function unfit(displayName: string | undefined, why: string): StopWords {
  return {
    what: md`${displayName ?? 'The test person'} ${why}.`,
    next: 'Choose another test person below; nothing was changed.',
  };
}

export function isStopReason(reason: string): reason is StopReason {
  return Object.hasOwn(stops, reason);
}

/** Why a setup stopped before it changed anything, and what to do. */
export function stopWords(reason: StopReason, facts: Record<string, string>): StopWords {
  return stops[reason](facts);
}
