import type { IncomingMessage } from 'node:http';

const LOOK_MS = 20;

/**
 * Ends an answer that somebody else reads once it is longer than `maxBytes` or takes longer than `maxMs`: the reader sees an
 * error. To listen to its data would take it from a reader that does not listen yet, so its connection is looked at.
 */
export function limitAnswer(response: IncomingMessage, maxBytes: number, maxMs: number): void {
  const { socket } = response;
  const before = socket.bytesRead;
  const end = performance.now() + maxMs;
  const look = setInterval(() => {
    if (socket.bytesRead - before > maxBytes || performance.now() > end)
      response.destroy(new Error('The answer does not end.'));
  }, LOOK_MS);
  look.unref();
  response.once('close', () => {
    clearInterval(look);
  });
}
