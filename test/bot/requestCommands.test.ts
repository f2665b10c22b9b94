import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../../src/store/audit';
import { listRequestsFor } from '../../src/store/requests';
import { adele, type BotBench, inPersonal, megan, mentioning, speaks, startBotBench } from './support/botBench';
import { allowRequests, connect, insertFrozen, ORGANIZATION, type RequestRows } from './support/requestRows';
import { TENANT_ID } from './support/settings';

const alex = { ...adele, objectId: '7b0c1d2e-0000-4000-8000-000000000002', mri: '29:alex', displayName: 'Alex Wilber' };

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
  await connect(bench.deps.store);
});
afterAll(() => bench.stop());
beforeEach(async () => {
  bench.forget();
  bench.stub.tokens.clear();
  await bench.deps.store.query('delete from requests');
  await bench.deps.store.query('delete from runs');
  await bench.deps.store.query('delete from pending_commands');
  await allowRequests(bench.deps.store);
});

const says = async (who: typeof adele, text: string, more: object = {}): Promise<string[]> => {
  await bench.say(text, { ...speaks(who), ...inPersonal(who), ...more });
  return bench.heard();
};
const reads = (who: typeof adele) => bench.stub.tokens.set(`${who.mri}|entraRead`, 'reads');
const ask = (rows: Partial<RequestRows> = {}) => insertFrozen(bench.deps.store, { by: megan, approvers: [adele, alex], ...rows });
const runs = () =>
  bench.deps.store.query<Record<string, unknown>>('select kind, subject, requested_by, acting_as, input from runs');
const lastCard = () => JSON.stringify(bench.stub.sent.at(-1)?.activity.attachments?.[0]?.content);
const signInConnection = () => bench.stub.sent.at(-1)?.activity.attachments?.[0]?.content.connectionName;

describe('somebody who is not signed in', () => {
  it.each(['provision alice@contoso.com', 'request alice@contoso.com', 'request', 'requests', 'request 1'])(
    '%s asks for a sign-in that only reads, where there are rules',
    async (text) => {
      expect(await says(megan, text)).toEqual([expect.stringMatching(/^sign-in: .*goes on by itself.*changes nothing/)]);
      expect(signInConnection()).toBe('entraRead');
      expect(await runs()).toEqual([]);
    },
  );

  it.each(['setup', 'status', 'settings', 'audit'])('%s asks for the one that acts', async (text) => {
    expect(await says(megan, text)).toEqual([expect.stringMatching(/^sign-in:/)]);
    expect(signInConnection()).toBe('entra');
  });

  it('without any rules is asked for the one that acts, since nobody can ask', async () => {
    await bench.deps.store.query('delete from policies');
    await says(megan, 'provision alice@contoso.com');
    expect(signInConnection()).toBe('entra');
  });

  it('goes on by themselves after the silent exchange: the command is a request', async () => {
    await says(megan, 'provision alice@contoso.com', { id: 'ask-1' });
    bench.forget();
    const exchange = { id: randomUUID(), connectionName: 'entraRead', token: 'sso' };
    expect((await bench.invoke('signin/tokenExchange', exchange, { ...speaks(megan), ...inPersonal(megan) })).status).toBe(200);
    expect(await bench.heard()).toEqual(['Signed in as Megan Bowen.']);
    expect(bench.asked).toContainEqual({
      what: 'start',
      input: { runId: `request:${TENANT_ID}:${ORGANIZATION}:ask-1:1`, kind: 'request' },
    });
    expect(bench.asked.find(({ what }) => what === 'requestProvision')).toBeUndefined();
  });
});

