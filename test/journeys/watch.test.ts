import { readMessage } from '../../sandbox/journey/cardActions';
import type { MessageView } from '../../sandbox/teams/clientTypes';
import { endOf, outcomesOf, type Stage, storyBook } from './support/stories';
import { until } from './support/until';

const CYCLE_MS = 600;
const quick = { WATCH_FAST_MS: '200', WATCH_SLOW_MS: '200', SWEEP_INTERVAL_MS: '100' };
const cycles = { cycleDurationMs: 50, cycleMs: CYCLE_MS };

const story = storyBook({ settings: quick, switches: cycles });

async function connected({ person }: Stage): Promise<void> {
  expect(endOf(await person.press(await person.setUp(), 'plan.confirm'))).toEqual({ state: 'done', why: null });
}

const kindOf = (message: MessageView) => (message.value as { kind?: string } | undefined)?.kind;

/** The notices of one kind that the person has got, oldest first. */
const noticesOf = ({ person }: Stage, kind: string) =>
  person.person.client.messages(person.person.chat()).filter((message) => kindOf(message) === kind);
const notice = async (stage: Stage, kind: string): Promise<string> =>
  readMessage(await stage.person.person.waitFor((message) => kindOf(message) === kind, `the notice ${kind}`));

const cycleCount = ({ world, company }: Stage): number => {
  const { jobs } = world.sandbox.entra.state() as {
    jobs: { servicePrincipalId: string; status: { lastExecution: { activityIdentifier: string | null } | null } }[];
  };
  const id = jobs.find(({ servicePrincipalId }) => servicePrincipalId === company.servicePrincipalId)?.status.lastExecution
    ?.activityIdentifier;
  if (id) seenCycles.add(`${company.organizationId} ${id}`);
  return [...seenCycles].filter((cycle) => cycle.startsWith(company.organizationId)).length;
};
const seenCycles = new Set<string>();

