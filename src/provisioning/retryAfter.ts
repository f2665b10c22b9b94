/**
 * Milliseconds that a `Retry-After` asks for; null when it is absent or unreadable.
 * @param header - seconds or an HTTP date
 * @param now - epoch milliseconds, for the date form
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1000) : null;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
