import { emailDomains } from '../../src/queries/emailDomains';
import { probeRights } from '../../src/queries/probeRights';
import { graphError } from '../entra/graphClient';
import { type Answer, type ScriptedServer, startScriptedServer } from '../entra/scriptedServer';
import { adele, queryTest } from './queryTest';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

describe('rights', () => {
  const probe = (tokens: 'given' | 'none' | 'never' = 'given') =>
    probeRights({ ...queryTest(graph, tokens).deps, budgetMs: 2_000 })(adele, 'sp-1');
  const denied: Answer = { status: 403, body: graphError('Authorization_RequestDenied') };
  const early: Answer = { status: 401, body: graphError('Unauthorized') };

  it('are probed by reading the jobs, with the token of the person [entra 6 probe]', async () => {
    graph.answers({ body: { value: [] } });
    await expect(probe()).resolves.toBe('can');
    expect(graph.requests).toMatchObject([
      {
        method: 'GET',
        url: '/v1.0/servicePrincipals/sp-1/synchronization/jobs',
        headers: { authorization: 'Bearer made-up-token' },
      },
    ]);
  });

  it.each<[string, Answer[], string]>([
    ['403', [denied], 'cannot'],
    ['one 401 and then 200 [entra 2.1 early-401]', [early, { body: { value: [] } }], 'can'],
    ['two 401 [entra 6 sync-401]', [early, early], 'cannot'],
    ['a claims challenge [entra 8.3 challenge]', [{ status: 403, body: graphError('insufficient_claims') }], 'no_token'],
  ])('after %s', async (_, answers, expected) => {
    graph.answers(...answers);
    await expect(probe()).resolves.toBe(expected);
    expect(graph.requests).toHaveLength(answers.length);
  });

  it('of somebody who did not sign in are unknown', async () => {
    await expect(probe('none')).resolves.toBe('no_token');
  });

  it('stay open when Graph does not say', async () => {
    graph.answers({ status: 503 }, 'hang');
    await expect(probe()).rejects.toMatchObject({ code: 'graph_unreachable' });
    await expect(probe()).rejects.toMatchObject({ code: 'graph_unreachable' });
    await expect(probe('never')).rejects.toMatchObject({ code: 'graph_unreachable' });
  });
});

describe('e-mail domains to begin with', () => {
  const person = (more: object) => ({
    id: 'p-1',
    displayName: 'Adele',
    userPrincipalName: 'adele@contoso.com',
    mail: null,
    userType: 'Member',
    ...more,
  });
  const domainsOf = (answer: Answer, tokens: 'given' | 'none' = 'given') => {
    graph.answers(answer);
    return emailDomains({ ...queryTest(graph, tokens).deps, budgetMs: 2_000 })(adele);
  };

  it.each([
    [{ mail: 'Adele@Mail.Contoso.com' }, ['mail.contoso.com', 'contoso.com']],
    [{ mail: 'adele@CONTOSO.com' }, ['contoso.com']],
    [{ mail: null }, ['contoso.com']],
    [{ mail: 'adele@contoso.com', userPrincipalName: 'adele@contoso.onmicrosoft.com' }, ['contoso.com']],
    [{ userPrincipalName: 'adele_partner.example#EXT#@contoso.com', userType: 'Guest', mail: 'adele@partner.example' }, []],
  ])('of %j are %j', async (more, expected) => {
    await expect(domainsOf({ body: person(more) })).resolves.toEqual(expected);
  });

  it.each<[string, Answer]>([
    ['refuses', { status: 403 }],
    ['is away', { status: 503 }],
    ['does not answer', 'hang'],
  ])('are none when Graph %s', async (_, answer) => {
    await expect(domainsOf(answer)).resolves.toEqual([]);
  });

  it('need a sign-in first', async () => {
    await expect(domainsOf({ body: person({}) }, 'none')).rejects.toMatchObject({ code: 'sign_in_needed' });
  });
});
