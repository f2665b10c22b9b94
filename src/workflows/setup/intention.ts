import { codeOf, type Facts } from '../../errors';
import { type EffectKind, forgetEffect, recordEffect } from '../../store/runEffects';
import type { Store } from '../../store/sql';

/** The service said no, or was never asked: nothing was done. After a missing answer nobody knows. */
const REFUSALS = ['graph_refused', 'graph_throttled', 'no_right', 'sign_in_needed'];

/**
 * Writes down what is about to be made, makes it, and forgets it again when the service refused: what a colleague makes later must
 * never be taken for ours, or *Cancel* would take it back.
 * @param known - an earlier try wrote it down, so it may be made already: then it stays written down
 */
export async function intending<T>(
  store: Store,
  effect: { subject: string; kind: EffectKind; facts: Facts; known: boolean },
  make: () => Promise<T>,
): Promise<T> {
  const { subject, kind, facts, known } = effect;
  if (!known) await recordEffect(store, subject, kind, facts);
  try {
    return await make();
  } catch (error) {
    if (!known && REFUSALS.includes(codeOf(error) ?? '')) await forgetEffect(store, subject, kind);
    throw error;
  }
}
