/**
 * Plays the query endpoint on loopback, as the page asks it, with answers that a test or a picture chooses. It is for
 * what is hard to bring about with the real function: a voice service that is broken, 300 stopped tasks, a link that expires.
 */
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
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

/** Who took a stop, or muted it until when. */
export interface Act {
  readonly by: string;
  readonly at: string;
  readonly until: string | null;
}

/** What `GET /watch` answers. */
export interface WatchAnswer {
  readonly savedAt: string;
  readonly stopped: readonly (Stop & {
    readonly told: readonly { readonly channel: string; readonly status: string; readonly at: string }[];
    readonly acknowledged?: Act | null;
  })[];
  readonly failures: readonly {
    readonly subject: string;
    readonly channel: string | null;
    readonly since: string;
    readonly reason: { readonly 'zh-CN': string; readonly en: string };
  }[];
  readonly history: readonly (Stop & {
    readonly until: string;
    readonly became: string | null;
    readonly startedBy?: string | null;
  })[];
  readonly channels?: readonly {
    readonly id: string;
    readonly type: string;
    readonly after: string | null;
    readonly lastNewsAt: string | null;
    readonly failingSince: string | null;
  }[];
  readonly running?: readonly {
    readonly id: string;
    readonly callsPerHour: number;
    readonly doneAt: string | null;
  }[];
}

/** An error of the endpoint; `lost`: the connection breaks after the request, whether or not it worked. */
export interface Problem {
  readonly status: number;
  readonly name: string;
  /** Default: the name. */
  readonly title?: string;
  readonly detail: string;
  readonly upstreamCode?: string;
}
export type Fault = Problem | 'lost';

export type StartAnswer = { readonly becomes: string; readonly recorded?: boolean } | Fault;

/** How the endpoint answers from now on. All of it may be changed at any time. */
export interface World {
  /** TASK_SOURCE; default dyvms. */
  source?: Source;
  tasks: readonly Task[];
  /** Null: no shared state. */
  watch: WatchAnswer | null;
  /** What each credential may do; any other is refused. */
  credentials: Record<string, 'reader' | 'operator'>;
  /** The operators' names, by their credentials. */
  operators: Record<string, string>;
  /** By the first part of the path: summary, tasks, watch; by `task` for one task. */
  faults: Partial<Record<string, Fault>>;
  /** What becomes of a task that is started, or what goes wrong instead; for some tasks, or for each. */
  start: StartAnswer | ((id: string) => StartAnswer);
  /** Epoch milliseconds of the endpoint's clock. */
  now: () => number;
  /** Before an answer is sent. `call` is method and path with its query. */
  before: (call: string) => Promise<void>;
  /** Answers carry an ETag. */
  hasETags: boolean;
  /** The list gives no total. */
  omitsTotal: boolean;
}

