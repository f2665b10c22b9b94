import type { Logger } from 'pino';
import type { EntraClient } from '../entra/types';
import type { PersonRef } from '../provisioning/people';
import type { AuditLog } from '../store/audit';
import type { Secrets } from '../store/secrets';
import type { Store } from '../store/sql';
import type { UnityClient } from '../unity/types';
import type { Durable } from './durable';
import type { RunSteps } from './runStep';

/** Times that people wait; settings, so that tests are fast by settings and never by other code. In ms. */
interface WorkflowTimes {
  /** Between two tries while Entra has not seen an assignment, and when to stop trying. */
  assignmentRetryMs: number;
  assignmentLimitMs: number;
  /** First pause before a step that POSTs is done again. */
  repeatAfterMs: number;
  /** Window of Graph's limit on provision on demand: a refused call without `Retry-After` comes back when it has passed. */
  onDemandWindowMs: number;
  /** How long a waiting or failed run stays open. */
  runExpiresMs: number;
  watchFastMs: number;
  watchSlowMs: number;
  /** How long after a start somebody is taken to be waiting. */
  watchFastForMs: number;
}

export interface WorkflowDeps {
  store: Store;
  secrets: Secrets;
  audit: AuditLog;
  durable: Durable;
  steps: RunSteps;
  /** A Graph client that acts with this person's token. `reads`: one that only reads the directory will do. */
  entraFor: (person: PersonRef, access?: 'reads') => EntraClient;
  unity: UnityClient;
  log: Logger;
  times: WorkflowTimes;
  /** The bot's own app id, which is never set up for provisioning. */
  botAppId: string;
  keepScimToken: boolean;
  /** Wakes the outbox after a commit. */
  changed: () => void;
}
