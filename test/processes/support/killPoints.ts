import type { RecordedCall } from '../../../sandbox/core/calls';

/** A call of the job as the cases name it: `POST /servicePrincipals/{app}/synchronization/jobs`; `(2)` is the second such call. */
export type CallName = string;

/** Where a process dies. */
export type KillPoint =
  /** `hang`: the call never happened. `loseAnswer`: its work is done, and nobody was told. */
  | { kind: 'call'; call: CallName; effect: 'hang' | 'loseAnswer'; scimToo?: CallName }
  /** `lost`: the step's work is done and its checkpoint is not written. `kept`: it is written and nothing more. */
  | { kind: 'checkpoint'; at: string; of: 'run' | 'child'; when: 'lost' | 'kept' }
  /** The click was answered, and nothing is waited for. */
  | { kind: 'answered' };

export type Phase = 'see' | 'act' | 'provision' | 'undo';

/** Person whom the provision cases ask for, and who asks. */
export const ALICE = '7b0c1d2e-0000-4000-8000-000000000004';
export const ADELE = '7b0c1d2e-0000-4000-8000-000000000001';

const APP = '/servicePrincipals/{app}';
const JOBS = `${APP}/synchronization/jobs`;

export const CREATE_JOB = `POST ${JOBS}`;
export const ASSIGN = `POST ${APP}/appRoleAssignedTo`;
export const ON_DEMAND = `POST ${JOBS}/{job}/provisionOnDemand`;
export const SAVE_SECRETS = `PUT ${APP}/synchronization/secrets`;
export const SAVE_SCHEMA = `PUT ${JOBS}/{job}/schema`;
export const READ_JOB = `GET ${JOBS}/{job}`;
export const START_JOB = `POST ${JOBS}/{job}/start`;
export const CREATE_SCIM_USER = 'POST scim/Users';
export const PAUSE_JOB = `POST ${JOBS}/{job}/pause`;
export const UNASSIGN = `DELETE ${APP}/appRoleAssignedTo/{assignment}`;
export const DELETE_JOB = `DELETE ${JOBS}/{job}`;

/** Whatever the bot calls, in the order of one undisturbed run; *act* looks again first, which *see* has covered. */
export const CALLS: Record<Phase, CallName[]> = {
  see: [
    `GET ${APP}`,
    'GET /users/{person}',
    `GET ${JOBS}`,
    `GET ${APP}/synchronization/templates`,
    `GET ${APP}/appRoleAssignedTo`,
    'GET scim/Users',
    'GET scim/Users (2)',
    'GET scim/ServiceProviderConfig',
    `POST ${JOBS}/validateCredentials`,
    'GET /me',
  ],
  act: [
    `GET ${JOBS} (2)`,
    CREATE_JOB,
    `GET ${JOBS}/{job}/schema`,
    `GET ${JOBS}/{job}/schema (2)`,
    SAVE_SCHEMA,
    SAVE_SECRETS,
    `GET ${APP}/appRoleAssignedTo (2)`,
    ASSIGN,
    ON_DEMAND,
    READ_JOB,
    START_JOB,
  ],
  provision: [`GET ${APP}/appRoleAssignedTo`, `GET ${JOBS}`, ASSIGN, ON_DEMAND, 'GET /users/{person}', 'GET /me'],
  undo: [READ_JOB, PAUSE_JOB, `GET ${APP}/appRoleAssignedTo`, UNASSIGN, `GET ${JOBS}`, DELETE_JOB, 'GET /users/{person}'],
};

/** The undo of a setup that kept an older job gives that job its groups back. */
export const CALLS_OF_KEPT_JOB: CallName[] = [`GET ${JOBS}/{job}/schema`, SAVE_SCHEMA];

/** Every checkpoint of one undisturbed run; those of *act* that *see* has too are left out. */
export const STEPS: Record<Phase, string[]> = {
  see: [
    'beginRun',
    'begin.readCancel',
    'findApp',
    'probeRights',
    'readJob',
    'probeUnity',
    'readConnection',
    'decide',
    'validateCredentials',
    'savePlan',
    'endRun',
  ],
  act: [
    'readSetupPolicy',
    'ensureSynchronizationJob.readCancel',
    'ensureSynchronizationJob',
    'switchOffGroupMapping.readCancel',
    'switchOffGroupMapping',
    'saveScimCredentials.readCancel',
    'saveScimCredentials',
    'assignTestPerson.readCancel',
    'assignTestPerson',
    'provisionTestPerson.show1',
    'DBOS.now',
    'DBOS.getResult',
    'provisionTestPerson.show2',
    'startSynchronizationJob.readCancel',
    'startSynchronizationJob',
    'endRun',
  ],
  provision: [
    'beginRun',
    'readConnection',
    'copyDone',
    'seePeople',
    'planPeople',
    'tell.1',
    `assign.readCancel.${ALICE}`,
    `assign.${ALICE}`,
    'tell.2',
    'DBOS.now',
    'DBOS.getResult',
    'tell.3',
    'endRun',
  ],
  undo: ['beginRun', 'readEffects', 'undoStart', 'undoAssignment', 'undoSecrets', 'undoGroupMapping', 'undoJob', 'endRun'],
};

