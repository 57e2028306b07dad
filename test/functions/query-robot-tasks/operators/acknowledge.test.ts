import fc from 'fast-check';
import { anyCharacter } from '../../../stand-ins/any-character';
import { createApp } from '../../../../functions/query-robot-tasks/app';
import type { ProblemDocument } from '../../../../functions/query-robot-tasks/answers/problem';
import { readConfiguration } from '../../../../functions/query-robot-tasks/config';
import { createKeeper } from '../../../../functions/query-robot-tasks/http/keeper';
import type { Services } from '../../../../functions/query-robot-tasks/http/route';
import { EMPTY_RECORD, type OperatorsRecord } from '../../../../shared/operators/record';
import { createLogger } from '../../../../shared/runtime/log';
import type { WatchState } from '../../../../shared/state/state';
import { createMemoryStore, type MemoryCell } from '../../../../shared/documents/memory';
import { savedByAnother, StoreError, type DocumentStore } from '../../../../shared/documents/store';
import { fakeRobotTasks } from '../../../stand-ins/fake-robot-tasks';
import { acknowledged, started } from '../../../shared/operators/sample-record';
import { SAMPLE, stateOf } from '../../../shared/state/sample-state';

const NOW = Date.UTC(2026, 10, 29, 12);
const MORNING = '2026-11-30T09:00:00+08:00';
const READER = 'dashboard-token-of-the-tests';
const ZHANG = 'operator-token-of-the-tests';
const LI = 'another-operators-token';
const SINCE = stateOf('1').tasks[0]?.since ?? 0;

interface World {
  readonly state?: WatchState | null | 'unreachable';
  readonly record?: OperatorsRecord;
  readonly isShared?: boolean;
  /** What the record's store does otherwise. */
  readonly change?: (store: DocumentStore<OperatorsRecord>) => Partial<DocumentStore<OperatorsRecord>>;
}

/** An app whose watch has seen the tasks 1, 2 and 3 stop. */
function start({ state = stateOf('1', '2', '3'), record, isShared = true, change }: World = {}) {
  const lines: string[] = [];
  const cell: MemoryCell<OperatorsRecord> = {
    saved: record === undefined ? null : { state: record, version: 'v' },
  };
  const calls: string[] = [];
  const inner = createMemoryStore(cell);
  const counted: DocumentStore<OperatorsRecord> = {
    ...inner,
    load: (deadline) => (calls.push('load'), inner.load(deadline)),
    save: (...values) => (calls.push('save'), inner.save(...values)),
  };
  const unreachable = new StoreError('unreachable', { en: 'It is away.', 'zh-CN': '它不在。' });
  const services: Services = {
    readBeside: () => Promise.reject(new Error('There is no such file.')),
    readState: isShared
      ? () => (state === 'unreachable' ? Promise.reject(unreachable) : Promise.resolve(state))
      : null,
    openRecord: isShared ? () => Promise.resolve({ ...counted, ...change?.(counted) }) : null,
    keeper: createKeeper(() => 0),
    now: () => NOW,
    sleep: () => Promise.resolve(),
    log: createLogger(
      'info',
      () => [],
      (line) => lines.push(line),
    ),
  };
  const env = { API_TOKENS: READER, OPERATOR_TOKENS: `张三:${ZHANG},${LI}` };
  const app = createApp({ configuration: readConfiguration(env), services });
  async function ask(method: string, path: string, body: unknown = '', headers = {}) {
    const answer = await app(
      {
        ...{ method, path, sourceIp: null, query: new Map<string, string>() },
        headers: new Map(Object.entries<string>({ authorization: `Bearer ${ZHANG}`, ...headers })),
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      },
      { requestId: 'r-1', deadline: NOW + 9000, robotTasks: fakeRobotTasks({}), upstreamCalls: () => 0 },
    );
    const text = String(answer.body);
    return {
      status: answer.status,
      headers: answer.headers,
      json: text === '' ? null : (JSON.parse(text) as unknown),
    };
  }
  const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ask, log, calls, record: () => cell.saved?.state ?? null };
}

const problem = (name: string) => ({ type: `urn:robot-task-watch:problem:${name}` });

