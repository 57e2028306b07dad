/** The OpenAPI document that is served says what the function really answers. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HttpAnswer } from '../../../../functions/query-robot-tasks/http/http-event';
import type { RouteName } from '../../../../functions/query-robot-tasks/routes/table';
import { listParameters } from '../../../../functions/query-robot-tasks/listing/parameter-schemas';
import { PROBLEMS } from '../../../../functions/query-robot-tasks/http/problem';
import type { FaultRule } from '../../../../local/simulator/faults/faults';
import { createSimulator } from '../../../../local/simulator/simulator';
import { TASK_FIELDS } from '../../../../shared/robot-task';
import { header } from '../answers';
import { encodeState } from '../../../../shared/state/document';
import { SAMPLE } from '../../../shared/state/sample-state';
import { startBundle, CONTEXT, type Bundle } from '../bundle';
import { httpEvent, TOKEN, type EventChanges } from '../events';
import { violations, type Schema } from '../json-schema';

interface Response {
  readonly description: string;
  readonly headers: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly unknown[];
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: object }>>;
  };
}

const OPERATOR = 'operator-token-of-the-tests';
const simulator = createSimulator();
let folder: string;
let stateFile: string;
let bundle: Bundle;
let misconfigured: Bundle;
let document: Document;

beforeAll(async () => {
  const endpoint = await simulator.listen();
  simulator.tasks.seed(150);
  simulator.tasks.add({ id: '1045001', status: 'PAUSED_BY_VENDOR', robotName: null });
  folder = await mkdtemp(path.join(tmpdir(), 'openapi-'));
  stateFile = path.join(folder, 'state.json');
  bundle = startBundle({
    DYVMSAPI_ENDPOINT: endpoint.href,
    API_TOKENS: TOKEN,
    OPERATOR_TOKENS: OPERATOR,
    STATE_STORE: `file:${stateFile}`,
  });
  misconfigured = startBundle({ HTTP_AUTH: 'none' });
  document = JSON.parse((await bundle.invoke(httpEvent({ rawPath: '/openapi.json' }))).body) as Document;
});

beforeEach(() => {
  simulator.setFaults([]);
});

afterAll(async () => {
  await bundle.close();
  await misconfigured.close();
  await simulator.close();
  await rm(folder, { recursive: true });
});

function operation(name: RouteName): Operation {
  const [method = '', path = ''] = name.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${name} is not in the document`);
  return operation;
}

/** The statuses that were met, by route; filled by `hold`. */
const met = new Map<RouteName, Set<string>>();

/** Expects that the document says all of what the answer is. */
function hold(name: RouteName, answer: HttpAnswer): void {
  const status = String(answer.statusCode);
  met.set(name, (met.get(name) ?? new Set()).add(status));
  const response = operation(name).responses[status];
  const type = header(answer, 'content-type') ?? '';
  const content = response?.content?.[type];
  if (response === undefined || (content === undefined && status !== '304'))
    throw new Error(`${name} ${status} ${type} is not documented`);
  const body: unknown = type.includes('json') ? JSON.parse(answer.body) : answer.body;
  if (content === undefined) expect(body).toBe('');
  else expect(violations(content.schema, body, document)).toEqual([]);
  if (type === 'application/problem+json')
    expect(response.description).toContain((body as { type: string }).type);
  for (const field of ['X-Request-Id', 'WWW-Authenticate', 'Allow', 'Retry-After', 'ETag', 'Last-Modified']) {
    if (header(answer, field) !== undefined) expect(Object.keys(response.headers)).toContain(field);
  }
}

