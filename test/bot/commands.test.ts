import { randomUUID } from 'node:crypto';
import { GraphUnreachableError, SignInNeededError } from '../../src/errors';
import { saveConnection } from '../../src/store/connections';
import { answerAttempt, findAttempt, insertAttempt } from '../../src/store/decisions';
import { savedConnection } from '../support/connectionSamples';
import { adele, type BotBench, inPersonal, megan, mentioning, speaks, startBotBench } from './support/botBench';
import { TENANT_ID } from './support/settings';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.stub.tokens.clear();
  bench.stub.override = {};
});

const connect = (organizationId: string, appDisplayName = 'Unity Cloud SSO') =>
  saveConnection(
    bench.deps.store,
    savedConnection({
      connectionId: `c-${organizationId}`,
      tenantId: TENANT_ID,
      organizationId,
      servicePrincipalId: randomUUID(),
      appId: randomUUID(),
      appDisplayName,
      jobId: null,
      ruleId: null,
      appRoleId: null,
      savedSyncAll: null,
      setUpBy: adele,
    }),
  );

describe('without a sign-in', () => {
  it('help answers with its card', async () => {
    expect((await bench.say('help')).status).toBe(200);
    expect(await bench.heard()).toEqual(['card: What you can type']);
  });

  it('an unknown command is answered with the nearest one, and not carried out', async () => {
    await bench.say('provison alice@contoso.com');
    expect(await bench.heard()).toEqual([expect.stringContaining('Did you mean: provision alice@contoso.com')]);
    expect(bench.asked).toEqual([]);
  });

  it('a list with something that is nobody is not acted on', async () => {
    await bench.say('provision alice@contoso.com, @@@');
    expect(await bench.heard()).toEqual([expect.stringContaining('neither an address nor a name')]);
    expect(bench.asked).toEqual([]);
  });

  it('status asks to sign in and names what goes on afterwards', async () => {
    await bench.say('status');
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in: .*“status” goes on by itself/)]);
  });
});

