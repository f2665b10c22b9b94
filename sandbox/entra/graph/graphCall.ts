import type { Caller } from '../login/accessTokens';

/** One Graph request, whether it came over HTTP or as an item of a `$batch`. */
export interface GraphCall {
  method: string;
  /** Decoded path below `/v1.0`, without the query. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: unknown;
  caller: Caller;
  /** `https://localhost:<port>/v1.0` */
  base: string;
}

export interface GraphAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Scopes and directory roles of one call. Each inner list is enough when all of it is there. */
export interface Permission {
  delegated: readonly (readonly string[])[];
  application: readonly (readonly string[])[];
  /** Directory roles of which the person needs one; absent: any member may. */
  roles?: readonly string[];
}

export interface GraphRoute {
  method: string;
  /** Path below `/v1.0` with `:names`. */
  path: string;
  needs: Permission;
  handle(call: GraphCall): GraphAnswer | Promise<GraphAnswer>;
}

export const ok = (body: unknown): GraphAnswer => ({ status: 200, body });
export const noContent: GraphAnswer = { status: 204 };
