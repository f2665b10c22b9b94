import { ConnectorError } from '../../../sandbox/teams/connectorError';
import { createRateTable, type RateKind } from '../../../sandbox/teams/rateTable';

function table(on = true) {
  let at = 1_000_000;
  const rates = createRateTable(
    () => on,
    () => at,
  );
  const take = (kind: RateKind, conversation = 'a:1'): number | undefined => {
    try {
      rates.take(kind, conversation);
      return undefined;
    } catch (error) {
      if (error instanceof ConnectorError) return error.retryAfterSeconds;
      throw error;
    }
  };
  const pass = (ms: number) => {
    at += ms;
  };
  return { take, pass };
}

describe('rate table', () => {
  it('lets 7 messages a second into one conversation and then says how long to wait [teams 5 send limit]', () => {
    const { take } = table();
    expect(Array.from({ length: 8 }, () => take('send'))).toEqual([...Array(7).fill(undefined), 1]);
  });

  it('holds the window of 2 seconds, and that of 30 seconds after it', () => {
    const { take, pass } = table();
    for (let count = 0; count < 7; count += 1) take('send');
    pass(1_001);
    expect(take('send')).toBeUndefined();
    expect(take('send')).toBe(1);
    let sent = 8;
    for (let step = 0; step < 20; step += 1) {
      pass(1_001);
      while (take('send') === undefined) sent += 1;
    }
    expect(sent).toBe(60);
    expect(take('send')).toBeGreaterThan(1);
  });

  it('counts each conversation and each kind of call by itself', () => {
    const { take } = table();
    for (let count = 0; count < 7; count += 1) take('send');
    expect(take('send', 'a:2')).toBeUndefined();
    expect(take('create')).toBeUndefined();
    expect(take('read')).toBeUndefined();
  });

  it('takes 50 calls a second from one app and tenant [teams 5 tenant limit]', () => {
    const { take } = table();
    const answers = Array.from({ length: 51 }, (_, index) => take('send', `a:${index}`));
    expect(answers.filter((wait) => wait === undefined)).toHaveLength(50);
    expect(answers[50]).toBe(1);
  });

  it('counts nothing while the switch is off', () => {
    const { take } = table(false);
    expect(Array.from({ length: 60 }, () => take('send')).filter((wait) => wait !== undefined)).toEqual([]);
  });

  it('does not count a call that was refused', () => {
    const { take, pass } = table();
    for (let count = 0; count < 20; count += 1) take('send');
    pass(2_001);
    expect(take('send')).toBeUndefined();
  });
});
