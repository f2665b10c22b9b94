import type { BenchPlace } from './benchPlace';
import { type Figure, percentile } from './figures';
import { measureIdleMemory } from './memory';

const STARTS = 5;

/** How long the bot takes on a database that is there already, from the start of the process until it is ready. */
export async function measureColdStart(place: BenchPlace, database: string): Promise<Figure[]> {
  const samples: number[] = [];
  let memory: Figure[] = [];
  for (let one = 0; one < STARTS; one += 1) {
    const startedAt = performance.now();
    const bot = await place.start();
    const answer = await fetch(`http://127.0.0.1:${bot.port}/readyz`);
    if (answer.status !== 200) throw new Error(`/readyz answered ${answer.status} after the start.`);
    samples.push(performance.now() - startedAt);
    if (one === STARTS - 1) memory = await measureIdleMemory(bot, database);
    await bot.stop();
  }
  const means = `from the start of the process to 200 at /readyz, on the database of the job above; middle of ${STARTS}`;
  return [{ name: `cold start on ${database}`, value: percentile(samples, 0.5), unit: 'ms', means }, ...memory];
}
