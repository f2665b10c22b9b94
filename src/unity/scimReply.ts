import { z } from 'zod';
import { retryAfterMs } from '../provisioning/retryAfter';

/** One answer of Unity's SCIM service or of the gateway before it. */
export interface ScimReply {
  status: number;
  /** Parsed JSON; undefined for a web page or an empty body. */
  body: unknown;
  /** Gateway's own error number, for example 51; null when the SCIM service itself answered. */
  gatewayCode: number | null;
  requestId: string | null;
  /** From `Retry-After`, in milliseconds. */
  retryAfterMs: number | null;
}

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// Two layers answer errors: the gateway with a number, the SCIM service with schemas, a status as text and maybe a scimType.
const gatewayError = z.object({ code: z.int().optional().catch(undefined), requestId: z.string().optional().catch(undefined) });
const listResponse = z.object({
  schemas: z
    .array(z.string())
    .refine((schemas) => schemas.some((schema) => schema.toLowerCase() === LIST_RESPONSE.toLowerCase())),
  totalResults: z.number(),
  // RFC 7644 3.4.2: may be missing when nothing was found.
  Resources: z
    .array(z.unknown())
    .nullish()
    .transform((value) => value ?? []),
});
export type ListResponse = z.infer<typeof listResponse>;

/** Reads an answer of any status and either error format; free text of an error is left behind. */
export async function readScimReply(response: Response): Promise<ScimReply> {
  const body = parseJson(await response.text());
  const error = response.ok ? undefined : gatewayError.safeParse(body).data;
  return {
    status: response.status,
    body,
    gatewayCode: error?.code ?? null,
    requestId: error?.requestId !== undefined && UUID.test(error.requestId) ? error.requestId : null,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
  };
}

/** undefined: whoever answered is not a SCIM list, for example a web page. */
export function asListResponse(reply: ScimReply): ListResponse | undefined {
  return listResponse.safeParse(reply.body).data;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // a web page, or nothing: the caller asks whether it is a list
  }
}
