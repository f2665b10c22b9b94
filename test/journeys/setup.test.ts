import { findAction } from '../../sandbox/journey/cardActions';
import type { RunCard } from '../../sandbox/journey/faults/faultWorld';
import { endOf, type Stage, storyBook, textOf } from './support/stories';
import { until } from './support/until';

const story = storyBook();
const FILTER = '/Users?filter';

/** `setup` up to its plan, then Start up to its end. */
async function setUpWholly({ person }: Stage): Promise<RunCard> {
  return person.press(await person.setUp(), 'plan.confirm');
}

/** An answer of Unity to every SCIM call of the bot or of Entra for this company. */
const unityAnswers = ({ company, fault }: Stage, status: number, code?: number) =>
  fault({
    service: 'scim',
    path: `/tenants/${company.organizationId}/`,
    effect: {
      kind: 'status',
      status,
      ...(code === undefined ? {} : { body: { title: 'No', detail: 'No.', code, status } }),
    },
  });

describe('the token at Unity', () => {
  story.it(
    'that is wrong stops the setup with what to look for, and a new one goes on [unity 5 401]',
    async ({ person, kept }) => {
      const card = await person.setUp({ token: 'made-up-token' });
      expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_credentials_rejected' });
      expect(textOf(card)).toMatch(/wrong, revoked, or was cut while copying.*\n.*paste a new token/);
      await person.press(card, 'run.cancel');
      expect(endOf(await person.setUp())).toEqual({ state: 'waiting', why: 'plan' });
      expect(kept()).toEqual({ jobs: [], secrets: [], assigned: [], scimUsers: [] });
    },
  );

  story.it('with spaces and line breaks from copying is the same token', async ({ person }) => {
    const token = await person.token();
    const broken = `  Bearer ${token.slice(0, 20)}\r\n ${token.slice(20)}\u00a0\n`;
    expect(endOf(await person.setUp({ token: broken }))).toEqual({ state: 'waiting', why: 'plan' });
  });

  story.it('that has expired is named so [unity 5 expired]', async (stage) => {
    unityAnswers(stage, 401, 52);
    const card = await stage.person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_token_expired' });
    expect(textOf(card)).toMatch(/has expired[\s\S]*Add a new bearer token/);
  });

  story.it(
    'whose account lacks the role names every cause, and goes on once the role is there [unity 5 403]',
    async ({ person }) => {
      const { unity } = person.person;
      const account = await unity.createServiceAccount('Without the role');
      const card = await person.setUp({ token: await unity.addBearerToken(account) });
      expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_forbidden' });
      expect(textOf(card)).toMatch(/role SCIM Authenticator.*SCIM provisioning is enabled.*token belongs to this organization/);
      await unity.giveScimAuthenticator(account);
      expect(endOf(await person.press(card, 'run.retry'))).toEqual({ state: 'waiting', why: 'plan' });
    },
  );

  story.it('of another organization is forbidden [unity 11 wrong organization]', async ({ world, person, company }) => {
    const other = await world.administrator(world.companies[company.index + 1]!);
    const card = await person.setUp({ token: await other.token() });
    expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_forbidden' });
  });

  story.it('is not asked about at a wrong path [unity 5 404-path]', async (stage) => {
    unityAnswers(stage, 404, 4);
    const card = await stage.person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_path_wrong' });
    expect(textOf(card)).toContain('SCIM base connector URL');
  });

  story.it(
    'of an organization that Unity does not find is told apart from a wrong path [unity 5 404-organization]',
    async (stage) => {
      unityAnswers(stage, 404, 54);
      const card = await stage.person.setUp();
      expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_organization_unknown' });
      expect(textOf(card)).toContain('Compare the organization’s number');
    },
  );

  story.it('is not proven by a web page [unity 5 not-scim]', async ({ person, company, fault }) => {
    const page = { status: 200, body: '<html>Unity</html>', headers: { 'content-type': 'text/html' } };
    fault({ service: 'scim', path: company.organizationId, effect: { kind: 'status', ...page } });
    const card = await person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_not_scim' });
    expect(textOf(card)).toMatch(/may be a web page/);
  });

  story.it(
    'is asked about once more after a 429, and then the person hears it [unity 5 429]',
    async ({ person, company, fault, world }) => {
      const row = { service: 'scim' as const, path: `/tenants/${company.organizationId}${FILTER}` };
      const busy = { kind: 'status' as const, status: 429, headers: { 'retry-after': '1' } };
      fault({ ...row, times: 1, effect: busy });
      const plan = await person.setUp();
      expect(endOf(plan)).toEqual({ state: 'waiting', why: 'plan' });
      await person.press(plan, 'run.cancel');
      const lasting = fault({ ...row, effect: busy });
      const card = await person.setUp();
      expect(endOf(card)).toEqual({ state: 'failed', why: 'unity_throttled' });
      world.sandbox.context.faults.remove(lasting.id);
      expect(endOf(await person.press(card, 'run.retry'))).toEqual({ state: 'waiting', why: 'plan' });
    },
  );

  story.it('is asked about again when Unity is away for a moment, and nobody hears of it [unity 5 5xx]', async (stage) => {
    const { person, company, fault } = stage;
    const row = { service: 'scim' as const, effect: { kind: 'status' as const, status: 503 }, times: 1 };
    const [filter, count] = [FILTER, '/Users?startIndex'].map((path) =>
      fault({ ...row, path: `/tenants/${company.organizationId}${path}` }),
    );
    const plan = await person.setUp();
    expect(endOf(plan)).toEqual({ state: 'waiting', why: 'plan' });
    expect([filter?.hits, count?.hits]).toEqual([1, 1]);
    expect(textOf(plan)).not.toMatch(/Retry|status\.unity\.com|no usable answer/);
    expect(plan.run.runId).toMatch(/:1$/);
  });

  story.it('cannot be tried while Unity is down, and the card says where to look [unity 5 5xx]', async (stage) => {
    const row = unityAnswers(stage, 503, 3);
    const card = await stage.person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'unity_unreachable' });
    expect(textOf(card)).toContain('status.unity.com');
    stage.world.sandbox.context.faults.remove(row.id);
    expect(endOf(await stage.person.press(card, 'run.retry'))).toEqual({ state: 'waiting', why: 'plan' });
  });

  const firstSearchesRefused = ({ company, fault }: Stage, times: number) =>
    fault({
      service: 'scim',
      path: `/tenants/${company.organizationId}${FILTER}`,
      times,
      effect: { kind: 'status', status: 400 },
    });

  story.it(
    'that only Unity’s filter refuses is accepted, and the plan says that Entra’s test may fail [unity 5 400]',
    async (stage) => {
      firstSearchesRefused(stage, 2);
      const plan = await stage.person.setUp();
      expect(endOf(plan)).toEqual({ state: 'waiting', why: 'plan' });
      expect(textOf(plan)).toMatch(
        /refused the search that Entra’s Test Connection makes, and one for an address in your domains/,
      );
    },
  );

  story.it('whose filter wants a validated domain is accepted, and the plan says so [unity 5 400-domain]', async (stage) => {
    firstSearchesRefused(stage, 1);
    const plan = await stage.person.setUp();
    expect(endOf(plan)).toEqual({ state: 'waiting', why: 'plan' });
    expect(textOf(plan)).toMatch(/refused the search for a made-up name.*answered one for an address in a domain that you named/);
  });

  story.it(
    'whose filter wants a validated domain is named with it when Entra’s own test fails [unity 5 400-domain]',
    async ({ person }) => {
      const card = await person.setUp();
      expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_filter_refused' });
      expect(textOf(card)).toMatch(/token works.*refused the search[\s\S]*Ask Unity support to answer that with an empty list/);
    },
    { switches: { filterWithoutDomain: 'error' } },
  );

  story.it('is named with the filter when Entra’s own test then fails too [unity 5 400]', async ({ person, company, fault }) => {
    fault({ service: 'scim', path: `/tenants/${company.organizationId}${FILTER}`, effect: { kind: 'status', status: 400 } });
    const card = await person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'scim_filter_refused' });
    expect(textOf(card)).toMatch(/token works.*refused the search/);
  });
});