describe('the watch', () => {
  story.it(
    'tells once that the first cycle has finished, and is quiet about clean ones after it [entra 2.6 new cycle]',
    async (stage) => {
      await connected(stage);
      expect(await notice(stage, 'cycle_finished')).toMatch(/Provisioning finished/);
      const before = cycleCount(stage);
      await until(() => cycleCount(stage) >= before + 3);
      expect(noticesOf(stage, 'cycle_finished')).toHaveLength(1);
    },
  );

  story.it('tells of quarantine once, with the reason in words and the way out [entra 7.4 credentials]', async (stage) => {
    const { person, world } = stage;
    const { unity } = person.person;
    const account = await unity.createServiceAccount('To be revoked');
    await unity.giveScimAuthenticator(account);
    await person.press(await person.setUp({ token: await unity.addBearerToken(account) }), 'plan.confirm');
    await notice(stage, 'cycle_finished');
    await unity.deleteBearerToken(account);
    const text = await notice(stage, 'quarantine');
    expect(text).toMatch(/quarantine/i);
    expect(text).toMatch(/token/);
    expect(text).toMatch(/\*\*setup\*\*/);
    await until(() => world.sandbox.context.calls.list('graph').length > 0);
    const calls = () =>
      world.sandbox.context.calls
        .list('graph')
        .filter(
          ({ path, method }) =>
            method === 'GET' && path.includes(stage.company.servicePrincipalId) && /\/jobs\/[^/]+$/.test(path),
        ).length;
    const looked = calls();
    await until(() => calls() >= looked + 4); // it looks again and again, and has said it
    expect(noticesOf(stage, 'quarantine')).toHaveLength(1);
  });

  story.it('tells of a cycle with failures by name and reason [entra 2.6 cycle states]', async (stage) => {
    const { graph, company, fault } = stage;
    await connected(stage);
    await notice(stage, 'cycle_finished');
    fault({
      service: 'scim',
      method: 'POST',
      path: `/tenants/${company.organizationId}/Users`,
      effect: { kind: 'status', status: 409 },
    });
    const [app] = stage.world.sandbox.context.tenant.apps.filter((one) => one.servicePrincipalId === company.servicePrincipalId);
    await graph.call('POST', `/servicePrincipals/${company.servicePrincipalId}/appRoleAssignedTo`, {
      principalId: company.colleagueId,
      resourceId: company.servicePrincipalId,
      appRoleId: app!.appRoles[0]!.id,
    });
    const text = await notice(stage, 'cycle_failed');
    expect(text).toMatch(/Person \d{4}/);
    expect(text).toMatch(/already has an account|Conflict/);
  });

  story.it('is blind without a token, says so once, and sees again after a sign-in', async (stage) => {
    const { person, world } = stage;
    await connected(stage);
    await notice(stage, 'cycle_finished');
    await person.person.say('sign out');
    expect(await notice(stage, 'blind')).toMatch(/sign in/i);
    const jobReads = () =>
      world.sandbox.context.calls
        .list('graph')
        .filter(
          ({ path, status }) => path.includes(stage.company.servicePrincipalId) && /\/jobs\/[^/]+$/.test(path) && status === 200,
        ).length;
    const before = jobReads();
    await person.person.signIn();
    await until(() => jobReads() > before);
    expect(noticesOf(stage, 'blind')).toHaveLength(1);
  });

  story.it('is blind without the right, and says which [entra 0.8 roles]', async (stage) => {
    await connected(stage);
    await notice(stage, 'cycle_finished');
    stage.world.sandbox.context.tenant.users.find(({ id }) => id === stage.company.administratorId)!.directoryRoles = [];
    expect(await notice(stage, 'blind')).toMatch(/PIM, activate .*Cloud Application Administrator/);
  });

  story.it('goes on through a time when Graph does not answer, and says nothing about it', async (stage) => {
    const { fault, company, world, person } = stage;
    await connected(stage);
    await notice(stage, 'cycle_finished');
    const row = fault({ service: 'graph', caller: company.administratorId, effect: { kind: 'status', status: 503 } });
    await until(() => row.hits >= 6);
    world.sandbox.context.faults.remove(row.id);
    const count = person.person.client.messages(person.person.chat()).length;
    const before = cycleCount(stage);
    await until(() => cycleCount(stage) >= before + 2);
    expect(person.person.client.messages(person.person.chat())).toHaveLength(count);
  });

  story.it(
    'tells of a failed cycle without names where the tenant has no licence for the logs [entra 5.2 licence]',
    async (stage) => {
      const { graph, company, fault } = stage;
      await connected(stage);
      await notice(stage, 'cycle_finished');
      const users = `/tenants/${company.organizationId}/Users`;
      fault({ service: 'scim', method: 'POST', path: users, effect: { kind: 'status', status: 409 } });
      const [app] = stage.world.sandbox.context.tenant.apps.filter(
        (one) => one.servicePrincipalId === company.servicePrincipalId,
      );
      await graph.call('POST', `/servicePrincipals/${company.servicePrincipalId}/appRoleAssignedTo`, {
        principalId: company.colleagueId,
        resourceId: company.servicePrincipalId,
        appRoleId: app!.appRoles[0]!.id,
      });
      const text = await notice(stage, 'cycle_failed');
      expect(text).not.toMatch(/Person \d{4}/);
      expect(text).toMatch(/provisioning logs/i);
    },
    { switches: { premiumLicence: false } },
  );
});

describe('the watch with the bot’s own right to read (WATCH_WITH=app)', () => {
  const byApp = storyBook({ settings: { ...quick, WATCH_WITH: 'app' }, switches: cycles });

  byApp.it('sees and tells although nobody is signed in [entra 6 application]', async (stage) => {
    const { person, world, company } = stage;
    const { unity } = person.person;
    const account = await unity.createServiceAccount('To be revoked');
    await unity.giveScimAuthenticator(account);
    await person.press(await person.setUp({ token: await unity.addBearerToken(account) }), 'plan.confirm');
    await person.person.say('sign out');
    expect(await notice(stage, 'cycle_finished')).toMatch(/Provisioning finished/);
    await unity.deleteBearerToken(account);
    expect(await notice(stage, 'quarantine')).toMatch(/quarantine/i);
    expect(noticesOf(stage, 'blind')).toEqual([]);
    const watching = world.sandbox.context.calls.list('graph').filter(({ path }) => path.includes(company.servicePrincipalId));
    expect(new Set(watching.map(({ caller }) => caller))).toContain(world.sandbox.context.bot.appId);
  });

  byApp.it('changes nothing with it: every change carries the token of whoever asked for it', async (stage) => {
    await connected(stage);
    const [outcome] = outcomesOf(await stage.person.provision(stage.company.colleagueAddress));
    expect(['created', 'in_step']).toContain(outcome); // a cycle may have been faster
    const changes = stage.world.sandbox.context.calls
      .list('graph')
      .filter(({ method, path }) => method !== 'GET' && path.includes(stage.company.servicePrincipalId));
    expect(new Set(changes.map(({ caller }) => caller))).toEqual(new Set([stage.company.administratorId]));
  });
});
