/** Function Compute's HTTP trigger, event version v1: the only file that knows its shapes. */
import * as v from 'valibot';
import type { HttpRequest, HttpResponse } from './http';

/** What the trigger wants back: one value a header, the body as text or base64. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  readonly body: string;
}

const optionalText = v.fallback(v.string(), '');
/** Documented as a map of strings. */
const values = v.pipe(v.unknown(), v.transform(textEntries));
const NO_HTTP = { method: '', path: '', sourceIp: '' };
const http = v.object({ method: optionalText, path: optionalText, sourceIp: optionalText });
const requestContext = v.object({
  requestId: optionalText,
  http: v.fallback(http, NO_HTTP),
});
const eventSchema = v.object({
  rawPath: optionalText,
  body: optionalText,
  isBase64Encoded: v.fallback(v.boolean(), false),
  headers: v.optional(values),
  queryParameters: v.optional(values),
  requestContext: v.fallback(requestContext, { requestId: '', http: NO_HTTP }),
});

const IP_ADDRESS = /^[\da-fA-F.:]{2,45}$/;

export interface HttpEvent {
  readonly request: HttpRequest;
  /** The gateway's id of this request; empty when it gave none. */
  readonly requestId: string;
}

/**
 * The request in the event, or null when the event is none of an HTTP trigger (a timer's, or something sent by hand).
 * Never throws: what is missing or odd in an HTTP event is made up for.
 */
export function parseHttpEvent(event: unknown): HttpEvent | null {
  const document = parseJson(event);
  if (!isHttpEvent(document)) return null;
  const { rawPath, body, isBase64Encoded, headers, queryParameters, requestContext } = v.parse(
    eventSchema,
    document,
  );
  const path = rawPath === '' ? encodePath(requestContext.http.path) : rawPath;
  return {
    requestId: requestContext.requestId,
    request: {
      method: requestContext.http.method === '' ? 'GET' : requestContext.http.method.toUpperCase(),
      path: path.startsWith('/') ? path : `/${path}`,
      query: joinValues(decodeQuery(queryParameters ?? [])),
      headers: joinValues((headers ?? []).map(([name, value]) => [name.toLowerCase(), value.trim()])),
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
      sourceIp: IP_ADDRESS.test(requestContext.http.sourceIp) ? requestContext.http.sourceIp : null,
    },
  };
}

/** The trigger forbids them: it sets them itself, or fails over them. */
const FORBIDDEN_HEADER = /^(x-fc-.*|connection|content-length|date|keep-alive|server|upgrade)$/i;

/** The app's answer as the trigger wants it. */
export function toHttpAnswer({ status, headers, body }: HttpResponse): HttpAnswer {
  const plain = typeof body === 'string';
  return {
    statusCode: status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !FORBIDDEN_HEADER.test(name))),
    isBase64Encoded: !plain,
    body: plain ? body : Buffer.from(body).toString('base64'),
  };
}

function parseJson(event: unknown): unknown {
  if (!(event instanceof Uint8Array) && typeof event !== 'string') return null;
  try {
    return JSON.parse(typeof event === 'string' ? event : Buffer.from(event).toString('utf8'));
  } catch {
    return null;
  }
}

function isHttpEvent(document: unknown): boolean {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return false;
  if ('rawPath' in document && typeof document.rawPath === 'string') return true;
  return v.is(v.object({ requestContext: v.object({ http: v.object({}) }) }), document);
}

/** Two names that have become one (they differed by case, or by encoding) are one, given twice. */
function joinValues(entries: readonly Entry[]): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of entries) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return joined;
}

/** None of these can stand in a percent-encoded query: where one does, the gateway has decoded already. */
const DECODED = /[^\x21-\x7e]|["<>]|%(?![\dA-Fa-f]{2})/;
const ENCODED = /%[\dA-Fa-f]{2}/;

/**
 * Whether queryParameters arrive decoded is not documented, so each event tells for itself, by all its names and values
 * together. A plus is a space where the event shows that it is encoded, and a plus where nothing tells.
 */
function decodeQuery(entries: readonly Entry[]): readonly Entry[] {
  const everything = entries.flat();
  const isEncoded =
    everything.some((part) => ENCODED.test(part)) && !everything.some((part) => DECODED.test(part));
  return isEncoded ? entries.map(([name, value]) => [decode(name), decode(value)]) : entries;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

/** `requestContext.http.path` comes decoded. */
function encodePath(path: string): string {
  return wellFormed(path).split('/').map(encodeURIComponent).join('/');
}

type Entry = readonly [name: string, value: string];

/** A number and the like is written as text, and a list is joined as the trigger joins it. */
function textEntries(map: unknown): Entry[] {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return [];
  return Object.entries(map).map(([name, value]: [string, unknown]) => [
    wellFormed(name),
    Array.isArray(value) ? value.map(toText).join(',') : toText(value),
  ]);
}

/** An object has no text: to write it as JSON would overflow the stack when it is nested deeply enough. */
function toText(value: unknown): string {
  return typeof value === 'object' && value !== null ? '' : wellFormed(String(value));
}

/** A lone surrogate, which JSON can hold but no URL, becomes U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
