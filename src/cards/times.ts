import { Markup, md } from './markdown';

/** Day and time as the reader's own client writes them. @param iso - an instant, ISO 8601 */
export function dayAndTime(iso: string): Markup {
  const instant = wholeSeconds(iso);
  return new Markup(instant === undefined ? md`${iso}` : `{{DATE(${instant},SHORT)}} {{TIME(${instant})}}`);
}

/** Time of day as the reader's own client writes it. */
export function timeOfDay(iso: string): Markup {
  const instant = wholeSeconds(iso);
  return new Markup(instant === undefined ? md`${iso}` : `{{TIME(${instant})}}`);
}

/** Clients know these functions only without fractions of a second. */
function wholeSeconds(iso: string): string | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** From one instant to the other, never less than 0; NaN when one of them is no instant. */
export function secondsTaken(startedAt: string, endedAt: string): number {
  return Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

/** How long something took: `< 0.1 s`, `0.4 s`, `12 s`, `2 min 5 s`. */
export function timeTaken(seconds: number): string {
  if (Number.isNaN(seconds)) return '';
  if (seconds < 0.05) return '< 0.1 s';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** An instant in plain messages, where no client writes it for the reader: `2026-01-05 10:04 UTC`. */
export function utcTime(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? iso : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
