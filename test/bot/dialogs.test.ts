import { randomUUID } from 'node:crypto';
import { CONFIRMED } from '../../sandbox/journey/administrator';
import { appForm, unityForm } from '../../src/cards/words/formWords';
import type { SetupInput } from '../../src/provisioning/setup';
import { adele, type BotBench, dialogCard, inPersonal, megan, speaks, startBotBench, unityApp } from './support/botBench';
import { TENANT_ID } from './support/settings';

const ORGANIZATION = '20000000000001';
const TOKEN = 'canary-token-value-1234567890';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.signedIn();
});

/** Types `setup` and gives the draft that its button names. */
async function startSetup(): Promise<string> {
  await bench.say('setup');
  return /"draftId":"([0-9a-f-]{36})"/.exec(JSON.stringify(bench.stub.sent.at(-1)?.activity))?.[1] ?? '';
}
const open = (draftId: string, more: object = {}) =>
  bench.invoke(
    'task/fetch',
    { data: { msteams: { type: 'task/fetch' }, verb: 'setup.open', draftId }, context: { theme: 'dark' } },
    more,
  );
const submit = (verb: string, data: object, more: object = {}) => bench.invoke('task/submit', { data: { verb, ...data } }, more);

const filled = (draftId: string, more: object = {}) => ({
  draftId,
  organization: ORGANIZATION,
  servicePrincipalId: unityApp.servicePrincipalId,
  domains: 'Contoso.com, contoso.de',
  ...CONFIRMED,
  ...more,
});
const sealedTokens = async () =>
  (await bench.deps.store.query<{ secret_id: string; subject: string }>('select secret_id, subject from secrets')).map(
    ({ secret_id, subject }) => ({ secretId: secret_id, subject }),
  );

describe('the first form', () => {
  it('opens with the apps and domains that were found before', async () => {
    const { body } = await open(await startSetup());
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: appForm.title } } });
    expect(dialogCard(body)).toContain('setup.submitApp');
    expect(dialogCard(body)).toContain('"value":"contoso.com"');
    expect(dialogCard(body)).toContain(unityApp.servicePrincipalId);
  });

  it.each([{ msteams: { type: 'task/fetch' } }, {}])(
    'is told by its verb, with or without the part that was for Teams: %j [teams 1.6 verb]',
    async (forTeams) => {
      const data = { ...forTeams, verb: 'setup.open', draftId: await startSetup() };
      const { body } = await bench.invoke('task/fetch', { data });
      expect(body).toMatchObject({ task: { type: 'continue', value: { title: appForm.title } } });
    },
  );

  it('does not open for anybody else, whatever id the card carries', async () => {
    const { body } = await open(await startSetup(), { ...speaks(megan), ...inPersonal(megan) });
    expect(body).toMatchObject({ task: { type: 'message', value: expect.stringContaining('belongs to somebody else') } });
  });

  it.each([
    ['no id', undefined],
    ['an unknown id', randomUUID()],
    ['no GUID', '1 or 1=1'],
  ])('with %s says how to begin again', async (_what, draftId) => {
    expect((await open(draftId as string)).body).toMatchObject({ task: { type: 'message' } });
  });

  const problems: [string, object, string][] = [
    ['no organization', { organization: '' }, 'Type the organization’s number'],
    ['the UUID of an organization', { organization: randomUUID() }, 'This is the organization’s UUID'],
    ['“default”', { organization: 'default' }, '“default” means'],
    [
      'a SCIM address on another host',
      { organization: `https://evil.example/scim/v2/tenants/${ORGANIZATION}` },
      'evil.example is not Unity Cloud',
    ],
    ['no app', { servicePrincipalId: '' }, 'Choose an Entra app'],
    ['text for an app', { servicePrincipalId: 'Unity' }, 'Choose an Entra app'],
    ['no domain', { domains: ' ' }, 'Name at least one e-mail domain'],
    ['rubbish for a domain', { domains: 'contoso' }, '“contoso” is not a domain'],
    ['an unchecked statement', { scimIsEnabled: 'false' }, 'The setup needs all five'],
  ];
  it.each(problems)('shows %s beside the field and keeps the rest [teams 1.6 redisplay]', async (_what, change, sentence) => {
    const draftId = await startSetup();
    const { body } = await submit('setup.submitApp', filled(draftId, change));
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: appForm.title } } });
    expect(dialogCard(body)).toContain('setup.submitApp');
    expect(dialogCard(body)).toContain(sentence);
    if (!('domains' in change)) expect(dialogCard(body)).toContain('Contoso.com, contoso.de');
  });

  it.each(['false', '', undefined, 'yes', false, 1])(
    'takes a toggle of %j for unchecked [teams 4 values]',
    async (scimIsEnabled) => {
      const { body } = await submit('setup.submitApp', filled(await startSetup(), { scimIsEnabled }));
      expect(dialogCard(body)).toContain('The setup needs all five');
    },
  );

  it('takes an app from typeahead, and says why one of those cannot be used', async () => {
    const draftId = await startSetup();
    const found = {
      ...unityApp,
      servicePrincipalId: randomUUID(),
      displayName: 'Plain registration',
      usable: false,
      why: 'not_provisionable' as const,
    };
    const { searchApps } = bench.queries;
    bench.queries.searchApps = async () => ({ apps: [found], complete: true });
    const search = await bench.invoke('application/search', {
      queryText: 'Pla',
      queryOptions: { skip: 0, top: 15 },
      dataset: 'apps',
    });
    bench.queries.searchApps = searchApps;
    expect(search.body).toMatchObject({
      statusCode: 200,
      type: 'application/vnd.microsoft.search.searchResponse',
      value: { results: [{ title: expect.stringMatching(/^Plain registration \(.*template/), value: found.servicePrincipalId }] },
    });
    const { body } = await submit('setup.submitApp', filled(draftId, { servicePrincipalId: found.servicePrincipalId }));
    expect(dialogCard(body)).toContain('Cannot be used: a plain app registration');
  });

  it.each([
    ['its number', ORGANIZATION],
    ['a dashboard link', `https://cloud.unity.com/home/organizations/${ORGANIZATION}/settings`],
    ['the SCIM base connector URL', `https://services.api.unity.com/scim/v2/tenants/${ORGANIZATION}/`],
  ])('takes the organization as %s and goes on to the second form', async (_what, organization) => {
    const { body } = await submit('setup.submitApp', filled(await startSetup(), { organization }));
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: unityForm.title } } });
    expect(dialogCard(body)).toContain('setup.submitToken');
    expect(dialogCard(body)).toContain(`https://services.api.unity.com/scim/v2/tenants/${ORGANIZATION}`);
    expect(dialogCard(body)).toContain('"style":"Password"');
  });
});

