/** What the built bundle sends to who has it already, to who can unpack it, and to who wants it anew. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { HttpAnswer } from '../../../functions/query-robot-tasks/http/http-event';
import { createSimulator } from '../../../local/simulator/simulator';
import { encodeState } from '../../../shared/state/document';
import { SAMPLE } from '../../shared/state/sample-state';
import { expectWholeAnswer, header } from './answers';
import { CONTEXT, startBundle, type Bundle } from './bundle';
import { httpEvent, TOKEN } from './events';

const OPERATOR = 'operator-token-of-the-tests';
const simulator = createSimulator();
let folder: string;
let instances: Bundle[];

beforeAll(async () => {
  const endpoint = await simulator.listen();
  simulator.tasks.seed(150);
  folder = await mkdtemp(path.join(tmpdir(), 'transfer-'));
  const file = path.join(folder, 'state.json');
  const env = {
    DYVMSAPI_ENDPOINT: endpoint.href,
    API_TOKENS: TOKEN,
    OPERATOR_TOKENS: `zhang:${OPERATOR}`,
    STATE_STORE: `file:${file}`,
  };
  await writeFile(file, encodeState(SAMPLE, 'save'));
  instances = [startBundle(env), startBundle(env)];
});

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.close()));
  await simulator.close();
  await rm(folder, { recursive: true });
});

function ask(
  rawPath: string,
  headers: Readonly<Record<string, string>> = {},
  instance = 0,
  query = {},
  method = 'GET',
) {
  const event = httpEvent({
    rawPath,
    query,
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, ...headers },
  });
  const bundle = instances[instance];
  if (bundle === undefined) throw new Error('no such instance');
  return bundle.invoke(event);
}

const etag = (answer: HttpAnswer) => header(answer, 'etag') ?? '';

describe.each(['/watch', '/summary', '/tasks'])('%s', (rawPath) => {
  test('has the same tag from every instance, and is not sent again to who has it', async () => {
    const [first, second] = [await ask(rawPath), await ask(rawPath, {}, 1)];
    expect(first.statusCode).toBe(200);
    expect(etag(first)).toMatch(/^W\/"/);
    expect(etag(second)).toBe(etag(first));
    for (const method of ['GET', 'HEAD']) {
      const again = await ask(rawPath, { 'If-None-Match': `"x", ${etag(first)}` }, 1, {}, method);
      expect(again).toMatchObject({ statusCode: 304, body: '' });
      expectWholeAnswer(again, CONTEXT.requestId);
      expect(etag(again)).toBe(etag(first));
      expect(header(again, 'last-modified')).toBe(header(first, 'last-modified'));
      expect(JSON.stringify(again).length).toBeLessThan(1000);
    }
  });

  test('is a 401 all the same for who may not ask', async () => {
    const tag = etag(await ask(rawPath));
    expect((await ask(rawPath, { Authorization: 'Bearer x', 'If-None-Match': tag })).statusCode).toBe(401);
    expect((await ask(rawPath, { 'If-None-Match': '*' }, 0, { nonsense: '1' })).statusCode).toBe(400);
  });
});

test('Only /watch says when it was saved', async () => {
  const saved = JSON.parse((await ask('/watch')).body) as { savedAt: string };
  const told = header(await ask('/watch'), 'last-modified') ?? '';
  expect(Date.parse(told)).toBe(Date.parse(saved.savedAt));
  expect(header(await ask('/summary'), 'last-modified')).toBeUndefined();
});

test('The tag of /summary is another for another caller, who sees something else', async () => {
  const operator = await ask('/summary', { Authorization: `Bearer ${OPERATOR}` });
  expect(JSON.parse(operator.body)).toMatchObject({ canStart: true, operator: 'zhang' });
  expect(etag(operator)).not.toBe(etag(await ask('/summary')));
});

test('The tag of /tasks is another as soon as a task is', async () => {
  const before = etag(await ask('/tasks'));
  simulator.tasks.add({ taskName: '新的任务' });
  const after = await ask('/tasks', { 'If-None-Match': before });
  expect(after.statusCode).toBe(200);
  expect(etag(after)).not.toBe(before);
});

test('A long list is packed, as the caller takes it, and says on what it depends', async () => {
  const query = { pageSize: '100' };
  const plain = await ask('/tasks', {}, 0, query);
  const gzip = await ask('/tasks', { 'Accept-Encoding': 'gzip' }, 0, query);
  const brotli = await ask('/tasks', { 'Accept-Encoding': 'gzip, deflate, br' }, 0, query);
  expect([plain, gzip, brotli].map((answer) => header(answer, 'content-encoding'))).toEqual([
    undefined,
    'gzip',
    'br',
  ]);
  const bodies = [
    plain.body,
    gunzipSync(Buffer.from(gzip.body, 'base64')).toString(),
    brotliDecompressSync(Buffer.from(brotli.body, 'base64')).toString(),
  ];
  expect(bodies.map((body) => (JSON.parse(body) as { tasks: unknown[] }).tasks.length)).toEqual([
    100, 100, 100,
  ]);
  expect(Buffer.from(gzip.body, 'base64').length).toBeLessThan(plain.body.length / 3);
  for (const answer of [plain, gzip, brotli]) {
    expect(header(answer, 'vary')).toBe('Authorization, Accept-Encoding, Accept-Language, Origin');
  }
});

test('The page is sent as the build has packed it, and plain to who cannot unpack it', async () => {
  const [plain, gzip] = [await ask('/'), await ask('/', { 'Accept-Encoding': 'gzip, br' })];
  expect(header(plain, 'content-encoding')).toBeUndefined();
  expect(header(gzip, 'content-encoding')).toBe('gzip');
  expect(gunzipSync(Buffer.from(gzip.body, 'base64')).toString()).toBe(plain.body);
  const head = await ask('/', { 'Accept-Encoding': 'gzip' }, 0, {}, 'HEAD');
  expect(head).toMatchObject({ statusCode: 200, body: '', headers: { 'content-encoding': 'gzip' } });
});

test('The next page of a list that was just collected costs no call, and one that is asked for anew does', async () => {
  const sorted = (page: string) => ({ sort: 'totalCount', status: 'FINISH', pageSize: '10', page });
  await ask('/tasks', { 'Cache-Control': 'no-cache' }, 0, sorted('1'));
  simulator.clearCalls();
  expect((await ask('/tasks', {}, 0, sorted('2'))).statusCode).toBe(200);
  expect(simulator.calls).toEqual([]);
  expect((await ask('/tasks', { 'Cache-Control': 'max-age=0, No-Cache' }, 0, sorted('2'))).statusCode).toBe(
    200,
  );
  expect(simulator.calls.length).toBeGreaterThan(0);

  await ask('/summary');
  simulator.clearCalls();
  await ask('/summary', { 'Cache-Control': 'no-cachet' });
  expect(simulator.calls).toEqual([]);
  await ask('/summary', { 'Cache-Control': 'no-cache', Authorization: 'Bearer x' });
  // Whoever may not ask makes nobody else wait.
  await ask('/healthz', { 'Cache-Control': 'no-cache', Authorization: '' });
  await ask('/summary');
  expect(simulator.calls).toEqual([]);
  await ask('/summary', { 'Cache-Control': 'no-cache' });
  expect(simulator.calls.length).toBe(11);
});
