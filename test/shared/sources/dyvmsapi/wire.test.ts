import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createOpenApiClient } from '../../../../shared/sources/openapi/openapi-client';
import { createRobotTasks } from '../../../../shared/sources/robot-tasks/robot-tasks';
import type { Credentials } from '../../../../shared/runtime/function-context';
import { RobotTaskError } from '../../../../shared/robot-task-error';
import { pour } from '../../../stand-ins/pour';
import { createWireServer, type WireServer } from '../../../stand-ins/wire-server';

/** Everything here goes through the real core client, over real sockets. */

const KEYS: Credentials = { accessKeyId: 'LTAI-marked-id', accessKeySecret: 'marked-secret' };
const TASK_NAME = 'marked 任务 name';
const PAGE =
  '{"Code":"OK","RequestId":"R-1","TotalCount":"1","Data":[{"id":9007199254740993,"status":"INIT"}]}';

let server: WireServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function setUp(
  serve: (response: ServerResponse, index: number) => void,
  {
    credentials = () => KEYS,
    callTimeoutMs = 5000,
  }: { credentials?: () => Credentials | null; callTimeoutMs?: number } = {},
) {
  const wire = await createWireServer(serve);
  server = wire;
  const client = createOpenApiClient({ endpoint: wire.url, credentials });
  const robotTasks = createRobotTasks('dyvms', { client, callTimeoutMs, random: () => 0 });
  return { wire, listPage: () => robotTasks.listRobotTaskPage({ taskName: TASK_NAME }, 1, 20), robotTasks };
}

async function errorOf(promise: Promise<unknown>): Promise<RobotTaskError> {
  const error = await promise.then(
    () => new Error('There was no error.'),
    (reason: unknown) => reason,
  );
  if (error instanceof RobotTaskError) return error;
  throw error;
}

describe('a call', () => {
  it('is signed and carries its inputs in the query', async () => {
    const { wire, listPage } = await setUp((response) => response.end(PAGE));
    await listPage();
    const [request] = wire.requests;
    expect(request?.method).toBe('POST');
    const url = new URL(request?.url ?? '', wire.url);
    expect(url.pathname).toBe('/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      TaskName: TASK_NAME,
      PageNo: '1',
      PageSize: '20',
    });
    expect(request?.headers).toMatchObject({
      host: wire.url.host,
      'x-acs-action': 'QueryRobotTaskList',
      'x-acs-version': '2017-05-25',
      authorization: expect.stringMatching(/^ACS3-HMAC-SHA256 Credential=LTAI-marked-id,/) as unknown,
    });
  });

  it('keeps the digits of an id in a nested Data', async () => {
    const { listPage } = await setUp((response) => response.end(PAGE));
    expect(await listPage()).toMatchObject({ tasks: [{ id: '9007199254740993' }], total: 1 });
  });

  it('is signed with the keys of the moment', async () => {
    const keys: Credentials[] = [
      KEYS,
      { accessKeyId: 'second', accessKeySecret: 'x', securityToken: 'token-2' },
    ];
    const { wire, listPage } = await setUp((response) => response.end(PAGE), {
      credentials: () => keys.shift() ?? null,
    });
    await listPage();
    await listPage();
    expect(wire.requests[0]?.headers['x-acs-security-token']).toBeUndefined();
    expect(wire.requests[1]?.headers).toMatchObject({
      'x-acs-security-token': 'token-2',
      'x-acs-accesskey-id': 'second',
    });
    const error = await errorOf(listPage());
    expect(error.kind).toBe('unauthorized');
    expect(error.message).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID');
    expect(wire.requests).toHaveLength(2);
  });

  it('is invalid, and not sent, with half a character', async () => {
    const { wire, robotTasks } = await setUp((response) => response.end(PAGE));
    const error = await errorOf(robotTasks.listRobotTasks({ taskName: '\ud800' }));
    expect(error).toMatchObject({ kind: 'invalid', code: null });
    expect(wire.requests).toHaveLength(0);
  });

  it('is unavailable where nobody listens', async () => {
    const { wire, listPage } = await setUp(() => undefined);
    await wire.close();
    expect((await errorOf(listPage())).kind).toBe('unavailable');
  });
});

