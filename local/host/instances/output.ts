import type { Readable } from 'node:stream';
import { END_OF_OUTPUT } from './protocol';

export interface Output {
  /** Resolves when all that was printed before the end of this request has been read, or when the stream has ended. */
  endOf(requestId: string): Promise<void>;
  /** Resolves when the stream has ended. */
  readonly closed: Promise<void>;
}

/** Splits what an instance prints into lines, an unfinished last one included, and finds the marks between requests. */
export function readOutput(stream: Readable, onLine: (line: string) => void): Output {
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  let open = true;
  let rest = '';

  const take = (line: string) => {
    const [printed = '', requestId] = line.split(END_OF_OUTPUT);
    if (printed !== '') onLine(printed);
    if (requestId === undefined) return;
    const fulfil = waiting.get(requestId);
    if (fulfil === undefined) ended.add(requestId);
    else fulfil();
    waiting.delete(requestId);
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
  const closed = new Promise<void>((fulfil) => {
    stream.on('close', () => {
      open = false;
      if (rest !== '') take(rest);
      for (const resume of waiting.values()) resume();
      fulfil();
    });
  });

  return {
    endOf: (requestId) =>
      new Promise((fulfil) => {
        if (ended.delete(requestId) || !open) fulfil();
        else waiting.set(requestId, fulfil);
      }),
    closed,
  };
}
