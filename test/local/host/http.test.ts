import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HttpEvent } from '../../../local/host/http/http-event';
import { callSdk } from '../simulator/sdk';
import { createProbeHost, type ProbeHost } from './probe-host';

const KEY = { accessKeyId: 'LTAICaller', accessKeySecret: 'caller-secret' };

let host: ProbeHost;

beforeAll(async () => {
  host = await createProbeHost({
    credentials: () => ({ environment: KEY }),
    mounts: {
      '/_mine': ({ method, path, body }) => ({
        status: 202,
        headers: { 'x-mine': 'yes' },
        body: `${method} ${path} ${body}`,
      }),
    },
  });
});

afterAll(() => host.close());

const get = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}`, init);
const invoke = (functionName: string, command: unknown) =>
  get(`/_invoke/${functionName}`, { method: 'POST', body: JSON.stringify(command) });

/** Sends the request line as it is given; fetch would tidy it up. */
function raw(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<number> {
  const { port } = new URL(host.url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('an HTTP trigger', () => {
  it("gives the function the request without the function's name", async () => {
    const response = await get('/web/tasks/1?status=a&status=b', { headers: { 'x-one': '1' } });
    const event = (await response.json()) as HttpEvent;
    expect(event).toMatchObject({
      version: 'v1',
      rawPath: '/tasks/1',
      queryParameters: { status: 'a,b' },
      headers: { 'X-One': '1', Host: host.url.slice('http://'.length) },
      requestContext: {
        requestId: response.headers.get('x-fc-request-id'),
        http: { method: 'GET', path: '/tasks/1', sourceIp: '127.0.0.1' },
      },
    });
    expect(host.calls.at(-1)).toMatchObject({
      functionName: 'web',
      trigger: 'http',
      label: 'GET /tasks/1?status=a&status=b',
      status: '200',
      problem: null,
    });
  });

  it('has / for a path when only the function is named', async () => {
    expect(await (await get('/web')).json()).toMatchObject({ rawPath: '/' });
    expect(await (await get('/web?x=1')).json()).toMatchObject({ rawPath: '/', queryParameters: { x: '1' } });
  });

  it('carries bodies both ways', async () => {
    const event = (await (
      await get('/web/', { method: 'POST', body: new Uint8Array([0, 255]) })
    ).json()) as HttpEvent;
    expect({ body: event.body, isBase64Encoded: event.isBase64Encoded }).toEqual({
      body: 'AP8=',
      isBase64Encoded: true,
    });
    const answered = { statusCode: 418, isBase64Encoded: true, body: 'AP8=', headers: { A: 'b' } };
    const response = await get('/web/', { headers: { 'x-answer': JSON.stringify(answered) } });
    expect(response.status).toBe(418);
    expect(response.headers.get('a')).toBe('b');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });

  it('answers HEAD without a body', async () => {
    const response = await get('/web/', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('refuses a method that s.yaml does not name, and does not run the function', async () => {
    const before = host.calls.length;
    const response = await get('/web/', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(host.calls).toHaveLength(before);
  });

  it.each([
    { name: 'that throws', answer: 'throw', type: 'HandledInvocationError', errorType: 'RangeError' },
    {
      name: 'that returns no response',
      answer: '{"ok":true}',
      type: 'UnhandledInvocationError',
      errorType: 'BadResponse',
    },
  ])('answers 502 for a function $name', async ({ answer, type, errorType }) => {
    const response = await get('/web/', { headers: { 'x-answer': answer } });
    expect(response.status).toBe(502);
    expect(response.headers.get('x-fc-error-type')).toBe(type);
    expect(await response.json()).toMatchObject({ errorType });
    expect(host.calls.at(-1)?.problem).not.toBeNull();
  });

  it('refuses more headers, path or body than Function Compute takes', async () => {
    expect(await raw('/web/', 'GET', { 'x-long': 'a'.repeat(8 * 1024) })).toBe(400);
    expect(await raw(`/web/${'a'.repeat(4 * 1024)}`)).toBe(400);
    expect(await raw(`/web/?a=${'a'.repeat(4 * 1024)}`)).toBe(400);
    const response = await get('/web/', { method: 'POST', body: Buffer.alloc(32 * 1024 * 1024 + 1) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      Code: 'InvalidArgument',
      Message: expect.stringMatching(/32 MB/) as unknown,
    });
  });

  it('is throttled with 429 when the reserved concurrency is used up', async () => {
    const first = get('/narrow/', { headers: { 'x-sleep': '300' } });
    const second = get('/narrow/', { headers: { 'x-sleep': '300' } });
    const statuses = [(await first).status, (await second).status];
    expect(statuses.sort()).toEqual([200, 429]);
    expect(host.calls.filter(({ status }) => status === '429')).toMatchObject([{ functionName: 'narrow' }]);
  });

  it('says how to write an address with letters that HTTP cannot carry', async () => {
    const { port } = new URL(host.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /web/tasks?taskName=云杉 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('--data-urlencode');
  });

  it('takes a request line that holds a whole URL', async () => {
    expect(await raw(`${host.url}/web/a`)).toBe(200);
  });
});

describe('a trigger with authType function', () => {
  const call = (key: typeof KEY) =>
    callSdk(new URL(host.url), {
      key,
      query: { status: 'stopped' },
      params: { pathname: '/signed/tasks', method: 'GET', style: 'ROA', reqBodyType: 'json' },
    });

  it('lets in whoever signs with the keys that the functions run with, as the official SDK does', async () => {
    const { statusCode, body } = await call(KEY);
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ rawPath: '/tasks', queryParameters: { status: 'stopped' } });
  });

  it('runs the function for nobody else', async () => {
    const before = host.calls.length;
    await expect(call({ ...KEY, accessKeySecret: 'guessed' })).rejects.toMatchObject({ statusCode: 403 });
    expect((await get('/signed/tasks')).status).toBe(403);
    expect(host.calls).toHaveLength(before);
  });

  it('with authType jwt is refused: the local host cannot check it', async () => {
    const response = await get('/token/');
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ Message: expect.stringMatching(/jwt/i) as unknown });
  });
});

describe('a call by hand', () => {
  it('returns the result', async () => {
    const response = await invoke('probe', { do: 'text', text: 'hello' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-fc-error-type')).toBeNull();
    expect(await response.text()).toBe('hello');
    expect((await invoke('probe', { do: 'count' })).headers.get('content-type')).toBe('application/json');
  });

  it('answers 200 with X-Fc-Error-Type and the error when the function throws', async () => {
    const response = await invoke('probe', { do: 'throw', text: 'no' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-fc-error-type')).toBe('HandledInvocationError');
    expect(await response.json()).toEqual({
      errorMessage: 'no',
      errorType: 'TypeError',
      stackTrace: expect.arrayContaining(['TypeError: no']) as unknown,
    });
  });

  it('tells a process that could not go on by another X-Fc-Error-Type', async () => {
    const response = await invoke('probe', { do: 'exit', code: 1 });
    expect(response.headers.get('x-fc-error-type')).toBe('UnhandledInvocationError');
  });

  it('waits for its turn when the reserved concurrency is used up', async () => {
    const first = invoke('single', { do: 'sleep', ms: 300 });
    const second = invoke('single', { do: 'count' });
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it('is a POST to a function that exists', async () => {
    const unknown = await invoke('nobody', {});
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      Message: expect.stringMatching(/POST \/_invoke\/probe/) as unknown,
    });
    const method = await get('/_invoke/probe');
    expect(method.status).toBe(405);
    expect(method.headers.get('allow')).toBe('POST');
  });

  it('calls no function by hand for a web page, which a browser lets send a POST anywhere', async () => {
    const headers = { origin: 'https://elsewhere.example', 'content-type': 'text/plain' };
    const refused = await get('/_invoke/probe', { method: 'POST', body: '{"do":"describe"}', headers });
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('GREETING');
  });
});

describe('the rest of the port', () => {
  it('serves what is mounted, whole', async () => {
    const response = await get('/_mine/a?b=c', { method: 'PUT', body: 'd' });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-mine')).toBe('yes');
    expect(await response.text()).toBe('PUT /_mine/a?b=c d');
  });

  it('says what there is', async () => {
    const page = await (await get('/')).text();
    expect(page).toContain('/web/');
    expect(page).toContain('POST /_invoke/ticking');
    for (const path of ['/nothing', '/webb', '/_invoke', '/_minee']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        Code: 'NotFound',
        Message: expect.stringMatching(/\/web\/.*\/_mine/) as unknown,
      });
    }
  });

  it('points at the call by hand where a function has no HTTP trigger', async () => {
    const response = await get('/ticking/');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      Message: expect.stringMatching(/POST \/_invoke\/ticking/) as unknown,
    });
  });
});

describe('a web page of somebody else', () => {
  const paths = ['/', '/probe/x', '/_invoke/probe', '/_mine', '/nothing'];

  it.each(paths)('reaches nothing at %s by a name that points here', async (path) => {
    for (const name of ['rebound.example', 'rebound.example:9000', '127.0.0.1.rebound.example']) {
      expect(await raw(path, 'GET', { host: name })).toBe(403);
    }
    expect(await raw(path, 'GET', { host: 'localhost' })).not.toBe(403);
  });

  it.each(paths)('changes nothing at %s', async (path) => {
    for (const method of ['POST', 'DELETE', 'PUT']) {
      expect(await raw(path, method, { origin: 'https://elsewhere.example' })).toBe(403);
      expect(await raw(path, method, { origin: 'null' })).toBe(403);
    }
    expect(await raw(path, 'POST', { origin: host.url, host: new URL(host.url).host })).not.toBe(403);
  });
});
