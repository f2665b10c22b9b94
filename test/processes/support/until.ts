import { until as untilWithin } from '../../support/until';

/** A process that starts again may take longer than one answer. */
const TIMEOUT_MS = 30_000;

export const until: typeof untilWithin = (what, look, timeoutMs = TIMEOUT_MS) => untilWithin(what, look, timeoutMs);
