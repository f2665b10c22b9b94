import type { RunCard } from '../../sandbox/journey/faults/faultWorld';
import { endOf, type Stage, storyBook, textOf } from './support/stories';
import { until } from './support/until';

const story = storyBook();
const NOTHING = { jobs: [], secrets: [], assigned: [], scimUsers: [] };

interface Break {
  method: string;
  path: string;
  nth?: number;
  effect?: Parameters<Stage['fault']>[0]['effect'];
}
const DOWN = { kind: 'status' as const, status: 503 };
const REFUSED = { kind: 'status' as const, status: 403 };

/** A row of the fault table for calls of this company's administrator. */
const breakOff = ({ fault, company }: Stage, { effect = DOWN, ...call }: Break) =>
  fault({ service: 'graph', ...call, caller: company.administratorId, effect });

/** A setup that fails at a call of its *act*, then *Cancel*. */
async function cancelledAfter(stage: Stage, ...breaks: Break[]): Promise<RunCard> {
  const plan = await stage.person.setUp();
  const rows = breaks.map((one) => breakOff(stage, one));
  const failed = await stage.person.press(plan, 'plan.confirm');
  expect(failed.run.state).toBe('failed');
  for (const { id } of rows) stage.world.sandbox.context.faults.remove(id);
  return stage.person.press(failed, 'run.cancel');
}
const isCancelled = (card: RunCard) => expect(endOf(card).state).toBe('cancelled');