const code = (name: string): FaultRule[] => [{ then: { fault: 'code', code: name } }];
const ANEW = { Authorization: `Bearer ${TOKEN}`, 'Cache-Control': 'no-cache' };
const HAS_IT = { Authorization: `Bearer ${TOKEN}`, 'If-None-Match': '*' };
const LIST: [name: string, changes: EventChanges, faults?: FaultRule[]][] = [
  ['a page passed on', { query: { pageSize: '100' } }],
  ['a page without a total', {}, [{ then: { fault: 'omit-paging' } }]],
  ['a collected page', { query: { sort: 'totalCount', page: '2' } }],
  ['no task', { query: { createdOn: '1999-01-01' } }],
  ['what the caller has', { query: { createdOn: '1999-01-01' }, headers: HAS_IT }],
  ['some fields', { query: { fields: 'robotId,fireTime' } }],
  ['bad parameters', { query: { page: '0', nonsense: '' } }],
  ['no token', { headers: {} }],
  ['another method', { method: 'DELETE' }],
  ['too many tasks', { query: { sort: 'id' } }, [{ then: { fault: 'wrong-total', total: 20_000 } }]],
  ['a list in motion', { query: { sort: 'id' } }, [{ then: { fault: 'shift', how: 'remove' } }]],
];
const DETAIL: typeof LIST = [
  ['a task', { rawPath: '/tasks/1045001' }],
  ['no such task', { rawPath: '/tasks/5' }],
  ['a bad id', { rawPath: '/tasks/x' }],
  ['no token', { rawPath: '/tasks/1045001', headers: {} }],
  ['another method', { rawPath: '/tasks/1045001', method: 'PUT' }],
];
const UPSTREAM: [name: string, faults: FaultRule[]][] = [
  ['a refused parameter', code('InvalidParameters')],
  ['refused credentials', code('Forbidden.RAM')],
  ['a refused account', code('isv.ACCOUNT_ABNORMAL')],
  ['a broken upstream', code('InternalError')],
  ['an answer that is none', [{ then: { fault: 'broken', as: 'array' } }]],
  ['throttling', code('Throttling')],
  ['silence', [{ then: { fault: 'stall', after: 'request' } }]],
];
/** Only what is silent is to end with the time. */
const within = (name: string) => (name === 'silence' ? { ...CONTEXT, function: { timeout: 1 } } : CONTEXT);

it.each(LIST)('documents GET /tasks: %s', async (_name, changes, faults = []) => {
  simulator.setFaults(faults);
  hold('GET /tasks', await bundle.invoke(httpEvent({ headers: ANEW, ...changes })));
});

it.each(DETAIL)('documents GET /tasks/{id}: %s', async (_name, changes) => {
  hold('GET /tasks/{id}', await bundle.invoke(httpEvent(changes)));
});

it.each(UPSTREAM)('documents %s', async (name, faults) => {
  simulator.setFaults(faults);
  hold('GET /tasks', await bundle.invoke(httpEvent({}), within(name)));
  hold('GET /tasks/{id}', await bundle.invoke(httpEvent({ rawPath: '/tasks/1' }), within(name)));
});

it('documents missing credentials', async () => {
  const context = { ...CONTEXT, credentials: {} };
  hold('GET /tasks', await bundle.invoke(httpEvent({}), context));
  hold('GET /tasks/{id}', await bundle.invoke(httpEvent({ rawPath: '/tasks/1' }), context));
});

const operator = { Authorization: `Bearer ${OPERATOR}` };
const start = (id: string, changes: EventChanges = {}, context: unknown = CONTEXT) =>
  bundle.invoke(
    httpEvent({ rawPath: `/tasks/${id}/start`, method: 'POST', headers: operator, ...changes }),
    context,
  );

it('documents POST /tasks/{id}/start', async () => {
  const name = 'POST /tasks/{id}/start';
  const { id } = simulator.tasks.add({ status: 'SYSTEM_STOP' });
  const started = await start(id);
  expect(JSON.parse(started.body)).toMatchObject({ id, status: 'EXCUTING' });
  for (const answer of [
    started,
    await start(id),
    await start('5'),
    await start('x'),
    await start(id, { headers: {} }),
    await start(id, { headers: { Authorization: `Bearer ${TOKEN}` } }),
    await start(id, { method: 'GET' }),
    await start(id, {}, { ...CONTEXT, credentials: {} }),
  ]) {
    hold(name, answer);
  }
  for (const [upstream, faults] of UPSTREAM) {
    simulator.setFaults(faults);
    hold(name, await start(id, {}, within(upstream)));
  }
});

