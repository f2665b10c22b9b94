import { searchGroups } from '../../src/queries/searchGroups';
import { type ScriptedServer, startScriptedServer } from '../entra/scriptedServer';
import { adele, queryTest } from './queryTest';

let graph: ScriptedServer;
beforeEach(async () => {
  graph = await startScriptedServer();
});
afterEach(() => graph.close());

const search = (typed: string, tokens: 'given' | 'none' | 'never' = 'given', budgetMs = 2_000) =>
  searchGroups({ ...queryTest(graph, tokens).deps, budgetMs })(adele, typed);

describe('a search for groups', () => {
  it('gives those whose names begin so, with quotes in a name kept harmless', async () => {
    graph.answers({
      body: {
        value: [
          { id: 'g-1', displayName: "Sean's artists" },
          { id: 'g-2', displayName: null },
        ],
      },
    });
    await expect(search(" Sean's ")).resolves.toEqual([
      { objectId: 'g-1', displayName: "Sean's artists" },
      { objectId: 'g-2', displayName: 'g-2' },
    ]);
    const { pathname, searchParams } = new URL(graph.requests[0]?.url ?? '', graph.url);
    expect([pathname, searchParams.get('$filter'), searchParams.get('$top')]).toEqual([
      '/v1.0/groups',
      "startsWith(displayName,'Sean''s')",
      '25',
    ]);
    expect(graph.requests[0]?.headers.authorization).toBe('Bearer made-up-token');
  });

  it('of nothing asks nothing', async () => {
    await expect(search('  ')).resolves.toEqual([]);
    expect(graph.requests).toEqual([]);
  });

  it('is empty when Graph refuses, is away or does not answer, and without a token', async () => {
    graph.answers({ status: 403 }, { status: 503 }, 'hang');
    for (const _ of [1, 2, 3]) await expect(search('Unity')).resolves.toEqual([]);
    await expect(search('Unity', 'none')).resolves.toEqual([]);
    await expect(search('Unity', 'never', 150)).resolves.toEqual([]);
  });

  it('gives 2 s to token and call together', async () => {
    graph.answers({ body: { value: [] } });
    const { deps, asked } = queryTest(graph);
    await searchGroups(deps)(adele, 'x');
    expect(asked).toEqual([{ person: adele, timeoutMs: 2000 }]);
  });
});