describe('signed in', () => {
  beforeEach(() => bench.signedIn());

  it('sign in says that it is so already', async () => {
    await bench.say('sign in');
    expect(await bench.heard()).toEqual([expect.stringContaining('You are signed in as Adele Vance')]);
  });

  it('sign out ends both connections', async () => {
    bench.stub.tokens.set(`${adele.mri}|entraRead`, 'read-token');
    await bench.say('sign out');
    expect([...bench.stub.tokens.keys()]).toEqual([]);
    expect(await bench.heard()).toEqual([expect.stringContaining('Signed out')]);
  });

  it('sign out drops clicks that wait for a sign-in', async () => {
    const click = { tenantId: adele.tenantId, requestId: randomUUID(), activityId: 'f:waits' };
    const { store } = bench.deps;
    await insertAttempt(store, { ...click, actor: adele, verdict: 'approve', reason: null, conversationId: 'a:adele' });
    await answerAttempt(store, { ...click, objectId: adele.objectId }, { kind: 'sign_in' });
    await bench.say('sign out');
    expect(await findAttempt(store, { ...click, objectId: adele.objectId })).toMatchObject({
      state: 'answered',
      answer: { kind: 'refused', why: 'signed_out' },
    });
  });

  it('status says what to do where nothing is set up', async () => {
    await bench.say('status');
    expect(await bench.heard()).toEqual([expect.stringContaining('No Unity organization is set up here yet')]);
  });

  it('setup answers with the card whose button opens the form', async () => {
    await bench.say('setup');
    expect(await bench.heard()).toEqual(['card: Set up Unity provisioning']);
    const card = JSON.stringify(bench.stub.sent[0]?.activity);
    expect(card).toContain('"verb":"setup.open"');
    expect(card).toContain('Unity Cloud SSO');
  });

  it('a guest is refused, whatever their token could do', async () => {
    const { isGuest } = bench.queries;
    bench.queries.isGuest = async () => true;
    await bench.say('setup');
    await bench.say('status');
    bench.queries.isGuest = isGuest;
    expect(await bench.heard()).toEqual([expect.stringContaining('Guests'), expect.stringContaining('Guests')]);
  });

  it('Graph that does not answer is said in words', async () => {
    const { findSetupApps } = bench.queries;
    bench.queries.findSetupApps = () => Promise.reject(new GraphUnreachableError({ operation: 'find apps', status: null }));
    await bench.say('setup');
    bench.queries.findSetupApps = findSetupApps;
    expect(await bench.heard()).toEqual([expect.stringContaining('Microsoft Graph gave no usable answer')]);
  });

  it('an error that nobody foresaw shows a number and nothing else', async () => {
    const { findSetupApps } = bench.queries;
    bench.queries.findSetupApps = () => Promise.reject(new Error('secret detail of a driver'));
    await bench.say('setup');
    bench.queries.findSetupApps = findSetupApps;
    const [text] = await bench.heard();
    expect(text).toMatch(/log has more under [0-9a-f-]{36}/);
    expect(text).not.toContain('secret');
  });

  it('a token that is gone between the look and the use leads to a sign-in', async () => {
    const { findSetupApps } = bench.queries;
    bench.queries.findSetupApps = () =>
      Promise.reject(new SignInNeededError({ objectId: adele.objectId, connectionName: 'entra', reason: 'none' }));
    await bench.say('setup');
    bench.queries.findSetupApps = findSetupApps;
    expect(await bench.heard()).toEqual([expect.stringMatching(/^sign-in:/)]);
  });

  it('a token service that is silent is said, and nothing is asked of runs', async () => {
    bench.stub.override.token = (request) => void request.socket.destroy();
    await bench.say('provision alice@contoso.com');
    expect(await bench.heard()).toEqual([expect.stringContaining('sign-in service')]);
    expect(bench.asked).toEqual([]);
  });

  describe('provision', () => {
    it('without a connection says to set one up', async () => {
      await bench.say('provision alice@contoso.com');
      expect(await bench.heard()).toEqual([expect.stringContaining('No Unity organization is set up here yet')]);
    });

    it('asks for a run with the person of the signed activity and its id', async () => {
      await connect('20000000000001');
      await bench.say('Provision  Alice@Contoso.com; bruno@contoso.com', { id: '1485983408511' });
      expect(bench.asked).toEqual([
        {
          what: 'requestProvision',
          input: {
            person: adele,
            conversationId: `a:${adele.objectId}`,
            connectionId: 'c-20000000000001',
            activityId: '1485983408511',
            people: ['alice@contoso.com', 'bruno@contoso.com'],
          },
        },
      ]);
      expect(await bench.heard()).toEqual([]);
    });

    it('asks which organization where there are several, and takes its number, link or app', async () => {
      await connect('20000000000002', 'Unity for games');
      await bench.say('provision alice@contoso.com');
      expect(await bench.heard()).toEqual([expect.stringMatching(/20000000000001.*20000000000002/)]);
      expect(bench.asked).toEqual([]);
      await bench.say('provision alice@contoso.com to 20000000000002');
      await bench.say('provision alice@contoso.com to https://cloud.unity.com/home/organizations/20000000000002/settings');
      await bench.say('provision alice@contoso.com to Unity for games');
      expect(bench.asked.map(({ input }) => (input as { connectionId: string }).connectionId)).toEqual(
        Array(3).fill('c-20000000000002'),
      );
    });

    it('names the organizations there are for one that is not', async () => {
      await bench.say('provision alice@contoso.com to 99999999999999');
      expect(await bench.heard()).toEqual([expect.stringMatching(/99999999999999.*not set up here/)]);
      expect(bench.asked).toEqual([]);
    });
  });
});

describe('a message that Teams sends again', () => {
  it('is answered once [teams 1.7 redelivery]', async () => {
    await bench.say('help', { id: 'again' });
    await bench.say('help', { id: 'again' });
    expect(await bench.heard()).toHaveLength(1);
  });
  it('is answered once when both come at the same time [teams 1.7 redelivery]', async () => {
    await Promise.all([bench.say('help', { id: 'twice' }), bench.say('help', { id: 'twice' })]);
    expect(await bench.heard()).toHaveLength(1);
  });
});

