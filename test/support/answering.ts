import type { IncomingMessage, ServerResponse } from 'node:http';

/** For a pretend server: whoever asked may be gone in the middle, at the end of a test for example, and that is nobody's error. */
export const answering =
  (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response).catch(() => response.destroy());