it.each(['/summary', '/metrics'] as const)('documents GET %s', async (rawPath) => {
  const ask = (changes: EventChanges = {}, context: unknown = CONTEXT) =>
    bundle.invoke(httpEvent({ rawPath, ...changes }), context);
  for (const [name, faults] of [
    ...UPSTREAM,
    [
      'too many',
      [{ then: { fault: 'wrong-total', total: 'x' } }, { then: { fault: 'quota', perSecond: 1 } }],
    ],
  ] as typeof UPSTREAM) {
    simulator.setFaults(faults);
    hold(`GET ${rawPath}`, await ask({}, within(name)));
  }
  simulator.setFaults([]);
  hold(`GET ${rawPath}`, await ask({}, { ...CONTEXT, credentials: {} }));
  hold(`GET ${rawPath}`, await ask({ query: { x: '1' } }));
  hold(`GET ${rawPath}`, await ask({ headers: {} }));
  hold(`GET ${rawPath}`, await ask({ method: 'PUT' }));
  hold(`GET ${rawPath}`, await ask({}, CONTEXT));
  if (rawPath === '/summary') hold(`GET ${rawPath}`, await ask({ headers: HAS_IT }, CONTEXT));
  else
    hold(
      `GET ${rawPath}`,
      await ask({ headers: { ...ANEW, Accept: 'application/openmetrics-text' } }, CONTEXT),
    );
  hold(`GET ${rawPath}`, await misconfigured.invoke(httpEvent({ rawPath })));
});

it.each<{ name: RouteName; path: string; body?: object }>([
  {
    name: 'POST /tasks/{id}/acknowledge',
    path: '/tasks/9007199254740993/acknowledge',
    body: { until: null },
  },
  { name: 'DELETE /tasks/{id}/acknowledge', path: '/tasks/9007199254740993/acknowledge' },
  { name: 'POST /acknowledge', path: '/acknowledge', body: { ids: ['9007199254740993', '5'], until: null } },
])('documents $name', async ({ name, path: rawPath, body }) => {
  const method = name.split(' ')[0] ?? '';
  const alone = startBundle({ API_TOKENS: TOKEN, OPERATOR_TOKENS: OPERATOR });
  const ask = (changes: EventChanges = {}, of = bundle) =>
    of.invoke(httpEvent({ rawPath, method, headers: operator, body: JSON.stringify(body), ...changes }));
  await writeFile(stateFile, encodeState(SAMPLE, 'save'));
  const good = await ask();
  if (good.statusCode === 204) met.set(name, new Set(['204']));
  else hold(name, good);
  hold(name, await ask({ query: { x: '1' } }));
  hold(name, await ask({ headers: {} }));
  hold(name, await ask({ headers: { Authorization: `Bearer ${TOKEN}` } }));
  hold(name, await ask({ method: 'PUT' }));
  hold(name, await ask({}, alone));
  hold(name, await ask({}, misconfigured));
  await alone.close();
  const record = `${stateFile}.operators`;
  await rm(record);
  await mkdir(record);
  hold(name, await ask());
  await rm(record, { recursive: true });
  if (body === undefined) return;
  hold(name, await ask({ body: '{}' }));
  await writeFile(stateFile, 'no JSON');
  hold(name, await ask());
  await rm(stateFile);
});

