import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Writes blanks until the receiver has gone; `onBlock` is told of each 256 kB. */
export async function pour(response: ServerResponse, onBlock: (bytes: number) => void = () => undefined) {
  const block = Buffer.alloc(256_000, ' ');
  const gone = once(response, 'close');
  while (!response.destroyed) {
    onBlock(block.length);
    if (response.write(block)) await new Promise(setImmediate);
    else await Promise.race([once(response, 'drain'), gone]);
  }
}
