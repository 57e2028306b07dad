/** Every path that the endpoint knows, and what it answers there. */
import { decodeSegment } from '../http/http';
import type { Route } from '../http/route';
import { acknowledgeManyRoute, acknowledgeRoute, takeBackRoute } from './acknowledge';
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
  acknowledgeRoute,
  takeBackRoute,
  acknowledgeManyRoute,
  summaryRoute,
  watchRoute,
  metricsRoute,
  healthRoute,
  documentRoute,
] as const satisfies readonly Route[];

type NameOf<R extends Route> = R extends Route ? `${R['method']} ${R['path']}` : never;
/** Such as `GET /tasks`. */
export type RouteName = NameOf<(typeof ROUTES)[number]>;

export interface FoundPath {
  readonly path: string;
  /** One for each method that the path has. */
  readonly routes: readonly Route[];
  readonly params: ReadonlyMap<string, string>;
}

export const PATHS: readonly string[] = [...new Set(ROUTES.map(({ path }) => path))];
const PATTERNS = PATHS.map((path) => ({
  path,
  pattern: path.slice(1).split('/'),
  routes: ROUTES.filter((route: Route) => route.path === path),
}));
const MOST_SEGMENTS = Math.max(...PATTERNS.map(({ pattern }) => pattern.length));

/**
 * What a percent-encoded path is, or null. Segments are decoded after they are told apart, so that an encoded slash
 * makes no segment, and none is resolved: `..` and an empty segment are names that no route has.
 */
export function findPath(encoded: string): FoundPath | null {
  // A path may have a million segments.
  const segments = encoded
    .slice(1)
    .split('/', MOST_SEGMENTS + 1)
    .map(decodeSegment);
  for (const { path, routes, pattern } of PATTERNS) {
    const params = match(pattern, segments);
    if (params !== null) return { path, routes, params };
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

/** The methods that a path answers, as the Allow header names them. */
export function methodsOf(routes: readonly Pick<Route, 'method'>[]): readonly string[] {
  return [...routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'];
}

/** What answers this method; HEAD is answered like GET, without the body. */
export function routeFor(routes: readonly Route[], method: string): Route | undefined {
  return routes.find((route) => route.method === (method === 'HEAD' ? 'GET' : method));
}
