import { createApp } from '../../../functions/query-robot-tasks/app';
import { createKeeper } from '../../../functions/query-robot-tasks/http/keeper';
import type { Call } from '../../../functions/query-robot-tasks/http/route';
import { readConfiguration } from '../../../functions/query-robot-tasks/config';
import type { HttpRequest } from '../../../functions/query-robot-tasks/http/http';
import type { ProblemDocument } from '../../../functions/query-robot-tasks/answers/problem';
import { systemClock } from '../../../shared/runtime/clock';
import { createLogger } from '../../../shared/runtime/log';
import type { RobotTasks } from '../../../shared/robot-task';
import { RobotTaskError, type RobotTaskErrorKind } from '../../../shared/robot-task-error';
import { fakeRobotTasks, robotTaskDetail } from '../../stand-ins/fake-robot-tasks';
import { text } from '../../stand-ins/text';

const TOKEN = 'dashboard-token-of-the-tests';

function request(
  changes: Partial<Omit<HttpRequest, 'query' | 'headers'>> = {},
  query = {},
  headers = {},
): HttpRequest {
  return {
    method: 'GET',
    path: '/tasks',
    body: new Uint8Array(),
    sourceIp: '203.0.113.9',
    ...changes,
    query: new Map(Object.entries<string>(query)),
    headers: new Map(Object.entries<string>({ authorization: `Bearer ${TOKEN}`, ...headers })),
  };
}

/** An app with its log and a clock that goes on by 5 ms at every look. */
function start(env: Record<string, string> = {}) {
  const lines: string[] = [];
  let time = 0;
  const app = createApp({
    configuration: readConfiguration({ API_TOKENS: TOKEN, ...env }),
    services: {
      readBeside: () => Promise.resolve(Buffer.from('{}')),
      readState: null,
      openRecord: null,
      sleep: (ms) => systemClock.sleep(ms),
      keeper: createKeeper(() => 0),
      log: createLogger(
        'info',
        () => [],
        (line) => lines.push(line),
      ),
      now: () => (time += 5),
    },
  });
  const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ask = (
    question: HttpRequest | null,
    robotTasks: RobotTasks | null = fakeRobotTasks(),
    upstreamCalls = 0,
  ) => {
    const call: Call = { requestId: 'r-1', deadline: 1000, robotTasks, upstreamCalls: () => upstreamCalls };
    return app(question, call);
  };
  return { ask, log };
}

const problemIn = (body: string | Uint8Array) => JSON.parse(String(body)) as ProblemDocument;

describe('every kind of failure has its answer', () => {
  const rows: Record<RobotTaskErrorKind, [status: number, problem: string, retryAfter: string | undefined]> =
    {
      throttled: [503, 'upstream-throttled', '5'],
      moving: [503, 'upstream-moving', '5'],
      unauthorized: [502, 'upstream-unauthorized', undefined],
      account: [502, 'upstream-account', undefined],
      unavailable: [502, 'upstream-unavailable', undefined],
      malformed: [502, 'upstream-malformed', undefined],
      invalid: [400, 'upstream-invalid', undefined],
      timeout: [504, 'upstream-timeout', undefined],
      'too-many': [422, 'too-many-tasks', undefined],
      refused: [409, 'start-refused', undefined],
      'refused-account': [409, 'start-refused-account', undefined],
    };
  it.each(Object.entries(rows))('%s', async (kind, [status, problem, retryAfter]) => {
    const error = new RobotTaskError(kind as RobotTaskErrorKind, text('A sentence.'), {
      code: 'C',
      requestId: 'U',
    });
    const { ask, log } = start();
    const answer = await ask(request(), fakeRobotTasks({ error }), 3);
    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(problemIn(answer.body)).toMatchObject({
      type: `urn:robot-task-watch:problem:${problem}`,
      detail: 'A sentence.',
      upstream: { code: 'C', requestId: 'U' },
    });
    expect(log()).toMatchObject([{ problem, upstream: { code: 'C', requestId: 'U' }, upstreamCalls: 3 }]);
  });

  it('without a word of upstream where upstream said none', async () => {
    const error = new RobotTaskError('timeout', text('Too slow.'));
    const answer = await start().ask(request(), fakeRobotTasks({ error }));
    expect(problemIn(answer.body)).not.toHaveProperty('upstream');
  });

  it('a bug is a 500 that shows nothing of the inside, and one line in the error log', async () => {
    const { ask, log } = start();
    const answer = await ask(request(), fakeRobotTasks({ error: new TypeError('x.y is not a function') }));
    expect(problemIn(answer.body)).toEqual({
      type: 'urn:robot-task-watch:problem:internal',
      title: 'Internal error',
      status: 500,
      detail: 'Something is wrong in this function: its log has the reason.',
      requestId: 'r-1',
    });
    expect(log().map(({ level, status }) => ({ level, status }))).toEqual([
      { level: 'error', status: undefined },
      { level: 'info', status: 500 },
    ]);
    expect(log()[0]).toMatchObject({ requestId: 'r-1', err: { message: 'x.y is not a function' } });
  });
});

