import type { z } from 'zod';
import type { faultSchema } from '../../../sandbox/core/faults';
import type { Hold } from './processBench';

type FaultInput = z.input<typeof faultSchema>;

/** How a request stands after the next start. */
export type Outcome = 'requested' | 'declined' | 'done';

/** Where the process dies: `freeze` while a request is being made, `click` from the click on. */
export type KillPoint = { phase: 'freeze' | 'click'; outcome: Outcome } & ({ hold: Hold } | { what: string; fault: FaultInput });

const JOBS = '/servicePrincipals/[^/]+/synchronization/jobs';
const CALLS: [what: string, method: string, path: string][] = [
  ['provisionOnDemand', 'POST', '/provisionOnDemand'],
  ['assign', 'POST', `/\\/appRoleAssignedTo$/`],
];
const CHECKS: [what: string, method: string, path: string][] = [
  ['the check of the right to act', 'GET', `/${JOBS.replaceAll('/', '\\/')}(\\?|$)/`],
  ['the check of the account', 'GET', '/\\/me(\\?|$)/'],
];

/**
 * Every place, in an order in which none stands in the way of a later one: each hold takes the first that comes there, so they are
 * in the order of a request's life; calls that go on hanging are in the opposite one.
 */
export function approvalKillPoints(): KillPoint[] {
  const holds = (phase: KillPoint['phase'], outcome: Outcome, workflow: string, places: readonly string[]): KillPoint[] =>
    places.map((place): KillPoint => {
      const [at = '', when] = place.split(' ');
      return { phase, outcome, hold: { workflow, at, when: when === 'kept' ? 'kept' : 'lost', once: true } };
    });
  const call = ([what, method, path]: (typeof CALLS)[number], kind: 'hang' | 'loseAnswer'): KillPoint => ({
    phase: 'click',
    outcome: 'done',
    what: `inside ${what}, ${kind === 'hang' ? 'which never happens' : 'whose answer is lost'}`,
    fault: { service: 'graph', method, path, nth: 1, effect: { kind } },
  });
  const run = '^provision:[^:]+:[^:]+:request-[^:]+:1';
  return [
    ...holds('freeze', 'requested', '^request:', [
      'start lost',
      'start kept',
      'seeRequest lost',
      'freeze lost',
      'freeze kept',
      'endRun lost',
    ]),
    ...holds('click', 'done', '^decide:', ['start lost', 'start kept', 'verify lost', 'verify kept']),
    ...(['count lost', 'count kept'] as const).flatMap((place) => [
      ...holds('click', 'declined', '^decide:', [place]),
      ...holds('click', 'done', '^decide:', [place]),
    ]),
    ...holds('click', 'done', '^decide:', ['openRequestRun lost', 'openRequestRun kept']),
    ...holds('click', 'done', `${run}$`, ['start lost', 'start kept', 'compareWithRequest lost', 'planPeople kept']),
    ...holds('click', 'done', `${run}:.+`, ['start kept', 'provisionOnDemand lost', 'provisionOnDemand kept']),
    ...holds('click', 'done', `${run}$`, ['endRun lost', 'endRun kept']),
    ...CALLS.flatMap((one) => [call(one, 'hang'), call(one, 'loseAnswer')]),
    ...CHECKS.map((one) => call(one, 'hang')),
  ];
}

export function titleOf(point: KillPoint): string {
  if (!('hold' in point)) return point.what;
  const { workflow, at, when } = point.hold;
  const of =
    point.phase === 'freeze'
      ? 'freezing'
      : /:1:\.\+$/.test(workflow)
        ? 'the on-demand call'
        : workflow.startsWith('^decide')
          ? point.outcome === 'declined'
            ? 'a decline'
            : 'an approval'
          : 'the run';
  return `${of}: ${when === 'lost' ? `when ${at} is done and not on record` : `right after ${at} is on record`}`;
}