describe('POST /acknowledge', () => {
  it('takes what stands with one read and one write, and says what it refuses', async () => {
    const { ask, calls, record, log } = start();
    const { status, json } = await ask('POST', '/acknowledge', { ids: ['1', '7', '3', '1'], until: null });
    expect(status).toBe(200);
    const entry = { by: '张三', at: '2026-11-29T20:00:00+08:00', until: null };
    expect(json).toEqual({
      acknowledged: [
        { id: '1', ...entry },
        { id: '3', ...entry },
      ],
      refused: [{ id: '7', reason: 'the watch has not seen it yet' }],
    });
    expect(calls).toEqual(['load', 'save']);
    const kept = { condition: 'ARREARS_STOP', since: SINCE, by: '张三', at: NOW, until: null };
    expect(record()).toEqual({
      acknowledged: [
        { id: '1', ...kept },
        { id: '3', ...kept },
      ],
      started: [],
    });
    expect(log()[0]).toMatchObject({
      msg: 'tasks acknowledged',
      name: '张三',
      taskIds: ['1', '3'],
      refused: 1,
    });
  });

  it('mutes until a time, in whatever zone it is written', async () => {
    const { ask, record, log } = start();
    const { json } = await ask('POST', '/acknowledge', { ids: ['2'], until: '2026-11-30T01:00:00Z' });
    expect(json).toMatchObject({ acknowledged: [{ id: '2', until: MORNING }] });
    expect(record()?.acknowledged[0]?.until).toBe(Date.parse(MORNING));
    expect(log()[0]).toMatchObject({ msg: 'tasks acknowledged', until: MORNING });
  });

  it('names an operator without a name by the first digits of the token’s fingerprint', async () => {
    const { ask } = start();
    const headers = { authorization: `Bearer ${LI}` };
    const { json } = await ask('POST', '/acknowledge', { ids: ['2'], until: null }, headers);
    expect(json).toMatchObject({
      acknowledged: [{ by: expect.stringMatching(/^operator [0-9a-f]{4}$/) as unknown }],
    });
  });

  it('says why in the language of who asks', async () => {
    const headers = { 'accept-language': 'zh-CN' };
    const { json } = await start().ask('POST', '/acknowledge', { ids: ['7'], until: null }, headers);
    expect(json).toEqual({ acknowledged: [], refused: [{ id: '7', reason: '监控还没有看到它停止' }] });
  });

  it('changes nothing where the same is asked again, and replaces what anybody did before', async () => {
    const { ask, calls, record } = start();
    await ask('POST', '/acknowledge', { ids: ['1'], until: null });
    const before = record();
    await ask('POST', '/acknowledge', { ids: ['1'], until: null });
    expect(record()).toBe(before);
    expect(calls).toEqual(['load', 'save', 'load']);
    await ask('POST', '/acknowledge', { ids: ['1'], until: MORNING }, { authorization: `Bearer ${LI}` });
    expect(record()?.acknowledged).toMatchObject([{ id: '1', until: Date.parse(MORNING) }]);
  });

  it('takes 1,000 in a call', async () => {
    const ids = Array.from({ length: 1000 }, (_unused, index) => `${9_007_199_254_740_993n + BigInt(index)}`);
    const { ask } = start({ state: stateOf(...ids) });
    const { json } = await ask('POST', '/acknowledge', JSON.stringify({ ids, until: null }, null, 4));
    expect(json).toMatchObject({ refused: [] });
    expect((json as { acknowledged: unknown[] }).acknowledged).toHaveLength(1000);
  });

  it('lets go of what is over: the newest 200 are kept', async () => {
    const over = Array.from({ length: 300 }, (_unused, index) =>
      acknowledged({ id: `9${index}`, at: NOW - 1000 - index }),
    );
    const { ask, record } = start({ record: { ...EMPTY_RECORD, acknowledged: over } });
    await ask('POST', '/acknowledge', { ids: ['1'], until: null });
    expect(record()?.acknowledged.map(({ id }) => id)).toEqual([
      '1',
      ...over.slice(0, 200).map(({ id }) => id),
    ]);
  });
});

