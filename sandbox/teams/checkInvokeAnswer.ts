import type { InvokeResult } from './wireTypes';

export const UNREACHABLE = 'Unable to reach app. Please try again.';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Check = (body: unknown) => string | undefined;

const taskProblem: Check = (body) => {
  if (!isRecord(body) || !isRecord(body.task)) return 'the body has no task';
  const { type, value } = body.task;
  if (type === 'message') return typeof value === 'string' ? undefined : 'a task message has no text';
  if (type !== 'continue') return `task.type is ${JSON.stringify(type)}`;
  return isRecord(value) && (isRecord(value.card) || typeof value.url === 'string')
    ? undefined
    : 'task.value has neither card nor url';
};

const CHECKS: Record<string, Check> = {
  'adaptiveCard/action': (body) => {
    if (!isRecord(body)) return 'the body is empty';
    if (typeof body.statusCode !== 'number') return 'the body has no statusCode';
    return typeof body.type === 'string' ? undefined : 'the body has no type';
  },
  'task/fetch': taskProblem,
  'task/submit': (body) =>
    body === undefined || (isRecord(body) && Object.keys(body).length === 0) ? undefined : taskProblem(body),
  'application/search': (body) =>
    isRecord(body) && isRecord(body.value) && Array.isArray(body.value.results) ? undefined : 'the body has no value.results',
};

/**
 * Looks at a bot's answer to an invoke as Teams does: a wrong wrapper is as good as no answer, although the bot did its work.
 * Sign-in invokes speak by their status alone and pass.
 */
export function checkInvokeAnswer(
  name: string,
  { status, body }: Pick<InvokeResult, 'status' | 'body'>,
): InvokeResult['problem'] {
  const check = CHECKS[name];
  if (!check) return undefined;
  const wrong = status === 200 ? check(body) : `the bot answered ${status}`;
  return wrong === undefined
    ? undefined
    : { code: status === 200 ? 'InvalidAnswer' : 'BotError', text: `${UNREACHABLE} (${name}: ${wrong})` };
}