describe('a reply that the connector does not take', () => {
  it('goes out by the rows that are sent again', async () => {
    let calls = 0;
    bench.stub.override.connector = (_request, response) => {
      calls += 1;
      if (calls === 1) response.status(502).end();
      else response.json({ id: '9' });
    };
    expect((await bench.say('help')).status).toBe(200);
    await bench.heard();
    expect(calls).toBe(2);
  });
});

describe('who may speak', () => {
  const strangers: [string, object][] = [
    ['somebody without an object id', { from: { id: '29:x', name: 'X' } }],
    ['somebody of another tenant', { channelData: { tenant: { id: randomUUID() } } }],
    [
      'somebody whose two tenant ids disagree',
      { conversation: { id: 'a:1', conversationType: 'personal', tenantId: randomUUID() } },
    ],
  ];
  it.each(strangers)('%s gets one plain refusal and changes nothing', async (_who, activity) => {
    await bench.say('help', activity);
    expect(await bench.heard()).toEqual([
      expect.stringMatching(/^This bot works only for members of the company that runs it\. Nothing was done\./),
    ]);
    expect(bench.asked).toEqual([]);
  });
  it.each(strangers)('%s gets a refusal to a click and to a form', async (_who, activity) => {
    const click = { action: { type: 'Action.Execute', verb: 'run.cancel', data: { runId: 'r' } }, trigger: 'manual' };
    expect(await bench.invoke('adaptiveCard/action', click, activity)).toMatchObject({
      status: 200,
      body: { statusCode: 403, type: 'application/vnd.microsoft.error' },
    });
    expect(await bench.invoke('task/fetch', { data: { verb: 'setup.open' } }, activity)).toMatchObject({
      body: { task: { type: 'message' } },
    });
    expect(await bench.heard()).toEqual([]);
    expect(bench.asked).toEqual([]);
  });
  it('an edited or deleted message is ignored [teams 1.3 edits]', async () => {
    expect((await bench.post({ type: 'messageUpdate', id: '1', text: 'help' })).status).toBe(200);
    expect((await bench.post({ type: 'messageDelete', id: '1' })).status).toBe(200);
    expect(await bench.heard()).toEqual([]);
  });
});

describe('in a group chat', () => {
  it('help answers there, without the mention [teams 8.5 mention]', async () => {
    await bench.say('', mentioning('help'));
    expect(await bench.heard()).toEqual(['card: What you can type']);
    expect(bench.stub.sent[0]?.conversationId).toBe('19:group@thread.v2');
  });

  it('what needs rights goes on in the personal chat of whoever asked [teams 2.3 personal only]', async () => {
    await bench.say('help');
    bench.forget();
    bench.signedIn();
    await bench.say('', mentioning('&nbsp;setup'));
    expect(await bench.heard()).toEqual([expect.stringContaining('personal chat'), 'card: Set up Unity provisioning']);
    expect(bench.stub.sent.map(({ conversationId }) => conversationId)).toEqual(['19:group@thread.v2', `a:${adele.objectId}`]);
  });

  it('a sign-in card is shown in the personal chat only [teams 2.3 personal only]', async () => {
    await bench.say('', mentioning('sign in'));
    await bench.heard();
    const cards = bench.stub.sent.filter(({ activity }) => activity.attachments);
    expect(cards.map(({ conversationId }) => conversationId)).toEqual([`a:${adele.objectId}`]);
  });

  it('a command of somebody without the app waits until they add it, and then goes on', async () => {
    bench.signedIn(megan);
    await bench.say('', { ...mentioning('setup'), ...speaks(megan) });
    expect(await bench.heard()).toEqual([expect.stringMatching(/Megan Bowen, add this app for yourself first/)]);
    bench.forget();
    await bench.post({ type: 'installationUpdate', id: 'i1', action: 'add', ...speaks(megan), ...inPersonal(megan) });
    expect(await bench.heard()).toEqual(['card: Unity Provisioning', 'card: Set up Unity provisioning']);
    expect(new Set(bench.stub.sent.map(({ conversationId }) => conversationId))).toEqual(new Set([`a:${megan.objectId}`]));
  });
});
