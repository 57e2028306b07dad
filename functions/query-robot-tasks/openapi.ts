/**
 * The OpenAPI 3.1 document of the endpoint, made at build time of the schemas that the function itself uses. The function
 * gets it as a text by esbuild's `define`; nothing at run time imports this file.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import packageJson from '../../package.json';
import { idParameter, listParameters } from './parameters';
import { PROBLEMS, problemType, type ProblemName } from './problem';
import { healthSchema, problemSchema, taskDetailSchema, taskListSchema } from './schemas';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, of what the schema gives out. Checks in code have no JSON Schema. */
function jsonSchema(schema: v.GenericSchema): object {
  const converted = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'output',
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

function success(description: string, schema: object) {
  return { 200: { description, headers: HEADERS, content: { 'application/json': { schema } } } };
}

/** One response for each status that these problems have; it lists the `type`s to expect. */
function problems(...names: ProblemName[]) {
  const responses: Record<number, object> = {};
  for (const { status } of names.map((name) => PROBLEMS[name])) {
    const group = names.filter((name) => PROBLEMS[name].status === status);
    responses[status] = {
      description: group.map((name) => `${PROBLEMS[name].title} (\`${problemType(name)}\`).`).join(' '),
      headers: { ...HEADERS, ...HEADERS_OF_STATUS[status] },
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

const OPEN_PROBLEMS = ['method-not-allowed', 'not-configured', 'internal'] as const;
const TASK_PROBLEMS = [
  ...OPEN_PROBLEMS,
  'invalid-request',
  'unauthorized',
  'upstream-invalid',
  'upstream-unauthorized',
  'upstream-account',
  'upstream-unavailable',
  'upstream-malformed',
  'upstream-throttled',
  'upstream-timeout',
] as const;

/** The whole document. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Robot Task Watch',
      version: packageJson.version,
      description:
        'Which voice-robot tasks are in which state. HEAD answers like GET without a body, OPTIONS names the methods. Any other ' +
        `path is a 404 (\`${problemType('not-found')}\`).`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    paths: {
      '/tasks': {
        get: {
          operationId: 'listTasks',
          summary: 'Lists tasks.',
          description:
            'One call of upstream is passed on when there is at most one status and neither createdFrom, createdTo, robotId, ' +
            'scheduleType nor sort. Otherwise every matching task is collected, then filtered, sorted and paged: the list is ' +
            'complete or the answer is an error.',
          security: [{ token: [] }],
          parameters: Object.entries(listParameters.entries).map(listParameter),
          responses: {
            ...success('The tasks of this page.', jsonSchema(taskListSchema)),
            ...problems(...TASK_PROBLEMS, 'too-many-tasks', 'upstream-moving'),
          },
        },
      },
      '/tasks/{id}': {
        get: {
          operationId: 'getTask',
          summary: 'One task.',
          security: [{ token: [] }],
          parameters: [{ name: 'id', in: 'path', required: true, schema: jsonSchema(idParameter) }],
          responses: {
            ...success('The task.', jsonSchema(taskDetailSchema)),
            ...problems(...TASK_PROBLEMS, 'task-not-found'),
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Whether the function runs and its configuration is right. Calls nothing.',
          security: [],
          responses: { ...success('It does.', jsonSchema(healthSchema)), ...problems(...OPEN_PROBLEMS) },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'openApi',
          summary: 'This document.',
          security: [],
          responses: { ...success('The document.', { type: 'object' }), ...problems(...OPEN_PROBLEMS) },
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'One of API_TOKENS, when HTTP_AUTH is token.' },
      },
      schemas: { Problem: jsonSchema(problemSchema) },
    },
  };
}
