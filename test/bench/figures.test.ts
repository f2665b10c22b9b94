import { asTable, isWell, percentile } from '../../bench/figures';
import { stretchesOf } from '../../bench/setupTime';

const call = (path: string, atMs: number, ms: number) => ({
  service: 'graph' as const,
  method: 'GET',
  path,
  status: 200,
  at: new Date(atMs).toISOString(),
  ms,
});

it('counts calls that run side by side once, and calls that follow each other each', () => {
  const stretches = stretchesOf([call('/c', 500, 100), call('/a', 0, 100), call('/b?x=1', 20, 130)]);
  expect(stretches).toEqual([
    { from: 0, to: 150, calls: ['GET /a', 'GET /b'] },
    { from: 500, to: 600, calls: ['GET /c'] },
  ]);
});

it('counts a call inside another not at all', () => {
  expect(stretchesOf([call('/a', 0, 300), call('/b', 100, 50)]).map(({ from, to }) => to - from)).toEqual([300]);
});

it('gives the sample below which the share lies', () => {
  const samples = Array.from({ length: 50 }, (_, index) => 50 - index);
  expect([percentile(samples, 0.5), percentile(samples, 0.99), percentile([7], 0.5)]).toEqual([25, 50, 7]);
});

it('says which figure misses its limit, and lets one without a limit be', () => {
  const figure = { name: 'first answer', unit: 'ms' as const, means: 'measured' };
  expect([
    isWell({ ...figure, value: 300, atMost: 300 }),
    isWell({ ...figure, value: 301, atMost: 300 }),
    isWell({ ...figure, value: 9e9 }),
  ]).toEqual([true, false, true]);
  expect(asTable([{ ...figure, value: 301, atMost: 300 }])).toMatch(/301 ms +at most 300 ms +MISSED\n +measured/);
});