function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

const refusal = (Code: string) => ({ Code, Message: `words on ${TASK_NAME}`, RequestId: 'R-1' });

describe('an answer', () => {
  it.each([
    {
      name: 'of another Code',
      serve: json(200, refusal('isv.OUT_OF_SERVICE')),
      kind: 'account',
      code: 'isv.OUT_OF_SERVICE',
    },
    {
      name: 'of throttling',
      serve: json(400, refusal('Throttling.User')),
      kind: 'throttled',
      code: 'Throttling.User',
      tries: 3,
    },
    {
      name: 'of no permission',
      serve: json(403, refusal('NoPermission')),
      kind: 'unauthorized',
      code: 'NoPermission',
    },
    {
      name: 'of a server error',
      serve: json(500, refusal('InternalError')),
      kind: 'unavailable',
      code: 'InternalError',
      tries: 3,
    },
    { name: 'without Code', serve: json(200, { Message: 'OK', Data: '[]' }), kind: 'malformed' },
    { name: 'of refusal without Code', serve: json(400, { Message: 'no' }), kind: 'invalid' },
    { name: 'of failure without Code', serve: json(503, { Message: 'no' }), kind: 'unavailable', tries: 3 },
    { name: 'that is an array', serve: json(200, []), kind: 'malformed' },
    { name: 'that is null', serve: json(200, null), kind: 'malformed' },
    { name: 'of failure that is an array', serve: json(500, []), kind: 'unavailable', tries: 3 },
    { name: 'of 204', serve: (response: ServerResponse) => response.writeHead(204).end(), kind: 'malformed' },
    {
      name: 'of an empty 500',
      serve: (response: ServerResponse) => response.writeHead(500).end(),
      kind: 'unavailable',
      tries: 3,
    },
    {
      name: 'of an HTML 502',
      serve: (response: ServerResponse) =>
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
      kind: 'unavailable',
      tries: 3,
      says: 'The voice service, or what stands before it, is not working properly: answers HTTP 502.',
    },
    {
      name: 'of an XML 400',
      serve: (response: ServerResponse) =>
        response.writeHead(400, { 'content-type': 'text/xml' }).end('<Error><Code>x</Code></Error>'),
      kind: 'malformed',
      says: /^The voice service's answer is not as documented: answers HTTP 400, and not with JSON\./,
    },
    {
      name: 'of an HTML 403',
      serve: (response: ServerResponse) => response.writeHead(403).end('<html>Forbidden'),
      kind: 'malformed',
      says: /: answers HTTP 403, and not with JSON\./,
    },
    {
      name: 'of an HTML 200',
      serve: (response: ServerResponse) => response.end('<html>'),
      kind: 'malformed',
      says: /: answers HTTP 200, and not with JSON\./,
    },
    {
      name: 'that sends elsewhere',
      serve: json(302, {}, { location: 'http://127.0.0.1:1/' }),
      kind: 'unavailable',
      says: "The voice service's address leads elsewhere: answers HTTP 302, a redirect.",
    },
    {
      name: 'in gzip, which the core client does not decode',
      serve: (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(PAGE)),
      kind: 'malformed',
    },
    {
      name: 'that is cut in the middle',
      serve: (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"Code":', () => response.destroy());
      },
      kind: 'unavailable',
      tries: 3,
    },
  ])('$name is $kind', async ({ serve, kind, code = null, tries = 1, says = /./ }) => {
    const { wire, listPage } = await setUp(serve);
    const error = await errorOf(listPage());
    expect(error).toMatchObject({ kind, code });
    expect(error.message).toMatch(says);
    expect(error.requestId).toBe(code === null ? null : 'R-1');
    expect(wire.requests).toHaveLength(tries);
    // The secret that is marked never goes over the wire; the rest does, and must not come back in our words.
    expect(error.message).not.toMatch(/marked|words on|127\.0\.0\.1|Signature|PageNo/);
  });
});