describe('a problem is told in the language of who asks', () => {
  const ask = async (language: string | undefined, question: Partial<HttpRequest>, options = {}) => {
    const headers = language === undefined ? {} : { 'accept-language': language };
    const { ask: send } = start(options);
    return send(request(question, { page: 'x' }, headers));
  };

  it.each<[string | undefined, 'zh-CN' | 'en']>([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['ZH-Hans-CN', 'zh-CN'],
    ['zh-TW;q=0.5', 'zh-CN'],
    ['en-GB,zh;q=0.9', 'en'],
    ['en;q=0.1, zh;q=0.2', 'zh-CN'],
    ['fr,de', 'en'],
    ['fr, zh;q=0.3, *;q=0.1', 'zh-CN'],
    ['*, zh;q=0.5', 'en'],
    ['zh;q=0', 'en'],
    ['zhx', 'en'],
    ['zh;q=high', 'zh-CN'],
    ['x'.repeat(20_000), 'en'],
  ])('%s', async (header, language) => {
    const answer = await ask(header, {});
    expect(answer.headers['content-language']).toBe(language);
    expect(problemIn(answer.body)).toMatchObject(
      language === 'en'
        ? { title: 'The request is not valid', detail: 'page must be a whole number from 1 to 2147483647.' }
        : {
            title: '请求无效',
            detail: 'page 必须是 1 到 2147483647 的整数。',
            errors: [{ name: 'page', detail: '必须是 1 到 2147483647 的整数' }],
          },
    );
  });

  it('whatever the problem is: each sentence of ours is Chinese then', async () => {
    const refused = { 'accept-language': 'zh-CN', authorization: 'Bearer wrong' };
    const questions = [
      [request({ path: '/nowhere' }, {}, refused), {}],
      [request({}, {}, refused), {}],
      [request({}, {}, { ...refused, authorization: '' }), { API_TOKENS: '' }],
      [request({ path: '/tasks/1' }, {}, { 'accept-language': 'zh' }), {}],
      [request({ path: '/tasks/1/start', method: 'POST' }, {}, { 'accept-language': 'zh' }), {}],
      [request({ method: 'PUT' }, {}, { 'accept-language': 'zh' }), {}],
      [request({ path: '/watch' }, {}, { 'accept-language': 'zh' }), {}],
    ] as const;
    const told = await Promise.all(
      questions.map(async ([question, env]) => problemIn((await start(env).ask(question)).body)),
    );
    for (const { title, detail } of told) {
      expect(title).toMatch(/^[\u4e00-\u9fff ]+$/);
      expect(detail).toMatch(/[\u4e00-\u9fff].*。$/);
    }
    expect(new Set(told.map(({ type }) => type)).size).toBe(7);
  });

  it('but what upstream says stays as it is, and so does the log', async () => {
    const error = new RobotTaskError(
      'refused',
      { en: 'Not started.', 'zh-CN': '没有启动。' },
      { explanation: 'Task is in a wrong state.' },
    );
    const { ask: send, log } = start({ OPERATOR_TOKENS: 'token-of-zhang-for-the-tests' });
    const answer = await send(
      request(
        { path: '/tasks/1/start', method: 'POST' },
        {},
        {
          authorization: 'Bearer token-of-zhang-for-the-tests',
          'accept-language': 'zh-CN',
        },
      ),
      fakeRobotTasks({ error }),
    );
    expect(problemIn(answer.body).detail).toBe('没有启动。语音服务接口的说明：Task is in a wrong state.');
    expect(JSON.stringify(log())).not.toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('a link whose # was encoded on its way', () => {
  const ticket = 'rtw1.eyJleHAiOjE3NjQ0NTAwMDB9.c2lnbmF0dXJl_-x';

  it.each([
    [`/%23ticket=${ticket}&task=1045001`, `./#ticket=${ticket}&task=1045001`],
    [`/%23ticket%3D${ticket}%26task%3D1045001`, `./#ticket=${ticket}&task=1045001`],
    [`/%23ticket=${ticket}`, `./#ticket=${ticket}`],
    ['/%23task=1045001', './#task=1045001'],
  ])('%s leads back to the page', async (path, location) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await start().ask(request({ path, method }, {}, { authorization: '' }));
      expect(answer).toMatchObject({ status: 302, body: '' });
      expect(answer.headers['location']).toBe(location);
    }
  });

  it.each([
    '/%23',
    '/%23x',
    `/%23operator=${ticket}`,
    `/%23ticket=${ticket}&task=1x`,
    `/%23ticket=${ticket}&task=1&x=1`,
    `/%23ticket=${ticket}&ticket=${ticket}`,
    `/%23ticket=${ticket}/`,
    `/x/%23ticket=${ticket}`,
    `/%23ticket=${ticket}%0d%0aset-cookie:x`,
    `/%23ticket=<script>`,
    `/%2523ticket=${ticket}`,
    `/%23ticket=${'x'.repeat(600)}`,
    '/%23ticket=//evil.example',
    '/%23ticket=%',
  ])('%s is a 404, and nothing of it is repeated', async (path) => {
    const answer = await start().ask(request({ path }));
    expect(answer.status).toBe(404);
    expect(answer.headers['location']).toBeUndefined();
    expect(String(answer.body)).not.toMatch(/ticket|x{9}|evil/);
  });

  it('is none for a POST', async () => {
    const path = `/%23ticket=${ticket}`;
    expect((await start().ask(request({ path, method: 'POST' }))).status).toBe(404);
  });
});

describe('a start that is refused', () => {
  const post = (kind: RobotTaskErrorKind, status: string | null) => {
    const error = new RobotTaskError(kind, text('Not started.'), { code: 'isv.X', explanation: 'No.' });
    const robotTasks = fakeRobotTasks({ detail: status === null ? null : robotTaskDetail({ status }) });
    const refusing = { ...robotTasks, startRobotTask: () => Promise.reject(error) };
    const { ask } = start({ OPERATOR_TOKENS: 'token-of-zhang-for-the-tests' });
    const authorization = 'Bearer token-of-zhang-for-the-tests';
    return ask(request({ path: '/tasks/1/start', method: 'POST' }, {}, { authorization }), refusing);
  };

  it('because the task runs already says so', async () => {
    expect(problemIn((await post('refused', 'EXCUTING')).body)).toMatchObject({
      type: 'urn:robot-task-watch:problem:start-refused',
      status: 409,
      detail: 'The task runs already: perhaps somebody else started it. The voice service says: No.',
      taskStatus: 'EXCUTING',
      upstream: { code: 'isv.X' },
    });
  });

  it('for another reason says in which status the task is, where that is known', async () => {
    const stopped = problemIn((await post('refused', 'SYSTEM_STOP')).body);
    expect(stopped).toMatchObject({
      detail: 'Not started. The voice service says: No.',
      taskStatus: 'SYSTEM_STOP',
    });
    expect(problemIn((await post('refused', null)).body)).not.toHaveProperty('taskStatus');
  });

  it("for the account's sake has a type of its own", async () => {
    expect(problemIn((await post('refused-account', 'ARREARS_STOP')).body)).toMatchObject({
      type: 'urn:robot-task-watch:problem:start-refused-account',
      status: 409,
      taskStatus: 'ARREARS_STOP',
    });
  });
});

describe('the log has one line a call', () => {
  it('with what was asked, how it ended and how long it took, but not what the caller sent', async () => {
    const { ask, log } = start();
    await ask(request({}, { taskName: '机密客户' }), fakeRobotTasks(), 1);
    expect(log()).toEqual([
      {
        level: 'info',
        time: expect.any(String) as unknown,
        requestId: 'r-1',
        method: 'GET',
        route: '/tasks',
        status: 200,
        durationMs: 5,
        upstreamCalls: 1,
        msg: 'answered',
      },
    ]);
  });

  it('with the route for a path, and none for an unknown one', async () => {
    const { ask, log } = start();
    await ask(request({ path: '/tasks/1045001' }));
    await ask(request({ path: '/secret-path' }));
    await ask(null);
    expect(log().map(({ route, problem }) => ({ route, problem }))).toEqual([
      { route: '/tasks/{id}', problem: 'task-not-found' },
      { route: null, problem: 'not-found' },
      { route: null, problem: 'not-http' },
    ]);
    expect(JSON.stringify(log())).not.toContain('secret-path');
  });

  it('without the values of bad parameters', async () => {
    const { ask, log } = start();
    await ask(request({}, { status: '机密', token: 's3cret' }, { 'x-key': 's3cret' }));
    expect(log()).toMatchObject([{ status: 400, problem: 'invalid-request' }]);
    expect(JSON.stringify(log())).not.toMatch(/机密|s3cret/);
  });
});

describe('who may ask', () => {
  it('is checked before the parameters, the method and the credentials', async () => {
    const { ask } = start();
    const nobody = { authorization: 'Bearer wrong' };
    for (const question of [
      request({}, { page: 'x' }, nobody),
      request({ method: 'POST' }, {}, nobody),
      request({ path: '/tasks/x' }, {}, nobody),
    ]) {
      expect((await ask(question, null)).status).toBe(401);
    }
  });

  it.each([
    ['a reader', TOKEN, { canStart: false, operator: null }],
    ['an operator', 'token-of-zhang-for-the-tests', { canStart: true, operator: 'zhang' }],
    ['an operator without a name', 'another-operators-token', { canStart: true, operator: null }],
  ])('is told of itself: %s', async (_who, token, told) => {
    const operators = 'zhang:token-of-zhang-for-the-tests,another-operators-token';
    const { ask } = start({ OPERATOR_TOKENS: operators });
    const answer = await ask(request({ path: '/summary' }, {}, { authorization: `Bearer ${token}` }));
    const summary = JSON.parse(String(answer.body)) as object;
    expect(summary).toMatchObject(told);
    expect(Object.keys(summary).join()).toBe('total,statuses,stopped,source,canStart,operator,requestId');
  });

  it('may start a task as an operator alone, and the log says who', async () => {
    const { ask, log } = start({ OPERATOR_TOKENS: 'zhang:token-of-zhang-for-the-tests' });
    const post = { method: 'POST', path: '/tasks/1/start' };
    const refused = await ask(request(post));
    expect(problemIn(refused.body)).toMatchObject({ status: 403 });
    await ask(request(post, {}, { authorization: 'Bearer token-of-zhang-for-the-tests' }));
    expect(log().filter(({ msg }) => msg === 'start of a task')).toMatchObject([
      { taskId: '1', operator: 'cecab77c', name: 'zhang', outcome: 'started' },
    ]);
  });

  it('is anybody when the gateway has checked it', async () => {
    const { ask } = start({ HTTP_AUTH: 'gateway', API_TOKENS: '' });
    expect((await ask(request({}, {}, { authorization: 'ACS3-HMAC-SHA256 Credential=x' }))).status).toBe(200);
  });

  it('is nobody when no token is configured, but health and the document are for all', async () => {
    const { ask } = start({ API_TOKENS: '' });
    for (const path of ['/tasks', '/tasks/1']) {
      const answer = await ask(request({ path }));
      expect(answer.status).toBe(503);
      expect(problemIn(answer.body).detail).toMatch(/^No token is configured.*API_TOKENS.*HTTP_AUTH/);
    }
    for (const path of ['/healthz', '/openapi.json']) expect((await ask(request({ path }))).status).toBe(200);
  });
});

it('without credentials a valid question is a 503 that says what to do', async () => {
  const { ask } = start();
  for (const path of ['/tasks', '/tasks/1']) {
    const answer = await ask(request({ path }), null);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(problemIn(answer.body).detail).toMatch(/role.*ALIBABA_CLOUD_ACCESS_KEY_ID/);
  }
  expect((await ask(request({}, { page: '0' }), null)).status).toBe(400);
  expect((await ask(request({ path: '/healthz' }), null)).status).toBe(200);
});

describe('pages of other origins', () => {
  const origins = { CORS_ORIGINS: 'https://a.example,https://b.example' };
  const cors = (headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

  it('may read the answer when their origin is allowed, errors too', async () => {
    const { ask } = start(origins);
    for (const question of [
      request({}, {}, { origin: 'https://b.example' }),
      request({ path: '/nowhere' }, {}, { origin: 'https://b.example' }),
    ]) {
      expect(cors((await ask(question)).headers)).toEqual({
        'access-control-allow-origin': 'https://b.example',
        'access-control-expose-headers': 'X-Request-Id, Retry-After, ETag, Last-Modified, Date',
      });
    }
  });

  it('may not when it is another, or null', async () => {
    const { ask } = start(origins);
    for (const origin of ['https://c.example', 'null', 'https://a.example.evil', 'HTTPS://A.EXAMPLE', '']) {
      expect(cors((await ask(request({}, {}, { origin }))).headers)).toEqual({});
    }
  });

  it('are told of none when none is configured', async () => {
    expect(cors((await start().ask(request({}, {}, { origin: 'https://a.example' }))).headers)).toEqual({});
  });

  it('may ask beforehand, without a token', async () => {
    const headers = {
      origin: 'https://a.example',
      'access-control-request-method': 'GET',
      authorization: '',
    };
    const answer = await start(origins).ask(request({ method: 'OPTIONS' }, {}, headers));
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(cors(answer.headers)).toEqual({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'Authorization, If-None-Match, Content-Type, Cache-Control',
      'access-control-max-age': '600',
    });
  });
});

describe('a scrape', () => {
  const scrape = (headers: Readonly<Record<string, string>>, robotTasks: RobotTasks | null) =>
    start().ask(request({ path: '/metrics' }, {}, headers), robotTasks);

  it.each([
    ['the call’s time', {}, 1000],
    ['less, where the scraper waits for less', { 'x-prometheus-scrape-timeout-seconds': '0.5' }, 260],
    [
      'the call’s time, where the scraper waits for longer',
      { 'x-prometheus-scrape-timeout-seconds': '60' },
      1000,
    ],
    [
      'the call’s time, where the scraper says nonsense',
      { 'x-prometheus-scrape-timeout-seconds': '-1' },
      1000,
    ],
  ])('gives upstream %s', async (_name, headers, deadline) => {
    const robotTasks = fakeRobotTasks();
    await scrape(headers, robotTasks);
    expect(new Set(robotTasks.asked.map((asked) => asked.deadline))).toEqual(new Set([deadline]));
  });

  it('is answered without credentials, and the log says what was missing', async () => {
    const answer = await scrape({}, null);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('robot_task_watch_upstream_up 0\n');
  });

  it('is answered where upstream is broken, and the log says why', async () => {
    const error = new RobotTaskError('timeout', text('Too slow.'));
    const { ask, log } = start();
    const answer = await ask(
      request({ path: '/metrics' }, {}, { accept: 'application/openmetrics-text' }),
      fakeRobotTasks({ error }),
    );
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
    });
    expect(answer.body).toMatch(
      /^# HELP robot_task_watch_upstream_up .*\n# TYPE .*\nrobot_task_watch_upstream_up 0\n# EOF\n$/,
    );
    expect(log()).toMatchObject([
      { level: 'warn', source: 'upstream', reason: 'Too slow.', msg: 'metrics without a source' },
      { status: 200 },
    ]);
  });
});

it('upstream gets the deadline of the call', async () => {
  const robotTasks = fakeRobotTasks();
  await start().ask(request(), robotTasks);
  expect(robotTasks.asked[0]?.deadline).toBe(1000);
});
