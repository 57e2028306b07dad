/** What is sent, and how: entity tags, and packed bodies. */
import fc from 'fast-check';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { taggedJson, type Aside } from '../../../../functions/query-robot-tasks/http/conditional';
import { codingOf, pack } from '../../../../functions/query-robot-tasks/http/encoding';
import type { HttpRequest } from '../../../../functions/query-robot-tasks/http/http';

function request(headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return {
    ...{ method: 'GET', path: '/watch', body: new Uint8Array(), sourceIp: null },
    query: new Map(),
    headers: new Map(Object.entries(headers)),
  };
}

const CONTENT = { stopped: [{ id: '1' }] };
const SAVED = Date.parse('2026-03-02T10:15:00.400Z');
const etagOf = (content: object, aside: Aside = {}) =>
  taggedJson(request(), content, aside).headers['etag'] ?? '';
const TAG = etagOf(CONTENT);

describe('an entity tag', () => {
  it('is a weak one, and the same for the same content whatever stands aside', () => {
    expect(TAG).toMatch(/^W\/"[\w-]{22}"$/);
    expect(etagOf(CONTENT, { before: { savedAt: 'a' }, after: { requestId: 'b' }, modifiedAt: SAVED })).toBe(
      TAG,
    );
  });

  it('is another for other content', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(etagOf(one) === etagOf(other)).toBe(isSame);
      }),
      { numRuns: 200 },
    );
  });

  it('stands with the whole answer, what is aside before and after the content', () => {
    const answer = taggedJson(request(), CONTENT, { before: { savedAt: 'a' }, after: { requestId: 'b' } });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', etag: TAG } });
    expect(answer.body).toBe('{"savedAt":"a","stopped":[{"id":"1"}],"requestId":"b"}');
    expect(taggedJson(request(), {}, { after: { requestId: 'b' } }).body).toBe('{"requestId":"b"}');
  });
});

const EARLIER = 'Mon, 02 Mar 2026 10:14:59 GMT';
const LATER = 'Mon, 02 Mar 2026 10:16:00 GMT';
const opaque = TAG.slice('W/'.length);
const cases: [name: string, headers: Record<string, string>, status: 200 | 304][] = [
  ['none', {}, 200],
  ['the tag', { 'if-none-match': TAG }, 304],
  ['the tag as a strong one', { 'if-none-match': opaque }, 304],
  ['a list with the tag', { 'if-none-match': `"a,b" , W/"x",${TAG}` }, 304],
  ['a list without it', { 'if-none-match': 'W/"x", "y"' }, 200],
  ['any', { 'if-none-match': '*' }, 304],
  ['an empty one', { 'if-none-match': '' }, 200],
  ['the tag without quotes', { 'if-none-match': opaque.replaceAll('"', '') }, 200],
  ['a tag that holds it', { 'if-none-match': `"x${opaque.slice(1)}` }, 200],
  ['a date: what was saved then may be taken by somebody since', { 'if-modified-since': LATER }, 200],
  ['another tag and a date', { 'if-none-match': '"x"', 'if-modified-since': LATER }, 200],
  ['the tag and an earlier date', { 'if-none-match': TAG, 'if-modified-since': EARLIER }, 304],
];
it.each(cases)('on the condition of %s', (_name, headers, status) => {
  const answer = taggedJson(request(headers), CONTENT, { modifiedAt: SAVED });
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({ etag: TAG, 'last-modified': 'Mon, 02 Mar 2026 10:15:00 GMT' });
  if (status === 304) {
    expect(answer.body).toBe('');
    expect(answer.headers).not.toHaveProperty('content-type');
  }
});

it.each<[string | undefined, 'br' | 'gzip' | null]>([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip', 'gzip'],
  ['GZip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['gzip;q=0', null],
  ['gzip;q=0, br;q=0.000', null],
  ['*', 'br'],
  ['*;q=0', null],
  ['br;q=0, *', 'gzip'],
  ['identity;q=0', null],
  ['deflate', null],
  ['gzipped', null],
])('Accept-Encoding: %s is answered with %s', (header, coding) => {
  expect(codingOf(header)).toBe(coding);
});

describe('a body', () => {
  const plain = (body: string) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });
  const long = '任务,'.repeat(2000);

  it('of more than 8 kB is packed for who can unpack it, and is the same then', async () => {
    const gzip = await pack(plain(long), 'gzip');
    const brotli = await pack(plain(long), 'gzip, br');
    expect([gzip.headers, brotli.headers]).toEqual(
      ['gzip', 'br'].map((coding) => ({ 'content-type': 'text/plain', 'content-encoding': coding })),
    );
    expect(gunzipSync(gzip.body).toString()).toBe(long);
    expect(brotliDecompressSync(brotli.body).toString()).toBe(long);
  });

  it.each([
    ['of 8 kB', 'x'.repeat(8000), 'gzip'],
    ['of fewer characters, in 8 kB', '任'.repeat(2666), 'gzip'],
    ['for who cannot unpack it', long, 'identity'],
    ['for who does not say', long, undefined],
  ])('%s stays as it is', async (_name, body, acceptEncoding) => {
    const answer = plain(body);
    expect(await pack(answer, acceptEncoding)).toBe(answer);
  });

  it('that is a byte longer is packed', async () => {
    expect((await pack(plain('x'.repeat(8001)), 'gzip')).headers).toHaveProperty('content-encoding', 'gzip');
  });

  it('that is packed already stays as it is', async () => {
    const answer = { status: 200, headers: { 'content-encoding': 'gzip' }, body: new Uint8Array(9000) };
    expect(await pack(answer, 'br')).toBe(answer);
  });
});
