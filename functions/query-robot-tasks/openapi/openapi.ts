/**
 * The OpenAPI 3.1 document of the endpoint, made at build time of the schemas that the function itself uses: a file beside
 * the bundle. Nothing at run time imports this file.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import packageJson from '../../../package.json';
import { PROBLEMS, problemType, type ProblemName } from '../http/problem';
import { idParameter, listParameters } from '../listing/parameters';
import { CONTENT_TYPES } from '../metrics/exposition';
import { manyBody, oneBody } from '../operators/body';
import * as schemas from '../answers/schemas';
import { PATHS, ROUTES, type RouteName } from '../routes/table';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, of what the schema gives out, or takes. Checks in code have no JSON Schema. */
function jsonSchema(schema: v.GenericSchema, typeMode: 'input' | 'output' = 'output'): object {
  const converted = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode,
    ignoreActions: ['check'],
  });
  // OpenAPI 3.1 names the dialect for the whole document.
  delete converted.$schema;
  return converted;
}

function listParameter([name, schema]: [string, v.GenericSchema]) {
  const { description, ...valueSchema } = jsonSchema(schema) as { description?: string };
  return {
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    ...('type' in valueSchema && valueSchema.type === 'array' ? { style: 'form', explode: false } : {}),
    schema: valueSchema,
  };
}

const HEADERS = {
  'X-Request-Id': { description: "The call's id, as in the log.", schema: { type: 'string' } },
};
/** Of an answer that need not be sent again to who has it. */
const VALIDATORS = {
  ETag: { description: 'Another one as soon as the content is.', schema: { type: 'string' } },
};
const LAST_MODIFIED = {
  'Last-Modified': { description: 'When the watch saved it.', schema: { type: 'string' } },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETags of answers that the caller has: if the content is still the same, the answer is a 304.',
  schema: { type: 'string' },
};
const HEADERS_OF_STATUS: Readonly<Record<number, object>> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' } } },
  405: { Allow: { schema: { type: 'string' } } },
  503: {
    'Retry-After': {
      description: 'Seconds to wait; only when waiting can help.',
      schema: { type: 'integer', minimum: 1 },
    },
  },
};

const NAMED = {
  Task: schemas.taskSchema,
  PickedTask: schemas.pickedTaskSchema,
  TaskList: schemas.taskListSchema,
  PickedTaskList: schemas.pickedTaskListSchema,
  TaskDetail: schemas.taskDetailSchema,
  Summary: schemas.summarySchema,
  Watch: schemas.watchSchema,
  Start: schemas.startSchema,
  Acknowledgement: schemas.acknowledgementSchema,
  Acknowledgements: schemas.acknowledgementsSchema,
  Health: schemas.healthSchema,
  Problem: schemas.problemSchema,
} satisfies Record<string, v.GenericSchema>;

function named(name: keyof typeof NAMED) {
  return { $ref: `#/components/schemas/${name}` };
}

/** The named schemas. A list names its tasks' schema, so that a generated client has one type for a task. */
function namedSchemas(): Record<string, object> {
  const all = Object.entries(NAMED).map(([name, schema]): [string, object] => [name, jsonSchema(schema)]);
  const byName = Object.fromEntries(all) as Record<string, { properties?: Record<string, object> }>;
  for (const [list, task] of [
    ['TaskList', 'Task'],
    ['PickedTaskList', 'PickedTask'],
  ] as const) {
    const properties = byName[list]?.properties;
    if (properties !== undefined) properties['tasks'] = { type: 'array', items: named(task) };
  }
  return byName;
}

function success(description: string, schema: object, type = 'application/json', status = 200) {
  return { [status]: { description, headers: HEADERS, content: { [type]: { schema } } } };
}

/** As `success`, with an entity tag; or nothing, for who has it. */
function taggedSuccess(description: string, schema: object, more: object = {}) {
  const headers = { ...HEADERS, ...VALIDATORS, ...more };
  return {
    200: { description, headers, content: { 'application/json': { schema } } },
    304: { description: 'The caller has it: nothing in it has changed.', headers },
  };
}

/** One response for each status that these problems have; it lists the `type`s to expect. */
function problems(...names: ProblemName[]) {
  const responses: Record<number, object> = {};
  for (const { status } of names.map((name) => PROBLEMS[name])) {
    const group = names.filter((name) => PROBLEMS[name].status === status);
    responses[status] = {
      description: group.map((name) => `${PROBLEMS[name].title.en} (\`${problemType(name)}\`).`).join(' '),
      headers: { ...HEADERS, ...HEADERS_OF_STATUS[status] },
      content: { 'application/problem+json': { schema: named('Problem') } },
    };
  }
  return responses;
}

const OPEN_PROBLEMS = ['method-not-allowed', 'not-configured', 'internal'] as const;
const READER_PROBLEMS = [...OPEN_PROBLEMS, 'invalid-request', 'unauthorized'] as const;
const TASK_PROBLEMS = [
  ...READER_PROBLEMS,
  'upstream-invalid',
  'upstream-unauthorized',
  'upstream-account',
  'upstream-unavailable',
  'upstream-malformed',
  'upstream-throttled',
  'upstream-timeout',
] as const;

const ACT_PROBLEMS = [
  ...READER_PROBLEMS,
  'forbidden',
  'no-shared-state',
  'record-unavailable',
  'record-busy',
] as const;

function requestBody(schema: v.GenericSchema) {
  return {
    required: true,
    content: {
      'application/json': { schema: { ...jsonSchema(schema, 'input'), additionalProperties: false } },
    },
  };
}

const ID_PARAMETER = { name: 'id', in: 'path', required: true, schema: jsonSchema(idParameter) };

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
    parameters: [
      ...Object.entries(listParameters.entries).map((entry) => listParameter(entry)),
      IF_NONE_MATCH,
    ],
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
