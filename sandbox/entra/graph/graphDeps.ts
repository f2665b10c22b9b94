import type { SandboxContext } from '../../core/context';
import type { Engine } from '../engine/createEngine';
import type { EntraStore } from '../entraStore';

/** What the routes of pretend Graph share. */
export interface GraphDeps {
  context: SandboxContext;
  store: EntraStore;
  engine: Engine;
  /** Rows of a page without `$top`. */
  pageSize: number;
}
