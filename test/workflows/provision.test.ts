import { GraphRefusedError, GraphThrottledError, NoRightError, SignInNeededError } from '../../src/errors';
import { saveConnection } from '../../src/store/connections';
import { listRunPeople } from '../../src/store/runPeople';
import { savedConnection } from '../support/connectionSamples';
import { CREATED, directoryPerson, NOT_ASSIGNED, unreachable } from '../support/fakeEntra';
import { personRef, TENANT } from '../support/people';
import { startWorkflowBench, type WorkflowBench } from '../support/workflowBench';

let bench: WorkflowBench;
let activity = 1000;
const adele = personRef('Adele');

beforeAll(async () => {
  bench = await startWorkflowBench();
  await bench.entra.client.createSynchronizationJob('sp-1', 'scim');
  await saveConnection(
    bench.test.store,
    savedConnection({
      connectionId: 'org-1',
      organizationId: 'org-1',
      scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
    }),
  );
});
beforeEach(() => {
  activity += 1;
  Object.assign(bench.entra, { assignments: [], onDemand: {} });
  bench.entra.before = () => undefined;
  bench.entra.after = () => undefined;
  bench.entra.calls.length = 0;
});
afterAll(() => bench.end());

async function provision(...people: string[]) {
  const answer = await bench.commands.requestProvision({
    person: adele,
    conversationId: 'a:1',
    connectionId: 'org-1',
    activityId: String(activity),
    people,
  });
  if (answer.kind !== 'accepted') throw new Error(answer.why);
  return answer.runId;
}
const outcomes = async (runId: string) => (await listRunPeople(bench.test.store, runId)).map(({ outcome }) => outcome);

it('assigns, provisions on demand, and ends a person with what Entra reports', async () => {
  const runId = await provision('alice@contoso.com');
  await bench.reaches(runId, 'done');
  expect(await outcomes(runId)).toEqual([{ kind: 'created', changeId: 'change-1' }]);
  expect(bench.entra.assignments.map(({ principalId, appRoleId }) => [principalId, appRoleId])).toEqual([['alice', 'role-user']]);
});

it('puts each person on record with the ids of Graph and of Entra, and the run with its counts', async () => {
  bench.entra.people.push(directoryPerson('Refused'), directoryPerson('Skipped'));
  bench.entra.onDemand.skipped = [{ ...CREATED, result: 'skipped', skipReason: 'NotEffectivelyEntitled', active: false }];
  bench.entra.onDemand.refused = [
    new GraphRefusedError({
      operation: 'provision on demand',
      status: 400,
      graphCode: 'BadRequest',
      requestId: 'request-refused',
    }),
  ];
  const runId = await provision('alice@contoso.com', 'refused@contoso.com', 'skipped@contoso.com');
  await bench.reaches(runId, 'done');
  const rows = (await bench.deps.audit.list(bench.test.store, TENANT, 20)).filter(({ facts }) => facts.runId === runId);
  const told = (action: string) => rows.filter((row) => row.action === action).map(({ facts: { runId: _, ...facts } }) => facts);
  const given = { changeId: 'change-1', graphRequestId: 'request-provision' };
  expect(told('person.provisioned')).toEqual([
    { displayName: 'Alice', principalId: 'alice', outcome: 'created', code: null, ...given },
  ]);
  expect(told('person.notProvisioned').toSorted((one, other) => (String(one.outcome) < String(other.outcome) ? -1 : 1))).toEqual([
    {
      displayName: 'Refused',
      principalId: 'refused',
      outcome: 'failed',
      code: 'graph_refused',
      changeId: null,
      graphRequestId: 'request-refused',
    },
    { displayName: 'Skipped', principalId: 'skipped', outcome: 'skipped', code: 'disabled', ...given },
  ]);
  expect(told('person.assigned')).toContainEqual({ principalId: 'alice', existed: false, graphRequestId: 'request-assign' });
  expect(told('run.done')).toEqual([{ good: 1, people: 3 }]);
});

