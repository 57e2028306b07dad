/** Every row of the error table, from the trigger's event through the built bundle to the wire and back. */
import type { FaultRule } from '../../../local/simulator/faults/faults';
import { createSimulator } from '../../../local/simulator/simulator';
import { expectWholeAnswer, header, problemOf, tasksOf } from './answers';
import { SOURCES } from '../../../shared/robot-task';
import { sourceEnvironment } from '../../stand-ins/source-environment';
import { startBundle, CONTEXT, type Bundle } from './bundle';
import { fixture, httpEvent, TOKEN, type EventChanges } from './events';

describe.each(SOURCES)('with the source %s,', (source) => {
  const simulator = createSimulator({ source });
  let bundle: Bundle;

  beforeAll(async () => {
    const endpoint = await simulator.listen();
    bundle = startBundle({
      ...sourceEnvironment(source, endpoint),
      API_TOKENS: `other-token-0123456789,${TOKEN}`,
    });
    simulator.tasks.add({ id: '1045001', status: 'SYSTEM_STOP' });
  });

  beforeEach(() => {
    simulator.clearCalls();
    simulator.setFaults([]);
  });

  afterAll(async () => {
    await bundle.close();
    await simulator.close();
  });

  /** Leaves upstream half a second. */
  const HURRIED = { ...CONTEXT, function: { ...CONTEXT.function, timeout: 1 } };

  async function ask(changes: EventChanges, context: unknown = CONTEXT) {
    const answer = await bundle.invoke(httpEvent(changes), context);
    expectWholeAnswer(answer, CONTEXT.requestId);
    return answer;
  }

  describe('a failure of upstream', () => {
    const code = (name: string, httpStatus = 400): FaultRule[] => [
      { then: { fault: 'code', code: name, httpStatus } },
    ];
    const rows: { name: string; faults: FaultRule[]; status: number; problem: string; upstream?: string }[] =
      [
        {
          name: 'throttling',
          faults: code('Throttling.User'),
          status: 503,
          problem: 'upstream-throttled',
          upstream: 'Throttling.User',
        },
        {
          name: 'refused credentials',
          faults: code('InvalidAccessKeyId.NotFound', 404),
          status: 502,
          problem: 'upstream-unauthorized',
          upstream: 'InvalidAccessKeyId.NotFound',
        },
        {
          name: 'refused permission, with HTTP 200',
          faults: code('isp.RAM_PERMISSION_DENY', 200),
          status: 502,
          problem: 'upstream-unauthorized',
          upstream: 'isp.RAM_PERMISSION_DENY',
        },
        {
          name: 'an account in arrears',
          faults: code('isv.OUT_OF_SERVICE', 200),
          status: 502,
          problem: 'upstream-account',
          upstream: 'isv.OUT_OF_SERVICE',
        },
        {
          name: 'a refused parameter',
          faults: code('InvalidParameter.date'),
          status: 400,
          problem: 'upstream-invalid',
          upstream: 'InvalidParameter.date',
        },
        {
          name: 'a broken server',
          faults: code('isp.SYSTEM_ERROR', 500),
          status: 502,
          problem: 'upstream-unavailable',
          upstream: 'isp.SYSTEM_ERROR',
        },
        {
          name: 'a broken gateway',
          faults: [{ then: { fault: 'broken', as: 'html-502' } }],
          status: 502,
          problem: 'upstream-unavailable',
        },
        {
          name: 'connections that are reset',
          faults: [{ then: { fault: 'reset', after: 'request' } }],
          status: 502,
          problem: 'upstream-unavailable',
        },
        {
          name: 'Data that is no list',
          faults: [{ then: { fault: 'data', value: 'nonsense' } }],
          status: 502,
          problem: 'upstream-malformed',
        },
        {
          name: 'more tasks than may be collected',
          faults: [{ then: { fault: 'wrong-total', total: 10_001 } }],
          status: 422,
          problem: 'too-many-tasks',
        },
      ];
    it.each(rows)('is told: $name', async ({ faults, status, problem, upstream }) => {
      simulator.setFaults(faults);
      const answer = await ask({ query: { sort: 'id' } });
      const document = problemOf(answer);
      expect(document).toMatchObject({
        type: `urn:robot-task-watch:problem:${problem}`,
        status,
        requestId: CONTEXT.requestId,
      });
      expect(document.detail).not.toContain(simulator.credentials[0]?.accessKeySecret);
      expect(header(answer, 'retry-after')).toEqual(
        status === 503 ? expect.stringMatching(/^[1-9]\d*$/) : undefined,
      );
      if (upstream !== undefined) {
        expect(document.upstream).toEqual({
          code: upstream,
          requestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
        });
      }
    });

    it('that is a silence is a 504 before the function is ended', async () => {
      simulator.setFaults([{ then: { fault: 'stall', after: 'headers' } }]);
      const document = problemOf(await ask({}, HURRIED));
      expect(document).toMatchObject({ status: 504, type: 'urn:robot-task-watch:problem:upstream-timeout' });
    });

    it('that is an answer which the function would not live to pass on is a 504', async () => {
      simulator.setFaults([{ then: { fault: 'delay', ms: 3000 } }]);
      expect((await ask({}, HURRIED)).statusCode).toBe(504);
    });

    it('that is a silence on the second page is a 504 too, never a part of the list', async () => {
      simulator.tasks.seed(150, 1, { status: 'INIT' });
      simulator.setFaults([{ when: { page: 2 }, then: { fault: 'stall', after: 'half' } }]);
      expect((await ask({ query: { sort: 'id', status: 'INIT' } }, HURRIED)).statusCode).toBe(504);
    });

    it('that is a trickle is a 504 too', async () => {
      simulator.setFaults([{ then: { fault: 'trickle', bytes: 1, everyMs: 50 } }]);
      expect((await ask({}, HURRIED)).statusCode).toBe(504);
    });

    it('that is a list which changes at every read is a 503 with Retry-After', async () => {
      simulator.tasks.seed(250, 2, { status: 'READY' });
      simulator.setFaults([{ then: { fault: 'shift', how: 'remove' } }]);
      const answer = await ask({ query: { sort: 'id', status: 'READY' } });
      expect(problemOf(answer)).toMatchObject({
        status: 503,
        type: 'urn:robot-task-watch:problem:upstream-moving',
      });
      expect(header(answer, 'retry-after')).toMatch(/^[1-9]\d*$/);
    });

    it('that passes is not told: a connection that died while the instance was frozen', async () => {
      await ask({});
      simulator.clearCalls();
      simulator.setFaults([
        { when: { reusedConnection: true, times: 1 }, then: { fault: 'reset', after: 'request' } },
      ]);
      expect(tasksOf(await ask({ query: { status: 'SYSTEM_STOP' } })).tasks).toHaveLength(1);
      expect(simulator.calls).toHaveLength(2);
    });
  });

  describe('a path', () => {
    it.each(['/page.html', '/task', '/tasks/', '/tasks/1/2', '//tasks', '/tasks%2F1', '/%', '/a/../tasks'])(
      '%s is a 404, with or without a token',
      async (rawPath) => {
        const event = JSON.stringify({ ...(JSON.parse(httpEvent({})) as object), rawPath });
        const bare = JSON.stringify({ rawPath });
        for (const answer of [await bundle.invoke(event), await bundle.invoke(bare)]) {
          expect(problemOf(answer)).toMatchObject({
            status: 404,
            type: 'urn:robot-task-watch:problem:not-found',
          });
        }
      },
    );
  });

  describe('a method', () => {
    const methods = [
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'TRACE',
      'CONNECT',
      'TRACK',
      'QUERY',
      'GETX',
      '?',
      'HEAD ',
      '获取',
    ];
    it.each(methods)('%s is a 405 with Allow', async (method) => {
      for (const rawPath of ['/tasks', '/tasks/1045001', '/healthz', '/openapi.json']) {
        const answer = await ask({ method, rawPath });
        expect(problemOf(answer)).toMatchObject({
          status: 405,
          type: 'urn:robot-task-watch:problem:method-not-allowed',
        });
        expect(header(answer, 'allow')).toBe('GET, HEAD, OPTIONS');
      }
      expect(simulator.calls).toEqual([]);
    });

    it('HEAD answers like GET without the body', async () => {
      for (const rawPath of [
        '/tasks',
        '/tasks/1045001',
        '/healthz',
        '/openapi.json',
        '/nowhere',
        '/tasks/x',
      ]) {
        const get = await ask({ rawPath });
        const head = await ask({ rawPath, method: 'HEAD' });
        expect(head).toEqual({ ...get, body: '' });
        expect(get.body).not.toBe('');
      }
    });

    it('OPTIONS names the methods, without a token and without a question to upstream', async () => {
      for (const rawPath of ['/tasks', '/tasks/1', '/healthz', '/openapi.json']) {
        const answer = await ask({ rawPath, method: 'OPTIONS', headers: {} });
        expect(answer).toMatchObject({ statusCode: 204, body: '' });
        expect(header(answer, 'allow')).toBe('GET, HEAD, OPTIONS');
      }
      expect(simulator.calls).toEqual([]);
    });
  });

  describe('what needs no token', () => {
    it('is /healthz, which calls nothing', async () => {
      const answer = await ask({ rawPath: '/healthz', headers: {} });
      expect(answer).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
      expect(simulator.calls).toEqual([]);
    });

    it('is /openapi.json', async () => {
      const answer = await ask({ rawPath: '/openapi.json', headers: {} });
      expect(answer.statusCode).toBe(200);
      expect(header(answer, 'content-type')).toBe('application/json');
      expect(JSON.parse(answer.body)).toMatchObject({ openapi: '3.1.0', paths: { '/tasks': {} } });
    });
  });

  describe('an event that is no HTTP request', () => {
    const events = {
      'a timer event': fixture('timer'),
      'no JSON': 'hello',
      nothing: '',
      null: 'null',
      'an array': '[]',
    };
    it.each(Object.entries(events))('is a 400 that says so: %s', async (_name, event) => {
      const answer = await bundle.invoke(event);
      expectWholeAnswer(answer, CONTEXT.requestId);
      expect(problemOf(answer)).toMatchObject({ status: 400, type: 'urn:robot-task-watch:problem:not-http' });
    });
  });

  describe('the request id', () => {
    const eventId = '1-64f6cd87-0f1e2d3c4b5a69788796a5b4';
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const rows: { name: string; context: unknown; event: string; want: string | RegExp }[] = [
      { name: "is the context's", context: { requestId: 'ctx-1' }, event: httpEvent(), want: 'ctx-1' },
      { name: "is the event's when the context has none", context: {}, event: httpEvent(), want: eventId },
      {
        name: 'is a random one when nobody has one',
        context: null,
        event: '{"rawPath":"/tasks"}',
        want: uuid,
      },
      {
        name: 'is a random one when the others cannot stand in a header',
        context: { requestId: 'a\r\nSet-Cookie: b' },
        event: '{"rawPath":"/tasks","requestContext":{"requestId":"请求"}}',
        want: uuid,
      },
    ];
    it.each(rows)('$name', async ({ context, event, want }) => {
      const answer = await bundle.invoke(event, context);
      expectWholeAnswer(answer, want);
      expect((JSON.parse(answer.body) as { requestId: string }).requestId).toBe(
        header(answer, 'x-request-id'),
      );
    });
  });
});
