import { execFileSync } from 'node:child_process';
import type { BotProcess } from '../sandbox/journey/startBot';
import type { Figure } from './figures';

const LOOK_EVERY_MS = 1_000;
const LOOKS = 15;
const SETTLED_LOOKS = 4;

/** Resident memory of the bot's process as the system counts it; PGlite lives in this process, Postgres does not. */
export function measureMemory(bot: BotProcess, database: string): Figure[] {
  const means =
    database === 'PGlite'
      ? 'the database is part of this process, and this was its very first start: making it leaves its mark until the next one'
      : 'the bot alone; the server’s memory is its own';
  return [{ name: `memory after the job on ${database}`, value: residentMb(bot), unit: 'MB', means }];
}

/** The same of a bot that has nothing to do, once it does not move any more: compiling PGlite takes several hundred MB for seconds. */
export async function measureIdleMemory(bot: BotProcess, database: string): Promise<Figure[]> {
  const samples = [residentMb(bot)];
  const isSettled = () => {
    const last = samples.slice(-SETTLED_LOOKS);
    return last.length === SETTLED_LOOKS && Math.max(...last) < 1.02 * Math.min(...last);
  };
  while (samples.length < LOOKS && !isSettled()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    samples.push(residentMb(bot));
  }
  const peak = Math.round(Math.max(...samples));
  const means = `on a database that is there already, with nothing to do, after ${samples.length - 1} s; the most it had before was ${peak} MB`;
  return [{ name: `memory, idle on ${database}`, value: samples.at(-1)!, unit: 'MB', means }];
}

function residentMb({ pid }: BotProcess): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