describe('the SCIM address', () => {
  const problem = async ({ person }: Stage, connectorUrl: string): Promise<string> => {
    const before = await person.person.openTokenForm();
    const answer = await person.person.client.submitDialog(findAction(before, 'setup.submitToken')!, {
      scimToken: 'canary-for-another-host',
      scimConnectorUrl: connectorUrl,
    });
    return answer.kind === 'dialog' ? JSON.stringify(answer.dialog.card) : answer.kind;
  };

  story.it(
    'on another host gets no token and no call; the form keeps the token and says so [unity 3.2 allow-list]',
    async (stage) => {
      const { world, company } = stage;
      const calls = () => world.sandbox.context.calls.list('scim').filter(({ path }) => path.includes(company.organizationId));
      const form = await problem(stage, `https://services.api.unity.com.example/scim/v2/tenants/${company.organizationId}`);
      expect(form).toContain('services.api.unity.com.example');
      expect(form).toMatch(/token kept/i);
      expect(form).not.toContain('canary-for-another-host');
      expect(calls()).toEqual([]);
    },
  );

  story.it(
    'below another path, or of another organization, is refused before anything is asked [unity 3.2 connector URL]',
    async (stage) => {
      const { world, company } = stage;
      const own = `${world.sandbox.unity.scimUrl}/tenants/${company.organizationId}`;
      for (const address of [`${own}/Users`, `${own}?aadOptscim062020`, `${world.sandbox.unity.scimUrl}/tenants/2999999999999`])
        expect(await problem(stage, address)).toContain('setup.submitToken');
    },
  );

  story.it(
    'as Unity’s dashboard shows it, with one slash more, is the computed one [unity 3.2 slash]',
    async ({ world, person, company }) => {
      const shown = await person.person.unity.connectorUrl();
      expect(shown).toBe(`${world.sandbox.unity.scimUrl}/tenants/${company.organizationId}`);
      expect(endOf(await person.setUp({ connectorUrl: `${shown}/` }))).toEqual({ state: 'waiting', why: 'plan' });
    },
  );
});

