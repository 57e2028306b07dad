/** Answers that need not be sent again to who has them: RFC 9110, 8.8 and 13. */
import { createHash } from 'node:crypto';
import { jsonResponse, type HttpRequest, type HttpResponse } from './http';

/** What an answer holds beside its content: it can be another each time, and is no news. */
export interface Aside {
  readonly before?: object;
  readonly after?: object;
  /** Epoch milliseconds, for Last-Modified. No condition: the content can change without it. */
  readonly modifiedAt?: number;
}

/**
 * The JSON of `content` with an entity tag of it, or a 304 for who has it already. The tag is the same for the same content,
 * whoever makes it; a weak one, because of what stands aside.
 */
export function taggedJson(
  { headers }: HttpRequest,
  content: object,
  { before = {}, after = {}, modifiedAt }: Aside,
): HttpResponse {
  const json = JSON.stringify(content);
  const etag = `W/"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
  const validators = {
    etag,
    ...(modifiedAt === undefined ? {} : { 'last-modified': new Date(modifiedAt).toUTCString() }),
  };
  if (isKnown(headers.get('if-none-match') ?? '', etag))
    return { status: 304, headers: validators, body: '' };
  const whole = jsonResponse(joinObjects([JSON.stringify(before), json, JSON.stringify(after)]));
  return { ...whole, headers: { ...whole.headers, ...validators } };
}

function isKnown(tags: string, etag: string): boolean {
  return tags.trim() === '*' || opaqueTags(tags).includes(opaqueTags(etag)[0] ?? '');
}

/** Without W/: they are compared weakly. A comma can stand inside of one. */
function opaqueTags(list: string): string[] {
  return [...list.matchAll(/"[\x21\x23-\x7e\x80-\xff]*"/g)].map(([tag]) => tag);
}

/** One object of several, as text. */
function joinObjects(objects: readonly string[]): string {
  const inner = objects.map((json) => json.slice(1, -1)).filter((text) => text !== '');
  return `{${inner.join(',')}}`;
}
