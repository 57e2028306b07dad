/** Every path that the endpoint knows. */
import { decodeSegment } from '../http/http';
import type { Route } from '../http/route';
import { documentRoute } from './document';
import { healthRoute } from './health';
import { metricsRoute } from './metrics';
import { pageRoute } from './page';
import { startRoute } from './start';
import { summaryRoute } from './summary';
import { taskRoute } from './task';
import { tasksRoute } from './tasks';
import { watchRoute } from './watch';

export const ROUTES = [
  pageRoute,
  tasksRoute,
  taskRoute,
  startRoute,
  summaryRoute,
  watchRoute,
  metricsRoute,
  healthRoute,
  documentRoute,
] as const satisfies readonly Route[];

export type RoutePath = (typeof ROUTES)[number]['path'];

export interface FoundRoute {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

const PATTERNS = ROUTES.map((route: Route) => ({ route, pattern: route.path.slice(1).split('/') }));
const MOST_SEGMENTS = Math.max(...PATTERNS.map(({ pattern }) => pattern.length));

/**
 * The route of a percent-encoded path, or null. Segments are decoded after they are told apart, so that an encoded slash
 * makes no segment, and none is resolved: `..` and an empty segment are names that no route has.
 */
export function findRoute(path: string): FoundRoute | null {
  // A path may have a million segments.
  const segments = path
    .slice(1)
    .split('/', MOST_SEGMENTS + 1)
    .map(decodeSegment);
  for (const { route, pattern } of PATTERNS) {
    const params = match(pattern, segments);
    if (params !== null) return { route, params };
  }
  return null;
}

function match(pattern: readonly string[], segments: readonly string[]): Map<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined ? segment !== expected : segment === '') return null;
    if (name !== undefined) params.set(name, segment);
  }
  return params;
}

/** The methods that a route answers, as the Allow header names them. */
export function methodsOf({ method }: Pick<Route, 'method'>): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD', 'OPTIONS'] : ['POST', 'OPTIONS'];
}
