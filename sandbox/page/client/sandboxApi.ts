import type { PageState } from '../../teams/clientTypes';
import type { CommandList } from './commands.js';

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as Answer;
}

/** People, clock, faults and the dashboard's address. @throws Error when the sandbox does not answer with 2xx */
export const readState = (): Promise<PageState> => call('GET', '/__sandbox/state');
/** Moves sandbox time forward. @param advanceMs - milliseconds of sandbox time */
export const advanceClock = (advanceMs: number): Promise<unknown> => call('POST', '/__sandbox/clock', { advanceMs });
/** @param speed - sandbox milliseconds in one real millisecond */
export const setClockSpeed = (speed: number): Promise<unknown> => call('POST', '/__sandbox/clock', { speed });
export const clearFaults = (): Promise<unknown> => call('DELETE', '/__sandbox/faults');
/** The manifest's command lists, written beside the page by the build. */
export const readCommands = (): Promise<CommandList[]> => call('GET', '/commands.json');