describe('POST and DELETE /tasks/{id}/acknowledge', () => {
  it('take one task and give it back, also where nobody holds it', async () => {
    const { ask, record, log } = start();
    const taken = await ask('POST', '/tasks/2/acknowledge', { until: MORNING });
    expect(taken).toMatchObject({ status: 200, json: { id: '2', by: '张三', until: MORNING } });
    expect(await ask('DELETE', '/tasks/2/acknowledge')).toMatchObject({ status: 204, json: null });
    expect(record()?.acknowledged).toEqual([]);
    expect(await ask('DELETE', '/tasks/2/acknowledge')).toMatchObject({ status: 204, json: null });
    expect(log().find(({ msg }) => msg === 'tasks given back')).toMatchObject({
      name: '张三',
      taskIds: ['2'],
    });
  });

  it('refuse a task that the watch has not seen stop', async () => {
    const { status, json } = await start().ask('POST', '/tasks/7/acknowledge', { until: null });
    expect(status).toBe(409);
    expect(json).toMatchObject({
      ...problem('acknowledge-refused'),
      detail: 'The task cannot be taken: the watch has not seen it yet.',
    });
  });

  it('are two methods of one path', async () => {
    const { status, headers } = await start().ask('GET', '/tasks/2/acknowledge');
    expect([status, headers['allow']]).toEqual([405, 'POST, DELETE, OPTIONS']);
  });
});

const CALLS = [
  { method: 'POST', path: '/acknowledge', body: { ids: ['1'], until: null } },
  { method: 'POST', path: '/tasks/1/acknowledge', body: { until: null } },
  { method: 'DELETE', path: '/tasks/1/acknowledge', body: '' },
];

describe.each(CALLS)('$method $path', ({ method, path, body }) => {
  const away = () =>
    Promise.reject(new StoreError('unreachable', { en: 'It is away.', 'zh-CN': '它不在。' }));
  const isRead = method === 'POST';
  const held = { ...EMPTY_RECORD, acknowledged: [acknowledged({ id: '1', by: 'li' })] };

  it.each([
    { name: 'a reader', headers: { authorization: `Bearer ${READER}` }, status: 403 },
    { name: 'somebody unknown', headers: { authorization: 'Bearer nobody' }, status: 401 },
  ])('is not for $name', async ({ headers, status }) => {
    const world = start({ record: held });
    expect(await world.ask(method, path, body, headers)).toMatchObject({ status });
    expect(world.calls).toEqual([]);
  });

  it('is a 409 where no state is shared', async () => {
    const answer = await start({ isShared: false }).ask(method, path, body);
    expect(answer).toMatchObject({ status: 409, json: problem('no-shared-state') });
  });

  it('is a 502 where the record is out of reach, to read and to write', async () => {
    for (const change of [() => ({ load: away }), () => ({ save: away })]) {
      const answer = await start({ change, record: held }).ask(method, path, body);
      expect(answer).toMatchObject({
        status: 502,
        json: { ...problem('record-unavailable'), detail: 'It is away.' },
      });
    }
  });

  it('is a 502 where the state is out of reach, if it needs to know what stands', async () => {
    const answer = await start({ state: 'unreachable', record: held }).ask(method, path, body);
    expect(answer).toMatchObject(
      isRead ? { status: 502, json: problem('state-unavailable') } : { status: 204 },
    );
  });

  it.each([
    { races: 2, status: isRead ? 200 : 204, retryAfter: undefined },
    { races: 3, status: 503, retryAfter: '2' },
  ])('ends with $status after $races lost races', async ({ races, status, retryAfter }) => {
    let lost = 0;
    const world = start({
      record: held,
      change: (store) => ({
        save: (...values) =>
          (lost += 1) <= races ? Promise.reject(savedByAnother()) : store.save(...values),
      }),
    });
    const answer = await world.ask(method, path, body);
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(world.calls.filter((call) => call === 'load')).toHaveLength(3);
    if (status === 503) expect(world.record()).toBe(held);
  });

  it('says in the log that a damaged record was kept aside, and goes on', async () => {
    const world = start({
      change: (store) => ({
        load: async (deadline) => ({ ...(await store.load(deadline)), keptAside: 'It was damaged.' }),
      }),
    });
    expect((await world.ask(method, path, body)).status).toBeLessThan(300);
    expect(world.log()[0]).toMatchObject({ level: 'error', reason: 'It was damaged.' });
  });
});

