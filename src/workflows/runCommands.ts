import type { PersonRef } from '../provisioning/people';
import type { RunKind } from '../provisioning/runs';
import type { SetupInput } from '../provisioning/setup';

/** Why a click or command changed nothing; words.ts says it. */
export type Refusal =
  | 'run_unknown'
  | 'not_yours'
  | 'already_confirmed'
  | 'already_ended'
  | 'not_failed'
  | 'already_cancelling'
  | 'run_open_elsewhere';

export type CommandAnswer = { kind: 'accepted'; runId: string } | { kind: 'refused'; why: Refusal; by?: string; at?: string };

/** Who wants it, and the signed activity by which they said so. */
export interface Click {
  person: PersonRef;
  activityId: string;
}

/**
 * What a turn may ask of runs. Each writes its rows in one transaction, answers at once, and starts the run after the commit.
 * Handlers pass the person of the signed activity; rights are probed by the run with that person's token.
 */
export interface RunCommands {
  requestSetup(input: Click & { conversationId: string; setup: SetupInput }): Promise<CommandAnswer>;
  /** *Start* on the plan card; only `requestedBy`. `testPersonId` may name another person: a new plan card follows. */
  confirmPlan(input: Click & { runId: string; testPersonId?: string | undefined }): Promise<CommandAnswer>;
  /** After a failure. `testPersonId` may name another test person; `startWithoutTest` only after a failed test. */
  retry(
    input: Click & { runId: string; testPersonId?: string | undefined; startWithoutTest?: boolean | undefined },
  ): Promise<CommandAnswer>;
  /** By `requestedBy` or `actingAs`. */
  cancel(input: Click & { runId: string }): Promise<CommandAnswer>;
  /** A redelivered message is the same run. */
  requestProvision(input: Click & { conversationId: string; connectionId: string; people: string[] }): Promise<CommandAnswer>;
  /** The person signed in: their waiting runs go on (only those of `kind`, where given), blind watches see again. Gives how many. */
  signedIn(person: PersonRef, kind?: RunKind): Promise<number>;
}
