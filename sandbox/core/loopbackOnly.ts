import type { NextFunction, Request, Response } from 'express';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Refuses a Host that does not mean this machine, and a call from a page of another site: nobody who is not on this machine
 * can steer the sandbox, by a name that leads here or through the browser of somebody who is.
 */
export function loopbackOnly(request: Request, response: Response, next: NextFunction): void {
  const { host = '', origin } = request.headers;
  if (LOOPBACK.test(host) && (origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, '')))) next();
  else
    response
      .status(403)
      .json({ error: { code: 'NotLoopback', message: 'The sandbox answers at 127.0.0.1 and localhost only.' } });
}
