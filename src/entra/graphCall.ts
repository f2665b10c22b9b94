import type { GraphReply } from './graphReply';

/** One thing asked of Graph, before anyone decides how often it is sent. */
export interface GraphCall {
  /** What is done, in our words; stands in logs and errors, so no ids or addresses. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1.0`, already encoded, or a complete `@odata.nextLink`. */
  path: string;
  /** JSON body; a function is asked anew at each try. */
  body?: unknown | (() => unknown);
  /** Which rights it is about: decides what 401 and 403 mean. */
  area: 'directory' | 'synchronization' | 'assignments' | 'logs';
  /** A POST that changes nothing, so that it may be repeated as a GET is. */
  changesNothing?: boolean;
  /** Milliseconds for each try, default 30 s; what the client was bound with goes first. */
  timeoutMs?: number;
  /** Looks into an answer before it is judged; `$batch` hides 429 inside a 200. */
  judge?: (reply: GraphReply) => GraphReply;
}

/** Graph with one credential. Both repeat what may be repeated. */
export interface Graph {
  /** Gives the answer of any status. @throws GraphUnreachableError when none came; SignInNeededError from the credential */
  ask(call: GraphCall): Promise<GraphReply>;
  /** Gives an answer with success. @throws GraphRefusedError, GraphUnreachableError, GraphThrottledError, NoRightError, LicenceMissingError, SignInNeededError */
  send(call: GraphCall): Promise<GraphReply>;
}