describe('a body', () => {
  const many = (fields: object) => ({ ids: ['1'], until: null, ...fields });
  it.each([
    ['nothing', '', /must be a JSON object with ids and until/],
    ['no JSON', '{', /must be a JSON object/],
    ['no UTF-8', '"\ud800"', /must be a JSON object/],
    ['a list', [], /must be a JSON object/],
    ['null', 'null', /must be a JSON object/],
    ['more than 64 kB', many({ ids: Array.from({ length: 30_000 }, () => '1') }), /larger than 65536/],
    ['another key', many({ reason: 'x' }), /^reason is unknown: known are ids, until\.$/],
    ['a prototype', '{"ids":["1"],"until":null,"__proto__":{}}', /__proto__ is unknown/],
    ['no until', { ids: ['1'] }, /^until is missing\.$/],
    ['no ids', { until: null }, /^ids is missing\.$/],
    ['an empty list', many({ ids: [] }), /^ids must be a list of 1 to 1000 tasks' ids\.$/],
    [
      'too many',
      many({ ids: Array.from({ length: 1001 }, (_unused, index) => `${index + 1}`) }),
      /1 to 1000/,
    ],
    ['an id that is a number', many({ ids: [1] }), /^ids must be /],
    ['an id that is none', many({ ids: ['../1'] }), /^ids must be a task's id/],
    [
      'a time without a zone',
      many({ until: '2026-11-30T09:00:00' }),
      /^until must be null, or a time in ISO 8601 with its zone/,
    ],
    ['a day', many({ until: '2026-11-30' }), /^until must be null/],
    ['a day of no calendar', many({ until: '2026-11-31T09:00:00Z' }), /^until must be null/],
    ['an hour of no clock', many({ until: '2026-11-30T25:00:00Z' }), /^until must be null/],
    ['a number', many({ until: NOW + 1000 }), /^until must be null/],
    ['now', many({ until: '2026-11-29T20:00:00+08:00' }), /^until must not be past\.$/],
    ['more than 7 days', many({ until: '2026-12-06T20:00:01+08:00' }), /^until must be within 7 days\.$/],
  ])('that has %s is refused by its name', async (_name, body, detail) => {
    const world = start();
    const { status, json } = await world.ask('POST', '/acknowledge', body);
    expect(status).toBe(400);
    expect((json as ProblemDocument).detail).toMatch(detail);
    expect(world.calls).toEqual([]);
  });

  it('may say exactly 7 days', async () => {
    const body = many({ until: '2026-12-06T20:00:00+08:00' });
    expect((await start().ask('POST', '/acknowledge', body)).status).toBe(200);
  });

  it('has its mistakes told in Chinese as well, and of one task there are no ids', async () => {
    const headers = { 'accept-language': 'zh' };
    const { json } = await start().ask('POST', '/tasks/1/acknowledge', many({ until: 'x' }), headers);
    expect(json).toMatchObject({
      errors: [
        { name: 'ids', detail: '未知：可用的有 until' },
        { name: 'until', detail: expect.stringContaining('必须是 null') as unknown },
      ],
    });
  });

  it('is never a bug, whatever it is', async () => {
    const { ask } = start();
    const value = fc.oneof(fc.json(), fc.string({ unit: anyCharacter }), fc.constantFrom('{}', '[]'));
    await fc.assert(
      fc.asyncProperty(value, fc.jsonValue(), async (text, until) => {
        for (const body of [text, `{"ids":${text},"until":null}`, { ids: ['1'], until }])
          expect((await ask('POST', '/acknowledge', body)).status).toBeLessThan(500);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a start', () => {
  it('is recorded once upstream took it', async () => {
    const { ask, record } = start();
    const { status, json } = await ask('POST', '/tasks/1/start');
    expect(status).toBe(202);
    expect(json).not.toHaveProperty('recorded');
    expect(record()).toEqual({ acknowledged: [], started: [{ id: '1', by: '张三', at: NOW }] });
  });

  it('that cannot be recorded is started all the same, and the answer says so', async () => {
    const change = () => ({ save: () => Promise.reject(savedByAnother()) });
    const { ask, log } = start({ change });
    const { status, json } = await ask('POST', '/tasks/1/start');
    expect([status, json]).toMatchObject([202, { id: '1', recorded: false }]);
    expect(log().find(({ msg }) => msg === 'a start was not recorded')).toMatchObject({
      name: '张三',
      taskId: '1',
    });
  });

  it('is not recorded where no state is shared, which is no failure', async () => {
    const { json } = await start({ isShared: false }).ask('POST', '/tasks/1/start');
    expect(json).not.toHaveProperty('recorded');
  });

  it('lets go of the starts of stops that are over, and of none where nobody knows what stands', async () => {
    const over = Array.from({ length: 250 }, (_unused, index) =>
      started({ id: `9${index}`, at: NOW - 1 - index }),
    );
    const record = { ...EMPTY_RECORD, started: [...over, started({ id: '1', at: SINCE + 1 })] };
    const known = start({ record });
    await known.ask('POST', '/tasks/2/start');
    // The new one, the one whose task still stands, and 200 that are over.
    expect(known.record()?.started).toHaveLength(202);
    expect(known.record()?.started.at(-1)?.id).toBe('1');
    const unknown = start({ record, state: 'unreachable' });
    await unknown.ask('POST', '/tasks/2/start');
    expect(unknown.record()?.started).toHaveLength(252);
  });
});

describe('GET /watch', () => {
  const [stop] = SAMPLE.tasks;
  const [ended] = SAMPLE.history;
  if (stop === undefined || ended === undefined)
    throw new Error('The sample has a stop and one that is over.');
  const record = {
    acknowledged: [acknowledged({ id: stop.task.id, since: stop.since, at: NOW - 60_000 })],
    started: [started({ id: ended.id, by: '李四', at: ended.until - 30_000 })],
  };

  it('says who holds a stop, and who ended one', async () => {
    const { json } = await start({ state: SAMPLE, record }).ask('GET', '/watch');
    expect(json).toMatchObject({
      stopped: [
        { id: stop.task.id, acknowledged: { by: '张三', at: '2026-11-29T19:59:00+08:00', until: null } },
        { acknowledged: null },
      ],
      history: [{ id: ended.id, became: 'EXCUTING', startedBy: '李四' }],
    });
  });

  it('says that nobody does where the record is out of reach, and tells what stands', async () => {
    const change = () => ({ read: () => Promise.reject(savedByAnother()) });
    const world = start({ state: SAMPLE, record, change });
    const { status, json } = await world.ask('GET', '/watch');
    expect([status, json]).toMatchObject([
      200,
      { stopped: [{ acknowledged: null }, {}], history: [{ startedBy: null }] },
    ]);
    expect(world.log()[0]).toMatchObject({
      level: 'warn',
      msg: 'the record of the operators cannot be read',
    });
  });

  it('names who started it for the stop that the start ended, and not for the one a minute before', async () => {
    const before = { ...ended, since: ended.since - 60_000, until: ended.since - 20_000 };
    const startedAt = started({ id: ended.id, by: '李四', at: ended.since + 10_000 });
    const state = { ...SAMPLE, history: [{ ...ended, until: ended.since + 15_000 }, before] };
    const { json } = await start({ state, record: { ...record, started: [startedAt] } }).ask('GET', '/watch');
    expect(json).toMatchObject({ history: [{ startedBy: '李四' }, { startedBy: null }] });
  });

  it('names nobody for a task that did not run again', async () => {
    const state = { ...SAMPLE, history: [{ ...ended, became: 'CANCEL' }] };
    const { json } = await start({ state, record }).ask('GET', '/watch');
    expect(json).toMatchObject({ history: [{ startedBy: null }] });
  });
});

it('two operators who act at once lose neither act', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const world = start({
        change: (store) => ({
          load: scheduler.scheduleFunction((deadline) => store.load(deadline)),
          save: scheduler.scheduleFunction((...values) => store.save(...values)),
        }),
      });
      const acts = [
        world.ask('POST', '/tasks/1/acknowledge', { until: null }),
        world.ask(
          'POST',
          '/acknowledge',
          { ids: ['2', '3'], until: MORNING },
          { authorization: `Bearer ${LI}` },
        ),
        world.ask('POST', '/tasks/3/start'),
      ];
      await scheduler.waitFor(Promise.all(acts));
      for (const { status } of await Promise.all(acts)) expect([200, 202]).toContain(status);
      const { acknowledged: all, started: starts } = world.record() ?? EMPTY_RECORD;
      expect(all.map(({ id }) => id).sort()).toEqual(['1', '2', '3']);
      expect(starts.map(({ id }) => id)).toEqual(['3']);
    }),
    { numRuns: 100 },
  );
});
