import fc from 'fast-check';
import { anyCharacter } from '../../../stand-ins/any-character';
import { parseHttpEvent, toHttpAnswer } from '../../../../functions/query-robot-tasks/http/http-event';
import { fixture } from '../events';

function requestOf(event: unknown) {
  const parsed = parseHttpEvent(Buffer.from(JSON.stringify(event)));
  if (parsed === null) throw new Error('not taken for an HTTP event');
  return parsed.request;
}

function queryOf(queryParameters: unknown) {
  return Object.fromEntries(requestOf({ rawPath: '/tasks', queryParameters }).query);
}

describe('a captured event', () => {
  it('becomes a request', () => {
    expect(parseHttpEvent(Buffer.from(fixture('http-get')))).toEqual({
      requestId: '1-64f6cd87-0f1e2d3c4b5a69788796a5b4',
      request: {
        method: 'GET',
        path: '/tasks',
        query: new Map([
          ['fields', 'id,status'],
          ['status', 'stopped'],
        ]),
        headers: new Map([
          ['accept', '*/*'],
          ['authorization', 'Bearer dashboard-token-of-the-tests'],
          ['host', 'query-robot-tasks-abcdefghij.cn-hangzhou.fcapp.run'],
          ['user-agent', 'curl/8.5.0'],
          ['x-forwarded-for', '203.0.113.7'],
        ]),
        body: Buffer.alloc(0),
        sourceIp: '203.0.113.7',
      },
    });
  });

  it('may come as text instead of bytes', () => {
    expect(parseHttpEvent(fixture('http-get'))).toEqual(parseHttpEvent(Buffer.from(fixture('http-get'))));
  });

  it('says the same whether its query parameters arrive decoded or encoded', () => {
    const wanted = new Map([
      ['taskName', '618 大促 50%+'],
      ['status', 'EXCUTING'],
    ]);
    expect(parseHttpEvent(fixture('http-get-decoded'))?.request.query).toEqual(wanted);
    expect(parseHttpEvent(fixture('http-get-encoded'))?.request.query).toEqual(wanted);
  });

  it('holds its body as base64 when the flag says so, and its path as it was encoded', () => {
    const request = parseHttpEvent(fixture('http-post-base64'))?.request;
    expect(request?.body).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
    expect(request?.path).toBe('/tasks/%31');
  });

  it('holds its body as text when the flag does not say base64', () => {
    expect(requestOf({ rawPath: '/', body: '中文' }).body).toEqual(Buffer.from('中文'));
  });
});

describe('the query parameters', () => {
  const cases: { name: string; given: unknown; want: Record<string, string> }[] = [
    {
      name: 'with a blank somewhere are decoded already',
      given: { a: 'x y', b: '%41' },
      want: { a: 'x y', b: '%41' },
    },
    { name: 'with a lone percent sign are decoded already', given: { a: '100%' }, want: { a: '100%' } },
    {
      name: 'with an angle bracket are decoded already',
      given: { a: '<b>', b: '%41' },
      want: { a: '<b>', b: '%41' },
    },
    { name: 'with a quote are decoded already', given: { a: '"x"%41' }, want: { a: '"x"%41' } },
    { name: 'with Chinese text are decoded already', given: { a: '大促+%41' }, want: { a: '大促+%41' } },
    { name: 'that are encoded are decoded, names too', given: { '%61': '%E5%A4%A7' }, want: { a: '大' } },
    {
      name: 'that are encoded have a plus for a blank',
      given: { a: 'x+y', b: '%2B' },
      want: { a: 'x y', b: '+' },
    },
    { name: 'that tell nothing keep their plus', given: { a: 'x+y' }, want: { a: 'x+y' } },
    { name: 'that are encoded in no UTF-8 stay as they are', given: { a: '%FF' }, want: { a: '%FF' } },
    { name: 'that are lists are joined by commas', given: { a: ['x', 'y'] }, want: { a: 'x,y' } },
    { name: 'that are no text are written as text', given: { a: 1, b: null }, want: { a: '1', b: 'null' } },
    { name: 'with half a surrogate pair get a replacement', given: { a: '\ud83d' }, want: { a: '\ufffd' } },
    {
      name: 'with half a surrogate pair in a name, too',
      given: { 'a\ud83d': 'x' },
      want: { 'a\ufffd': 'x' },
    },
    { name: 'that are absent are none', given: undefined, want: {} },
    { name: 'that are null are none', given: null, want: {} },
    { name: 'that are an array are none', given: ['x'], want: {} },
  ];
  it.each(cases)('$name', ({ given, want }) => {
    expect(queryOf(given)).toEqual(want);
  });

  it('under two encodings of one name are joined by a comma', () => {
    expect(queryOf({ status: 'INIT', '%73tatus': 'READY' })).toEqual({ status: 'INIT,READY' });
  });

  it('keep a name such as __proto__ as a name like any other', () => {
    const event = '{"rawPath":"/tasks","queryParameters":{"__proto__":"x","constructor":"y"}}';
    expect([...(parseHttpEvent(event)?.request.query.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
  });

  it('come back whole from any text, encoded as a URL does it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const encoded = encodeURIComponent(text);
        // Without a single encoded letter there is nothing to decode either.
        expect(queryOf({ a: encoded })).toEqual({ a: text });
      }),
    );
  });
});

