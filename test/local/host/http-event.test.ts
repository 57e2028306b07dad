import fc from 'fast-check';
import { toHttpEvent, type HttpCall } from '../../../local/host/http/http-event';

const CONTEXT = {
  functionName: 'f',
  region: 'cn-hangzhou',
  accountId: '1',
  requestId: 'r',
  now: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
};

function event(call: Partial<HttpCall>) {
  const whole: HttpCall = {
    method: 'GET',
    path: '/',
    query: '',
    rawHeaders: [],
    body: Buffer.alloc(0),
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    ...call,
  };
  return toHttpEvent(whole, CONTEXT);
}

describe('the event of an HTTP trigger', () => {
  it('has every field that is documented', () => {
    expect(
      event({
        method: 'POST',
        path: '/a%20b/%E4%B8%AD',
        query: 'x=1&x=2&y=%E4%B8%AD+%2C',
        rawHeaders: [
          'user-agent',
          'curl',
          'x-acs-date',
          'now',
          'X-Two',
          'a',
          'x-two',
          'b',
          'connection',
          'close',
        ],
      }),
    ).toEqual({
      version: 'v1',
      rawPath: '/a%20b/%E4%B8%AD',
      body: '',
      isBase64Encoded: false,
      headers: { 'User-Agent': 'curl', 'X-Acs-Date': 'now', 'X-Two': 'a,b' },
      queryParameters: { x: '1,2', y: '中 ,' },
      requestContext: {
        accountId: '1',
        domainName: 'f.cn-hangzhou.fcapp.run',
        domainPrefix: 'f',
        http: {
          method: 'POST',
          path: '/a b/中',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl',
        },
        requestId: 'r',
        time: '2026-01-02T03:04:05Z',
        timeEpoch: '1767323045678',
      },
    });
  });

  const bodies = [
    { name: 'JSON', type: 'application/json', bytes: Buffer.from('{"a":"中"}'), base64: false },
    {
      name: 'a problem document',
      type: 'application/problem+json; x=y',
      bytes: Buffer.from('{}'),
      base64: false,
    },
    { name: 'text', type: 'Text/Plain; charset=utf-8', bytes: Buffer.from('中'), base64: false },
    { name: 'a form', type: 'application/x-www-form-urlencoded', bytes: Buffer.from('a=1'), base64: false },
    { name: 'an image', type: 'image/png', bytes: Buffer.from([0x89, 0x50]), base64: true },
    { name: 'something without a type', type: '', bytes: Buffer.from('a'), base64: true },
    { name: 'text that is no UTF-8', type: 'text/plain', bytes: Buffer.from([0xd6, 0xd0]), base64: true },
  ];
  it.each(bodies)('carries $name so that no byte is lost', ({ type, bytes, base64 }) => {
    const { body, isBase64Encoded } = event({ body: bytes, rawHeaders: ['content-type', type] });
    expect(isBase64Encoded).toBe(base64);
    expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')).toEqual(bytes);
  });

  it('leaves a path alone that cannot be decoded', () => {
    expect(event({ path: '/%zz' }).requestContext.http.path).toBe('/%zz');
  });

  it('takes any name for a name', () => {
    const { queryParameters } = event({ query: '__proto__=1&constructor=2' });
    expect(JSON.stringify(queryParameters)).toBe('{"__proto__":"1","constructor":"2"}');
  });

  it('holds every query value that was sent, whatever its letters', () => {
    const pairs = fc.array(
      fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })),
    );
    fc.assert(
      fc.property(pairs, (sent) => {
        const { queryParameters } = event({ query: new URLSearchParams(sent).toString() });
        const expected = new Map<string, string[]>();
        for (const [name, value] of sent) expected.set(name, [...(expected.get(name) ?? []), value]);
        expect(new Map(Object.entries(queryParameters))).toEqual(
          new Map([...expected].map(([name, values]) => [name, values.join(',')])),
        );
      }),
    );
  });
});
