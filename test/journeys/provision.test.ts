import type { RunCard } from '../../sandbox/journey/faults/faultWorld';
import { endOf, outcomesOf, type Stage, storyBook, textOf } from './support/stories';
import { until } from './support/until';

const story = storyBook({
  settings: { ASSIGNMENT_RETRY_MS: '300', ASSIGNMENT_LIMIT_MS: '3000' },
  switches: { cycleDurationMs: 50 },
});

const isConnected = new WeakSet<Stage>();

/** Sets the company up, once for all stories that share it. */
async function connected(stage: Stage): Promise<void> {
  if (isConnected.has(stage)) return;
  const done = await stage.person.press(await stage.person.setUp(), 'plan.confirm');
  expect(endOf(done)).toEqual({ state: 'done', why: null });
  isConnected.add(stage);
}

/** An answer of `provisionOnDemand` in the first shape or the second. */
function onDemandAnswers({ fault, company }: Stage, shape: 'A' | 'B', result: string, element: object, errorCode?: string) {
  const key = shape === 'A' ? JSON.stringify({ result, details: errorCode ? { errorCode } : {} }) : 'StatusInfo';
  const value = JSON.stringify(shape === 'A' ? element : [element]);
  return fault({
    service: 'graph',
    path: '/provisionOnDemand',
    caller: company.administratorId,
    effect: { kind: 'status', status: 200, body: { key, value } },
  });
}
const skipped = (SkipReason: string, step = { name: 'EntrySynchronizationSkip', type: 'Export' }, details: object = {}) => ({
  action: 'Other',
  provisioningSteps: [{ ...step, status: 'Skipped', description: '', details: { SkipReason, ...details } }],
  statusInfo: { status: 'Skipped', errorCode: SkipReason },
});