export interface Endpoint {
  /** The page, behind a path prefix. */
  readonly url: string;
  readonly world: World;
  /** Method and path with its query, in order of arrival; `/` is the page. */
  readonly requests: string[];
  /** The headers of each of them. */
  readonly headers: IncomingHttpHeaders[];
  /** Bytes of all bodies that were sent. */
  sent: number;
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
    operators: {},
    start: { becomes: 'EXCUTING' },
    omitsTotal: false,
    now: Date.now,
    before: () => Promise.resolve(),
    hasETags: true,
  };
  const requests: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const [html, policy] = await Promise.all([
    readFile(PAGE, 'utf8'),
    readFile(PAGE.replace(/html$/, 'csp'), 'utf8'),
  ]);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://endpoint');
    const path = url.pathname.slice(PREFIX.length);
    const method = request.method ?? '';
    requests.push(`${method} ${path}${url.search}`);
    headers.push(request.headers);
    response.sendDate = false;
    response.setHeader('date', new Date(world.now()).toUTCString());
    const body = await textOf(request);
    if (path === '/' && url.pathname.startsWith(PREFIX)) {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
      });
      response.end(html);
      return;
    }
    await world.before(`${method} ${path}${url.search}`);
    const credential = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const answer = answerOf(world, { method, path, query: url.searchParams, body, credential });
    if (answer === 'lost') {
      response.destroy();
      return;
    }
    const text = answer.status === 204 ? '' : JSON.stringify(answer.body);
    // By the content, and not by when it was saved, or for whom.
    const content = text.replace(/"(savedAt|requestId)":"[^"]*"/g, '');
    const etag = `W/"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
    const isTagged = world.hasETags && method === 'GET' && /^\/(summary|watch|tasks)$/.test(path);
    if (isTagged) response.setHeader('etag', etag);
    if (path === '/watch' && world.watch !== null) {
      response.setHeader('last-modified', new Date(world.watch.savedAt).toUTCString());
    }
    if (isTagged && answer.status === 200 && request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    endpoint.sent += Buffer.byteLength(text);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(text);
  }

  const server = createLoopbackServer((request, response) => {
    void serve(request, response);
  });
  const { origin } = await server.listen();
  const url = `${origin}${PREFIX}/`;
  const endpoint: Endpoint = { url, world, requests, headers, sent: 0, close: () => server.close() };
  return endpoint;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly credential: string;
}

type Answer = 'lost' | { readonly status: number; readonly body: unknown };

function answerOf(world: World, { method, path, query, body, credential }: Call): Answer {
  const may = world.credentials[credential];
  if (may === undefined) {
    return problem({ status: 401, name: 'unauthorized', detail: 'No token that is known here.' });
  }
  const by = world.operators[credential] ?? null;
  const [, first = '', id, action] = path.split('/');
  const fault = world.faults[id === undefined ? first : 'task'];
  if (method === 'GET' && fault !== undefined) return fault === 'lost' ? fault : problem(fault);
  const route = `${method} ${[first, id === undefined ? '' : '{id}', action ?? ''].filter(Boolean).join('/')}`;
  switch (route) {
    case 'GET summary':
      return ok({ ...summaryOf(world, may === 'operator'), operator: by });
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
    case 'POST acknowledge': {
      const { ids, until } = JSON.parse(body) as { ids: string[]; until: string | null };
      return acknowledge(world, ids, { by: by ?? 'operator', until });
    }
    case 'DELETE tasks/{id}/acknowledge':
      change(world, [id ?? ''], null);
      return { status: 204, body: {} };
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

function acknowledge(world: World, ids: readonly string[], act: Pick<Act, 'by' | 'until'>): Answer {
  const at = new Date(world.now()).toISOString();
  const standing = new Set(world.watch?.stopped.map(({ id }) => id));
  const taken = ids.filter((id) => standing.has(id));
  change(world, taken, { ...act, at });
  const refused = ids.filter((id) => !standing.has(id));
  return ok({
    acknowledged: taken.map((id) => ({ id, ...act, at })),
    refused: refused.map((id) => ({ id, reason: 'The watch has not seen it yet.' })),
  });
}

function change(world: World, ids: readonly string[], acknowledged: Act | null): void {
  if (world.watch === null) return;
  const stopped = world.watch.stopped.map((stop) =>
    ids.includes(stop.id) ? { ...stop, acknowledged } : stop,
  );
  world.watch = { ...world.watch, stopped };
}

function startOf(world: World, id: string, may: 'reader' | 'operator'): Answer {
  if (may === 'reader') {
    return problem({ status: 403, name: 'forbidden', detail: "Starting a task needs an operator's token." });
  }
  const become = (status: string) => {
    world.tasks = world.tasks.map((task) => (task.id === id ? { ...task, status } : task));
  };
  const start = typeof world.start === 'function' ? world.start(id) : world.start;
  if (start === 'lost') {
    become('EXCUTING');
    return 'lost';
  }
  if ('name' in start) return problem(start);
  const { becomes: status, recorded } = start;
  become(status);
  return { status: 202, body: { id, status, requestId: 'r', recorded } };
}

function isStopped({ status }: Task): boolean {
  return STOPPED_STATUSES.some((stopped) => stopped === status);
}

function ok(body: object): Answer {
  return { status: 200, body: { ...body, requestId: 'r' } };
}

function problem({ status, name, title = name, detail, upstreamCode }: Problem): Answer {
  const upstream = upstreamCode === undefined ? {} : { upstream: { code: upstreamCode, requestId: 'u' } };
  const type = `urn:robot-task-watch:problem:${name}`;
  return { status, body: { type, title, status, detail, requestId: 'r', ...upstream } };
}
