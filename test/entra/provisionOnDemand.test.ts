import { contractSample } from './contractSample';
import { clientOf, graphError } from './graphClient';
import { type ScriptedServer, startScriptedServer } from './scriptedServer';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const request = contractSample('onDemandRequest');
const target = {
  servicePrincipalId: 'sp-1',
  jobId: 'scim.1.2',
  ruleId: request.parameters[0].ruleId as string,
  objectId: request.parameters[0].subjects[0].objectId as string,
};
const provision = (body: unknown, status = 200) => {
  graph.answers({ status, body });
  return clientOf(graph).entra.provisionOnDemand(target);
};

type Element = ReturnType<typeof sampleElement>;
const sampleElement = () => JSON.parse(contractSample('onDemandShapeA').value);
/** The sample's element bent by the test, in both shapes. */
const inBothShapes = (bend: (element: Element) => void, verdict: unknown = { result: 'Success', details: {} }) => {
  const element = sampleElement();
  bend(element);
  return [
    { key: JSON.stringify(verdict), value: JSON.stringify(element) },
    { key: contractSample('onDemandShapeB').key, value: JSON.stringify([element]) },
  ];
};
const step = (element: Element, type: string) => element.provisioningSteps.find((one: { type: string }) => one.type === type);

it('asks for one person under one rule [entra 3.1 request]', async () => {
  await provision(contractSample('onDemandShapeA'));
  expect(graph.requests[0]).toMatchObject({
    method: 'POST',
    url: '/v1.0/servicePrincipals/sp-1/synchronization/jobs/scim.1.2/provisionOnDemand',
    body: request,
  });
});

it.each(['onDemandShapeA', 'onDemandShapeB'])('%s proves that the person was created [entra 3.3 shapes]', async (sample) => {
  await expect(provision(contractSample(sample))).resolves.toEqual({
    requestId: null,
    result: 'created',
    skipReason: null,
    errorCode: null,
    failedStep: null,
    assigned: true,
    active: true,
    changeId: '1a2b3c4d-0000-4000-8000-00000000c001',
  });
});

it('is in step when both sides match already, though the answer says Skipped [entra 3.4 redundant]', async () => {
  await expect(provision(contractSample('onDemandRedundant'))).resolves.toMatchObject({
    result: 'inStep',
    skipReason: 'RedundantExport',
  });
});

it('is updated by an update step [entra 3.4 updated]', async () => {
  for (const body of inBothShapes((element) => {
    element.action = 'Update';
    step(element, 'Export').name = 'EntryExportUpdate';
  })) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'updated' });
  }
});

it('is skipped, with the reason, while the person is not assigned [entra 3.4 not entitled]', async () => {
  for (const assignedKey of ['Assigned', 'Assigned to the application']) {
    for (const body of inBothShapes(
      (element) => {
        element.statusInfo = { status: 'Skipped', errorCode: 'NotEffectivelyEntitled' };
        element.provisioningSteps = element.provisioningSteps.slice(0, 2);
        step(element, 'Scoping').status = 'Skipped';
        step(element, 'Scoping').details = { [assignedKey]: 'False', IsActive: 'True', SkipReason: 'NotEffectivelyEntitled' };
      },
      { result: 'Skipped', details: { errorCode: 'NotEffectivelyEntitled' } },
    )) {
      await expect(provision(body)).resolves.toMatchObject({
        result: 'skipped',
        skipReason: 'NotEffectivelyEntitled',
        assigned: false,
        active: true,
      });
    }
  }
});

it('tells that an account is disabled or deleted [entra 3.4 inactive]', async () => {
  const bends: ((element: Element) => void)[] = [
    (element) => {
      step(element, 'Scoping').details.IsActive = 'False';
    },
    (element) => {
      step(element, 'Import').details.IsSoftDeleted = 'True';
    },
  ];
  for (const bend of bends) {
    for (const body of inBothShapes((element) => {
      element.statusInfo = { status: 'skipped', errorCode: 'NotEffectivelyEntitled' };
      bend(element);
    })) {
      await expect(provision(body)).resolves.toMatchObject({ result: 'skipped', active: false });
    }
  }
});

it('names the failed step and its code [entra 3.4 failure]', async () => {
  for (const body of inBothShapes(
    (element) => {
      element.statusInfo = { status: 'Failure', errorCode: 'Conflict' };
      step(element, 'Export').status = 'Failure';
    },
    { result: 'Failure', details: { errorCode: 'Conflict', errorMessage: '409' } },
  )) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'failed', errorCode: 'Conflict', failedStep: 'export' });
  }
});

it('does not depend on the order of the steps [entra 3.2 order]', async () => {
  for (const body of inBothShapes((element) => element.provisioningSteps.reverse())) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'created', assigned: true, active: true });
  }
});

it('reads an element that leaves out whatever may be null [entra 3.3 absent]', async () => {
  for (const body of inBothShapes((element) => {
    const steps = element.provisioningSteps.map(({ name, type, status }: Record<string, string>) => ({ name, type, status }));
    for (const key of Object.keys(element)) delete element[key];
    Object.assign(element, { provisioningSteps: steps, statusInfo: { status: 'Success' } });
  })) {
    await expect(provision(body)).resolves.toEqual({
      requestId: null,
      result: 'created',
      skipReason: null,
      errorCode: null,
      failedStep: null,
      assigned: null,
      active: null,
      changeId: null,
    });
  }
});

