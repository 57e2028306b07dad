/**
 * Plays the query endpoint on loopback, as the page asks it, with answers that a test or a picture chooses. It is for
 * what is hard to bring about with the real function: a voice service that is broken, 300 stopped tasks, a link that expires.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import nodePath from 'node:path';
import { createLoopbackServer } from '../../local/simulator/loopback-server';
import { ROBOT_TASK_STATUSES, type RobotTask, type Source, STOPPED_STATUSES } from '../../shared/robot-task';

export type Task = Pick<
  RobotTask,
  'id' | 'taskName' | 'robotId' | 'robotName' | 'status' | 'createTime' | 'totalCount' | 'finishCount'
>;

export interface Stop {
  readonly id: string;
  readonly taskName: string | null;
  readonly status: string;
  readonly since: string;
}

/** What `GET /watch` answers. */
export interface WatchAnswer {
  readonly savedAt: string;
  readonly stopped: readonly (Stop & {
    readonly told: readonly { readonly channel: string; readonly status: string; readonly at: string }[];
  })[];
  readonly failures: readonly {
    readonly subject: string;
    readonly channel: string | null;
    readonly since: string;
    readonly reason: { readonly 'zh-CN': string; readonly en: string };
  }[];
  readonly history: readonly (Stop & { readonly until: string; readonly became: string | null })[];
}

/** An error of the endpoint; `lost`: the connection breaks after the request, whether or not it worked. */
export interface Problem {
  readonly status: number;
  readonly name: string;
  readonly detail: string;
  readonly upstreamCode?: string;
}
export type Fault = Problem | 'lost';

/** How the endpoint answers from now on. All of it may be changed at any time. */
export interface World {
  /** TASK_SOURCE; default dyvms. */
  source?: Source;
  tasks: readonly Task[];
  /** Null: no shared state. */
  watch: WatchAnswer | null;
  /** What each credential may do; any other is refused. */
  credentials: Record<string, 'reader' | 'operator'>;
  /** By the first part of the path: summary, tasks, watch. */
  faults: Partial<Record<string, Fault>>;
  /** What becomes of a task that is started, or what goes wrong instead. */
  start: { readonly becomes: string } | Fault;
  /** The list gives no total. */
  omitsTotal: boolean;
}

export interface Endpoint {
  /** The page, behind a path prefix. */
  readonly url: string;
  readonly world: World;
  /** Method and path with its query, in order of arrival; `/` is the page. */
  readonly requests: string[];
  close(): Promise<void>;
}

const PREFIX = '/some/prefix';
const PAGE = nodePath.join(__dirname, '../../dist/query-robot-tasks/page.html');
export const READER = 'reader-token-0123456789';
export const OPERATOR = 'operator-token-0123456789';

/** Serves the page that `npm run build` built last. */
export async function startEndpoint(): Promise<Endpoint> {
  const world: World = {
    tasks: [],
    watch: null,
    credentials: { [READER]: 'reader', [OPERATOR]: 'operator' },
    faults: {},
    start: { becomes: 'EXCUTING' },
    omitsTotal: false,
  };
  const requests: string[] = [];
  const [html, policy] = await Promise.all([
    readFile(PAGE, 'utf8'),
    readFile(PAGE.replace(/html$/, 'csp'), 'utf8'),
  ]);

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://endpoint');
    const path = url.pathname.slice(PREFIX.length);
    requests.push(`${request.method ?? ''} ${path}${url.search}`);
    request.resume();
    if (path === '/' && url.pathname.startsWith(PREFIX)) {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
      });
      response.end(html);
      return;
    }
    const may = world.credentials[(request.headers.authorization ?? '').replace(/^Bearer /, '')];
    const answer =
      may === undefined
        ? problem({ status: 401, name: 'unauthorized', detail: 'No token that is known here.' })
        : answerOf(world, request.method ?? '', path, url.searchParams, may);
    if (answer === 'lost') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  const server = createLoopbackServer(serve);
  const { origin } = await server.listen();
  return { url: `${origin}${PREFIX}/`, world, requests, close: () => server.close() };
}

