import pino from 'pino';
import { codeOf, factsOf, NoRightError } from '../../src/errors';
import { outcomeOfError } from '../../src/workflows/runRows';
import { describeError, storableError } from '../../src/workflows/storableError';

const TOKEN = 'canary0123456789canary0123456789';
function logged() {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) };
}

it('keeps code, facts and step of an error of ours, and drops its cause and stack', () => {
  const { log } = logged();
  const kept = storableError(
    new NoRightError({ operation: 'start', requestId: 'r1' }, { cause: new Error(TOKEN) }),
    log,
    'startSynchronizationJob',
  );
  expect(codeOf(kept)).toBe('no_right');
  expect(factsOf(kept)).toEqual({ operation: 'start', requestId: 'r1' });
  expect(kept).toMatchObject({ step: 'startSynchronizationJob' });
  expect(kept.cause).toBeUndefined();
  expect(kept.stack).not.toContain('at ');
});

it('makes a number of a foreign error, and the log finds it by that number without its token', () => {
  const { log, lines } = logged();
  const kept = storableError(
    new TypeError(`bad header Bearer ${TOKEN}`, { cause: new Error(TOKEN) }),
    log,
    'saveScimCredentials',
  );
  expect(codeOf(kept)).toBe('unexpected_error');
  expect(JSON.stringify([kept.message, factsOf(kept)])).not.toContain(TOKEN);
  expect(lines.join()).toContain(String(factsOf(kept).correlationId));
  expect(lines.join()).not.toContain(TOKEN);
});

it('takes the last error of a list of tries', () => {
  const { log } = logged();
  const tries = Object.assign(new Error('max retries'), {
    errors: [new Error('x'), new NoRightError({ operation: 'a', requestId: null })],
  });
  expect(codeOf(storableError(tries, log, 's'))).toBe('no_right');
  expect(outcomeOfError(tries, 's')).toMatchObject({ kind: 'failed', code: 'no_right', facts: { operation: 'a' } });
});

it('keeps the innermost step when an error passes through twice', () => {
  const { log } = logged();
  const once = storableError(new NoRightError({ operation: 'a', requestId: null }), log, 'inner');
  expect(storableError(once, log, 'outer')).toMatchObject({ step: 'inner' });
});

it('describes causes by name, masked', () => {
  expect(describeError(new Error('a', { cause: new Error(TOKEN) }))).toBe('Error: a <- Error: ***');
});