describe('the second form', () => {
  async function atSecondForm(): Promise<string> {
    const draftId = await startSetup();
    await submit('setup.submitApp', filled(draftId));
    return draftId;
  }
  beforeEach(() => bench.deps.store.query('delete from secrets'));

  it('seals the token and asks for a run that only refers to it [unity 2 statements]', async () => {
    const draftId = await atSecondForm();
    const { body } = await submit('setup.submitToken', { draftId, scimToken: TOKEN, scimConnectorUrl: '' });
    expect(body).toMatchObject({ task: { type: 'message', value: expect.stringContaining('The plan appears in the chat') } });
    const [sealed] = await sealedTokens();
    expect(bench.asked).toEqual([
      {
        what: 'requestSetup',
        input: {
          activityId: expect.stringMatching(/./),
          person: adele,
          conversationId: `a:${adele.objectId}`,
          setup: {
            organizationId: ORGANIZATION,
            scimConnectorUrl: `https://services.api.unity.com/scim/v2/tenants/${ORGANIZATION}`,
            servicePrincipalId: unityApp.servicePrincipalId,
            appDisplayName: 'Unity Cloud SSO',
            domains: ['contoso.com', 'contoso.de'],
            statements: {
              planIsEnterpriseOrIndustry: true,
              ssoIsConfigured: true,
              scimTabIsVisible: true,
              scimIsEnabled: true,
              isOwnerOrManager: true,
              statedAt: expect.stringMatching(/^\d{4}-/),
            },
            scimTokenRef: sealed?.secretId,
            testPersonId: adele.objectId,
          },
        },
      },
    ]);
    expect(JSON.stringify(bench.asked)).not.toContain(TOKEN);
  });

  it('keeps no token in the draft, in no message and in no form', async () => {
    const draftId = await atSecondForm();
    const { body } = await submit('setup.submitToken', { draftId, scimToken: TOKEN, scimConnectorUrl: 'https://evil.example/' });
    const drafts = await bench.deps.store.query('select content from drafts');
    for (const text of [dialogCard(body), JSON.stringify(drafts), JSON.stringify(bench.stub.sent)])
      expect(text).not.toContain(TOKEN);
    expect(await sealedTokens()).toHaveLength(1);
  });

  it.each([
    ['spaces and line breaks', ` ${TOKEN.slice(0, 10)}\r\n ${TOKEN.slice(10)}\u00a0`],
    ['the word Bearer', `Bearer ${TOKEN}`],
  ])('removes %s from the token', async (_what, scimToken) => {
    await submit('setup.submitToken', { draftId: await atSecondForm(), scimToken });
    const { setup } = bench.asked[0]!.input as { setup: SetupInput };
    expect(await bench.deps.secrets.open(bench.deps.store, TENANT_ID, setup.scimTokenRef)).toBe(TOKEN);
  });

  it('shown again says that the token is kept, and then goes on without it', async () => {
    const draftId = await atSecondForm();
    const { body } = await submit('setup.submitToken', {
      draftId,
      scimToken: TOKEN,
      scimConnectorUrl: 'https://evil.example/scim/v2',
    });
    expect(dialogCard(body)).toContain('Token kept');
    expect(dialogCard(body)).toContain('evil.example is not Unity Cloud');
    expect(bench.asked).toEqual([]);
    await submit('setup.submitToken', { draftId, scimToken: '', scimConnectorUrl: '' });
    expect(bench.asked.map(({ what }) => what)).toEqual(['requestSetup']);
  });

  it('a token pasted again replaces the one that was kept', async () => {
    const draftId = await atSecondForm();
    await submit('setup.submitToken', { draftId, scimToken: 'first-token', scimConnectorUrl: 'https://evil.example/' });
    await submit('setup.submitToken', { draftId, scimToken: TOKEN, scimConnectorUrl: '' });
    const sealed = await sealedTokens();
    expect(sealed).toHaveLength(1);
    expect(await bench.deps.secrets.open(bench.deps.store, TENANT_ID, sealed[0]?.secretId ?? '')).toBe(TOKEN);
  });

  it.each([
    ['without a token', { scimToken: '' }, 'Paste the bearer token'],
    ['with a page instead of a token', { scimToken: 'x'.repeat(9_000) }, 'too long for a token'],
    [
      'with the address of another organization',
      { scimToken: TOKEN, scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/29999999999999' },
      'another organization',
    ],
    [
      'with another host',
      { scimToken: TOKEN, scimConnectorUrl: `https://services.api.unity.com.evil.example/scim/v2/tenants/${ORGANIZATION}` },
      'is not Unity Cloud',
    ],
  ])('%s asks for no run', async (_what, data, sentence) => {
    const { body } = await submit('setup.submitToken', { draftId: await atSecondForm(), ...data });
    expect(dialogCard(body)).toContain(sentence);
    expect(bench.asked).toEqual([]);
  });

  it('goes back to the first form with what was typed', async () => {
    const { body } = await submit('setup.back', { draftId: await atSecondForm() });
    expect(dialogCard(body)).toContain(ORGANIZATION);
    expect(dialogCard(body)).toContain('Contoso.com, contoso.de');
  });

  it('says who has an open setup when the run is refused', async () => {
    bench.runAnswers.push({ kind: 'refused', why: 'run_open_elsewhere', by: 'Alex Wilber' });
    const { body } = await submit('setup.submitToken', { draftId: await atSecondForm(), scimToken: TOKEN });
    expect(body).toMatchObject({ task: { type: 'message', value: expect.stringContaining('Alex Wilber') } });
  });

  it('cannot be sent after the first form was sent again and refused', async () => {
    const draftId = await atSecondForm();
    await submit('setup.submitApp', filled(draftId, { ssoIsConfigured: 'false' }));
    expect((await submit('setup.submitToken', { draftId, scimToken: TOKEN })).body).toMatchObject({
      task: { type: 'message', value: expect.stringMatching(/type: setup/i) },
    });
    expect(bench.asked).toEqual([]);
  });

  it('cannot be reached before the first form was accepted', async () => {
    const { body } = await submit('setup.submitToken', { draftId: await startSetup(), scimToken: TOKEN });
    expect(body).toMatchObject({ task: { type: 'message' } });
    expect(await sealedTokens()).toEqual([]);
  });

  it('sent again with the same id asks once and gets the same answer [teams 1.7 redelivery]', async () => {
    const draftId = await atSecondForm();
    const data = { draftId, scimToken: TOKEN };
    const [first, second] = [
      await submit('setup.submitToken', data, { id: 'f:same' }),
      await submit('setup.submitToken', data, { id: 'f:same' }),
    ];
    expect(second).toEqual(first);
    expect(bench.asked).toHaveLength(1);
  });
});