it('ends each of several people in exactly one outcome', async () => {
  bench.entra.people.push(
    directoryPerson('Guest', { userType: 'Guest' }),
    directoryPerson('Gone', { accountEnabled: false }),
    directoryPerson('Keiko', { userPrincipalName: 'keiko@other.example' }),
    directoryPerson('Lee', { mail: 'lee@contoso.com' }),
    directoryPerson('Leigh', { mail: 'lee@contoso.com' }),
  );
  bench.entra.onDemand.bruno = [{ ...CREATED, result: 'inStep', changeId: null }];
  const runId = await provision(
    'alice@contoso.com',
    'bruno@contoso.com',
    'nobody@contoso.com',
    'guest@contoso.com',
    'gone@contoso.com',
    'keiko@contoso.com',
    'lee@contoso.com',
  );
  await bench.reaches(runId, 'done');
  expect(
    (await outcomes(runId)).map((outcome) => (outcome?.kind === 'skipped' ? `skipped ${outcome.why}` : outcome?.kind)),
  ).toEqual(['created', 'in_step', 'not_found', 'skipped guest', 'skipped disabled', 'skipped other_domain', 'choose']);
});

it('acts on no word that only begins a name, even one person’s: it asks', async () => {
  const runId = await provision('Brun', 'ALICE');
  await bench.reaches(runId, 'done');
  expect(await outcomes(runId)).toEqual([
    { kind: 'choose', candidates: [{ objectId: 'bruno', displayName: 'Bruno', userPrincipalName: 'bruno@contoso.com' }] },
    { kind: 'created', changeId: 'change-1' },
  ]);
  expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual(['alice']);
});

it('takes `me` for the speaker, whoever’s name begins so', async () => {
  bench.entra.people.push(directoryPerson('Megan'));
  const runId = await provision('me');
  await bench.reaches(runId, 'done');
  expect((await outcomes(runId)).map((outcome) => outcome?.kind)).toEqual(['created']);
  expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual([adele.objectId]);
});

it('asks Entra once for a person who was named twice, and tells both', async () => {
  const runId = await provision('alice@contoso.com', 'alice');
  await bench.reaches(runId, 'done');
  expect((await outcomes(runId)).map((outcome) => outcome?.kind)).toEqual(['created', 'created']);
  expect(bench.entra.calls.filter((call) => call === 'provisionOnDemand')).toHaveLength(1);
});

it('[entra 0.3 delay] tries again while Entra has not seen the assignment', async () => {
  bench.entra.onDemand.alice = [NOT_ASSIGNED, NOT_ASSIGNED, CREATED];
  const runId = await provision('alice@contoso.com');
  await bench.reaches(runId, 'done');
  expect((await outcomes(runId))[0]).toMatchObject({ kind: 'created' });
});

it('says not proven, and never failed or created, when the assignment is not seen within the limit [entra 0.3 delay]', async () => {
  const { times } = bench.deps;
  const { assignmentLimitMs } = times;
  times.assignmentLimitMs = 0;
  bench.entra.onDemand.alice = [NOT_ASSIGNED];
  const runId = await provision('alice@contoso.com');
  await bench.reaches(runId, 'done');
  times.assignmentLimitMs = assignmentLimitMs;
  expect(await outcomes(runId)).toEqual([{ kind: 'not_proven', facts: { code: 'assignment_not_seen' } }]);
});

it('[entra 3.4 rate] comes back after a 429, in a new call', async () => {
  bench.entra.onDemand.alice = [new GraphThrottledError({ operation: 'provisionOnDemand', retryAfterSeconds: 0.01 }), CREATED];
  const runId = await provision('alice@contoso.com');
  await bench.reaches(runId, 'done');
  expect((await outcomes(runId))[0]).toMatchObject({ kind: 'created' });
});

