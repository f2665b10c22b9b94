import { Writable } from 'node:stream';
import { GraphRefusedError } from '../src/errors';
import { createLog } from '../src/log';

const CANARY = 'canary-value-1234567890';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  write(createLog('trace', sink));
  return text;
}

describe('a log line', () => {
  it('is JSON with time, level and whatever the logger was bound to', () => {
    const line = JSON.parse(logged((log) => log.child({ runId: 'r-1' }).info({ step: 'findApp' }, 'done')));
    expect(line).toMatchObject({ level: 'info', runId: 'r-1', step: 'findApp', msg: 'done', time: expect.stringMatching(/Z$/) });
  });

  it.each([
    { token: CANARY },
    { input: { scimToken: CANARY } },
    { request: { headers: { authorization: `Bearer ${CANARY}` } } },
    { settings: { botPassword: CANARY, secretsKey: CANARY } },
    { body: { client_secret: CANARY } },
  ])('removes credentials by key: %j', (fields) => {
    const text = logged((log) => log.info(fields, 'x'));
    expect(text).not.toContain(CANARY);
    expect(text).toContain('[removed]');
  });

  it('of an error has its code and facts and never its cause', () => {
    const cause = new Error(CANARY);
    const facts = { operation: 'read', status: 403, graphCode: 'x', requestId: 'id-1' };
    const text = logged((log) => log.error({ err: new GraphRefusedError(facts, { cause }) }, 'x'));
    expect(JSON.parse(text).err).toMatchObject({ name: 'GraphRefusedError', code: 'graph_refused', facts });
    expect(text).not.toContain(CANARY);
  });

  it.each([`Bearer ${CANARY}`, `Basic ${CANARY}`, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2ln'])(
    'of a foreign error repeats no token: %s',
    (secret) => {
      const text = logged((log) => log.error({ err: new Error(`refused: ${secret} at once`) }, 'x'));
      expect(text).toContain('[removed]');
      expect(text).not.toContain(secret.split(' ').at(-1));
    },
  );
});
