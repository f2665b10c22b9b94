import type { NextFunction, Request, Response } from 'express';
import type { Service } from './faults';

/** One call that reached a pretend service. Bodies and headers are not kept, so no secret can be read back. */
export interface RecordedCall {
  service: Service;
  method: string;
  /** Path and query as received; the values of token-like parameters are masked. */
  path: string;
  status: number;
  at: string;
  ms: number;
  /** Set by a route that knows it: object id of the person, or client id of the app, whose token came with the call. */
  caller?: string | undefined;
}

export interface CallLog {
  record(call: RecordedCall): void;
  list(service?: Service): RecordedCall[];
  clear(): void;
}

const KEPT = 20_000;

export function createCallLog(): CallLog {
  let calls: RecordedCall[] = [];
  return {
    record(call) {
      calls.push(call);
      if (calls.length > KEPT) calls = calls.slice(-KEPT / 2);
    },
    list: (service) => (service ? calls.filter((call) => call.service === service) : [...calls]),
    clear() {
      calls = [];
    },
  };
}

/** Hides values that could be credentials in a path: `code`, `state`, `token`, `signin`. */
function maskPath(path: string): string {
  return path.replace(/([?&](?:code|state|token|signin|assertion)=)[^&]*/gi, '$1***');
}

/** Records each call when its answer has been sent or its connection has gone. */
export function recordCalls(log: CallLog, service: Service) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = Date.now();
    response.once('close', () =>
      log.record({
        service,
        method: request.method,
        path: maskPath(request.originalUrl),
        status: response.writableFinished ? response.statusCode : 0,
        at: new Date(startedAt).toISOString(),
        ms: Date.now() - startedAt,
        caller: response.locals.caller as string | undefined,
      }),
    );
    next();
  };
}
