import { Readable } from 'node:stream';
import * as v from 'valibot';
import type { StopSignal } from '../../runtime/stop';
import { malformed } from './errors';

/** A hundred tasks are some 50,000 bytes. What is longer than this is no answer, and could fill the instance's memory. */
const MAX_BYTES = 6_000_000;

const streamedSchema = v.looseObject({ body: v.instance(Readable) });

/**
 * `response` with its body as text, where it is a stream: what the core client hands over unread when it is asked for
 * `binary`. Its own reading has neither a limit nor an end. Rejects with the stream's error, with a 'malformed' error for
 * more than `maxBytes` (default 6 MB), and when `signal` is aborted; then the connection is closed.
 */
export async function withText(
  response: unknown,
  signal: StopSignal,
  maxBytes = MAX_BYTES,
): Promise<unknown> {
  if (!v.is(streamedSchema, response)) return response;
  return { ...response, body: await readText(response.body, signal, maxBytes) };
}

async function readText(body: Readable, signal: StopSignal, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = () => {
    body.destroy(signal.reason);
  };
  // The loop hears of it as well, where it has begun.
  body.on('error', () => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    // Leaving the loop by an error destroys the stream.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw malformed({
          en: `the body is longer than ${maxBytes} bytes`,
          'zh-CN': `内容超过 ${maxBytes} 字节`,
        });
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks).toString('utf8');
}