describe('the headers', () => {
  it('are found whatever the case of their names', () => {
    const { headers } = requestOf({
      rawPath: '/',
      headers: { 'X-ACS-Date': 'now', ORIGIN: ' https://a.example ' },
    });
    expect(headers.get('x-acs-date')).toBe('now');
    expect(headers.get('origin')).toBe('https://a.example');
  });

  it('given twice, in two spellings, are joined by a comma', () => {
    const { headers } = requestOf({ rawPath: '/', headers: { Authorization: 'a', authorization: 'b' } });
    expect(headers.get('authorization')).toBe('a,b');
  });
});

describe('what is missing in an HTTP event', () => {
  const cases: { name: string; event: object; method: string; path: string }[] = [
    { name: 'no request context', event: { rawPath: '/tasks' }, method: 'GET', path: '/tasks' },
    { name: 'no http in it', event: { rawPath: '/x', requestContext: {} }, method: 'GET', path: '/x' },
    {
      name: 'a null for http',
      event: { rawPath: '/x', requestContext: { http: null } },
      method: 'GET',
      path: '/x',
    },
    {
      name: 'no raw path',
      event: { requestContext: { http: { method: 'HEAD', path: '/任务/1' } } },
      method: 'HEAD',
      path: '/%E4%BB%BB%E5%8A%A1/1',
    },
    {
      name: 'no path at all',
      event: { requestContext: { http: { method: 'GET' } } },
      method: 'GET',
      path: '/',
    },
    { name: 'no slash', event: { rawPath: 'tasks' }, method: 'GET', path: '/tasks' },
    {
      name: 'a method in lower case',
      event: { rawPath: '/', requestContext: { http: { method: 'head' } } },
      method: 'HEAD',
      path: '/',
    },
  ];
  it.each(cases)('is made up for: $name', ({ event, method, path }) => {
    expect(requestOf(event)).toMatchObject({ method, path });
  });
});

describe('an event that is none of an HTTP trigger', () => {
  const cases: { name: string; event: unknown }[] = [
    { name: "a timer's", event: fixture('timer') },
    { name: 'no JSON', event: Buffer.from('{') },
    { name: 'nothing', event: Buffer.alloc(0) },
    { name: 'JSON null', event: 'null' },
    { name: 'an array', event: '[{"rawPath":"/tasks"}]' },
    { name: 'a number', event: '7' },
    { name: 'a text', event: '"/tasks"' },
    { name: 'an empty object', event: '{}' },
    { name: 'a raw path that is no text', event: '{"rawPath":7}' },
    { name: 'undefined', event: undefined },
    { name: 'an object instead of bytes', event: { rawPath: '/tasks' } },
  ];
  it.each(cases)('is told apart: $name', ({ event }) => {
    expect(parseHttpEvent(event)).toBeNull();
  });
});

it('takes any bytes and any JSON without throwing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text)),
        fc.anything({ maxDepth: 1 }),
      ),
      (event) => {
        parseHttpEvent(event);
      },
    ),
  );
  const anyJson = fc.jsonValue({ maxDepth: 2 });
  const anyEvent = fc.record({
    rawPath: fc.oneof(fc.string({ unit: anyCharacter }), anyJson),
    headers: anyJson,
    queryParameters: anyJson,
    requestContext: fc.record({ requestId: anyJson, http: anyJson }),
    body: anyJson,
    isBase64Encoded: anyJson,
  });
  fc.assert(
    fc.property(anyEvent, (event) => {
      const parsed = parseHttpEvent(JSON.stringify(event));
      expect(parsed?.request.path ?? '/').toMatch(/^\//);
    }),
  );
});

describe('the answer for the trigger', () => {
  it('holds text plainly', () => {
    const headers = { 'content-type': 'application/json' };
    expect(toHttpAnswer({ status: 200, headers, body: '{"名":1}' })).toEqual({
      statusCode: 200,
      headers,
      isBase64Encoded: false,
      body: '{"名":1}',
    });
  });

  it('holds bytes as base64 and says so', () => {
    const answer = toHttpAnswer({ status: 200, headers: {}, body: Buffer.from([0xff, 0x00]) });
    expect(answer).toMatchObject({ isBase64Encoded: true, body: '/wA=' });
  });

  it('has none of the headers that the trigger forbids', () => {
    const headers = {
      'X-Fc-Error-Type': 'x',
      connection: 'close',
      'Content-Length': '1',
      date: 'now',
      'keep-alive': 'x',
      server: 'x',
      upgrade: 'x',
      'x-request-id': '1',
    };
    expect(toHttpAnswer({ status: 200, headers, body: '' }).headers).toEqual({ 'x-request-id': '1' });
  });
});
