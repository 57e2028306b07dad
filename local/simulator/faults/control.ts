/**
 * The simulator's own API, for people and tests: JSON in, JSON out. The local host serves it under /_simulator.
 *
 * - GET /_simulator/tasks[?status=X]: every task, newest first
 * - POST /_simulator/tasks: creates a task; all of status, taskName, robotName, scheduleType, totalCount, finishCount optional
 * - GET /_simulator/tasks/{id}
 * - POST /_simulator/tasks/{id} {"status":"ARREARS_STOP"}: puts the task into that status, where it stays
 * - GET, PUT /_simulator/faults: the fault rules (faults.ts), an array
 */
import * as v from 'valibot';
import type { Source } from '../../../shared/robot-task';
import { SOURCE_TRAITS } from '../../../shared/task-source';
import type { FaultRule } from './faults';
import type { NewTask, TaskStore } from '../world/tasks';

export interface ControlRequest {
  readonly method: string;
  /** With its query, if any. */
  readonly path: string;
  readonly body: string;
}

export interface ControlResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** What the control API works on. */
export interface Controlled {
  readonly source: Source;
  readonly tasks: TaskStore;
  readonly faults: readonly FaultRule[];
  setFaults(rules: unknown): void;
}

const count = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(0, 'must not be negative'),
);
function statusOf(source: Source) {
  const { statuses } = SOURCE_TRAITS[source];
  return v.picklist(statuses, `must be one of ${statuses.join(', ')}`);
}
const changeSchema = (source: Source) => v.strictObject({ status: statusOf(source) });
const creationSchema = (source: Source) =>
  v.strictObject({
    status: v.optional(statusOf(source)),
    taskName: v.optional(v.string('must be text')),
    robotName: v.optional(v.string('must be text')),
    scheduleType: v.optional(v.picklist(['SINGLE', 'ORDER'], 'must be SINGLE or ORDER')),
    totalCount: v.optional(count),
    finishCount: v.optional(count),
  });

type Handler = (request: ControlRequest) => ControlResponse;
type Routes = Readonly<Record<string, Handler>>;

/** What the caller did wrong, as the sentence that it is told. */
class BadRequest extends Error {}

/** Answers one request; a mistake in it is answered with a sentence that says what is wrong. */
export function handleControl(controlled: Controlled, request: ControlRequest): ControlResponse {
  const [path = ''] = request.path.split('?');
  const routes = findRoutes(controlled, path);
  if (routes === null) {
    return problem(404, 'There is only /_simulator/tasks, /_simulator/tasks/{id} and /_simulator/faults.');
  }
  const handler = Object.hasOwn(routes, request.method) ? routes[request.method] : undefined;
  if (handler === undefined) {
    const allow = Object.keys(routes).join(', ');
    return problem(405, `${path} answers ${allow} only.`, { allow });
  }
  try {
    return handler(request);
  } catch (error) {
    if (error instanceof BadRequest) return problem(400, error.message);
    throw error;
  }
}

function findRoutes(controlled: Controlled, path: string): Routes | null {
  if (path === '/_simulator/tasks') return listRoutes(controlled);
  if (path === '/_simulator/faults') return faultRoutes(controlled);
  const id = /^\/_simulator\/tasks\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? null : taskRoutes(controlled, id);
}

function listRoutes({ source, tasks }: Controlled): Routes {
  return {
    GET({ path }) {
      const wanted = new URLSearchParams(path.split('?')[1]).get('status');
      return answer(200, tasks.list(wanted === null ? {} : { status: wanted }));
    },
    POST({ body }) {
      return answer(201, tasks.add(withoutUndefined(parseBody(creationSchema(source), body))));
    },
  };
}

function taskRoutes({ source, tasks }: Controlled, id: string): Routes {
  const unknown = () => problem(404, `There is no task ${id}. GET /_simulator/tasks lists them.`);
  return {
    GET() {
      const task = tasks.get(id);
      return task === null ? unknown() : answer(200, task);
    },
    POST({ body }) {
      const change = parseBody(changeSchema(source), body);
      return tasks.get(id) === null ? unknown() : answer(200, tasks.setStatus(id, change.status));
    },
  };
}

function faultRoutes(controlled: Controlled): Routes {
  return {
    GET: () => answer(200, controlled.faults),
    PUT({ body }) {
      const rules = parseJson(body);
      try {
        controlled.setFaults(rules);
      } catch (error) {
        throw new BadRequest((error as Error).message, { cause: error });
      }
      return answer(200, controlled.faults);
    },
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BadRequest('The body is not JSON.', { cause: error });
  }
}

function parseBody<Schema extends v.GenericSchema>(schema: Schema, body: string): v.InferOutput<Schema> {
  const value = parseJson(body);
  // To valibot an array is an object as well.
  if (Array.isArray(value)) throw new BadRequest('The body must be a JSON object, not an array.');
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'The body'}: ${issue.message}`);
  throw new BadRequest(`${mistakes.join('; ')}.`);
}

function withoutUndefined(task: v.InferOutput<ReturnType<typeof creationSchema>>): NewTask {
  return Object.fromEntries(Object.entries(task).filter(([, value]) => value !== undefined));
}

function problem(status: number, error: string, headers: Record<string, string> = {}): ControlResponse {
  return answer(status, { error }, headers);
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): ControlResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}
