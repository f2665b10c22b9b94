import type { BenchPlace } from './benchPlace';
import { type Figure, percentile } from './figures';

const SAMPLES = 50;
const ANSWER_MS = 300;

/** How long a person looks at their own message before the bot's first one appears. */
export async function measureFirstAnswer(place: BenchPlace, command: 'help' | 'status'): Promise<Figure[]> {
  const { client, chat } = place.adele;
  const samples: number[] = [];
  for (let one = 0; one < SAMPLES; one += 1) {
    const before = new Set(client.messages(chat()).map(({ id }) => id));
    const startedAt = performance.now();
    await client.say(chat(), command);
    await client.waitFor(chat(), ({ id, from }) => from.kind === 'bot' && !before.has(id), { what: `an answer to ${command}` });
    samples.push(performance.now() - startedAt);
  }
  const means = `from typing "${command}" to the first message of the bot in the client; ${SAMPLES} times, one after the other`;
  return [
    { name: `${command}: first answer, p50`, value: percentile(samples, 0.5), unit: 'ms', atMost: ANSWER_MS, means },
    { name: `${command}: first answer, p99`, value: percentile(samples, 0.99), unit: 'ms', atMost: ANSWER_MS, means },
  ];
}
