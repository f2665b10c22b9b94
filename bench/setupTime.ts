import type { RecordedCall } from '../sandbox/core/calls';
import { type BenchPlace, planSetup, untilDone } from './benchPlace';
import type { Figure } from './figures';

const CALL_MS = 100;
const FACTOR = 1.2;
const QUEUE_MS = 500;

/** One stretch of time in which at least one outside call was under way. */
interface Stretch {
  from: number;
  to: number;
  calls: string[];
}

/** From *Start* on the plan card to the started job, with every call to Graph and to Unity made slow. */
export async function measureSetup(place: BenchPlace): Promise<{ figures: Figure[]; stretches: Stretch[] }> {
  const { faults, calls } = place.sandbox.context;
  const plan = await planSetup(place);
  for (const service of ['graph', 'scim'] as const) faults.add({ service, effect: { kind: 'slow', ms: CALL_MS } });
  calls.clear();
  const clickedAt = Date.now();
  await place.adele.press(plan, 'plan.confirm');
  const answeredMs = Date.now() - clickedAt;
  await untilDone(place, plan);
  const shownMs = Date.now() - clickedAt;
  faults.clear();

  const own = calls.list().filter(({ service }) => service === 'graph' || service === 'scim');
  const start = own.findLast(({ method, path }) => method === 'POST' && path.endsWith('/start'));
  if (!start) throw new Error('The job was never started.');
  const startedMs = endOf(start) - clickedAt;
  const stretches = stretchesOf(own.filter(({ at }) => Date.parse(at) < endOf(start)));
  const callsMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const between = `${own.length} calls; calls that run side by side count once, and those that Entra makes to Unity are inside its own`;
  return {
    stretches,
    figures: [
      {
        name: 'setup: the click is answered',
        value: answeredMs,
        unit: 'ms',
        means: 'one transaction: the row of the run, its audit entry, the wish for a card',
      },
      {
        name: 'setup: dependent calls, sum',
        value: callsMs,
        unit: 'ms',
        means: `each call to Graph and Unity takes ${CALL_MS} ms more; ${between}`,
      },
      {
        name: 'setup: from Start to started',
        value: startedMs,
        unit: 'ms',
        atMost: FACTOR * callsMs + QUEUE_MS,
        means: `until Entra has answered the start of the job; the limit is ${FACTOR} × the sum of the calls + ${QUEUE_MS} ms for the queue`,
      },
      {
        name: 'setup: time over calls',
        value: startedMs / callsMs,
        unit: '×',
        means: 'what steps, checkpoints and the queue add; 1.00 would be calls alone',
      },
      {
        name: 'setup: the card says done',
        value: shownMs,
        unit: 'ms',
        means: 'a card is edited at most every 2 s (CARD_UPDATE_MS), so it may lag behind the run',
      },
    ],
  };
}

const endOf = ({ at, ms }: RecordedCall) => Date.parse(at) + ms;

/** Merges calls that overlap: what is left is the time that nobody could have saved by waiting less. */
export function stretchesOf(calls: readonly RecordedCall[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const call of [...calls].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))) {
    const from = Date.parse(call.at);
    const name = `${call.method} ${call.path.replace(/\?.*$/, '')}`;
    const last = stretches.at(-1);
    if (last && from <= last.to) {
      last.to = Math.max(last.to, endOf(call));
      last.calls.push(name);
    } else stretches.push({ from, to: endOf(call), calls: [name] });
  }
  return stretches;
}