describe('the right to change provisioning', () => {
  const setRoles = ({ world, company }: Stage, ...roles: string[]) => {
    world.sandbox.context.tenant.users.find(({ id }) => id === company.administratorId)!.directoryRoles = roles;
  };

  story.it(
    'that is missing stops before anything, names the role and PIM, and Retry goes on with it [entra 6 forbidden]',
    async (stage) => {
      setRoles(stage);
      const card = await stage.person.setUp();
      expect(endOf(card)).toEqual({ state: 'failed', why: 'no_right' });
      expect(textOf(card)).toMatch(/Cloud Application Administrator.*PIM.*sign out.*sign in/s);
      setRoles(stage, 'Application Administrator');
      expect(endOf(await stage.person.press(card, 'run.retry'))).toEqual({ state: 'waiting', why: 'plan' });
    },
  );

  story.it('that ends between plan and Start changes nothing, and Retry finishes with it [entra 0.8 roles]', async (stage) => {
    const plan = await stage.person.setUp();
    setRoles(stage);
    const card = await stage.person.press(plan, 'plan.confirm');
    expect(endOf(card)).toEqual({ state: 'failed', why: 'no_right' });
    expect(stage.kept().jobs).toEqual([]);
    setRoles(stage, 'Cloud Application Administrator');
    expect(endOf(await stage.person.press(card, 'run.retry'))).toEqual({ state: 'done', why: null });
  });

  story.it('that ends in the middle stops at the next change, and Retry makes nothing twice', async (stage) => {
    const { person, company, fault, kept } = stage;
    const plan = await person.setUp();
    fault({
      service: 'graph',
      method: 'PUT',
      path: '/secrets',
      caller: company.administratorId,
      times: 1,
      effect: { kind: 'slow', ms: 1 },
    });
    const held = fault({
      service: 'graph',
      method: 'GET',
      path: '/schema',
      caller: company.administratorId,
      effect: { kind: 'hold' },
    });
    await person.person.press(plan.message, 'plan.confirm');
    await until(() => held.hits > 0); // the job is made, and its mapping is being read
    setRoles(stage);
    stage.world.sandbox.context.faults.remove(held.id);
    const card = await person.next(plan);
    expect(endOf(card)).toEqual({ state: 'failed', why: 'no_right' });
    expect(kept()).toMatchObject({ jobs: ['Disabled'], secrets: [], assigned: [] });
    setRoles(stage, 'Cloud Application Administrator');
    expect(endOf(await person.press(card, 'run.retry'))).toEqual({ state: 'done', why: null });
    expect(kept()).toMatchObject({ jobs: ['Active'], assigned: [company.administratorAddress] });
  });

  story.it('only to read passes the probe and fails where the first change is asked for [entra 6 probe]', async (stage) => {
    setRoles(stage, 'Provisioning Reader (custom)');
    const card = await stage.person.setUp();
    expect(endOf(card)).toEqual({ state: 'failed', why: 'no_right' });
    expect(textOf(card)).toMatch(/Test Connection/);
    expect(stage.kept().jobs).toEqual([]);
  });
});

