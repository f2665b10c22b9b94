import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { samePlan } from '../../src/provisioning/samePlan';
import type { SetupDecision, SetupPlan } from '../../src/provisioning/setup';

const plan: SetupPlan = JSON.parse(readFileSync(join(__dirname, '../fixtures/tenants/job-running/plan.json'), 'utf8'));
const changed = (change: Partial<SetupPlan>): SetupPlan => ({ ...plan, ...change });

describe('samePlan', () => {
  it('does not care for the order in which a database gives the keys back', () => {
    const reversed = Object.fromEntries(Object.entries(plan).reverse()) as unknown as SetupPlan;
    expect(samePlan(plan, reversed)).toBe(true);
  });

  it('holds while the job changes state by itself, runs a cycle, and the test person appears in Unity', () => {
    expect(samePlan(plan, changed({ jobStateBefore: 'Quarantine', unityUsers: 3, lastActivityIdentifier: 'cycle-9' }))).toBe(
      true,
    );
  });

  it.each(['removals_held_back', 'more_users_than_people'] as const)(
    'holds when %s passes, and breaks when it comes up',
    (warning) => {
      const warned = changed({ warnings: [warning, ...plan.warnings] });
      expect(samePlan(warned, plan)).toBe(true);
      expect(samePlan(plan, warned)).toBe(false);
    },
  );

  it.each<[string, Partial<SetupPlan>]>([
    ['somebody paused the job', { start: false }],
    ['more people are in scope', { firstCycle: { people: 40, users: 0, groups: 1 } }],
    ['the job is gone', { jobId: null, overwritesSecrets: false }],
    ['groups were switched on', { switchGroupsOff: false }],
    ['another test person was chosen', { testPerson: { ...plan.testPerson, objectId: 'somebody-else' } }],
    ['the test is left out', { startWithoutTest: true, assignTestPerson: false }],
    ['a warning came up', { warnings: ['many_people', 'leaving_people_unverified'] }],
    ['another address was asked for', { scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/9876543210987' }],
  ])('breaks when %s', (_, change) => {
    expect(samePlan(plan, changed(change))).toBe(false);
  });

  it('tells a plan from a reason to stop', () => {
    const stop: SetupDecision = { kind: 'stop', reason: 'several_jobs', facts: {} };
    expect(samePlan(plan, stop)).toBe(false);
    expect(samePlan(stop, { ...stop })).toBe(true);
  });
});
