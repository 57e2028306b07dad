import { decodeSegment, redirect, type HttpRequest, type HttpResponse } from '../http/http';

/** What stands behind the # of an alert's link: a ticket and a task's id, each of its own alphabet, and nothing else. */
const FRAGMENT = /^(?:ticket=[\w.-]+(?:&task=\d+)?|task=\d+)$/;
const LONGEST = 500;

/**
 * The way back for a link whose # was encoded on its way, as some chat apps do: `/%23ticket=…` leads to `./#ticket=…`. Null
 * for every other request. Nothing but such a link is repeated into the answer.
 */
export function escapedLink({ method, path }: HttpRequest): HttpResponse | null {
  if ((method !== 'GET' && method !== 'HEAD') || path.length > LONGEST) return null;
  const [, escaped = ''] = /^\/%23([^/]+)$/.exec(path) ?? [];
  const fragment = decodeSegment(escaped);
  return FRAGMENT.test(fragment) ? redirect(`./#${fragment}`) : null;
}
