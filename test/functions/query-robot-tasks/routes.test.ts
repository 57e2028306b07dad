import fc from 'fast-check';
import { findRoute, type Route } from '../../../functions/query-robot-tasks/routes';

const cases: { path: string; route: Route | null }[] = [
  { path: '/tasks', route: { name: '/tasks' } },
  { path: '/%74asks', route: { name: '/tasks' } },
  { path: '/tasks/1', route: { name: '/tasks/{id}', id: '1' } },
  { path: '/tasks/%31', route: { name: '/tasks/{id}', id: '1' } },
  { path: '/tasks/1%2F2', route: { name: '/tasks/{id}', id: '1/2' } },
  { path: '/tasks/..', route: { name: '/tasks/{id}', id: '..' } },
  { path: '/healthz', route: { name: '/healthz' } },
  { path: '/openapi.json', route: { name: '/openapi.json' } },
  { path: '/', route: null },
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
  expect(findRoute(path)).toEqual(route);
});

it('any path is a route or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      findRoute(`/${path}`);
    }),
  );
});
