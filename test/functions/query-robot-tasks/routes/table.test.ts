import fc from 'fast-check';
import { anyCharacter } from '../../../stand-ins/any-character';
import { findPath, methodsOf, ROUTES } from '../../../../functions/query-robot-tasks/routes/table';

const cases: { path: string; route: { name: string; id?: string } | null }[] = [
  { path: '/tasks', route: { name: '/tasks' } },
  { path: '/%74asks', route: { name: '/tasks' } },
  { path: '/tasks/1', route: { name: '/tasks/{id}', id: '1' } },
  { path: '/tasks/%31', route: { name: '/tasks/{id}', id: '1' } },
  { path: '/tasks/1%2F2', route: { name: '/tasks/{id}', id: '1/2' } },
  { path: '/tasks/..', route: { name: '/tasks/{id}', id: '..' } },
  { path: '/healthz', route: { name: '/healthz' } },
  { path: '/openapi.json', route: { name: '/openapi.json' } },
  { path: '/', route: { name: '/' } },
  { path: '/tasks/1/start', route: { name: '/tasks/{id}/start', id: '1' } },
  { path: '/tasks/1/acknowledge', route: { name: '/tasks/{id}/acknowledge', id: '1' } },
  { path: '/acknowledge', route: { name: '/acknowledge' } },
  { path: '/tasks/1/START', route: null },
  { path: '/summary', route: { name: '/summary' } },
  { path: '/tasks//start', route: null },
  { path: '/tasks/', route: null },
  { path: '//tasks', route: null },
  { path: '/tasks//1', route: null },
  { path: '/tasks%2F1', route: null },
  { path: '/Tasks', route: null },
  { path: '/tasks/1/', route: null },
  { path: '/tasks/1/2', route: null },
  { path: '/healthz/../tasks', route: null },
  { path: '/healthz/%2e%2e/tasks', route: null },
  { path: '/tasks%00', route: null },
  { path: '/tasks%', route: null },
  { path: '/tasks;x', route: null },
  { path: '/tasks?status=INIT', route: null },
  { path: '/__proto__', route: null },
];

it.each(cases)('$path is $route', ({ path, route }) => {
  const found = findPath(path);
  const id = found?.params.get('id');
  const seen = found === null ? null : { name: found.path, ...(id === undefined ? {} : { id }) };
  expect(seen).toEqual(route);
});

it('any path is a route or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (path) => {
      findPath(`/${path}`);
    }),
  );
});

it('each path has a method once, and only an operator changes anything', () => {
  expect(new Set(ROUTES.map(({ method, path }) => `${method} ${path}`)).size).toBe(ROUTES.length);
  expect(
    ROUTES.flatMap(({ method, path, who }) => (method === 'GET' ? [] : [`${method} ${path}: ${who}`])),
  ).toEqual([
    'POST /tasks/{id}/start: operator',
    'POST /tasks/{id}/acknowledge: operator',
    'DELETE /tasks/{id}/acknowledge: operator',
    'POST /acknowledge: operator',
  ]);
});

it.each([
  { methods: ['GET'] as const, allow: ['GET', 'HEAD', 'OPTIONS'] },
  { methods: ['POST', 'DELETE'] as const, allow: ['POST', 'DELETE', 'OPTIONS'] },
])('a path with $methods allows $allow', ({ methods, allow }) => {
  expect(methodsOf(methods.map((method) => ({ method })))).toEqual(allow);
});
