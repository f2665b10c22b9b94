import { findSetupApps } from '../../src/queries/findSetupApps';
import { searchApps } from '../../src/queries/searchApps';
import { type Answer, type ScriptedServer, startScriptedServer } from '../entra/scriptedServer';
import { adele, appRow, queryTest, unityRow } from './queryTest';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const botAppId = 'APP-BOT';
const rows = {
  unity: unityRow,
  sandbox: appRow('sandbox', { displayName: 'Unity Sandbox', servicePrincipalNames: ['https://api.unity.com'] }),
  plain: appRow('plain', { displayName: 'Unity Plain', applicationTemplateId: null }),
  off: appRow('off', { displayName: 'Unity Old', accountEnabled: false }),
  bot: appRow('bot', { displayName: 'Unity Provisioning' }),
};
const byEntityId = (url: string) => url.includes('servicePrincipalNames%2Fany');
const answering = (entityId: object[], name: object[]) =>
  graph.always(({ url }) => ({ body: { value: byEntityId(url) ? entityId : name } }));

describe('apps for a setup', () => {
  it('come all, Unity first, unusable ones last with the reason, none picked [entra 1.3 choice]', async () => {
    answering([rows.unity, rows.sandbox], [rows.bot, rows.off, rows.plain, rows.unity]);
    const found = await findSetupApps({ ...queryTest(graph).deps, botAppId })(adele);
    expect(found.map(({ servicePrincipalId, usable, why, isUnity }) => [servicePrincipalId, usable, why, isUnity])).toEqual([
      ['unity', true, null, true],
      ['sandbox', true, null, false],
      ['off', false, 'disabled', false],
      ['plain', false, 'not_provisionable', false],
      ['bot', false, 'is_the_bot', false],
    ]);
  });

  it('are read with the token of the person who asks, fetched once for calls side by side', async () => {
    answering([], []);
    const { deps, asked, tokenCalls } = queryTest(graph);
    await findSetupApps({ ...deps, botAppId })(adele);
    expect([asked, tokenCalls()]).toEqual([[{ person: adele, timeoutMs: 8000 }], 1]);
    expect(graph.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('need a sign-in first', async () => {
    await expect(findSetupApps({ ...queryTest(graph, 'none').deps, botAppId })(adele)).rejects.toMatchObject({
      code: 'sign_in_needed',
    });
  });

  it.each<[string, Answer]>([
    ['does not answer', 'hang'],
    ['is away', { status: 503 }],
  ])('end within their time when Graph %s, without a repeat', async (_, answer) => {
    graph.always(answer);
    await expect(findSetupApps({ ...queryTest(graph).deps, botAppId, budgetMs: 150 })(adele)).rejects.toMatchObject({
      code: 'graph_unreachable',
    });
    expect(new Set(graph.requests.map(({ url }) => url)).size).toBe(graph.requests.length);
  });
});

describe('a search for apps', () => {
  const search = (typed: string, tokens: 'given' | 'none' | 'never' = 'given', budgetMs = 5000) =>
    searchApps({ ...queryTest(graph, tokens).deps, botAppId, budgetMs })(adele, typed);
  const typedFilter = (url: string) => new URL(url, graph.url).searchParams.get('$filter') ?? '';

  it('gives names that begin so, and Unity apps whose name contains it, each once', async () => {
    graph.always(({ url }) => {
      const filter = typedFilter(url);
      if (byEntityId(url)) return { body: { value: [rows.unity] } };
      return {
        body: {
          value: filter.includes("'Unity'")
            ? [rows.sandbox, rows.plain]
            : [rows.sandbox, appRow('sandstorm', { displayName: 'Sandstorm' })],
        },
      };
    });
    const { apps, complete } = await search(' sand ');
    expect([apps.map(({ servicePrincipalId }) => servicePrincipalId), complete]).toEqual([['sandstorm', 'sandbox'], true]);
    expect(graph.requests.map(({ url }) => typedFilter(url))).toContain("startsWith(displayName,'sand')");
  });

  it('says why an app cannot be used', async () => {
    answering([], [rows.plain]);
    await expect(search('Unity')).resolves.toMatchObject({ apps: [{ usable: false, why: 'not_provisionable' }] });
  });

  it('of nothing gives the Unity apps', async () => {
    answering([rows.unity], [rows.plain]);
    const { apps } = await search('');
    expect(apps.map(({ servicePrincipalId }) => servicePrincipalId)).toEqual(['unity', 'plain']);
    expect(graph.requests).toHaveLength(2);
  });

  it('answers at its deadline with what has come', async () => {
    graph.always(({ url }) => (typedFilter(url).includes("'Trav'") ? { body: { value: [appRow('travel')] } } : 'hang'));
    const { apps, complete } = await search('Trav', 'given', 1_500);
    expect([apps.map(({ servicePrincipalId }) => servicePrincipalId), complete]).toEqual([['travel'], false]);
  });

  it('answers at its deadline with nothing when the token does not come: both share one deadline', async () => {
    await expect(search('Trav', 'never', 150)).resolves.toEqual({ apps: [], complete: false });
    expect(graph.requests).toHaveLength(0);
  });

  it('without a token, or when Graph says no, is empty and not complete', async () => {
    await expect(search('Trav', 'none')).resolves.toEqual({ apps: [], complete: false });
    graph.always({ status: 403 });
    await expect(search('Trav')).resolves.toEqual({ apps: [], complete: false });
  });

  it('keeps the apps of one answer when the other fails', async () => {
    graph.always(({ url }) => (typedFilter(url).includes("'Trav'") ? { body: { value: [appRow('travel')] } } : { status: 503 }));
    await expect(search('Trav')).resolves.toMatchObject({ apps: [{ servicePrincipalId: 'travel' }], complete: false });
  });

  it('gives 2 s to token and calls together', async () => {
    answering([], []);
    const { deps, asked } = queryTest(graph);
    await searchApps({ ...deps, botAppId })(adele, 'x');
    expect(asked[0]?.timeoutMs).toBe(2000);
  });
});