describe('provision', () => {
  it('of somebody with the right to act is a run', async () => {
    bench.signedIn(megan);
    reads(megan);
    await says(megan, 'provision alice@contoso.com');
    expect(bench.asked).toMatchObject([{ what: 'requestProvision', input: { person: megan } }]);
    expect(await runs()).toEqual([]);
  });

  it('of somebody who signed in for reading is a request of the person who signed the activity', async () => {
    reads(megan);
    expect(await says(megan, 'provision alice@contoso.com', { id: 'ask-2' })).toEqual([]);
    expect(await runs()).toEqual([
      {
        kind: 'request',
        subject: `request:${TENANT_ID}:${ORGANIZATION}:ask-2`,
        requested_by: megan,
        acting_as: megan,
        input: { connectionId: ORGANIZATION, people: ['alice@contoso.com'], reason: null, supersedes: null },
      },
    ]);
  });

  it('where this connection has no rules needs the right to act', async () => {
    await connect(bench.deps.store, '20000000000002', 'Unity for games');
    reads(megan);
    expect(await says(megan, 'provision alice@contoso.com to 20000000000002')).toEqual([expect.stringMatching(/^sign-in:/)]);
    expect(signInConnection()).toBe('entra');
    await bench.deps.store.query(`delete from connections where connection_id = '20000000000002'`);
  });
});

describe('request', () => {
  it.each([
    ['with the right to act', () => bench.signedIn(megan)],
    ['with a sign-in that only reads', () => reads(megan)],
  ])('freezes people and reason as they were typed, %s', async (_how, signIn) => {
    signIn();
    await says(megan, 'request Alice@contoso.com, bruno@contoso.com because both <join> *us*');
    expect(await runs()).toMatchObject([
      {
        kind: 'request',
        input: { people: ['alice@contoso.com', 'bruno@contoso.com'], reason: 'both <join> *us*', supersedes: null },
      },
    ]);
  });

  it('delivered again is one request [teams 1.7 redelivery]', async () => {
    reads(megan);
    await says(megan, 'request alice@contoso.com', { id: 'ask-4' });
    await says(megan, 'request alice@contoso.com', { id: 'ask-4' });
    expect(await runs()).toHaveLength(1);
  });

  it('without rules says that nobody can ask', async () => {
    await bench.deps.store.query('delete from policies');
    bench.signedIn(megan);
    expect(await says(megan, 'request alice@contoso.com')).toEqual([expect.stringMatching(/no rules yet.*settings/)]);
    expect(await says(megan, 'request')).toHaveLength(2);
    expect(await runs()).toEqual([]);
  });

  it('with rubbish behind it asks for nothing', async () => {
    reads(megan);
    expect(await says(megan, 'request alice@contoso.com please')).toEqual([expect.stringContaining('neither an address')]);
    expect(await says(megan, 'request because of it')).toHaveLength(2);
    expect(await runs()).toEqual([]);
  });

  it('alone answers with the button that opens the form', async () => {
    reads(megan);
    expect(await says(megan, 'request')).toEqual(['card: Ask for people in Unity']);
    expect(lastCard()).toContain('"verb":"request.open"');
  });

  it('in a group goes on in the personal chat', async () => {
    await says(megan, 'help');
    bench.forget();
    reads(megan);
    await bench.say('', { ...mentioning('request alice@contoso.com because secret'), ...speaks(megan) });
    expect(await bench.heard()).toEqual([expect.stringMatching(/personal chat/)]);
    const [run] = await bench.deps.store.query('select conversation_id from runs');
    expect(run).toEqual({ conversation_id: `a:${megan.objectId}` });
  });
});

describe('request 42', () => {
  it('brings the live card again to whoever has a copy here, and a view to others who may see it', async () => {
    const { number, requestId, activityId } = await ask();
    for (const who of [megan, alex]) bench.signedIn(who);
    await says(megan, `request ${number}`);
    await says(alex, `request #${number}`);
    expect(bench.asked).toEqual([
      {
        what: 'postAgain',
        input: {
          tenantId: TENANT_ID,
          conversationId: `a:${megan.objectId}`,
          tag: `run:${activityId.slice(0, activityId.lastIndexOf(':'))}`,
        },
      },
      {
        what: 'postAgain',
        input: { tenantId: TENANT_ID, conversationId: `a:${alex.objectId}`, tag: `request:${requestId}` },
      },
    ]);
    const inChannel = await ask({ channel: '19:channel' });
    expect(await says(alex, `request ${inChannel.number}`)).toEqual([`card: Request ${inChannel.number}`]);
    expect(lastCard()).toContain('request.approve');
  });

  it('is refused to everybody else, and of another number in words', async () => {
    const { number } = await ask({ approvers: [adele] });
    reads(alex);
    expect(await says(alex, `request ${number}`)).toEqual([expect.stringContaining(`You may not see request ${number}`)]);
    bench.forget();
    expect(await says(alex, 'request 4242')).toEqual([expect.stringContaining('There is no request 4242')]);
  });
});

