import { retryAfterMs } from '../../src/provisioning/retryAfter';

const now = Date.parse('2026-03-01T12:00:00Z');

it.each([
  ['seconds', '7', 7_000],
  ['a part of a second', '0.0005', 1],
  ['no wait at all', '0', 0],
  ['a date', 'Sun, 01 Mar 2026 12:00:10 GMT', 10_000],
  ['a date that has passed', 'Sun, 01 Mar 2026 11:59:00 GMT', 0],
  ['nothing', null, null],
  ['an empty text', ' ', null],
  ['less than no wait', '-5', null],
  ['words', 'soon', null],
])('reads %s [entra 7.2 Retry-After]', (_, header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
