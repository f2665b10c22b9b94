import { lookThenRepeat, repeatAfterMs } from '../../src/workflows/repeatLater';

const failed = (code: string, facts: object = {}) => Object.assign(new Error(code), { code, facts });

describe('work that failed', () => {
  it('is done again after the wait that Graph asks for, or after our own [entra 7.2 Retry-After]', () => {
    expect(repeatAfterMs(failed('graph_throttled', { retryAfterSeconds: 7 }), 100)).toBe(7000);
    expect(repeatAfterMs(failed('graph_throttled', { retryAfterSeconds: null }), 100)).toBe(100);
    expect(repeatAfterMs(failed('graph_unreachable'), 100)).toBe(100);
  });

  it('is not done again when Graph asks for more than a minute: a person decides then', () => {
    expect(repeatAfterMs(failed('graph_throttled', { retryAfterSeconds: 61 }), 100)).toBeUndefined();
  });

  it.each(['graph_refused', 'no_right', 'sign_in_needed'])('is not done again after %s', (code) => {
    expect(repeatAfterMs(failed(code), 100)).toBeUndefined();
  });
});

describe('a number of tries', () => {
  const works = (failures: Error[]) => {
    const tries: number[] = [];
    const work = async (tried: number) => {
      tries.push(tried);
      const failure = failures.shift();
      if (failure) throw failure;
      return 'done';
    };
    return { tries, work };
  };

  it('ends with the first that works, and each try knows its number', async () => {
    const { tries, work } = works([failed('graph_unreachable'), failed('graph_throttled')]);
    await expect(lookThenRepeat(3, 1, work)).resolves.toBe('done');
    expect(tries).toEqual([1, 2, 3]);
  });

  it('ends with the last error when none works', async () => {
    const { tries, work } = works([failed('graph_unreachable'), failed('graph_unreachable'), failed('graph_throttled')]);
    await expect(lookThenRepeat(3, 1, work)).rejects.toMatchObject({ code: 'graph_throttled' });
    expect(tries).toEqual([1, 2, 3]);
  });
});
