import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  askRefusalWords,
  auditActions,
  auditActionWords,
  changesWords,
  decisionRefusalText,
  decisionRefusalWords,
  errorWords,
  isAskRefusal,
  isPolicyProblem,
  materialChangeCodes,
  mineWords,
  policyProblemWords,
  requestEndWords,
  requestStateWords,
  verdictWords,
} from '../../src/cards/words';
import type { AskRefusal, PolicyProblem } from '../../src/provisioning/policy';
import {
  type DecisionRefusal,
  type Frozen,
  findMaterialChanges,
  REQUEST_TRANSITIONS,
  type RequestState,
  type Verdict,
} from '../../src/provisioning/requests';

const sentence = expect.stringMatching(/^(?!.*(undefined|null|NaN|\[object| {2}|\(\)|“”| \.|\.\.)).{8,}[.:”\w)*]$/s);
const keys = <Key extends string>(record: Record<Key, true>) => Object.keys(record) as Key[];

const askRefusals: Record<AskRefusal, true> = {
  no_policy: true,
  guest_may_not_ask: true,
  account_disabled: true,
  not_in_group: true,
  reason_missing: true,
};
const decisionRefusals: Record<DecisionRefusal | 'failed', true> = {
  request_unknown: true,
  not_an_approver: true,
  own_request: true,
  already_decided_by_you: true,
  already_ended: true,
  expired: true,
  withdrawn: true,
  superseded: true,
  no_right: true,
  account_disabled: true,
  guest_may_not_decide: true,
  decline_reason_missing: true,
  not_yours: true,
  clicked_again: true,
  waited_too_long: true,
  signed_out: true,
  given_up: true,
  failed: true,
};
const policyProblems: Record<PolicyProblem | 'channel_not_reachable', true> = {
  no_approver: true,
  approver_group_gone: true,
  approver_group_empty: true,
  no_approver_reachable: true,
  quorum_above_approvers: true,
  only_the_requester: true,
  approvals_missing: true,
  approvals_not_ascending: true,
  lifetime_out_of_range: true,
  reminder_out_of_range: true,
  escalation_to_nobody: true,
  auto_approval_of_everybody: true,
  channel_not_reachable: true,
  approver_gone: true,
  approver_disabled: true,
  approver_guest: true,
};
const states = Object.keys(REQUEST_TRANSITIONS) as RequestState[];
const at = '2026-01-05T10:04:30.123Z';

