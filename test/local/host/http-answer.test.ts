import { BadAnswer, toHttpAnswer } from '../../../local/host/http/http-answer';

const answer = (result: unknown) => toHttpAnswer(Buffer.from(JSON.stringify(result)));

describe('what a function returns to an HTTP trigger', () => {
  it('becomes the answer', () => {
    expect(
      answer({
        statusCode: 201,
        headers: { 'Content-Type': 'text/plain' },
        isBase64Encoded: false,
        body: '中',
      }),
    ).toEqual({ status: 201, headers: { 'Content-Type': 'text/plain' }, body: Buffer.from('中') });
  });

  it('may be base64, and may leave out everything but the status', () => {
    expect(answer({ statusCode: 200, isBase64Encoded: true, body: 'AP8=' }).body).toEqual(
      Buffer.from([0, 255]),
    );
    expect(answer({ statusCode: 204 })).toEqual({ status: 204, headers: {}, body: Buffer.alloc(0) });
  });

  it('loses the headers that Function Compute keeps to itself', () => {
    const headers = Object.fromEntries(
      [
        'X-Fc-Anything',
        'Connection',
        'content-length',
        'Date',
        'Keep-Alive',
        'Server',
        'upgrade',
        'X-Mine',
      ].map((name) => [name, '1']),
    );
    expect(answer({ statusCode: 200, headers }).headers).toEqual({ 'X-Mine': '1' });
  });

  const refused = [
    { name: 'no object', result: 'hello', says: 'the result is "hello", not Object' },
    { name: 'no status', result: { body: 'x' }, says: 'statusCode is undefined, not "statusCode"' },
    { name: 'a status that is text', result: { statusCode: '200' }, says: 'statusCode is "200", not number' },
    {
      name: 'a status that is no HTTP status',
      result: { statusCode: 1000 },
      says: 'statusCode is 1000, not <=599',
    },
    {
      name: 'a header that is a number',
      result: { statusCode: 200, headers: { A: 1 } },
      says: 'headers.A is 1, not string',
    },
    {
      name: 'a body that is an object',
      result: { statusCode: 200, body: {} },
      says: 'body is Object, not string',
    },
    {
      name: 'a header with a line break',
      result: { statusCode: 200, headers: { A: 'a\r\nB: b' } },
      says: 'a response header that HTTP does not allow',
    },
    {
      name: 'a header whose name is none',
      result: { statusCode: 200, headers: { 'a b': 'c' } },
      says: 'a response header that HTTP does not allow',
    },
    {
      name: 'more than 8 KB of headers',
      result: { statusCode: 200, headers: { A: 'a'.repeat(8192) } },
      says: '8193 bytes of response headers; 8 KB are allowed',
    },
  ];
  it.each(refused)('is refused with $name', ({ result, says }) => {
    expect(() => answer(result)).toThrow(BadAnswer);
    expect(() => answer(result)).toThrow(says);
  });

  it('is refused when it is no JSON', () => {
    expect(() => toHttpAnswer(Buffer.from('<html>'))).toThrow('it is no JSON');
  });
});