it('reads the names of the logs as well [entra 5.2 names]', async () => {
  for (const body of inBothShapes(
    (element) => {
      element.provisioningStatusInfo = { status: 'failure', errorCode: 'Conflict' };
      element.provisioningAction = 'create';
      delete element.statusInfo;
      delete element.action;
      for (const one of element.provisioningSteps) {
        one.provisioningStepType = one.type.toLowerCase();
        one.status = one.type === 'Export' ? 'failure' : 'success';
        delete one.type;
      }
    },
    { result: 'Failure', details: { errorCode: 'Conflict' } },
  )) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'failed', failedStep: 'export', errorCode: 'Conflict' });
  }
});

it('has 100 seconds, since it answers when it is done [entra 3.1 time]', async () => {
  const limits = jest.spyOn(AbortSignal, 'timeout');
  await provision(contractSample('onDemandShapeA'));
  expect(limits.mock.calls).toEqual([[100_000]]);
  limits.mockRestore();
});

it.each([404, 400])('for a job that is not there is an error and no outcome: %i [entra 3.4 unknown job]', async (status) => {
  await expect(provision(graphError('Request_ResourceNotFound'), status)).rejects.toMatchObject({
    code: 'graph_refused',
    facts: { status, graphCode: 'Request_ResourceNotFound' },
  });
});

it('takes the worst step where no status is given [entra 3.3 fallback]', async () => {
  for (const body of inBothShapes((element) => {
    element.statusInfo = null;
    step(element, 'Matching').status = 'failure';
  })) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'failed', failedStep: 'matching' });
  }
});

it('takes the worst of several elements [entra 3.3 fallback]', async () => {
  const failed = { ...sampleElement(), statusInfo: { status: 'Failure', errorCode: 'Timeout' } };
  const body = { key: contractSample('onDemandShapeB').key, value: JSON.stringify([sampleElement(), failed]) };
  await expect(provision(body)).resolves.toMatchObject({ result: 'failed', errorCode: 'Timeout' });
});

it.each(['success', 'SUCCESS', 'Success'])('reads a status whatever its case: %s [entra 0 casing]', async (status) => {
  for (const body of inBothShapes((element) => {
    element.statusInfo.status = status;
  })) {
    await expect(provision(body)).resolves.toMatchObject({ result: 'created' });
  }
});

describe('is never shown as success without proof [entra 0.2 not-proven]', () => {
  const cases: [string, (element: Element) => void, unknown?][] = [
    [
      'a status that nobody knows',
      (element) => {
        element.statusInfo.status = 'Pending';
      },
    ],
    [
      'no export step',
      (element) => {
        element.provisioningSteps = element.provisioningSteps.slice(0, 3);
      },
    ],
    [
      'an export step that did not succeed',
      (element) => {
        step(element, 'Export').status = 'Skipped';
      },
    ],
    [
      'an export of another kind',
      (element) => {
        element.action = 'Other';
        step(element, 'Export').name = 'EntryExportDelete';
      },
    ],
    [
      'an export for somebody who is not assigned',
      (element) => {
        step(element, 'Scoping').details.Assigned = 'False';
      },
    ],
    [
      'an export for somebody who is disabled',
      (element) => {
        step(element, 'Scoping').details.IsActive = 'False';
      },
    ],
  ];
  it.each(cases)('%s', async (_, bend) => {
    for (const body of inBothShapes(bend)) await expect(provision(body)).resolves.toMatchObject({ result: 'notProven' });
  });

  it('a success whose verdict says failure', async () => {
    const [shapeA] = inBothShapes(() => {}, { result: 'Failure', details: {} });
    await expect(provision(shapeA)).resolves.toMatchObject({ result: 'notProven' });
  });

  it('a verdict without any step [entra 3.3 empty-value]', async () => {
    await expect(provision({ key: '{"result":"Success","details":{}}', value: '{}' })).resolves.toMatchObject({
      result: 'notProven',
    });
  });

  it.each(['', 'no JSON', '[]', 'null', '[{"unexpected":true}]'])('a value of %j', async (value) => {
    await expect(provision({ key: contractSample('onDemandShapeB').key, value })).resolves.toMatchObject({ result: 'notProven' });
  });
});

it('a verdict without any step still names a skip, a match or a failure [entra 3.3 empty-value]', async () => {
  const verdict = (result: string, errorCode: string) => ({
    key: JSON.stringify({ result, details: { errorCode } }),
    value: '{}',
  });
  await expect(provision(verdict('Skipped', 'ImportSkipped'))).resolves.toMatchObject({
    result: 'skipped',
    skipReason: 'ImportSkipped',
  });
  await expect(provision(verdict('Skipped', 'RedundantExport'))).resolves.toMatchObject({ result: 'inStep' });
  await expect(provision(verdict('Failure', 'Conflict'))).resolves.toMatchObject({ result: 'failed', errorCode: 'Conflict' });
});

it('an error of the credentials is a failed test of the credentials [entra 3.4 credentials]', async () => {
  const body = graphError('SystemForCrossDomainIdentityManagementInvalidCredentials', 'Response Status Code: Unauthorized');
  await expect(provision(body, 400)).rejects.toMatchObject({
    code: 'entra_credentials_test_failed',
    facts: { responseStatus: 'Unauthorized' },
  });
});

it('of a job in quarantine may be refused, which is an error and no outcome [entra 3.4 quarantined]', async () => {
  await expect(provision(graphError('JobQuarantined', 'The job is in quarantine.'), 400)).rejects.toMatchObject({
    code: 'graph_refused',
    facts: { status: 400, graphCode: 'JobQuarantined' },
  });
});

it('a rule that the job does not have is refused with its code [entra 3.4 rule]', async () => {
  await expect(provision(graphError('RequestParameterInvalid', 'The job does not include the rule.'), 400)).rejects.toMatchObject(
    {
      code: 'graph_refused',
      facts: { graphCode: 'RequestParameterInvalid' },
    },
  );
});
