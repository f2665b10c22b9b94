import type { z } from 'zod';
import type { faultSchema } from '../../core/faults';
import type { JobCall } from './jobCalls';

type Effect = z.input<typeof faultSchema>['effect'];

export interface FaultKind {
  name: string;
  effect: Effect;
  /** For a fault that happens once: another effect where the lasting one could not pass. */
  once?: Effect;
}

const status = (code: number, more: { body?: unknown; headers?: Record<string, string> } = {}): Effect => ({
  kind: 'status',
  status: code,
  ...more,
});
const WEB_PAGE = '<!doctype html><html><head><title>Sign in to the network</title></head><body><h1>Welcome</h1></body></html>';

/** What may happen to a call, in the order the table shows it. */
export const FAULT_KINDS = [
  { name: '429', effect: status(429) },
  {
    name: '429 with Retry-After',
    effect: status(429, { headers: { 'retry-after': '120' } }),
    once: status(429, { headers: { 'retry-after': '1' } }),
  },
  { name: '500', effect: status(500) },
  { name: '502', effect: status(502) },
  { name: '503', effect: status(503) },
  { name: '504', effect: status(504) },
  { name: 'cut', effect: { kind: 'drop' } },
  { name: 'no answer', effect: { kind: 'hang' } },
  { name: 'web page', effect: status(200, { body: WEB_PAGE, headers: { 'content-type': 'text/html' } }) },
  { name: 'garbage', effect: status(200, { body: { value: { not: 'what was asked' } } }) },
  { name: 'no right', effect: status(403) },
  { name: 'lost answer', effect: { kind: 'loseAnswer' } },
  { name: 'slow', effect: { kind: 'slow', ms: 600 } },
] as const satisfies readonly FaultKind[];
export type FaultName = (typeof FAULT_KINDS)[number]['name'];

/** Of those that come to the same one each: what a quick look takes. */
export const QUICK_KINDS: readonly FaultName[] = [
  '429',
  '429 with Retry-After',
  '503',
  'no answer',
  'web page',
  'garbage',
  'no right',
  'lost answer',
];

/** How a run ends: a state of its card with the code of the failure, or of the person's outcome. */
export interface Ending {
  state: 'plan' | 'done' | 'failed';
  code: string | null;
}

const fails = (code: string): Ending => ({ state: 'failed', code });

/**
 * How a run must end when every such call is hit for as long as it lasts; undefined where the fault cannot be told from an answer:
 * a call that answers nothing has done its work when it says so in JSON.
 */
export function lastingEnding(
  { phase, kind, area, service, answersNothing, insideBatch }: JobCall,
  fault: FaultName,
): Ending | undefined {
  if (fault === 'slow' || (insideBatch && !hasStatus(fault))) return undefined;
  if (kind === 'informative') return { state: 'plan', code: null };
  if (service === 'scim') return fails(scimCode(fault));
  if (fault === 'garbage' && answersNothing) return undefined;
  if (fault === 'no right') return fails(area === 'right' ? 'no_right' : 'graph_refused');
  if (kind === 'onDemand') return onDemandEnding(phase, fault);
  if (kind === 'make' && fault === 'lost answer') return { state: 'done', code: null };
  const code = fault.startsWith('429') ? 'graph_throttled' : 'graph_unreachable';
  // One person's failed assignment ends that person, not the run.
  return kind === 'make' && phase === 'provision' ? { state: 'done', code: `failed ${code}` } : fails(code);
}

/** True when a run must get over it when it happens once. A web page in the place of Unity is for a person to see: the address is wrong. */
export function passesOnce({ kind, service, answersNothing, insideBatch }: JobCall, fault: FaultName): boolean {
  if (insideBatch && (!hasStatus(fault) || fault === 'web page')) return false;
  if (fault === 'slow' || kind === 'informative') return true;
  if (fault === 'no right') return false;
  if (fault === 'garbage') return kind === 'onDemand' || (kind === 'make' && !answersNothing);
  return service === 'graph' || fault !== 'web page';
}

function hasStatus(fault: FaultName): boolean {
  return FAULT_KINDS.some(({ name, effect }) => name === fault && effect.kind === 'status');
}

/** Nobody knows whether the work behind a missing answer was done; a 429 says that it was not. */
function onDemandEnding(phase: JobCall['phase'], fault: FaultName): Ending {
  const isRefused = fault.startsWith('429');
  if (phase === 'provision')
    return { state: 'done', code: isRefused ? 'failed graph_throttled' : 'not_proven graph_unreachable' };
  return fails(isRefused ? 'graph_throttled' : 'test_person_not_provisioned');
}

function scimCode(fault: FaultName): string {
  if (fault.startsWith('429')) return 'unity_throttled';
  if (fault === 'no right') return 'scim_forbidden';
  return fault === 'web page' || fault === 'garbage' ? 'scim_not_scim' : 'unity_unreachable';
}
