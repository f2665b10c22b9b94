import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';

export const SERVICES = ['graph', 'login', 'scim', 'connector', 'token'] as const;
export type Service = (typeof SERVICES)[number];

/** One row of the fault table: which calls it hits, and what happens to them instead. */
export const faultSchema = z.strictObject({
  id: z.string().optional(),
  service: z.enum(SERVICES),
  method: z.string().toUpperCase().optional(),
  /** Part of the path, or a regular expression between slashes. */
  path: z.string().default(''),
  /** Object id of the person, or client id of the app, whose token came along. Graph knows it; elsewhere such a row hits nothing. */
  caller: z.string().toLowerCase().optional(),
  /** Hits only the nth matching call from now on (1 = the next one). */
  nth: z.int().min(1).optional(),
  /** Hits at most this many calls. */
  times: z.int().min(1).optional(),
  /** Hits a share of the matching calls, drawn from `seed`. */
  probability: z.number().gt(0).max(1).optional(),
  seed: z.int().default(1),
  effect: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('status'),
      status: z.int().min(200).max(599),
      /** Sent as it is; an object is sent as JSON. Without it the service answers with its own error format. */
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).default({}),
    }),
    /** Waits, in real milliseconds, then goes on as usual. */
    z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0) }),
    /** Waits until the row is removed, then goes on as usual. */
    z.strictObject({ kind: z.literal('hold') }),
    /** Cuts the connection before anything is done. */
    z.strictObject({ kind: z.literal('drop') }),
    /** Does the work, then cuts the connection: the answer is lost. */
    z.strictObject({ kind: z.literal('loseAnswer') }),
    /** Never answers; the caller's own time-out must end it. */
    z.strictObject({ kind: z.literal('hang') }),
  ]),
});
export type Fault = z.infer<typeof faultSchema> & { id: string; seen: number; hits: number };

export interface FaultTable {
  add(fault: z.input<typeof faultSchema>): Fault;
  remove(id: string): boolean;
  clear(): void;
  list(): Fault[];
  /** The row that hits this call, if any matches; counts the call. First matching row wins. */
  match(service: Service, method: string, path: string, caller?: string): Fault | undefined;
  /** Resolves when a call that this row hit may go on: at once for all but `slow` and `hold`. */
  pass(fault: Fault): Promise<void>;
}

/** A small seeded generator (mulberry32), so that a fault drawn by chance is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pathMatcher(path: string): (actual: string) => boolean {
  const expression = /^\/(.+)\/$/.exec(path)?.[1];
  if (expression !== undefined && /[\\^$.*+?()[\]{}|]/.test(expression)) {
    const compiled = new RegExp(expression);
    return (actual) => compiled.test(actual);
  }
  return (actual) => actual.includes(path);
}

interface FaultRow {
  fault: Fault;
  matches: (path: string) => boolean;
  draw: () => number;
  /** Calls that wait for the row to be removed. */
  held: (() => void)[];
}

export function createFaultTable(): FaultTable {
  const rows = new Map<string, FaultRow>();

  function remove(id: string): boolean {
    for (const goOn of rows.get(id)?.held ?? []) goOn();
    return rows.delete(id);
  }
  return {
    add(input) {
      const parsed = faultSchema.parse(input);
      const fault: Fault = { ...parsed, id: parsed.id ?? randomUUID(), seen: 0, hits: 0 };
      remove(fault.id);
      rows.set(fault.id, { fault, matches: pathMatcher(fault.path), draw: seeded(fault.seed), held: [] });
      return fault;
    },
    remove,
    clear() {
      for (const id of [...rows.keys()]) remove(id);
    },
    list: () => [...rows.values()].map(({ fault }) => fault),
    match(service, method, path, caller) {
      for (const { fault, matches, draw } of rows.values()) {
        if (fault.service !== service || (fault.method && fault.method !== method) || !matches(path)) continue;
        if (fault.caller !== undefined && fault.caller !== caller?.toLowerCase()) continue;
        fault.seen += 1;
        if (fault.nth !== undefined && fault.seen !== fault.nth) continue;
        if (fault.times !== undefined && fault.hits >= fault.times) continue;
        if (fault.probability !== undefined && draw() >= fault.probability) continue;
        fault.hits += 1;
        return fault;
      }
      return undefined;
    },
    async pass(fault) {
      if (fault.effect.kind === 'slow') await setTimeout(fault.effect.ms);
      const row = rows.get(fault.id);
      if (fault.effect.kind === 'hold' && row?.fault === fault) await new Promise<void>((goOn) => row.held.push(goOn));
    },
  };
}

/** Express middleware in front of a service: looks the call up in the fault table and lets the row's effect happen. */
export function faultMiddleware(
  faults: FaultTable,
  service: Service,
  writeError: (response: Response, status: number) => void,
  callerOf: (request: Request) => string | undefined = () => undefined,
) {
  return (request: Request, response: Response, next: NextFunction) => {
    const fault = faults.match(service, request.method, request.originalUrl, callerOf(request));
    if (!fault) return next();
    const { effect } = fault;
    if (effect.kind === 'slow' || effect.kind === 'hold') void faults.pass(fault).then(() => next());
    else if (effect.kind === 'drop') request.socket.destroy();
    else if (effect.kind === 'status') {
      response.set(effect.headers).status(effect.status);
      if (effect.body === undefined) writeError(response, effect.status);
      else response.send(effect.body);
    } else if (effect.kind === 'loseAnswer') {
      response.end = (() => {
        request.socket.destroy();
        return response;
      }) as typeof response.end;
      next();
    }
    // 'hang': nobody answers; the caller's own time-out ends it.
  };
}