describe('words of requests', () => {
  it.each(keys(askRefusals))('say why somebody may not ask and what to do: %s', (why) => {
    expect(isAskRefusal(why)).toBe(true);
    expect(askRefusalWords(why)).toEqual({ what: sentence, next: sentence });
    expect(errorWords('request_refused', { why })).toEqual(askRefusalWords(why));
  });

  it.each(keys(decisionRefusals))('say why a click changed nothing, with and without who was first: %s', (why) => {
    expect(decisionRefusalWords(why)).toEqual(sentence);
    expect(decisionRefusalWords(why, { by: 'Alex Wilber', at })).toEqual(sentence);
    expect(decisionRefusalText(why, { by: 'Alex Wilber', at })).toMatch(/^[^*{\\]{10,}\.$/);
  });

  it('name who decided and when, as plain text in a time zone that is written out', () => {
    expect(decisionRefusalText('already_ended', { by: 'Alex *W*', at })).toBe(
      'It was already decided by Alex *W*, 2026-01-05 10:04 UTC. Your click changed nothing.',
    );
  });

  it.each<[DecisionRefusal, object, string]>([
    ['expired', { at }, 'The request has expired, 2026-01-05 10:04 UTC. Your click changed nothing.'],
    ['withdrawn', { by: 'Megan', at }, 'The request was withdrawn by Megan, 2026-01-05 10:04 UTC. Your click changed nothing.'],
    [
      'superseded',
      { by: 'Megan', at, number: 43 },
      'The request was replaced by request 43, 2026-01-05 10:04 UTC. Your click changed nothing.',
    ],
    [
      'superseded',
      { by: 'Megan', at },
      'The request was closed by Megan, 2026-01-05 10:04 UTC: its people are provisioned without it. Your click changed nothing.',
    ],
  ])('tell whoever came too late how the request ended: %s', (why, facts, text) => {
    expect(decisionRefusalText(why, facts)).toBe(text);
  });

  it.each(keys(policyProblems))('say what nobody could satisfy and what to change: %s', (problem) => {
    expect(isPolicyProblem(problem)).toBe(true);
    const names = 'Megan Bowen, Alex *W*: (he)';
    expect(policyProblemWords(problem, names)).toEqual({ what: sentence, next: sentence });
    expect(errorWords('policy_refused', { problem, names })).toEqual(policyProblemWords(problem, names));
    expect(errorWords('nobody_can_decide', { problem }).what).toContain(policyProblemWords(problem).what);
  });

  it.each(states)('name the state %s and, as an ending, say what it means', (state) => {
    expect(requestStateWords[state]).toMatch(/^[A-Z][\w ,]{3,}$/);
    expect(requestEndWords({ state, good: 1, people: 3 })).toEqual(sentence);
  });

  it('give Entra the word for a success', () => {
    expect(requestEndWords({ state: 'done', good: 3, people: 3 })).toBe('Entra reports all 3 people as done.');
    expect(requestEndWords({ state: 'done', good: 1, people: 1 })).toBe('Entra reports the person as done.');
    expect(requestEndWords({ state: 'partly_done', good: 2, people: 3 })).toContain('2 of 3');
  });

  it('name each verdict, and what it came to', () => {
    for (const verdict of ['approve', 'decline', 'run'] satisfies Verdict[]) {
      expect(verdictWords[verdict]).toMatch(/^Your /);
      for (const state of ['checking', 'waiting', 'counted', 'declined', 'refused'] as const)
        expect(mineWords({ verdict, state }, 1).what).toMatch(/[.…]$/);
    }
    expect(mineWords({ verdict: 'approve', state: 'counted' }, 0).what).toBe('Counted: it was the last one needed.');
    expect(mineWords({ verdict: 'approve', state: 'counted' }, 2).what).toBe('Counted. 2 more are needed.');
    expect(mineWords({ verdict: 'run', state: 'counted' }, 0).what).toBe('Accepted: it runs with your rights.');
  });

  it('tell every material change apart, with the name as the directory has it', () => {
    const before: Frozen = {
      connection: 'c',
      servicePrincipal: 's',
      job: 'j',
      appRole: 'r',
      people: ['Gone: A, B', 'Disabled', 'Guest', 'Moved'].map((displayName) => ({
        objectId: displayName,
        displayName,
        userPrincipalName: `${displayName}@contoso.com`,
        mail: null,
        enabled: true,
        userType: 'Member',
        assigned: false,
      })),
    };
    const [, disabled, guest, moved] = before.people;
    const found = findMaterialChanges(before, {
      connection: 'c',
      servicePrincipal: 's2',
      job: 'j2',
      appRole: 'r2',
      people: [
        { ...disabled!, enabled: false },
        { ...guest!, userType: 'Guest' },
        { ...moved!, mail: 'm@contoso.com' },
      ],
    });
    expect(found.map(({ code }) => code).sort()).toEqual([...materialChangeCodes].sort());
    const changes = found.map((one) => ('displayName' in one ? `${one.code}:${one.displayName}` : one.code)).join(', ');
    expect(changesWords(changes)).toEqual([
      'The Entra app was replaced.',
      'The provisioning job was replaced.',
      'The app’s role for people was replaced.',
      'Gone: A, B is no longer in Entra.',
      'Disabled’s account was disabled.',
      'Guest has become a guest.',
      'Moved’s address has changed.',
    ]);
    expect(errorWords('request_changed', { changes }).what).toContain('The Entra app was replaced. The provisioning job');
  });

  it('keep a sentence that reads well for codes of another version', () => {
    expect(changesWords('something_new:Alice, request_gone')).toEqual([]);
    for (const code of ['request_refused', 'policy_refused', 'nobody_can_decide', 'request_changed'] as const)
      expect(errorWords(code, { why: 'toString', problem: 'constructor', changes: 'x' })).toEqual({
        what: sentence,
        next: sentence,
      });
  });
});

describe('words of the audit', () => {
  it('name every action that the code writes', () => {
    const written = new Set(sourcesOf('src').flatMap(actionsIn));
    expect(written.size).toBeGreaterThan(20);
    expect([...written].filter((action) => !auditActions.includes(action))).toEqual([]);
    for (const action of auditActions) expect(auditActionWords(action)).toMatch(/^[A-Z][\w’ -]{5,40}$/);
  });

  it.each([
    ...['done', 'waiting', 'failed', 'cancelled'].map((kind) => `run.${kind}`),
    ...states.filter((state) => state !== 'requested' && state !== 'superseded').map((state) => `request.${state}`),
    ...['counted', 'declined', 'sign_in', 'refused'].map((kind) => `decision.${kind}`),
    ...['jobCreated', 'groupsSwitchedOff', 'secretsSaved', 'testPersonAssigned', 'jobStarted'].map((kind) => `undo.${kind}`),
    ...['cycle_finished', 'cycle_failed', 'quarantine', 'blind', 'job_gone'].map((kind) => `watch.${kind}`),
  ])('name %s, which the code puts together', (action) => {
    expect(auditActions).toContain(action);
  });

  it('show an unknown action as it is', () => {
    expect(auditActionWords('toString')).toBe('toString');
  });
});

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('cards'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => text.includes('audit'));
}

/** Literals like `run.retried`, as audit rows name what happened. */
function actionsIn(source: string): string[] {
  const kinds = 'audit|decision|job|person|plan|policy|request|run|undo|watch';
  return [...source.matchAll(new RegExp(`'((?:${kinds})\\.[a-zA-Z_]+)'`, 'g'))].map(([, action]) => action!);
}