it('asks again after a lost answer, and says not proven when none ever comes [entra 3.1 repeat]', async () => {
  bench.entra.onDemand.alice = [unreachable('provisionOnDemand'), { ...CREATED, result: 'inStep' }];
  bench.entra.onDemand.bruno = [unreachable('provisionOnDemand')];
  const runId = await provision('alice@contoso.com', 'bruno@contoso.com');
  await bench.reaches(runId, 'done');
  expect(await outcomes(runId)).toEqual([{ kind: 'in_step' }, { kind: 'not_proven', facts: { code: 'graph_unreachable' } }]);
  expect(bench.entra.calls.filter((call) => call === 'provisionOnDemand')).toHaveLength(2 + 4);
});

it('goes on with the others when one person fails', async () => {
  bench.entra.onDemand.alice = [{ ...CREATED, result: 'failed', errorCode: 'Conflict', failedStep: 'export' }];
  let refused = false;
  bench.entra.before = (method) => {
    if (method === 'assignAppRole' && !refused) {
      refused = true;
      throw new GraphRefusedError({ operation: 'assignAppRole', status: 400, graphCode: 'Request_BadRequest', requestId: 'r' });
    }
  };
  const runId = await provision('bruno@contoso.com', 'alice@contoso.com', 'adele@contoso.com');
  await bench.reaches(runId, 'done');
  expect((await outcomes(runId)).map((outcome) => outcome?.kind)).toEqual(['failed', 'failed', 'created']);
});

it('fails as a whole, before anything changes, when the account has no right to the job', async () => {
  bench.entra.before = (method) => {
    if (method === 'listSynchronizationJobs') throw new NoRightError({ operation: 'listSynchronizationJobs', requestId: null });
  };
  const runId = await provision('alice@contoso.com');
  expect((await bench.reaches(runId, 'failed')).failure?.code).toBe('no_right');
  expect(bench.entra.calls).not.toContain('assignAppRole');
});

it('waits for a sign-in in the middle, and does nobody twice afterwards', async () => {
  let signedIn = false;
  bench.entra.before = (method) => {
    if (method === 'provisionOnDemand' && !signedIn && bench.entra.calls.filter((call) => call === method).length > 1)
      throw new SignInNeededError({ objectId: adele.objectId, connectionName: 'entra', reason: 'expired' });
  };
  const runId = await provision('alice@contoso.com', 'bruno@contoso.com');
  await bench.reaches(runId, 'waiting');
  signedIn = true;
  bench.entra.calls.length = 0;
  await bench.commands.signedIn(adele);
  const second = `${runId.slice(0, -1)}2`;
  await bench.reaches(second, 'done');
  expect((await outcomes(second)).map((outcome) => outcome?.kind)).toEqual(['created', 'created']);
  expect(bench.entra.calls.filter((call) => call === 'provisionOnDemand')).toHaveLength(1);
});

it('stops before the next person on Cancel, keeps what is done and names who was not reached', async () => {
  let runId = '';
  bench.entra.after = async (method) => {
    if (method === 'assignAppRole' && bench.entra.assignments.length === 1)
      await bench.commands.cancel({ activityId: 'click', person: adele, runId });
  };
  bench.entra.before = async (method) => {
    while (method === 'assignAppRole' && runId === '') await new Promise((resolve) => setTimeout(resolve, 1));
  };
  runId = await provision('alice@contoso.com', 'bruno@contoso.com');
  await bench.reaches(runId, 'cancelled');
  expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual(['alice']);
  expect((await outcomes(runId)).map((outcome) => outcome?.kind)).toEqual(['not_reached', 'not_reached']);
});

it('is the same run when Teams delivers the message twice [teams 1.7 redelivery]', async () => {
  const [first, second] = [await provision('alice@contoso.com'), await provision('alice@contoso.com')];
  expect(second).toBe(first);
  await bench.reaches(first, 'done');
});
