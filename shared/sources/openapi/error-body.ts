import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { limitAnswer } from '../../runtime/answer-limit';

/** An error document has a few hundred bytes. */
const MAX_BYTES = 1_000_000;
/** Longer than any call may take. */
const MAX_MS = 10_000;

let isLimited = false;

/**
 * Ends, from now on, every 4xx or 5xx answer to the core client that is longer than a megabyte or takes longer than ten
 * seconds. The core client reads those by itself, with no limit, and on a connection that is used again with no end, and hands
 * none of them out: Node's own announcement of every answer is the only place to get hold of them.
 */
export function limitErrorBodies(): void {
  if (isLimited) return;
  isLimited = true;
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if ((response.statusCode ?? 0) >= 400 && request.hasHeader('x-acs-action'))
      limitAnswer(response, MAX_BYTES, MAX_MS);
  });
}