/**
 * Every place where a process can die in this phase. Calls that name no app come late and the click that is not answered last:
 * nobody may lose patience before the process dies.
 */
export function killPoints(phase: Phase): KillPoint[] {
  const hasChild = phase === 'act' || phase === 'provision';
  const child = hasChild ? [...checkpoints('start', 'child'), ...checkpoints('provisionOnDemand', 'child')] : [];
  const twice: KillPoint[] =
    phase === 'provision' ? [{ kind: 'call', call: ON_DEMAND, effect: 'loseAnswer', scimToo: CREATE_SCIM_USER }] : [];
  return [
    ...STEPS[phase].flatMap((at) => checkpoints(at, 'run')),
    ...child,
    ...twice,
    ...insideCalls(CALLS[phase]),
    { kind: 'answered' },
    ...checkpoints('start', 'run'),
  ];
}

export function checkpoints(at: string, of: 'run' | 'child'): KillPoint[] {
  return [
    { kind: 'checkpoint', at, of, when: 'lost' },
    { kind: 'checkpoint', at, of, when: 'kept' },
  ];
}

export function insideCalls(calls: readonly CallName[]): KillPoint[] {
  return calls.flatMap((call): KillPoint[] =>
    changes(call)
      ? [
          { kind: 'call', call, effect: 'loseAnswer' },
          { kind: 'call', call, effect: 'hang' },
        ]
      : [{ kind: 'call', call, effect: 'hang' }],
  );
}

/** The answer of a call that changes nothing can be lost as often as one likes: that is the same as a call that never happened. */
function changes(call: CallName): boolean {
  return !call.startsWith('GET ');
}

export function titleOf(point: KillPoint): string {
  switch (point.kind) {
    case 'call':
      return point.effect === 'hang'
        ? `inside ${point.call}, which never happens`
        : `inside ${point.call}, which happens${point.scimToo ? `, with the answer to ${point.scimToo} lost too` : ''}`;
    case 'checkpoint': {
      const what =
        point.at === 'start' ? `the ${point.of === 'run' ? 'run’s' : 'child’s'} start` : point.at.replace(`.${ALICE}`, '');
      return point.when === 'lost' ? `when ${what} is done and not on record` : `right after ${what} is on record`;
    }
    case 'answered':
      return 'right after the click is answered';
  }
}

/** How the cases name what the sandbox recorded, in order, with repeats numbered. */
export function callNames(calls: readonly RecordedCall[]): CallName[] {
  const seen = new Map<string, number>();
  return calls
    .filter(({ service }) => service === 'graph' || service === 'scim')
    .map(({ method, path }) => {
      const name = `${method} ${withoutIds(path)}`;
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times === 1 ? name : `${name} (${times})`;
    });
}

function withoutIds(path: string): string {
  return path
    .replace(/\?.*$/, '')
    .replace(/^\/v1\.0/, '')
    .replace(/^\/scim\/v2\/tenants\/\d+/, 'scim')
    .replace(/(\/servicePrincipals\/)[^/]+/, '$1{app}')
    .replace(/(\/users\/)[^/]+/i, (found, start: string) => (start === '/users/' ? `${start}{person}` : found))
    .replace(/(scim\/Users\/)[^/]+/, '$1{user}')
    .replace(/(\/appRoleAssignedTo\/)[^/]+/, '$1{assignment}')
    .replace(/(\/synchronization\/jobs\/)(?!validateCredentials$)[^/]+/, '$1{job}');
}

/** A row of the fault table that hits just this call of this company. */
export function faultFor(call: CallName, company: { servicePrincipalId: string; organizationId: string }) {
  const [, method = '', path = '', nth] = /^(\S+) (\S+)(?: \((\d+)\))?$/.exec(call) ?? [];
  const isScim = path.startsWith('scim/');
  const expression = path
    .replace('scim/', `/tenants/${company.organizationId}/`)
    .replace('{app}', company.servicePrincipalId)
    .replace(/\{(job|person|user|assignment)\}/, '[^/?]+');
  return {
    service: isScim ? ('scim' as const) : ('graph' as const),
    method,
    path: `/${expression.replaceAll('/', '\\/')}(\\?|$)/`,
    nth: nth ? Number(nth) : 1,
  };
}
