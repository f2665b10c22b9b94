import { z } from 'zod';

/** Something that a client of `/__teams/` or `/__sandbox/` cannot have; the message says what and why. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  constructor(
    readonly status: 400 | 403 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** @throws ClientError 400 that lists every problem, one a line */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw new ClientError(400, z.prettifyError(parsed.error));
  return parsed.data;
}