it('documents GET /watch', async () => {
  const ask = (changes: EventChanges = {}) => bundle.invoke(httpEvent({ rawPath: '/watch', ...changes }));
  hold('GET /watch', await ask());
  await writeFile(stateFile, encodeState(SAMPLE, 'save'));
  const answer = await ask();
  expect(answer.statusCode).toBe(200);
  hold('GET /watch', answer);
  hold('GET /watch', await ask({ headers: HAS_IT }));
  await writeFile(stateFile, 'no JSON');
  hold('GET /watch', await ask());
  hold('GET /watch', await ask({ query: { x: '1' } }));
  hold('GET /watch', await ask({ headers: {} }));
  hold('GET /watch', await ask({ method: 'PUT' }));
  hold('GET /watch', await misconfigured.invoke(httpEvent({ rawPath: '/watch' })));
});

it.each(['/', '/healthz', '/openapi.json'] as const)('documents GET %s', async (rawPath) => {
  hold(`GET ${rawPath}`, await bundle.invoke(httpEvent({ rawPath })));
  hold(`GET ${rawPath}`, await bundle.invoke(httpEvent({ rawPath, method: 'POST' })));
  hold(`GET ${rawPath}`, await misconfigured.invoke(httpEvent({ rawPath })));
});

it('documents no status that never occurs, but for a bug', () => {
  for (const [name, statuses] of met) {
    // Counting everything costs more than a test has time for: that one is documented and not met.
    const unmet = name === 'GET /summary' ? ['422'] : [];
    expect([...statuses, '500', ...unmet].sort()).toEqual(Object.keys(operation(name).responses).sort());
  }
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...met.keys()].sort()).toEqual(documented.sort());
});

it('has the fields of a task in the order in which `fields` and an answer have them', () => {
  expect(Object.keys(document.components.schemas['Task']?.properties ?? {})).toEqual(TASK_FIELDS);
});

it('names every type of problem', () => {
  const text = JSON.stringify(document);
  const notOverHttp = 'not-http';
  for (const name of Object.keys(PROBLEMS).filter((problem) => problem !== notOverHttp)) {
    expect(text).toContain(`urn:robot-task-watch:problem:${name}\``);
  }
});

describe('the parameters', () => {
  const named = (name: string) =>
    operation('GET /tasks').parameters?.find((parameter) => parameter.name === name);

  it('are all there', () => {
    const inQuery = operation('GET /tasks').parameters?.filter((parameter) => parameter.in === 'query');
    expect(inQuery?.map(({ name }) => name)).toEqual(Object.keys(listParameters.entries));
    expect(operation('GET /tasks/{id}').parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
    ]);
  });

  it('are described as what the function takes: lists, whole numbers with limits, days, choices', () => {
    expect(named('status')).toMatchObject({ explode: false, schema: { type: 'array' } });
    expect(named('fields')).toMatchObject({ explode: false, schema: { type: 'array' } });
    expect(named('page')?.schema).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 2_147_483_647,
      default: 1,
    });
    expect(named('pageSize')?.schema).toEqual({ type: 'integer', minimum: 1, maximum: 100, default: 20 });
    expect(named('createdOn')?.schema).toMatchObject({ type: 'string', format: 'date' });
    expect(named('scheduleType')?.schema).toEqual({ type: 'string', enum: ['SINGLE', 'ORDER'] });
  });

  it('take every value that the document lists', async () => {
    for (const { name, schema } of operation('GET /tasks').parameters ?? []) {
      const item = (schema['items'] ?? schema) as Schema;
      for (const choice of (item['enum'] ?? []) as string[]) {
        const answer = await bundle.invoke(httpEvent({ query: { [name]: choice, createdOn: '1999-01-01' } }));
        expect(answer.statusCode).toBe(200);
      }
    }
  });
});

it('all but the page, the health and this document need a credential', () => {
  const open = Object.entries(document.paths).filter(([, operations]) =>
    Object.values(operations).some(({ security }) => security.length === 0),
  );
  expect(open.map(([path]) => path)).toEqual(['/', '/healthz', '/openapi.json']);
});
