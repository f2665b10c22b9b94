/** What the SDK's REST clients share below their types: the pipeline of @azure/core-rest-pipeline. */
interface RestClient {
  client: {
    pipeline: {
      removePolicy(which: { name: string }): unknown;
      addPolicy(policy: {
        name: string;
        sendRequest(request: { abortSignal?: AbortSignal }, next: (request: object) => Promise<object>): Promise<object>;
      }): void;
    };
  };
}

/**
 * Takes the SDK's own retries away and gives each call a time limit.
 * By default it sends a POST again on 500, 502, 503 and 504, so that a slow success posts a message twice.
 */
export function sendOnce(client: unknown, timeoutMs: number): void {
  const { pipeline } = (client as RestClient).client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline.addPolicy({
    name: 'timeLimit',
    sendRequest(request, next) {
      // The pipeline's own time-out leaves its timer behind and does not cover the body.
      request.abortSignal = AbortSignal.timeout(timeoutMs);
      return next(request);
    },
  });
}
