/** Sends long bodies packed to who can unpack them: RFC 9110, 8.4 and 12.5.3. */
import type { HttpResponse } from './http';

/** In bytes. A shorter one fits into a few packets as it is. */
const LONGEST_PLAIN = 8000;
/** As fast as gzip here, and half the size; a higher one takes many times as long. */
const BROTLI_QUALITY = 5;
const MOST_CODINGS = 20;

export type Coding = 'br' | 'gzip';

/** The coding that an Accept-Encoding header prefers, br of two that are alike; null where it takes neither. */
export function codingOf(
  header: string | undefined,
  known: readonly Coding[] = ['br', 'gzip'],
): Coding | null {
  const weights = new Map<string, number>();
  for (const item of (header ?? '').toLowerCase().split(',', MOST_CODINGS)) {
    const [name = '', weight] = item.split(';').map((part) => part.trim());
    const [, q] = /^q=([01](?:\.\d{0,3})?)$/.exec(weight ?? '') ?? [];
    weights.set(name === 'x-gzip' ? 'gzip' : name, q === undefined ? 1 : Number(q));
  }
  const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get('*') ?? 0;
  const [best] = known.filter((coding) => weightOf(coding) > 0).sort((a, b) => weightOf(b) - weightOf(a));
  return best ?? null;
}

/** The answer, packed where that is worth it, `acceptEncoding` allows it, and it is not packed already. */
export async function pack(
  response: HttpResponse,
  acceptEncoding: string | undefined,
): Promise<HttpResponse> {
  const { headers, body } = response;
  const coding = codingOf(acceptEncoding);
  // A character has at most three bytes, and only a body that may be long enough is counted.
  if (coding === null || headers['content-encoding'] !== undefined || body.length * 3 <= LONGEST_PLAIN) {
    return response;
  }
  if (Buffer.byteLength(body) <= LONGEST_PLAIN) return response;
  // Seldom asked for, and it takes a start 4 % of what a bare Node process takes.
  const { brotliCompressSync, constants, gzipSync } = await import('node:zlib');
  const packed =
    coding === 'gzip'
      ? gzipSync(body)
      : brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
  return { ...response, headers: { ...headers, 'content-encoding': coding }, body: packed };
}
