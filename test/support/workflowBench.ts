import { randomUUID } from 'node:crypto';
import pino from 'pino';
import type { Run, RunState } from '../../src/provisioning/runs';
import type { SetupInput } from '../../src/provisioning/setup';
import { createAuditLog } from '../../src/store/audit';
import { findRun } from '../../src/store/runs';
import { parseSealingKeys } from '../../src/store/sealingKeys';
import { createSecrets } from '../../src/store/secrets';
import type { UnityClient } from '../../src/unity/types';
import { createRunCommands } from '../../src/workflows/createRunCommands';
import { createWorkflows } from '../../src/workflows/createWorkflows';
import type { WorkflowDeps } from '../../src/workflows/deps';
import { createDurable } from '../../src/workflows/durable';
import { createRequestCommands, type RequestCommands } from '../../src/workflows/requests/requestCommands';
import { sweepRequests } from '../../src/workflows/requests/requestSweep';
import { createRunSteps } from '../../src/workflows/runStep';
import { STATEMENTS } from './connectionSamples';
import { createFakeEntra, directoryPerson, type FakeEntra } from './fakeEntra';
import { personRef, TENANT } from './people';
import { openTestStore, type TestStore } from './testStore';

/** The workflows on a real store and DBOS, with a tenant in memory: what they decide and keep, without any network. */
export interface WorkflowBench {
  test: TestStore;
  deps: WorkflowDeps;
  entra: FakeEntra;
  unity: UnityClient & { asked: string[] };
  commands: ReturnType<typeof createRunCommands>;
  requests: RequestCommands;
  /** What the sweep does with a run that is only a row. */
  startRun(runId: string, kind: Run['kind']): Promise<void>;
  /** One pass over what is due for requests. */
  sweepRequests(): Promise<void>;
  setupInput(change?: Partial<SetupInput>): Promise<SetupInput>;
  /** Resolves once the run, or a later attempt of its subject, is in one of these states. */
  reaches(runId: string, ...states: RunState[]): Promise<Run>;
  end(): Promise<void>;
}

export const CANARY = 'canary-scim-token-value';
const connectorUrl = (organizationId: string) => `https://services.api.unity.com/scim/v2/tenants/${organizationId}`;

export async function startWorkflowBench(): Promise<WorkflowBench> {
  const test = await openTestStore();
  const { store } = test;
  const keys = parseSealingKeys(Buffer.alloc(32, 1).toString('base64'));
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const durable = createDurable({ store, executorId: 'executor-0', log, resultPollMs: 10, onDemandWindowMs: 50 });
  const entra = createFakeEntra([
    directoryPerson('Adele', { objectId: personRef('Adele').objectId }),
    directoryPerson('Alice'),
    directoryPerson('Bruno'),
  ]);
  const asked: string[] = [];
  const unity: WorkflowBench['unity'] = {
    asked,
    async probeScim({ scimToken }) {
      asked.push(scimToken);
      return { totalResults: 0, claims: { patch: true, filter: true, bulk: false }, filter: 'answered' };
    },
    findUserByUserName: async () => undefined,
  };
  const secrets = createSecrets(keys);
  const changed = () => undefined;
  const deps: WorkflowDeps = {
    store,
    secrets,
    audit: createAuditLog(keys),
    durable,
    steps: createRunSteps({ store, durable, log, changed, repeatAfterMs: 10 }),
    entraFor: ({ objectId }) => entra.as(objectId),
    unity,
    log,
    times: {
      assignmentRetryMs: 1,
      assignmentLimitMs: 60_000,
      repeatAfterMs: 10,
      onDemandWindowMs: 50,
      runExpiresMs: 1000,
      watchFastMs: 10,
      watchSlowMs: 20,
      watchFastForMs: 60_000,
    },
    botAppId: 'bot-app',
    keepScimToken: false,
    changed,
  };
  const workflows = createWorkflows(deps);
  await durable.launch();

  return {
    test,
    deps,
    entra,
    unity,
    commands: createRunCommands({ ...deps, workflows }),
    requests: createRequestCommands({ ...deps, workflows }),
    startRun: (runId, kind) => workflows.start({ runId, kind }),
    sweepRequests: () => sweepRequests({ ...deps, workflows }),
    async setupInput(change = {}) {
      const organizationId = change.organizationId ?? '1234567890123';
      const scimTokenRef = await secrets.seal(store, {
        tenantId: TENANT,
        subject: `draft:${randomUUID()}`,
        purpose: 'scimToken',
        value: CANARY,
      });
      return {
        organizationId,
        scimConnectorUrl: connectorUrl(organizationId),
        servicePrincipalId: 'sp-1',
        appDisplayName: 'Unity Cloud',
        domains: ['contoso.com'],
        statements: STATEMENTS,
        scimTokenRef,
        testPersonId: personRef('Adele').objectId,
        ...change,
      };
    },
    async reaches(runId, ...states) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const run = await findRun(store, runId);
        if (run && states.includes(run.state)) return run;
        if (Date.now() > deadline)
          throw new Error(`${runId} is ${run?.state} (${JSON.stringify(run?.failure)}), not ${states.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async end() {
      await durable.stop(2000);
      await test.end();
    },
  };
}
