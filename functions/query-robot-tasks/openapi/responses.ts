/** What the operations of the OpenAPI document answer. */
import { PROBLEMS, problemType, type ProblemName } from '../http/problem';
import { named } from './components';

export const HEADERS = {
  'X-Request-Id': { description: "The call's id, as in the log.", schema: { type: 'string' } },
};
/** Of an answer that need not be sent again to who has it. */
const VALIDATORS = {
  ETag: { description: 'Another one as soon as the content is.', schema: { type: 'string' } },
};
export const LAST_MODIFIED = {
  'Last-Modified': { description: 'When the watch saved it.', schema: { type: 'string' } },
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

export function success(description: string, schema: object, type = 'application/json', status = 200) {
  return { [status]: { description, headers: HEADERS, content: { [type]: { schema } } } };
}

/** As `success`, with an entity tag; or nothing, for who has it. */
export function taggedSuccess(description: string, schema: object, more: object = {}) {
  const headers = { ...HEADERS, ...VALIDATORS, ...more };
  return {
    200: { description, headers, content: { 'application/json': { schema } } },
    304: { description: 'The caller has it: nothing in it has changed.', headers },
  };
}

/** One response for each status that these problems have; it lists the `type`s to expect. */
export function problems(...names: ProblemName[]) {
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

export const OPEN_PROBLEMS = ['method-not-allowed', 'not-configured', 'internal'] as const;
export const READER_PROBLEMS = [...OPEN_PROBLEMS, 'invalid-request', 'unauthorized'] as const;
export const TASK_PROBLEMS = [
  ...READER_PROBLEMS,
  'upstream-invalid',
  'upstream-unauthorized',
  'upstream-account',
  'upstream-unavailable',
  'upstream-malformed',
  'upstream-throttled',
  'upstream-timeout',
] as const;

export const ACT_PROBLEMS = [
  ...READER_PROBLEMS,
  'forbidden',
  'no-shared-state',
  'record-unavailable',
  'record-busy',
] as const;
