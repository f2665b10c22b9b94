import { codeOf, factsOf } from '../errors';

/** Graph does not know what was asked for: somebody deleted it. */
export function isGone(error: unknown): boolean {
  return codeOf(error) === 'graph_refused' && factsOf(error).status === 404;
}