describe('requests', () => {
  it('lists own and waiting ones, and nobody else’s', async () => {
    const own = await ask({ by: alex, approvers: [adele] });
    const waiting = await ask();
    const foreign = await ask({ approvers: [adele] });
    reads(alex);
    expect(await says(alex, 'requests')).toEqual(['card: Requests']);
    for (const { requestId } of [own, waiting]) expect(lastCard()).toContain(requestId);
    expect(lastCard()).not.toContain(foreign.requestId);
    expect(await listRequestsFor(bench.deps.store, alex)).toHaveLength(2);
  });

  it('with what the rules approved brings the card that runs it, to whoever may', async () => {
    await ask({ state: 'approved', autoApproved: true });
    reads(alex);
    reads(megan);
    expect(await says(alex, 'requests')).toEqual(['card: Requests', 'card: Run an approved request']);
    bench.forget();
    expect(await says(megan, 'requests')).toEqual(['card: Requests']);
  });

  it('of somebody without any says so', async () => {
    reads(megan);
    await says(megan, 'requests');
    expect(lastCard()).toContain('There is no request of yours');
  });
});

describe('settings and audit', () => {
  beforeEach(() => bench.signedIn());
  const withRights = async (rights: 'can' | 'cannot' | 'no_token', work: () => Promise<void>) => {
    const { probeRights } = bench.queries;
    const asked: unknown[] = [];
    bench.queries.probeRights = async (...input) => {
      asked.push(input);
      return rights;
    };
    await work().finally(() => {
      bench.queries.probeRights = probeRights;
    });
    return asked;
  };

  it('settings shows the rules of the connection with the button to their form, after the right was probed', async () => {
    const asked = await withRights('can', async () => {
      expect(await says(adele, 'settings')).toEqual(['card: Rules for requests']);
    });
    expect(asked).toEqual([[adele, 'aaaaaaaa-0000-4000-8000-00000000000a']]);
    expect(lastCard()).toContain(`"verb":"policy.open","connectionId":"${ORGANIZATION}"`);
    expect(lastCard()).toContain('Change the rules');
  });

  it('settings offers each of several connections', async () => {
    await connect(bench.deps.store, '20000000000003', 'Unity for films');
    await says(adele, 'settings');
    for (const text of [ORGANIZATION, '20000000000003', 'No rules yet']) expect(lastCard()).toContain(text);
    await bench.deps.store.query(`delete from connections where connection_id = '20000000000003'`);
  });

  it.each(['settings', 'audit'])('%s is for administrators', async (text) => {
    await withRights('cannot', async () => {
      expect(await says(adele, text)).toEqual([expect.stringContaining('Entra does not let this account')]);
    });
    bench.forget();
    await withRights('no_token', async () => {
      expect(await says(adele, text)).toEqual([expect.stringMatching(/^sign-in:/)]);
    });
  });

  it.each(['settings', 'audit'])('%s is not for guests', async (text) => {
    const { isGuest } = bench.queries;
    bench.queries.isGuest = async () => true;
    const heard = await says(adele, text);
    bench.queries.isGuest = isGuest;
    expect(heard).toEqual([expect.stringContaining('Guests')]);
  });

  it('audit shows the newest 20 rows and that the record is sound, or names the first bad row', async () => {
    const { store } = bench.deps;
    const audit = bench.deps.audit as AuditLog;
    for (let number = 1; number <= 21; number += 1)
      await store.transaction((sql) =>
        audit.append(sql, { tenantId: TENANT_ID, action: 'request.made', actor: megan, subject: 'x', facts: { number } }),
      );
    await says(adele, 'audit');
    expect(lastCard()).toContain('The record is sound');
    expect(lastCard().match(/Request made/g)).toHaveLength(20);
    await store.query('update audit set actor = null where tenant_id = $1 and number = 3', [TENANT_ID]);
    await says(adele, 'audit');
    expect(lastCard()).toContain('Row 3 does not fit');
  });
});
