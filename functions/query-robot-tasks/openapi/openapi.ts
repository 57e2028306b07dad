/**
 * The OpenAPI 3.1 document of the endpoint, made at build time of the schemas that the function itself uses: a file beside
 * the bundle. Nothing at run time imports this file.
 */
import packageJson from '../../../package.json';
import { problemType } from '../http/problem';
import { CONTENT_TYPES } from '../metrics/exposition';
import { manyBody, oneBody } from '../operators/body';
import { PATHS, ROUTES, type RouteName } from '../routes/table';
import { named, namedSchemas } from './components';
import { ID_PARAMETER, IF_NONE_MATCH, LIST_PARAMETERS, requestBody } from './requests';
import {
  ACT_PROBLEMS,
  HEADERS,
  LAST_MODIFIED,
  OPEN_PROBLEMS,
  problems,
  READER_PROBLEMS,
  success,
  taggedSuccess,
  TASK_PROBLEMS,
} from './responses';

/** What each route answers: a route without an entry does not compile. */
const OPERATIONS: Readonly<Record<RouteName, object>> = {
  'GET /': {
    operationId: 'page',
    summary: 'The page for people, which asks the other paths.',
    responses: {
      ...success('HTML.', { type: 'string' }, 'text/html; charset=utf-8'),
      ...problems(...OPEN_PROBLEMS),
    },
  },
  'GET /tasks': {
    operationId: 'listTasks',
    summary: 'Lists tasks.',
    description:
      'One call of upstream is passed on when there is at most one status and neither createdFrom, createdTo, robotId, ' +
      'scheduleType nor sort (with TASK_SOURCE=aiccs, nor createdOn). Otherwise every matching task is collected, then filtered, sorted and paged: the list is ' +
      'complete or the answer is an error.',
    parameters: [...LIST_PARAMETERS, IF_NONE_MATCH],
    responses: {
      ...taggedSuccess('The tasks of this page; with `fields`, only those of each.', {
        anyOf: [named('TaskList'), named('PickedTaskList')],
      }),
      ...problems(...TASK_PROBLEMS, 'too-many-tasks', 'upstream-moving'),
    },
  },
  'GET /tasks/{id}': {
    operationId: 'getTask',
    summary: 'One task.',
    parameters: [ID_PARAMETER],
    responses: {
      ...success('The task.', named('TaskDetail')),
      ...problems(...TASK_PROBLEMS, 'task-not-found'),
    },
  },
  'POST /tasks/{id}/start': {
    operationId: 'startTask',
    summary: 'Starts a stopped task again. Never tried twice.',
    parameters: [ID_PARAMETER],
    responses: {
      ...success('It was started.', named('Start'), 'application/json', 202),
      ...problems(
        ...TASK_PROBLEMS.filter((name) => name !== 'upstream-invalid' && name !== 'upstream-account'),
        'forbidden',
        'start-refused',
        'start-refused-account',
      ),
    },
  },
  'POST /tasks/{id}/acknowledge': {
    operationId: 'acknowledgeTask',
    summary: 'Takes a stopped task, or mutes it. A later act of anybody replaces the earlier one.',
    parameters: [ID_PARAMETER],
    requestBody: requestBody(oneBody(0)),
    responses: {
      ...success('It is taken, or muted.', named('Acknowledgement')),
      ...problems(...ACT_PROBLEMS, 'acknowledge-refused', 'state-unavailable'),
    },
  },
  'DELETE /tasks/{id}/acknowledge': {
    operationId: 'takeBackTask',
    summary: 'Takes it back: nobody holds the task any more.',
    parameters: [ID_PARAMETER],
    responses: {
      204: { description: 'Nobody holds it, whether or not somebody did.', headers: HEADERS },
      ...problems(...ACT_PROBLEMS),
    },
  },
  'POST /acknowledge': {
    operationId: 'acknowledgeTasks',
    summary: 'Takes or mutes up to 1,000 tasks at once.',
    requestBody: requestBody(manyBody(0)),
    responses: {
      ...success('What is taken or muted, and what is refused.', named('Acknowledgements')),
      ...problems(...ACT_PROBLEMS, 'state-unavailable'),
    },
  },
  'GET /summary': {
    operationId: 'summary',
    summary: 'How many tasks are in each status. Kept for 10 seconds.',
    parameters: [IF_NONE_MATCH],
    responses: {
      ...taggedSuccess('The counts.', named('Summary')),
      ...problems(...TASK_PROBLEMS, 'too-many-tasks', 'upstream-moving'),
    },
  },
  'GET /watch': {
    operationId: 'watch',
    summary: 'What the watch saved last.',
    parameters: [IF_NONE_MATCH],
    responses: {
      ...taggedSuccess('It.', named('Watch'), LAST_MODIFIED),
      ...problems(...READER_PROBLEMS, 'no-state', 'state-unavailable'),
    },
  },
  'GET /metrics': {
    operationId: 'metrics',
    summary: 'For Prometheus. Kept for 10 seconds.',
    description:
      'Text format 0.0.4, or OpenMetrics for who prefers it. What cannot be read is absent: an answer without upstream is a 200, too.',
    responses: {
      200: {
        description: 'The metrics.',
        headers: HEADERS,
        content: Object.fromEntries(
          Object.values(CONTENT_TYPES).map((type) => [type, { schema: { type: 'string' } }]),
        ) as object,
      },
      ...problems(...READER_PROBLEMS),
    },
  },
  'GET /healthz': {
    operationId: 'health',
    summary: 'Whether the function runs and its configuration is right. Calls nothing.',
    responses: { ...success('It does.', named('Health')), ...problems(...OPEN_PROBLEMS) },
  },
  'GET /openapi.json': {
    operationId: 'openApi',
    summary: 'This document.',
    responses: { ...success('The document.', { type: 'object' }), ...problems(...OPEN_PROBLEMS) },
  },
};

const SECURITY = { anyone: [], reader: [{ token: [] }], operator: [{ operator: [] }] };

/** The whole document. */
export function openApiDocument(): object {
  const operationsAt = (at: string) =>
    ROUTES.filter(({ path }) => path === at).map((route) => [
      route.method.toLowerCase(),
      { ...OPERATIONS[`${route.method} ${route.path}` as RouteName], security: SECURITY[route.who] },
    ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Robot Task Watch',
      version: packageJson.version,
      description:
        'Which voice-robot tasks are in which state. HEAD answers like GET without a body, OPTIONS names the methods. Any other ' +
        `path is a 404 (\`${problemType('not-found')}\`). A problem is told in the language of Accept-Language, zh or en. ` +
        'A request with Cache-Control: no-cache is ' +
        'answered anew. Bodies over 8 kB are sent packed to who accepts it (gzip, br).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    paths: Object.fromEntries(
      PATHS.map((path) => [path, Object.fromEntries(operationsAt(path)) as object]),
    ) as object,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: "One of API_TOKENS or OPERATOR_TOKENS, or the ticket out of an alert's link.",
        },
        operator: { type: 'http', scheme: 'bearer', description: 'One of OPERATOR_TOKENS.' },
      },
      schemas: namedSchemas(),
    },
  };
}
