import { threadsOf } from '../../../sandbox/page/client/threads';
import type { MessageView } from '../../../sandbox/teams/clientTypes';

const message = (id: string, threadId?: string) => ({ id, ...(threadId ? { threadId } : {}) }) as MessageView;

describe('threads of a channel', () => {
  it('stand in the order in which they were begun, each with its answers [teams 1.2 thread]', () => {
    const threads = threadsOf([message('1', '1'), message('2', '2'), message('3', '1'), message('4')]);
    expect(threads.map(({ id, messages }) => [id, messages.map((one) => one.id)])).toEqual([
      ['1', ['1', '3']],
      ['2', ['2']],
      ['4', ['4']],
    ]);
  });
});