describe('the app', () => {
  story.it(
    'from a plain registration is offered with the reason why it cannot be used [entra 0.1 plain]',
    async ({ person, company }) => {
      const form = JSON.stringify(await person.person.openTokenForm());
      expect(form).toContain('setup.submitApp'); // the first form again
      expect(form).toContain(company.appName);
      expect(form).toMatch(/template/);
    },
    { tenant: (_tenant, _company, app) => Object.assign(app, { applicationTemplateId: null }) },
  );

  story.it('is never chosen among several that fit [entra 1.3 choice]', async ({ person }) => {
    const start = await person.person.say('setup', ({ cards }) => findAction(cards[0], 'setup.open') !== undefined);
    const answer = await person.person.client.act(start, findAction(start.cards[0], 'setup.open')!);
    const form = answer.kind === 'dialog' ? answer.dialog.card : undefined;
    expect(findInput(form, 'servicePrincipalId')).toMatchObject({ id: 'servicePrincipalId' });
    expect(findInput(form, 'servicePrincipalId')?.value ?? '').toBe('');
  });

  const unityRoles = (...names: string[]) =>
    names.map((displayName, index) => ({
      id: `d0d0d0d0-0000-4000-8000-00000000000${index}`,
      displayName,
      value: null,
      allowedMemberTypes: ['User' as const],
      isEnabled: true,
    }));
  story.it(
    'without roles of its own assigns by the all-zero role [entra 1.4 default access]',
    async (stage) => {
      expect(endOf(await setUpWholly(stage))).toEqual({ state: 'done', why: null });
      const { value } = await stage.graph.call('GET', `/servicePrincipals/${stage.company.servicePrincipalId}/appRoleAssignedTo`);
      expect(value).toMatchObject([{ appRoleId: '00000000-0000-0000-0000-000000000000' }]);
    },
    { tenant: (_tenant, _company, app) => Object.assign(app, { appRoles: [] }) },
  );
  story.it(
    'with one role of its own assigns by that one [entra 1.4 roles]',
    async (stage) => {
      expect(endOf(await setUpWholly(stage))).toEqual({ state: 'done', why: null });
      const { value } = await stage.graph.call('GET', `/servicePrincipals/${stage.company.servicePrincipalId}/appRoleAssignedTo`);
      expect(value).toMatchObject([{ appRoleId: 'd0d0d0d0-0000-4000-8000-000000000000' }]);
    },
    { tenant: (_tenant, _company, app) => Object.assign(app, { appRoles: unityRoles('Designer') }) },
  );
  story.it(
    'with several roles and none named User stops and asks for one [entra 1.4 roles]',
    async ({ person }) => {
      const card = await person.setUp();
      expect(endOf(card)).toEqual({ state: 'failed', why: 'no_app_role' });
      expect(textOf(card)).toMatch(/Designer, Reviewer[\s\S]*Add a role named User/);
    },
    { tenant: (_tenant, _company, app) => Object.assign(app, { appRoles: unityRoles('Designer', 'Reviewer') }) },
  );
});

describe('two administrators', () => {
  story.it('who set up the same pair at once: the first goes on, the second hears who is at it', async (stage) => {
    const { world, company, person } = stage;
    const plan = await person.setUp();
    const colleague = await world.administrator(world.companies[company.index - 1]!);
    const other = await world.administrator({ ...company, administratorId: colleague.company.administratorId });
    const form = await other.person.openTokenForm();
    const answer = await other.person.client.submitDialog(findAction(form, 'setup.submitToken')!, {
      scimToken: await other.token(),
    });
    expect(JSON.stringify(answer)).toContain(`Admin ${String(company.index).padStart(4, '0')}`);
    expect(endOf(await person.press(plan, 'plan.confirm'))).toEqual({ state: 'done', why: null });
    expect(stage.kept().jobs).toEqual(['Active']);
  });
});

function findInput(card: unknown, id: string): Record<string, unknown> | undefined {
  if (Array.isArray(card)) return card.map((part) => findInput(part, id)).find((found) => found !== undefined);
  if (typeof card !== 'object' || card === null) return undefined;
  const object = card as Record<string, unknown>;
  return object.id === id && String(object.type).startsWith('Input.') ? object : findInput(Object.values(object), id);
}