it.each([
  { statusCode: 200, kind: 'malformed', tries: 1 },
  { statusCode: 403, kind: 'unavailable', tries: 3 },
  { statusCode: 500, kind: 'unavailable', tries: 3 },
])(
  'a $statusCode whose body never ends is $kind, and its connection is closed',
  async ({ statusCode, kind, tries }) => {
    const closing: Promise<unknown>[] = [];
    const { listPage } = await setUp(
      (response) => {
        closing.push(once(response, 'close'));
        response.statusCode = statusCode;
        void pour(response);
      },
      { callTimeoutMs: 60_000 },
    );
    expect(await errorOf(listPage())).toMatchObject({ kind });
    await Promise.all(closing);
    expect(closing).toHaveLength(tries);
  },
);

describe('a connection that is used again', () => {
  it('and reset, as after a thaw, costs one retry', async () => {
    const { wire, listPage } = await setUp((response, index) => {
      if (index === 1) response.socket?.resetAndDestroy();
      else response.end(PAGE);
    });
    await listPage();
    expect(await listPage()).toMatchObject({ total: 1 });
    expect(wire.requests).toHaveLength(3);
    expect(wire.connections).toBe(2);
  });

  it.each([
    { name: 'stalls before its answer', serve: () => undefined },
    {
      name: 'stalls in the middle of its answer',
      serve: (response: ServerResponse) => {
        response.write('{"Code":"OK",');
      },
    },
    {
      name: 'sends its answer drop by drop',
      serve: (response: ServerResponse) => {
        const drops = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(drops);
        });
      },
    },
  ])('and $name times out, after one more try on a new connection', async ({ serve }) => {
    const { wire, listPage } = await setUp(
      (response, index) => {
        if (index === 0) response.end(PAGE);
        else serve(response);
      },
      { callTimeoutMs: 800 },
    );
    await listPage();
    const error = await errorOf(listPage());
    expect(error.kind).toBe('timeout');
    expect(error.message).not.toMatch(/marked|127\.0\.0\.1/);
    expect(wire.requests).toHaveLength(3);
    expect(wire.connections).toBe(2);
  });

  it('and silent, because it died while the instance was frozen, is left for a new one', async () => {
    const { wire, listPage } = await setUp(
      (response, index) => {
        if (index !== 1) response.end(PAGE);
      },
      { callTimeoutMs: 800 },
    );
    await listPage();
    expect(await listPage()).toMatchObject({ total: 1 });
    expect(wire.requests).toHaveLength(3);
    expect(wire.connections).toBe(2);
  });

  it('and reset costs one retry, however many others of its pool died as well', async () => {
    const dead = new Set<unknown>();
    const { wire, robotTasks } = await setUp((response) => {
      if (dead.has(response.socket)) response.socket?.resetAndDestroy();
      else response.end(PAGE);
    });
    const page = () => robotTasks.listRobotTaskPage({}, 1, 20);
    await Promise.all(Array.from({ length: 8 }, page));
    for (const { socket } of wire.requests) dead.add(socket);
    // One that is alone may not try them one by one.
    await page();
    expect(wire.requests).toHaveLength(8 + 2);
    for (const { socket } of wire.requests) dead.add(socket);
    expect(await Promise.all(Array.from({ length: 8 }, page))).toHaveLength(8);
  });

  it('stalls on the second page: the list is an error by its deadline, and never the first page', async () => {
    const { robotTasks } = await setUp((response, index) => {
      if (index === 0)
        json(200, { Code: 'OK', TotalCount: '2', Data: '[{"id":1,"status":"INIT"}]' })(response);
    });
    const error = await errorOf(robotTasks.listRobotTasks({}, { deadline: Date.now() + 400 }));
    expect(error.kind).toBe('timeout');
  });
});
