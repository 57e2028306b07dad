import type { ServerResponse } from 'node:http';

/** Writes blanks until the receiver has gone; `onBlock` is told of each 256 kB. */
export async function pour(response: ServerResponse, onBlock: (bytes: number) => void = () => undefined) {
  const block = Buffer.alloc(256_000, ' ');
  while (!response.destroyed) {
    if (!response.writableNeedDrain) {
      response.write(block);
      onBlock(block.length);
    }
    await new Promise(setImmediate);
  }
}
