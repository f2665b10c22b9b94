import { createOneByOne } from '../../src/bot/oneByOne';

describe('work with the same key', () => {
  it('is done in order, whatever each takes, and other keys do not wait', async () => {
    const oneByOne = createOneByOne();
    const order: string[] = [];
    let release: () => void = () => undefined;
    const first = oneByOne('a', async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('a1');
    });
    const second = oneByOne('a', async () => void order.push('a2'));
    await oneByOne('b', async () => void order.push('b1'));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['b1', 'a1', 'a2']);
  });

  it('goes on after an error, which only its own caller gets', async () => {
    const oneByOne = createOneByOne();
    const failing = oneByOne('a', () => Promise.reject(new Error('no')));
    const next = oneByOne('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
