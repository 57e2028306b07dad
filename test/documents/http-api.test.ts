/** The tables of docs/http-api.md have every path, parameter and status of the endpoint. */
import { PROBLEMS } from '../../functions/query-robot-tasks/http/problem';
import { listParameters } from '../../functions/query-robot-tasks/listing/parameter-schemas';
import { ROUTES } from '../../functions/query-robot-tasks/routes/table';
import { bothOf, codeSpans } from './document';

describe.each(bothOf('docs/http-api.md'))('The tables of $name have', ({ tables }) => {
  const [calls = [], parameters = [], statuses = []] = tables.map((table) =>
    table.slice(1).map((row) => row.split(' | ')[0]?.replace(/^\| /, '') ?? ''),
  );

  test('every path with its method', () => {
    expect(calls.flatMap(codeSpans).sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  test('every parameter of GET /tasks', () => {
    expect(parameters.flatMap(codeSpans).sort()).toEqual(Object.keys(listParameters.entries).sort());
  });

  test('every status of a problem', () => {
    const known = new Set(Object.values(PROBLEMS).map(({ status }) => status));
    expect(statuses.map(Number)).toEqual([...known].sort((a, b) => a - b));
  });
});
