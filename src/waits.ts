import { z } from 'zod';

/** How a setting is read, and what is said when it does not fit. */
export interface Setting {
  name: string;
  schema: z.ZodType;
  must: string;
  example: string;
}

/** All in milliseconds. They are settings so that a test is fast by its settings and never by other code. */
export interface Waits {
  sweepIntervalMs: number;
  heartbeatMs: number;
  slotSilentMs: number;
  takeOverSilentMs: number;
  cardUpdateMs: number;
  assignmentRetryMs: number;
  assignmentLimitMs: number;
  onDemandWindowMs: number;
  retryBaseMs: number;
  graphTimeoutMs: number;
  onDemandTimeoutMs: number;
  unityTimeoutMs: number;
  roleWaitsMs: number[];
  watchFastMs: number;
  watchSlowMs: number;
  /** How long after a start somebody is taken to be waiting. */
  watchFastForMs: number;
  runExpiresMs: number;
  databaseProbeMs: number;
  databaseGivesUpMs: number;
  tokenInInvokeMs: number;
  tokenMs: number;
  searchMs: number;
  queryMs: number;
  invokeAnswerMs: number;
  typingAfterMs: number;
}

const ms = z.coerce.number().int().min(1).max(2_147_483_647);
/** Environment name and default of each wait. */
const WAITS: { [K in keyof Waits]: [name: string, byDefault: Waits[K]] } = {
  sweepIntervalMs: ['SWEEP_INTERVAL_MS', 5_000],
  heartbeatMs: ['HEARTBEAT_MS', 5_000],
  slotSilentMs: ['SLOT_SILENT_MS', 30_000],
  takeOverSilentMs: ['TAKE_OVER_SILENT_MS', 60_000],
  cardUpdateMs: ['CARD_UPDATE_MS', 2_000],
  assignmentRetryMs: ['ASSIGNMENT_RETRY_MS', 60_000],
  assignmentLimitMs: ['ASSIGNMENT_LIMIT_MS', 30 * 60_000],
  onDemandWindowMs: ['ON_DEMAND_WINDOW_MS', 10_500],
  retryBaseMs: ['RETRY_BASE_MS', 1_000],
  graphTimeoutMs: ['GRAPH_TIMEOUT_MS', 30_000],
  onDemandTimeoutMs: ['ON_DEMAND_TIMEOUT_MS', 100_000],
  unityTimeoutMs: ['UNITY_TIMEOUT_MS', 30_000],
  roleWaitsMs: ['ROLE_WAITS_MS', [5_000, 15_000, 45_000]],
  watchFastMs: ['WATCH_FAST_MS', 45_000],
  watchSlowMs: ['WATCH_SLOW_MS', 4 * 60_000],
  watchFastForMs: ['WATCH_FAST_FOR_MS', 2 * 3_600_000],
  runExpiresMs: ['RUN_EXPIRES_MS', 24 * 3_600_000],
  databaseProbeMs: ['DATABASE_PROBE_MS', 5_000],
  databaseGivesUpMs: ['DATABASE_GIVES_UP_MS', 30_000],
  tokenInInvokeMs: ['TOKEN_IN_INVOKE_MS', 1_500],
  tokenMs: ['TOKEN_MS', 8_000],
  searchMs: ['SEARCH_MS', 2_000],
  queryMs: ['QUERY_MS', 8_000],
  invokeAnswerMs: ['INVOKE_ANSWER_MS', 2_700],
  typingAfterMs: ['TYPING_AFTER_MS', 1_000],
};
const WAIT_KEYS = Object.keys(WAITS) as (keyof Waits)[];
const msList = z
  .string()
  .transform((value) => value.split(',').map(Number))
  .pipe(z.array(z.number().int().min(1)).min(1));

/** Their names in the environment. */
export const WAIT_NAMES: readonly string[] = WAIT_KEYS.map((key) => WAITS[key][0]);

export function readWaits(read: (setting: Setting) => unknown): Waits {
  const waits = WAIT_KEYS.map((key) => {
    const [name, byDefault] = WAITS[key];
    const setting = Array.isArray(byDefault)
      ? { schema: msList.default(byDefault), must: 'milliseconds, separated by commas', example: byDefault.join(',') }
      : { schema: ms.default(byDefault), must: 'a number of milliseconds greater than 0', example: String(byDefault) };
    return [key, read({ name, ...setting })];
  });
  return Object.fromEntries(waits) as Waits;
}
