import { auditCard } from '../../cards/audit';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import { administeredBy } from './settings';

const SHOWN = 20;

/** The newest rows of the record and whether all of it is whole; for administrators of an app that is set up here. */
export function audit(deps: Pick<BotDeps, 'store' | 'queries' | 'settings' | 'audit'>): CommandHandlers['audit'] {
  return async (turn) => {
    const { tenantId } = turn.person;
    await administeredBy(deps, turn.person, 'read the audit');
    const rows = await deps.audit.list(deps.store, tenantId, SHOWN);
    const firstBadRow = (await deps.audit.firstBadRow(deps.store, tenantId)) ?? null;
    await turn.say(
      auditCard({
        rows: rows.map(({ number, at, action, actor, facts }) => ({ number, at, action, by: actor?.displayName ?? '', facts })),
        firstBadRow,
      }),
    );
  };
}
