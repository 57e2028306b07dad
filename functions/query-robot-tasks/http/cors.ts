import type { HttpRequest } from './http';

const PREFLIGHT_MAX_AGE_SECONDS = 600;

/** The headers by which a browser lets a page of one of `origins` read the answer. Empty when no origin is allowed at all. */
export function corsHeaders(
  request: HttpRequest,
  origins: readonly string[],
  methods: readonly string[],
): Record<string, string> {
  if (origins.length === 0) return {};
  const origin = request.headers.get('origin');
  if (origin === undefined || !origins.includes(origin)) return {};
  const allowed = { 'access-control-allow-origin': origin };
  const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
  return isPreflight
    ? {
        ...allowed,
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': 'Authorization, If-None-Match, Content-Type, Cache-Control',
        'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
      }
    : { ...allowed, 'access-control-expose-headers': 'X-Request-Id, Retry-After, ETag, Last-Modified, Date' };
}
