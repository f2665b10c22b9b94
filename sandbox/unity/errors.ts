import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import SCIMMY from 'scimmy';
import type { Switches } from '../core/switches';

/** Error codes of Unity's gateway that the sandbox uses: HTTP status, name and words. */
const GATEWAY_ERRORS = {
  0: [500, 'Unknown', 'An unknown error occurred.'],
  2: [504, 'Timeout', 'The service behind the gateway did not answer in time.'],
  3: [503, 'ServiceUnavailable', 'The service is not available now.'],
  4: [404, 'ApiMissing', 'No API answers at this path.'],
  6: [502, 'BadGateway', 'The service behind the gateway gave an unusable answer.'],
  50: [429, 'TooManyRequests', 'Too many requests. Wait before the next one.'],
  51: [401, 'InvalidToken', 'The credential is missing, malformed or not valid.'],
  53: [403, 'Forbidden', 'The caller may not do this in this organization.'],
  54: [404, 'NotFound', 'The organization was not found.'],
  55: [400, 'InvalidRequest', 'The request is not valid.'],
  58: [409, 'Conflict', 'The request conflicts with what exists.'],
} as const satisfies Record<number, readonly [status: number, title: string, detail: string]>;

type GatewayCode = keyof typeof GATEWAY_ERRORS;

/** Gateway code for a bare HTTP status; a status without its own code is an unknown error. */
const CODE_BY_STATUS: Record<number, GatewayCode> = {
  400: 55,
  401: 51,
  403: 53,
  404: 54,
  409: 58,
  429: 50,
  502: 6,
  503: 3,
  504: 2,
};

/** A refusal by the SCIM service itself, in SCIM's own words (RFC 7644 section 3.12). */
export class ScimRefusal extends Error {
  override readonly name = 'ScimRefusal';
  constructor(
    readonly status: number,
    readonly scimType: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** Answers as Unity's API gateway does: `title`, `detail`, `code`, `type`, `status`, `requestId`. */
export function sendGatewayError(response: Response, code: GatewayCode, status: number = GATEWAY_ERRORS[code][0]): void {
  const [, title, detail] = GATEWAY_ERRORS[code];
  response
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `https://services.docs.unity.com/docs/errors/#${code}`,
        title,
        status,
        code,
        detail,
        requestId: randomUUID(),
      }),
    );
}

/** Answers as the SCIM service behind the gateway does. */
export function sendScimError(response: Response, status: number, detail: string, scimType?: string): void {
  response
    .status(status)
    .type('application/scim+json')
    .send(
      JSON.stringify({
        schemas: [SCIMMY.Messages.ErrorResponse.id],
        status: String(status),
        ...(scimType ? { scimType } : {}),
        detail,
      }),
    );
}

/** A refusal that the gateway makes before the SCIM service is asked; `errorStyle` decides whose words are used. */
export function refuseAtGateway(response: Response, code: GatewayCode, { errorStyle }: Switches): void {
  const [status, , detail] = GATEWAY_ERRORS[code];
  if (errorStyle === 'scimEverywhere') sendScimError(response, status, detail);
  else sendGatewayError(response, code);
}

/** What a fault without a body of its own looks like: the gateway's error for that status. */
export function sendFault(response: Response, status: number): void {
  sendGatewayError(response, CODE_BY_STATUS[status] ?? 0, status);
}
