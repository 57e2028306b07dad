/** Bad input of any kind gives an answer that is none of ours to be ashamed of: never a 500, never no answer. */
import fc from 'fast-check';
import { anyCharacter } from '../../stand-ins/any-character';
import { createSimulator } from '../../../local/simulator/simulator';
import { expectWholeAnswer } from './answers';
import { startBundle, CONTEXT, type Bundle } from './bundle';
import { httpEvent } from './events';

const simulator = createSimulator();
let bundle: Bundle;

beforeAll(async () => {
  const endpoint = await simulator.listen();
  simulator.tasks.seed(30);
  bundle = startBundle({
    DYVMSAPI_ENDPOINT: endpoint.href,
    HTTP_AUTH: 'gateway',
    CORS_ORIGINS: 'https://a.example',
  });
});

afterAll(async () => {
  await bundle.close();
  await simulator.close();
});

async function expectNoBug(event: string | Uint8Array, context: unknown = CONTEXT): Promise<void> {
  const answer = await bundle.invoke(event, context);
  expectWholeAnswer(answer, /^[\x21-\x7e]+$/);
  expect([200, 204, 400, 404, 405]).toContain(answer.statusCode);
}

const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.string());
const path = fc.oneof(
  fc.constantFrom('/tasks', '/tasks/1', '/healthz', '/openapi.json'),
  text.map((part) => `/tasks/${part}`),
  text,
);
const parameter = fc.constantFrom(
  ...[
    'status',
    'taskName',
    'createdOn',
    'createdFrom',
    'createdTo',
    'robotId',
    'scheduleType',
    'sort',
    'fields',
  ],
  ...['page', 'pageSize', '__proto__', 'constructor', 'toString'],
);
const value = fc.oneof(
  text,
  fc.constantFrom(
    'INIT',
    'stopped',
    '2024-02-29',
    '-id',
    'id,status',
    '1',
    '9007199254740993',
    '%E5',
    '%',
    '+',
    ',',
  ),
  fc.integer().map(String),
);
const RUNS = { numRuns: 60 };

it.each<[string, fc.Arbitrary<string | Uint8Array>]>([
  ['any bytes', fc.uint8Array()],
  ['any JSON', fc.json({ maxDepth: 3 })],
  ['any path', path.map((rawPath) => JSON.stringify({ rawPath }))],
  [
    'any path and method',
    fc
      .tuple(path, fc.oneof(text, fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST')))
      .map(([decoded, method]) => JSON.stringify({ requestContext: { http: { path: decoded, method } } })),
  ],
  [
    'any query string',
    fc.dictionary(fc.oneof(parameter, text), value, { maxKeys: 4 }).map((query) => httpEvent({ query })),
  ],
  [
    'any value of one parameter',
    fc
      .tuple(parameter, value)
      .map(([name, given]) => httpEvent({ query: Object.fromEntries([[name, given]]) })),
  ],
  [
    'any headers',
    fc
      .dictionary(
        fc.oneof(fc.constantFrom('Origin', 'authorization', 'Access-Control-Request-Method'), text),
        text,
      )
      .map((headers) => httpEvent({ headers, rawPath: '/healthz' })),
  ],
])('%s', async (_name, events) => {
  await fc.assert(
    fc.asyncProperty(events, (event) => expectNoBug(event)),
    RUNS,
  );
});

it('any context', async () => {
  const contexts = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.record({ requestId: fc.jsonValue({ maxDepth: 1 }), function: fc.jsonValue({ maxDepth: 2 }) }),
  );
  await fc.assert(
    fc.asyncProperty(contexts, (context) => expectNoBug(httpEvent({ rawPath: '/healthz' }), context)),
    RUNS,
  );
});