type Answer = 'lost' | { readonly status: number; readonly body: unknown };

function answerOf(
  world: World,
  method: string,
  path: string,
  query: URLSearchParams,
  may: 'reader' | 'operator',
): Answer {
  const [, first = '', id, action] = path.split('/');
  const fault = world.faults[first];
  if (method === 'GET' && fault !== undefined) return fault === 'lost' ? fault : problem(fault);
  const route = `${method} ${[first, id === undefined ? '' : '{id}', action ?? ''].filter(Boolean).join('/')}`;
  switch (route) {
    case 'GET summary':
      return ok(summaryOf(world, may === 'operator'));
    case 'GET tasks':
      return listOf(world, query);
    case 'GET tasks/{id}': {
      const task = world.tasks.find((known) => known.id === id);
      return task === undefined
        ? problem({ status: 404, name: 'task-not-found', detail: 'Upstream knows no task with this id.' })
        : ok({ ...task, called: [] });
    }
    case 'GET watch':
      return world.watch === null
        ? problem({ status: 404, name: 'no-state', detail: 'No state is shared.' })
        : ok(world.watch);
    case 'POST tasks/{id}/start':
      return startOf(world, id ?? '', may);
    default:
      return problem({ status: 404, name: 'not-found', detail: 'No such path.' });
  }
}

function summaryOf({ tasks, source = 'dyvms' }: World, canStart: boolean): object {
  const statuses = Object.fromEntries(
    ROBOT_TASK_STATUSES.map((status) => [status, tasks.filter((task) => task.status === status).length]),
  );
  return {
    total: tasks.length,
    statuses,
    stopped: tasks.filter(isStopped).length,
    source,
    canStart,
  };
}

function listOf({ tasks, omitsTotal }: World, query: URLSearchParams): Answer {
  const unknown = [...query.keys()].filter(
    (name) => !['status', 'taskName', 'page', 'pageSize'].includes(name),
  );
  if (unknown.length > 0) {
    return problem({ status: 400, name: 'invalid-request', detail: `Unknown: ${unknown.join(', ')}.` });
  }
  const status = query.get('status');
  const page = Number(query.get('page') ?? 1);
  const pageSize = Number(query.get('pageSize') ?? 20);
  const matching = tasks
    .filter((task) => status === null || (status === 'stopped' ? isStopped(task) : task.status === status))
    .filter(({ taskName }) => (taskName ?? '').includes(query.get('taskName') ?? ''));
  const shown = matching.slice((page - 1) * pageSize, page * pageSize);
  return ok({ tasks: shown, page, pageSize, total: omitsTotal ? null : matching.length });
}

function startOf(world: World, id: string, may: 'reader' | 'operator'): Answer {
  if (may === 'reader') {
    return problem({ status: 403, name: 'forbidden', detail: "Starting a task needs an operator's token." });
  }
  const become = (status: string) => {
    world.tasks = world.tasks.map((task) => (task.id === id ? { ...task, status } : task));
  };
  if (world.start === 'lost') {
    become('EXCUTING');
    return 'lost';
  }
  if ('name' in world.start) return problem(world.start);
  const { becomes: status } = world.start;
  become(status);
  return { status: 202, body: { id, status, requestId: 'r' } };
}

function isStopped({ status }: Task): boolean {
  return STOPPED_STATUSES.some((stopped) => stopped === status);
}

function ok(body: object): Answer {
  return { status: 200, body: { ...body, requestId: 'r' } };
}

function problem({ status, name, detail, upstreamCode }: Problem): Answer {
  const upstream = upstreamCode === undefined ? {} : { upstream: { code: upstreamCode, requestId: 'u' } };
  const type = `urn:robot-task-watch:problem:${name}`;
  return { status, body: { type, title: name, status, detail, requestId: 'r', ...upstream } };
}
