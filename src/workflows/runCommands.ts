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

/**
 * What a turn may ask of runs. Each writes its rows in one transaction, answers at once, and starts the run after the commit.
 * Handlers pass the person of the signed activity; rights are probed by the run with that person's token.
 */
export interface RunCommands {
  requestSetup(input: { person: PersonRef; conversationId: string; setup: SetupInput }): Promise<CommandAnswer>;
  /** *Start* on the plan card; only `requestedBy`. `testPersonId` may name another person: a new plan card follows. */
  confirmPlan(input: { person: PersonRef; runId: string; testPersonId?: string | undefined }): Promise<CommandAnswer>;
  /** After a failure. `testPersonId` may name another test person; `startWithoutTest` only after a failed test. */
  retry(input: {
    person: PersonRef;
    runId: string;
    testPersonId?: string | undefined;
    startWithoutTest?: boolean | undefined;
  }): Promise<CommandAnswer>;
  /** By `requestedBy` or `actingAs`. */
  cancel(input: { person: PersonRef; runId: string }): Promise<CommandAnswer>;
  requestProvision(input: {
    person: PersonRef;
    conversationId: string;
    connectionId: string;
    /** Id of the activity that asked: a redelivered message is the same run. */
    activityId: string;
    people: string[];
  }): Promise<CommandAnswer>;
  /** The person signed in: their waiting runs go on (only those of `kind`, where given), blind watches see again. Gives how many. */
  signedIn(person: PersonRef, kind?: RunKind): Promise<number>;
}
