import type { Facts } from '../errors';
import { isGood, type PersonOutcome } from '../provisioning/provision';
import type { Run } from '../provisioning/runs';
import type { AuditEntry } from '../store/audit';

/** A row of the audit about a run. `actor`: who did it, where that is not the person it acts as; null: nobody, it happened. */
export function runEntry(
  run: Pick<Run, 'tenantId' | 'subject' | 'runId' | 'actingAs'>,
  action: string,
  facts: Facts,
  actor: AuditEntry['actor'] = run.actingAs,
): AuditEntry {
  return { tenantId: run.tenantId, action, actor, subject: run.subject, facts: { runId: run.runId, ...facts } };
}

/** The id that Graph gave its refusal; null where the error is not Graph's. */
export function requestIdOf({ requestId }: Facts): string | null {
  return typeof requestId === 'string' ? requestId : null;
}

/** What one person's provisioning came to, with Entra's own ids of it. */
export function outcomeEntry(
  run: Run,
  person: { objectId: string; displayName: string | null },
  outcome: PersonOutcome,
  graphRequestId: string | null,
): AuditEntry {
  const facts = 'facts' in outcome ? outcome.facts : {};
  const code = 'why' in outcome ? outcome.why : 'code' in outcome ? outcome.code : (facts.code ?? null);
  return runEntry(run, isGood(outcome) ? 'person.provisioned' : 'person.notProvisioned', {
    displayName: person.displayName,
    principalId: person.objectId,
    outcome: outcome.kind,
    code,
    changeId: 'changeId' in outcome ? outcome.changeId : (facts.changeId ?? null),
    graphRequestId: graphRequestId ?? requestIdOf(facts),
  });
}