describe('Cancel of a setup', () => {
  story.it('that waits for its plan to be confirmed closes it, and nothing was made', async ({ person, kept }) => {
    const card = await person.press(await person.setUp(), 'run.cancel');
    isCancelled(card);
    expect(textOf(card)).toMatch(/nothing was changed/i);
    expect(kept()).toEqual(NOTHING);
  });

  story.it('whose job was refused closes it, and a job that a colleague then made stays', async (stage) => {
    const plan = await stage.person.setUp();
    const row = breakOff(stage, { method: 'POST', path: '/synchronization\\/jobs$/', effect: REFUSED });
    const failed = await stage.person.press(plan, 'plan.confirm');
    stage.world.sandbox.context.faults.remove(row.id);
    await stage.graph.makeJob();
    isCancelled(await stage.person.press(failed, 'run.cancel'));
    expect(stage.kept().jobs).toEqual(['Disabled']);
  });

  story.it('that made a job deletes it', async (stage) => {
    const card = await cancelledAfter(stage, { method: 'GET', path: '/schema' });
    isCancelled(card);
    expect(textOf(card)).toMatch(/Delete the provisioning job\nThe job is gone/);
    expect(stage.kept()).toEqual(NOTHING);
  });

  story.it('that made a job and lost the answer finds it and deletes it', async (stage) => {
    const card = await cancelledAfter(
      stage,
      { method: 'POST', path: '/synchronization\\/jobs$/', effect: { kind: 'loseAnswer' } },
      { method: 'GET', path: '/synchronization\\/jobs$/', effect: { kind: 'slow', ms: 1 } },
      { method: 'GET', path: '/schema' },
    );
    isCancelled(card);
    expect(stage.kept()).toEqual(NOTHING);
  });

  story.it('that switched groups off on a new job says that they go with the job', async (stage) => {
    const card = await cancelledAfter(stage, { method: 'PUT', path: '/secrets' });
    isCancelled(card);
    expect(textOf(card)).toMatch(/Switch groups back\nThey go with the job/);
    expect(stage.kept()).toEqual(NOTHING);
  });

  story.it('that saved the token says that it goes with the job', async (stage) => {
    const card = await cancelledAfter(stage, { method: 'POST', path: '/appRoleAssignedTo' });
    isCancelled(card);
    expect(textOf(card)).toMatch(/Take back address and token\nThey go with the job/);
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [], scimUsers: [] });
  });

  story.it('that assigned the test person takes the assignment back', async (stage) => {
    const card = await cancelledAfter(stage, { method: 'POST', path: '/provisionOnDemand', effect: REFUSED });
    isCancelled(card);
    expect(textOf(card)).toMatch(/Remove the test person’s assignment\n.*is no longer assigned/);
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [], scimUsers: [] });
  });

  story.it('that created the test person names the account that stays in Unity', async (stage) => {
    const card = await cancelledAfter(stage, { method: 'GET', path: '/synchronization\\/jobs\\/scim[^/]+$/' });
    isCancelled(card);
    expect(textOf(card)).toMatch(/Nobody is removed from Unity.*stays/);
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [], scimUsers: [stage.company.administratorAddress] });
  });

  story.it('that started the job and did not hear of it pauses and deletes it', async (stage) => {
    const card = await cancelledAfter(
      stage,
      { method: 'POST', path: '/start', effect: { kind: 'loseAnswer' } },
      // The step reads the job, loses the answer to its start, and then never gets to read it again: two times three reads.
      ...Array.from({ length: 6 }, () => ({ method: 'GET', path: '/synchronization\\/jobs\\/scim[^/]+$/', nth: 2 })),
    );
    isCancelled(card);
    expect(textOf(card)).toMatch(/Pause provisioning/);
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [] });
  });

  story.it('that runs stops before the next change and undoes in the same run', async (stage) => {
    const { person, kept, company } = stage;
    const plan = await person.setUp();
    const held = breakOff(stage, { method: 'PUT', path: '/secrets', effect: { kind: 'hold' } });
    await person.person.press(plan.message, 'plan.confirm');
    await until(() => held.hits > 0);
    await person.person.press(person.person.newest(plan.message), 'run.cancel');
    stage.world.sandbox.context.faults.remove(held.id);
    const card = await person.next(plan);
    isCancelled(card);
    expect(kept()).toMatchObject({ jobs: [], assigned: [], scimUsers: [] });
    expect(company.organizationId).toBeTruthy();
  });

  story.it('that meets a fault of its own fails, says so, and goes on where it ended', async (stage) => {
    const plan = await stage.person.setUp();
    const first = breakOff(stage, { method: 'POST', path: '/provisionOnDemand', effect: REFUSED });
    const failed = await stage.person.press(plan, 'plan.confirm');
    stage.world.sandbox.context.faults.remove(first.id);
    const second = breakOff(stage, { method: 'DELETE', path: '/synchronization/jobs' });
    const stuck = await stage.person.press(failed, 'run.cancel');
    expect(endOf(stuck)).toEqual({ state: 'failed', why: 'graph_unreachable' });
    expect(textOf(stuck)).toMatch(/Delete the provisioning job[\s\S]*\[Retry\]/);
    expect(stage.kept()).toMatchObject({ assigned: [] });
    stage.world.sandbox.context.faults.remove(second.id);
    isCancelled(await stage.person.press(stuck, 'run.retry'));
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [] });
  });

  story.it('does not take back an assignment that was there before', async (stage) => {
    const { graph, company } = stage;
    const [app] = stage.world.sandbox.context.tenant.apps.filter(
      ({ servicePrincipalId }) => servicePrincipalId === company.servicePrincipalId,
    );
    await graph.call('POST', `/servicePrincipals/${company.servicePrincipalId}/appRoleAssignedTo`, {
      principalId: company.administratorId,
      resourceId: company.servicePrincipalId,
      appRoleId: app!.appRoles[0]!.id,
    });
    isCancelled(await cancelledAfter(stage, { method: 'POST', path: '/provisionOnDemand', effect: REFUSED }));
    expect(stage.kept()).toMatchObject({ jobs: [], assigned: [company.administratorAddress] });
  });

  story.it(
    'of an existing connection keeps its job, puts groups back on, and says that the old token is overwritten',
    async (stage) => {
      const { person, graph, world, kept, company } = stage;
      expect(endOf(await person.press(await person.setUp(), 'plan.confirm')).state).toBe('done');
      const [job] = (await graph.synchronization('GET', '/jobs')).value;
      const schema = await graph.synchronization('GET', `/jobs/${job.id}/schema`);
      const groupMapping = () =>
        schema.synchronizationRules
          .flatMap(({ objectMappings }: { objectMappings: object[] }) => objectMappings)
          .find(({ sourceObjectName }: { sourceObjectName?: string }) => sourceObjectName === 'Group');
      groupMapping().enabled = true;
      await graph.synchronization('PUT', `/jobs/${job.id}/schema`, schema);

      const plan = await person.setUp();
      expect(textOf(plan)).toMatch(/\*\*Switch groups off/);
      const row = breakOff(stage, { method: 'POST', path: '/provisionOnDemand', effect: REFUSED });
      const failed = await person.press(plan, 'plan.confirm');
      world.sandbox.context.faults.remove(row.id);
      const card = await person.press(failed, 'run.cancel');
      isCancelled(card);
      expect(textOf(card)).toMatch(/old token is overwritten[\s\S]*Groups are on again/);
      expect(kept()).toMatchObject({ jobs: ['Active'], assigned: [company.administratorAddress] });
      const after = await graph.synchronization('GET', `/jobs/${job.id}/schema`);
      expect(after.synchronizationRules).toEqual(schema.synchronizationRules);
      // The connection is still there: provisioning works as before.
      const provisioned = await person.provision(company.colleagueAddress);
      expect(provisioned.run.people).toMatchObject([{ outcome: 'created' }]);
    },
  );

  story.it('sets nobody back: the same organization can be set up again at once', async (stage) => {
    isCancelled(await cancelledAfter(stage, { method: 'POST', path: '/provisionOnDemand', effect: REFUSED }));
    const done = await stage.person.press(await stage.person.setUp(), 'plan.confirm');
    expect(endOf(done)).toEqual({ state: 'done', why: null });
    expect(stage.kept()).toMatchObject({ jobs: ['Active'], assigned: [stage.company.administratorAddress] });
  });
});
