import { Readable } from 'node:stream';
import { withText } from '../../../../shared/sources/openapi/body';

const NEVER = new AbortController().signal;

/** A body that goes on for as long as it is read. */
function endless(): Readable {
  const chunk = Buffer.alloc(1_000_000, ' ');
  return new Readable({
    read() {
      this.push(chunk);
    },
  });
}

it.each([
  { name: 'text', response: { statusCode: 200, body: '{}' } },
  { name: 'a parsed body', response: { statusCode: 200, body: { Code: 'OK' } } },
  { name: 'no body', response: { statusCode: 204 } },
  { name: 'nothing', response: undefined },
])('a response with $name is left as it is', async ({ response }) => {
  expect(await withText(response, NEVER)).toBe(response);
});

it('a body is read whole, a character in two pieces included', async () => {
  const bytes = Buffer.from('{"taskName":"会员"}');
  const body = Readable.from(Array.from(bytes, (byte) => Buffer.of(byte)));
  expect(await withText({ statusCode: 200, headers: {}, body }, NEVER)).toEqual({
    statusCode: 200,
    headers: {},
    body: '{"taskName":"会员"}',
  });
});

it('a body that is longer than any answer is malformed, and read no further', async () => {
  const body = endless();
  await expect(withText({ body }, NEVER)).rejects.toMatchObject({ kind: 'malformed' });
  expect(body.destroyed).toBe(true);
});

it('a body that breaks off rejects with what broke it', async () => {
  const reset = new Error('aborted');
  const body = new Readable({
    read() {
      this.destroy(reset);
    },
  });
  await expect(withText({ body }, NEVER)).rejects.toBe(reset);
});

describe('when the time is over', () => {
  it('a body that is still coming is let go', async () => {
    const time = new AbortController();
    const body = new Readable({ read: () => undefined });
    const text = withText({ body }, time.signal);
    time.abort();
    await expect(text).rejects.toThrow('aborted');
    expect(body.destroyed).toBe(true);
  });

  it('a body that comes only then is not read', async () => {
    const time = new AbortController();
    time.abort();
    const body = endless();
    await expect(withText({ body }, time.signal)).rejects.toThrow('aborted');
    expect(body.destroyed).toBe(true);
  });
});
