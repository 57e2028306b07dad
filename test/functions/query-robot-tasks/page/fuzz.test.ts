/** Whatever an answer holds, the page shows what it understands. A failure prints its seed. */
import fc from 'fast-check';
import { manyStopped, twoStopped, watchOf } from '../../../../bench/page/worlds';
import {
  readProblem,
  readStarted,
  readSummary,
} from '../../../../functions/query-robot-tasks/page/data/answers';
import { reuse } from '../../../../functions/query-robot-tasks/page/data/shape';
import { statusOf } from '../../../../functions/query-robot-tasks/page/text/statuses';
import { beijingIso } from '../../../../shared/beijing-time';
import { ROBOT_TASK_STATUSES } from '../../../../shared/robot-task';
import { runs } from '../../../stand-ins/runs';
import { buildRender, type Documents, type Render } from './rendered';

const NOW = Date.parse('2026-11-25T20:00:00+08:00');

let render: Render;
beforeAll(async () => {
  render = await buildRender();
});

/** What stands where something else is expected. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, -1e308, '', ' ', 'soon', '__proto__', 'constructor'],
    ...[
      'toString',
      'hasOwnProperty',
      '\u202e',
      '\ud800',
      '0000-00-00T00:00:00Z',
      '9999-99-99T99:99:99+08:00',
    ],
    ...['+275760-09-13T00:00:00Z', '2999-12-31T23:59:59+08:00', '1970-01-01T00:00:00Z', 'x'.repeat(3000)],
    ...[
      [],
      {},
      [[[]]],
      [null],
      { 'zh-CN': 1, en: 2 },
      { length: -1 },
      JSON.parse('{"__proto__":{"id":"1"}}'),
    ],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type Path = readonly (string | number)[];

/** Every place in a document, the whole of it as well. */
function pathsOf(value: unknown, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [before];
  return [before, ...Object.entries(value).flatMap(([name, entry]) => pathsOf(entry, [...before, name]))];
}

function replace(value: unknown, [name, ...rest]: Path, put: (old: unknown) => unknown): unknown {
  if (name === undefined) return put(value);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  // What is undefined is missing: no JSON has it.
  copy[name] = replace(copy[name], rest, put);
  return copy;
}

/** A document of which up to three places hold something else, or are missing. */
function damaged(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const damage = fc.tuple(fc.constantFrom(...paths), fc.option(odd, { nil: undefined }));
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((damages) =>
    damages.reduce<unknown>((document, [path, put]) => {
      try {
        return replace(document, path, () => put);
      } catch {
        return document;
      }
    }, value),
  );
}

const tasks = twoStopped(NOW).slice(0, 4);
const act = { by: '张三', at: beijingIso(NOW - 60_000), until: beijingIso(NOW + 3_600_000) };
const [stop, ...others] = watchOf(NOW, tasks).stopped;
const whole: Documents = {
  summary: {
    ...{ total: 4, stopped: 2, source: 'dyvms', canStart: true, operator: '张三' },
    statuses: Object.fromEntries(ROBOT_TASK_STATUSES.map((status) => [status, 1])),
  },
  stopped: ['ARREARS_STOP', 'SYSTEM_STOP'].map((status) => ({
    ...{ tasks: tasks.filter((task) => task.status === status), page: 1, pageSize: 20, total: 1 },
  })),
  running: { tasks: tasks.slice(2), page: 1, pageSize: 20, total: 2 },
  watch: watchOf(NOW, tasks, {
    stopped: stop === undefined ? [] : [{ ...stop, acknowledged: act }, ...others],
    failures: [
      {
        subject: 'channel',
        channel: 'ops',
        since: beijingIso(NOW - 9e6),
        reason: { 'zh-CN': '拒绝', en: 'no' },
      },
    ],
    channels: [
      { id: 'ops', type: 'feishu', after: '10m', lastNewsAt: beijingIso(NOW), failingSince: beijingIso(NOW) },
    ],
    running: [{ id: '1045010', callsPerHour: 320, doneAt: beijingIso(NOW + 9e6) }],
  }),
};
const documents = fc.oneof(
  damaged(whole.summary).map((summary) => ({ ...whole, summary })),
  damaged(whole.stopped[0]).map((list) => ({ ...whole, stopped: [list, whole.stopped[1]] })),
  damaged(whole.running).map((running) => ({ ...whole, running })),
  damaged(whole.watch).map((watch) => ({ ...whole, watch })),
);

it('the page is drawn, in words alone, from damaged answers', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom('en', 'zh-CN'), fc.boolean(), (given, language, isLinked) => {
      const html = render(given, NOW, language, isLinked ? '1045011' : null);
      const text = html.replace(/<[^>]*>/g, ' ');
      // What is no text of the answer's own.
      expect(text.replace(/x{3000}|constructor|toString|hasOwnProperty|__proto__/g, '')).not.toMatch(
        /\bNaN\b|\bInvalid Date\b|\bundefined\b|\[object |function |-\d+ (min|h|d|s)\b|-\d+ (分钟|小时|天|秒)/,
      );
    }),
    runs(300),
  );
});

it('says of how many parts it understands nothing', () => {
  const odder = { ...whole, watch: { ...(whole.watch as object), stopped: [null, { id: 7 }, stop] } };
  expect(render(odder, NOW, 'en', null)).toContain('2 entries are left out: this page cannot read them.');
});

it('shows a stop whose time is no time, and says that it is unknown', () => {
  const soon = { ...(whole.watch as object), stopped: [{ ...stop, since: 'soon' }] };
  const text = render({ ...whole, watch: soon }, NOW, 'en', null).replace(/<[^>]*>/g, ' ');
  expect(text).toMatch(/云杉教育.*?Stopped since\s+unknown/);
});

it('problems and the answer to a start are read without a throw, whatever they are', () => {
  const problem = { type: 'urn:x:problem:internal', title: 't', detail: 'd', upstream: { code: 'c' } };
  fc.assert(
    fc.property(damaged(problem), damaged({ id: '1', status: 'EXCUTING', recorded: true }), (a, b) => {
      const read = readProblem(a);
      if (read !== undefined)
        expect([typeof read.type, typeof read.title, typeof read.detail]).toEqual(Array(3).fill('string'));
      const started = readStarted(b);
      if (started !== undefined) expect(typeof started.id).toBe('string');
    }),
    runs(300),
  );
});

it.each(['__proto__', 'constructor', 'toString'])('a status that is called %s stands for itself', (name) => {
  expect(statusOf(name)).toEqual({ en: name, 'zh-CN': name });
  const statuses = JSON.parse(`{"${name}":3}`) as unknown;
  expect(readSummary({ ...(whole.summary as object), statuses })?.statuses).toEqual([[name, 3]]);
});

it('of two answers what is the same is the same object', () => {
  const read = () => JSON.parse(JSON.stringify(manyStopped(NOW, 30))) as { id: string }[];
  const old = read();
  expect(reuse(old, read())).toBe(old);
  const [changed, ...rest] = read();
  const next = reuse(old, [{ ...changed, id: 'other' }, ...rest]);
  expect(next).not.toBe(old);
  expect(next[0]).not.toBe(old[0]);
  expect(next[1]).toBe(old[1]);
});