describe('a person whom nothing stops', () => {
  const createdThenInStep = async (stage: Stage) => {
    await connected(stage);
    const { person, company, kept } = stage;
    const first = await person.provision(company.colleagueAddress);
    expect(outcomesOf(first)).toEqual(['created']);
    expect(textOf(first)).toMatch(/Entra reports it created \(change [0-9a-f-]{36}\)/);
    const second = await person.provision(company.colleagueAddress.toUpperCase());
    expect(outcomesOf(second)).toEqual(['in_step']);
    expect(textOf(second)).toContain('both sides match');
    expect(kept()).toMatchObject({
      assigned: [company.administratorAddress, company.colleagueAddress],
      scimUsers: [company.administratorAddress, company.colleagueAddress],
    });
  };
  story.it(
    'is created, and then in step, in the first shape of answers [entra 3.4 created] [entra 3.4 redundant]',
    createdThenInStep,
  );
  story.it('is created, and then in step, in the second shape [entra 3.3 shape B]', createdThenInStep, {
    switches: { onDemandShape: 'B' },
  });

  story.it(
    'and has an account in Unity already is updated, and there is still one account [entra 3.4 updated]',
    async (stage) => {
      await connected(stage);
      const { world, person, company, kept } = stage;
      const response = await fetch(`${world.sandbox.unity.scimUrl}/tenants/${company.organizationId}/Users`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${await person.token()}`, 'Content-Type': 'application/scim+json' },
        body: JSON.stringify({
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: company.colleagueAddress,
          displayName: 'Another name',
          active: true,
        }),
      });
      expect(response.status).toBe(201);
      expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['updated']);
      expect(kept().scimUsers).toEqual([company.administratorAddress, company.colleagueAddress]);
    },
  );

  story.it('is found by another mail, and assigned once however often they are named [entra 4.1 lookup]', async (stage) => {
    await connected(stage);
    const { person, company, kept } = stage;
    const card = await person.provision(company.otherAddress, company.colleagueAddress, company.colleagueId);
    expect(outcomesOf(card)).toEqual(['created', 'created', 'created']);
    expect(kept().assigned).toEqual([company.administratorAddress, company.colleagueAddress]);
  });

  story.it('in two commands at once gets one assignment, one account, and an outcome in each', async (stage) => {
    await connected(stage);
    const { person, company, kept } = stage;
    const before = new Set(person.person.client.messages(person.person.chat()).map(({ id }) => id));
    const { client } = person.person;
    for (const address of [company.colleagueAddress, company.otherAddress])
      void client.say(person.person.chat(), `provision ${address} to ${company.organizationId}`);
    const first = await person.atRest(({ id }) => !before.has(id), 'the first card');
    const second = await person.atRest(({ id }) => !before.has(id) && id !== first.message.id, 'the second card');
    for (const card of [first, second]) {
      expect(card.run.state).toBe('done');
      expect(['created', 'updated', 'in_step']).toContain(outcomesOf(card)[0]);
    }
    expect(kept()).toMatchObject({
      assigned: [company.administratorAddress, company.colleagueAddress],
      scimUsers: [company.administratorAddress, company.colleagueAddress],
    });
  });
});

describe('an assignment', () => {
  story.it(
    'that Entra has not seen yet is waited for with the next try and the end in sight [entra 0.3 delay]',
    async (stage) => {
      await connected(stage);
      stage.world.sandbox.context.switches.assignmentVisibilityDelayMs = 1500;
      const { person, company } = stage;
      const { client } = person.person;
      await client.say(person.person.chat(), `provision ${company.colleagueAddress} to ${company.organizationId}`);
      await person.person.waitFor(
        (message) => /Next try at [^;]+; gives up at/.test(textOf({ message } as RunCard)),
        'the card to say what it waits for',
      );
      const end = await person.atRest((message) => textOf({ message } as RunCard).includes(company.colleagueAddress), 'the end');
      expect(outcomesOf(end)).toEqual(['created']);
    },
    { alone: true, switches: { assignmentVisibilityDelayMs: 0 } },
  );
  story.it(
    'that Entra does not see in time proves nothing, stays, and the card says what comes next',
    async (stage) => {
      await connected(stage);
      stage.world.sandbox.context.switches.assignmentVisibilityDelayMs = 3_600_000;
      const card = await stage.person.provision(stage.company.colleagueAddress);
      expect(outcomesOf(card)).toEqual(['not_proven assignment_not_seen']);
      expect(textOf(card)).toMatch(/did not see the new assignment[\s\S]*next cycle takes the person along/);
      expect(stage.kept().assigned).toContain(stage.company.colleagueAddress);
    },
    { alone: true, switches: { assignmentVisibilityDelayMs: 0 } },
  );
  story.it(
    'of the test person that is not seen in time fails the setup there, and Start without a test goes on',
    async (stage) => {
      const { person, kept } = stage;
      const plan = await person.setUp();
      const card = await person.press(plan, 'plan.confirm');
      expect(endOf(card)).toEqual({ state: 'failed', why: 'test_person_not_provisioned' });
      expect(textOf(card)).toMatch(/did not see the new assignment in the time that was set/);
      expect(endOf(await person.press(card, 'run.startWithoutTest'))).toEqual({ state: 'done', why: null });
      expect(kept()).toMatchObject({ jobs: ['Active'], scimUsers: [] });
    },
    { switches: { assignmentVisibilityDelayMs: 3_600_000 } },
  );

  const assignedMeanwhile = async (stage: Stage) => {
    await connected(stage);
    const { graph, fault, company, person, kept } = stage;
    const path = `/servicePrincipals/${company.servicePrincipalId}/appRoleAssignedTo`;
    const [app] = stage.world.sandbox.context.tenant.apps.filter((one) => one.servicePrincipalId === company.servicePrincipalId);
    await graph.call('POST', path, {
      principalId: company.colleagueId,
      resourceId: company.servicePrincipalId,
      appRoleId: app!.appRoles[0]!.id,
    });
    // The list lags behind.
    fault({ service: 'graph', method: 'GET', path, times: 1, effect: { kind: 'status', status: 200, body: { value: [] } } });
    expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['created']);
    expect(kept().assigned).toEqual([company.administratorAddress, company.colleagueAddress]);
  };
  story.it('that a colleague made meanwhile is taken as it is, by the first text [entra 4.3 duplicate]', assignedMeanwhile);
  story.it('that a colleague made meanwhile is taken as it is, by the second text [entra 4.3 duplicate]', assignedMeanwhile, {
    switches: { duplicateAssignmentVariant: 'entitlementExists' },
  });
  story.it('that a colleague made meanwhile is taken as it is, by a conflict [entra 4.3 duplicate]', assignedMeanwhile, {
    switches: { duplicateAssignmentVariant: 'conflict' },
  });

  const artists = (member: (company: Stage['company']) => string) => ({
    tenant: (tenant: Stage['world']['sandbox']['context']['tenant'], company: Stage['company'], app: { assigned: string[] }) => {
      const id = `9c0d1e2f-0000-4000-8000-00000000${String(company.index).padStart(4, '0')}`;
      const inner = `9c0d1e2f-0000-4000-8000-00000001${String(company.index).padStart(4, '0')}`;
      const group = { securityEnabled: true, mail: null };
      tenant.groups.push({ ...group, id: inner, displayName: 'Inner group', members: [company.colleagueId] });
      const members = [member(company) === 'nested' ? inner : company.colleagueId];
      tenant.groups.push({ ...group, id, displayName: 'Unity Artists 2', members });
      app.assigned = [id];
    },
  });
  story.it(
    'through a group is enough: no second one is made, and the card names the group [entra 4.2 direct]',
    async (stage) => {
      await connected(stage);
      const card = await stage.person.provision(stage.company.colleagueAddress);
      expect(['created', 'in_step']).toContain(outcomesOf(card)[0]); // the first cycle may have been faster
      expect(textOf(card)).toContain('Assigned through Unity Artists 2');
      expect(stage.kept().assigned).not.toContain(stage.company.colleagueAddress);
    },
    artists(() => 'direct'),
  );
  story.it(
    'of a group inside a group does not count, so the person is assigned [entra 4.2 members]',
    async (stage) => {
      await connected(stage);
      expect(outcomesOf(await stage.person.provision(stage.company.colleagueAddress))).toEqual(['created']);
      expect(stage.kept().assigned).toContain(stage.company.colleagueAddress);
    },
    artists(() => 'nested'),
  );
});

describe('a person who cannot be provisioned', () => {
  story.it('ends with the reason, and nothing is changed for them [entra 4.1 disabled]', async (stage) => {
    await connected(stage);
    const before = stage.kept();
    const people = [
      'isabel@contoso.com',
      'jonas@contoso.com',
      'keiko@fabrikam.example',
      'pat@partner.example',
      'nobody@contoso.com',
    ];
    const card = await stage.person.provision(...people);
    expect(outcomesOf(card)).toEqual([
      'skipped disabled',
      'skipped no_mail',
      'skipped other_domain',
      'skipped guest',
      'not_found',
    ]);
    expect(stage.kept()).toEqual(before);
  });

  story.it(
    'because the address fits two is offered as a choice, and nobody is touched [entra 4.1 ambiguous]',
    async (stage) => {
      await connected(stage);
      const card = await stage.person.provision(stage.company.otherAddress);
      expect(outcomesOf(card)).toEqual(['choose']);
      expect(textOf(card)).toMatch(/fits 2 people/);
      expect(stage.kept().assigned).toEqual([stage.company.administratorAddress]);
    },
    {
      tenant: (tenant, company) => {
        tenant.users.find(({ id }) => id === company.administratorId)!.otherMails = [company.otherAddress];
      },
    },
  );
});

describe('what Entra answers for a person', () => {
  const answers: [string, string, RegExp, object, string, string?][] = [
    [
      'left out by a scoping filter [entra 3.4 skipped]',
      'skipped out_of_scope',
      /scoping filter/,
      skipped('NotInScope'),
      'Skipped',
      'NotInScope',
    ],
    [
      'without the matching attribute [entra 3.4 matching empty]',
      'skipped matching_attribute_empty',
      /attribute by which Entra finds people in Unity is empty/,
      skipped('ImportSkipped', { name: 'EntryImport', type: 'Import' }),
      'Skipped',
      'ImportSkipped',
    ],
    [
      'disabled meanwhile [entra 3.4 inactive]',
      'skipped disabled',
      /disabled in Entra/,
      skipped('NotEffectivelyEntitled', undefined, { IsActive: 'False', Assigned: 'True' }),
      'Skipped',
      'NotEffectivelyEntitled',
    ],
    [
      'skipped for a reason that nobody knows',
      'skipped other',
      /provisioning logs in the Entra portal name the reason/,
      skipped('SomethingNew'),
      'Skipped',
      'SomethingNew',
    ],
    [
      'with a result that nobody knows [entra 3.3 unknown]',
      'not_proven',
      /does not say whether it worked/,
      { action: 'Other', provisioningSteps: [], statusInfo: { status: 'Quantum' } },
      'Quantum',
    ],
    [
      'with nothing at all behind a success [entra 0.2 not-proven]',
      'not_proven',
      /does not say whether it worked/,
      {},
      'Success',
    ],
  ];
  for (const [what, outcome, words, element, result, errorCode] of answers)
    story.it(
      `is never a success when it says: ${what}`,
      async (stage) => {
        await connected(stage);
        for (const shape of ['A', 'B'] as const) {
          const row = onDemandAnswers(stage, shape, result, element, errorCode);
          const card = await stage.person.provision(stage.company.colleagueAddress);
          stage.world.sandbox.context.faults.remove(row.id);
          expect([shape, ...outcomesOf(card)]).toEqual([shape, outcome]);
          expect(textOf(card)).toMatch(words);
        }
      },
      { company: 'answers' },
    );

  /** Unity's answer to the creation of that person. */
  const refusals: [string, number | 'page', string, RegExp][] = [
    ['alice@contoso.com', 409, 'failed Conflict', /already has an account with the same user name/],
    ['bruno@contoso.com', 429, 'failed TooManyRequests', /asked Entra to slow down/],
    ['carla@contoso.com', 500, 'failed InternalServerError', /fault of its own/],
    ['diego@contoso.com', 503, 'failed InternalServerError', /fault of its own/],
    [
      'emma@contoso.com',
      'page',
      'failed SystemForCrossDomainIdentityManagementServiceIncompatible',
      /not the SCIM that Entra expects/,
    ],
  ];
  for (const [address, status, outcome, words] of refusals)
    story.it(
      `is named with what to do when Unity answers the creation with ${status} [entra 9.4 errors]`,
      async (stage) => {
        await connected(stage);
        const { fault, company, person, kept, world } = stage;
        const row = fault({
          service: 'scim',
          method: 'POST',
          path: `/tenants/${company.organizationId}/Users`,
          effect:
            status === 'page'
              ? { kind: 'status', status: 200, body: '<html></html>', headers: { 'content-type': 'text/html' } }
              : { kind: 'status', status },
        });
        const card = await person.provision(address);
        expect(outcomesOf(card)).toEqual([outcome]);
        expect(textOf(card)).toMatch(words);
        expect(kept().scimUsers).not.toContain(address);
        world.sandbox.context.faults.remove(row.id);
        expect(outcomesOf(await person.provision(address))).toEqual(['created']);
      },
      { company: 'answers' },
    );

  story.it('names a token that was revoked since the setup, and a new setup heals it [entra 3.4 credentials]', async (stage) => {
    const { person, company } = stage;
    const { unity } = person.person;
    const account = await unity.createServiceAccount('To be revoked');
    await unity.giveScimAuthenticator(account);
    await person.press(await person.setUp({ token: await unity.addBearerToken(account) }), 'plan.confirm');
    await unity.deleteBearerToken(account);
    const card = await person.provision(company.colleagueAddress);
    expect(outcomesOf(card)).toEqual(['failed SystemForCrossDomainIdentityManagementCredentialValidationFailure']);
    expect(textOf(card)).toMatch(/refused the token that Entra uses[\s\S]*paste a new token/);
    await person.press(await person.setUp(), 'plan.confirm');
    expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['created']);
  });

  story.it('comes on demand from a job in quarantine too [entra 3.4 quarantined]', async (stage) => {
    await connected(stage);
    const { graph, fault, company, person, world } = stage;
    const row = fault({ service: 'scim', path: `/tenants/${company.organizationId}`, effect: { kind: 'status', status: 401 } });
    const [job] = (await graph.synchronization('GET', '/jobs')).value;
    await graph.synchronization('POST', `/jobs/${job.id}/restart`, {});
    await until(async () => (await graph.synchronization('GET', `/jobs/${job.id}`)).status.code === 'Quarantine');
    world.sandbox.context.faults.remove(row.id);
    expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['created']);
  });
});

describe('a connection that somebody changed by hand', () => {
  story.it('to another rule says that the mapping was changed, and setup renews it [entra 3.4 rule]', async (stage) => {
    await connected(stage);
    const { graph, person, company } = stage;
    const [job] = (await graph.synchronization('GET', '/jobs')).value;
    const schema = await graph.synchronization('GET', `/jobs/${job.id}/schema`);
    schema.synchronizationRules[0].id = '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d9';
    await graph.synchronization('PUT', `/jobs/${job.id}/schema`, schema);
    const card = await person.provision(company.colleagueAddress);
    expect(outcomesOf(card)).toEqual(['failed graph_refused']);
    expect(textOf(card)).toMatch(/mapping of the provisioning job was changed[\s\S]*Type \*\*setup\*\*/);
    expect(endOf(await person.press(await person.setUp(), 'plan.confirm'))).toEqual({ state: 'done', why: null });
    expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['created']);
  });

  story.it(
    'by deleting its job is named before anybody is assigned, and setup makes a new one [entra 3.4 unknown job]',
    async (stage) => {
      await connected(stage);
      const { graph, person, company, kept } = stage;
      const [job] = (await graph.synchronization('GET', '/jobs')).value;
      await graph.synchronization('DELETE', `/jobs/${job.id}`);
      const card = await person.provision(company.colleagueAddress);
      expect(endOf(card)).toEqual({ state: 'failed', why: 'job_gone' });
      expect(textOf(card)).toMatch(/gone from Entra[\s\S]*type \*\*setup\*\*/);
      expect(kept().assigned).toEqual([company.administratorAddress]);
      expect(endOf(await person.press(await person.setUp(), 'plan.confirm'))).toEqual({ state: 'done', why: null });
      expect(outcomesOf(await person.provision(company.colleagueAddress))).toEqual(['created']);
    },
  );

  story.it('by deleting its app says so', async (stage) => {
    await connected(stage);
    const { apps } = stage.world.sandbox.context.tenant;
    const index = apps.findIndex(({ servicePrincipalId }) => servicePrincipalId === stage.company.servicePrincipalId);
    apps.splice(index, 1);
    const card = await stage.person.provision(stage.company.colleagueAddress);
    expect(endOf(card)).toEqual({ state: 'failed', why: 'app_not_found' });
    expect(textOf(card)).toMatch(/app is not there any more/);
  });
});
