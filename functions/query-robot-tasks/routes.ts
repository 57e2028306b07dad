/** The paths that the endpoint knows. */

export type Route =
  | { readonly name: '/tasks' | '/healthz' | '/openapi.json' }
  | { readonly name: '/tasks/{id}'; readonly id: string };

export const METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

/**
 * The route of a percent-encoded path, or null. Segments are decoded after they are told apart, so that an encoded slash
 * makes no segment, and none is resolved: `..` and an empty segment are names that no route has.
 */
export function findRoute(path: string): Route | null {
  // No route has more than two segments, and a path may have a million.
  const segments = path.slice(1).split('/', 3).map(decodeSegment);
  const [first, second] = segments;
  if (segments.length === 1 && (first === 'tasks' || first === 'healthz' || first === 'openapi.json')) {
    return { name: `/${first}` };
  }
  if (segments.length === 2 && first === 'tasks' && second !== undefined && second !== '') {
    return { name: '/tasks/{id}', id: second };
  }
  return null;
}

/** What is no valid encoding stays as it is: no route has a percent sign in it. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
