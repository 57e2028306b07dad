/** What dashboards/ asks of Prometheus is what GET /metrics of the built function really gives. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { createSimulator, DEFAULT_KEY } from '../local/simulator/simulator';
import { ROBOT_TASK_STATUSES } from '../shared/robot-task';
import { startInstance } from './stand-ins/instance';

const FOLDER = path.join(__dirname, '../dashboards');
const read = (name: string) => readFile(path.join(FOLDER, name), 'utf8');

/** What Prometheus itself adds to every series, and the one that it makes. */
const SCRAPED = ['job', 'instance'];
const OWN = new Map([['up', SCRAPED]]);

const panelSchema = v.looseObject({
  title: v.string(),
  type: v.string(),
  targets: v.array(v.looseObject({ expr: v.string(), legendFormat: v.string(), instant: v.boolean() })),
  fieldConfig: v.object({
    defaults: v.looseObject({ noValue: v.optional(v.string()) }),
    overrides: v.array(v.unknown()),
  }),
});
const dashboardSchema = v.looseObject({ schemaVersion: v.number(), panels: v.array(panelSchema) });

/** By the name of a metric: its labels, as scraped. */
let given: Map<string, readonly string[]>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dashboards-'));
  const simulator = createSimulator();
  simulator.tasks.add({ taskName: 'runs', status: 'EXCUTING' });
  simulator.tasks.add({ taskName: 'stopped', status: 'ARREARS_STOP' });
  const env = {
    DYVMSAPI_ENDPOINT: (await simulator.listen()).origin,
    STATE_STORE: `file:${path.join(folder, 'state.json')}`,
    ALIBABA_CLOUD_ACCESS_KEY_ID: DEFAULT_KEY.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEFAULT_KEY.accessKeySecret,
    HTTP_AUTH: 'gateway',
    ALERT_CHANNELS: '[{"type":"slack","url":"http://127.0.0.1:9/"}]',
  };
  const watch = startInstance('watch-robot-tasks', env);
  const query = startInstance('query-robot-tasks', env);
  try {
    await watch.invoke(JSON.stringify({ triggerTime: '', triggerName: 'timer', payload: '' }));
    const event = {
      version: 'v1',
      rawPath: '/metrics',
      requestContext: { http: { method: 'GET', path: '/metrics' } },
    };
    const { body } = (await query.invoke(JSON.stringify(event))) as { body: string };
    given = new Map(OWN);
    for (const [, name = '', labels = ''] of body.matchAll(/^(robot_\w+)(?:\{(.*)\})? /gm)) {
      given.set(name, [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label).concat(SCRAPED));
    }
  } finally {
    await Promise.all([watch.kill(), query.kill()]);
    await simulator.close();
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Asserts that an expression names metrics, labels and statuses that there are; gives the metrics. */
function checkExpression(expr: string): string[] {
  const names = [...expr.matchAll(/\brobot_task_watch_\w+|\bup(?=\{)/g)].map(([name]) => name);
  expect(names).not.toEqual([]);
  for (const name of names) expect([...given.keys()]).toContain(name);
  const all = new Set([...given.values()].flat());
  for (const [, name = '', matchers = ''] of expr.matchAll(/\b([a-z_]+)\{([^}]*)\}/g)) {
    for (const [, label = '', value = ''] of matchers.matchAll(/(\w+) ?=~?"([^"]*)"/g)) {
      expect({ name, labels: given.get(name) }).toMatchObject({
        labels: expect.arrayContaining([label]) as unknown,
      });
      if (label === 'status')
        expect([...ROBOT_TASK_STATUSES]).toEqual(expect.arrayContaining(value.split('|')));
    }
  }
  for (const [, labels = ''] of expr.matchAll(/\b(?:by|on|group_left) ?\(([^)]*)\)/g)) {
    for (const label of labels.split(',').map((part) => part.trim())) {
      if (label !== '') expect([...all]).toContain(label);
    }
  }
  return names;
}

const dashboardOf = async (name: string) => v.parse(dashboardSchema, JSON.parse(await read(name)));
const DASHBOARDS = ['grafana.json', 'grafana.zh-CN.json'];

it.each(DASHBOARDS)(
  'each expression of %s names metrics and labels that there are, and each metric has a place',
  async (name) => {
    const { panels } = await dashboardOf(name);
    const used = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        for (const label of labels)
          expect({ expr, label }).toEqual({ expr: expect.stringContaining(label) as unknown, label });
        return checkExpression(expr);
      }),
    );
    expect(new Set(used)).toEqual(new Set(given.keys()));
  },
);

it.each(DASHBOARDS)(
  '%s has a current schema, and whoever imports it chooses the data source',
  async (name) => {
    const text = await read(name);
    expect((await dashboardOf(name)).schemaVersion).toBeGreaterThanOrEqual(39);
    const uids = [...text.matchAll(/"type": "prometheus",\s*"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    expect(uids.length).toBeGreaterThan(10);
    expect(new Set(uids)).toEqual(new Set(['${datasource}']));
  },
);

it.each(DASHBOARDS)('each panel of %s that can be empty says why', async (name) => {
  const { panels } = await dashboardOf(name);
  // The other series are there in every scrape that upstream answers.
  const silent = panels.filter(({ targets, fieldConfig }) => {
    const isAlways = targets.every(({ expr }) => /^(sum by \(status\)|min\()/.test(expr));
    return !isAlways && fieldConfig.defaults.noValue === undefined;
  });
  expect(silent.map(({ title }) => title)).toEqual([]);
});

it('the two languages differ in words alone', async () => {
  const WORDS = new Set([
    'uid',
    'title',
    'description',
    'label',
    'noValue',
    'legendFormat',
    'text',
    'name',
    'robot',
    'status',
  ]);
  const [english, chinese] = await Promise.all(
    DASHBOARDS.map(async (name) =>
      JSON.stringify(JSON.parse(await read(name)), (key, value: unknown) =>
        WORDS.has(key) && typeof value === 'string' ? '' : value,
      ),
    ),
  );
  expect(chinese).toBe(english);
});

it('each rule names metrics and labels that there are, and has a test', async () => {
  const rules = await read('prometheus-rules.yml');
  const tests = await read('prometheus-rules.test.yml');
  const alerts = rules.split(/^ {6}- alert: /m).slice(1);
  expect(alerts.length).toBeGreaterThan(5);
  for (const alert of alerts) {
    const [, expr = ''] = /^ {8}expr: ([\s\S]*?)^ {8}\w+:/m.exec(alert) ?? [];
    checkExpression(expr);
    const name = alert.split('\n')[0] ?? '';
    expect(tests).toContain(`alertname: ${name}\n`);
    // Both languages name the same.
    const labelsOf = (key: string) =>
      [...(new RegExp(`${key}: (.*)`).exec(alert)?.[1] ?? '').matchAll(/\$\w+(?:\.\w+)?/g)]
        .map(([label]) => label)
        .sort();
    expect(labelsOf('summary_zh')).toEqual(labelsOf('summary'));
    for (const [, label = ''] of alert.matchAll(/\$labels\.(\w+)/g))
      expect([...given.values()].flat()).toContain(label);
  }
});
