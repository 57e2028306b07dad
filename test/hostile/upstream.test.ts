/** Tasks that nobody would make by accident, through both built bundles: served, told and forgotten like any other. */
import { createSimulator } from '../../local/simulator/simulator';
import { expectWholeAnswer, problemOf, tasksOf } from '../functions/query-robot-tasks/answers';
import { startBundle, type Bundle } from '../functions/query-robot-tasks/bundle';
import { httpEvent, TOKEN, type EventChanges } from '../functions/query-robot-tasks/events';
import {
  CONTEXT,
  createSurroundings,
  type Surroundings,
} from '../functions/watch-robot-tasks/watch-instance';

const INJECTION = '\r\nX-Injected: 1\r\n\r\n<script>';
const NAMES = [
  { name: 'a header', taskName: INJECTION },
  { name: 'NUL and other controls', taskName: '\u0000\u0007\u001b[2J\u009b' },
  { name: 'half a character', taskName: '\ud800' },
  { name: 'turned direction', taskName: '\u202eSTOP\u2066' },
  { name: 'the name of a prototype', taskName: '__proto__' },
  { name: 'the end of a log line', taskName: '"}\n{"level":"error","msg":"forged"}' },
  { name: 'a pattern of replacement', taskName: "$& $` $' $1 ***" },
  { name: 'mentions and links', taskName: '@all <!channel> <at user_id="all"></at> [a](javascript:0)' },
];
const IDS = [
  '../../healthz',
  'a b',
  '%2e%2e',
  INJECTION,
  '\u0000',
  '__proto__',
  '任务',
  '-1',
  '9'.repeat(100),
];

const answerWith = (tasks: readonly object[]) => ({
  fault: 'raw' as const,
  body: JSON.stringify({ Code: 'OK', RequestId: 'R', TotalCount: tasks.length, Data: JSON.stringify(tasks) }),
});

/** An instance may keep a list for some seconds; each answer here is about another one. */
const anew = (changes: EventChanges = {}) =>
  httpEvent({ headers: { Authorization: `Bearer ${TOKEN}`, 'Cache-Control': 'no-cache' }, ...changes });

describe('query-robot-tasks', () => {
  const simulator = createSimulator();
  let bundle: Bundle;

  beforeAll(async () => {
    const endpoint = await simulator.listen();
    bundle = startBundle({ DYVMSAPI_ENDPOINT: endpoint.href, HTTP_AUTH: 'gateway' });
  });
  beforeEach(() => {
    simulator.setFaults([]);
  });
  afterAll(async () => {
    await bundle.close();
    await simulator.close();
  });

  it.each(NAMES)('serves a task whose name is $name as data', async ({ taskName }) => {
    simulator.setFaults([{ then: answerWith([{ id: 1, status: 'INIT', taskName, robotName: taskName }]) }]);
    for (const query of [{}, { sort: 'taskName' }, { status: 'stopped' }]) {
      const answer = await bundle.invoke(anew({ query }));
      expectWholeAnswer(answer, /^[\x21-\x7e]+$/);
      expect(tasksOf(answer).tasks[0]?.taskName).toBe(taskName.toWellFormed());
      expect(Object.keys(answer.headers).join()).not.toMatch(/injected/i);
    }
  });

  it.each(IDS)('serves a task whose id is %j as data', async (id) => {
    simulator.setFaults([{ then: answerWith([{ id, status: 'INIT' }]) }]);
    const answer = await bundle.invoke(anew({ query: { sort: '-id' } }));
    expect(tasksOf(answer).tasks).toMatchObject([{ id, status: 'INIT' }]);
  });

  it.each([
    {
      name: 'a name of 10 MB',
      body: JSON.stringify({ Code: 'OK', Data: [{ id: 1, status: 'INIT', taskName: 'a'.repeat(1e7) }] }),
    },
    { name: 'a million tasks', body: `{"Code":"OK","Data":[${'{"id":1},'.repeat(1e6)}{}]}` },
    { name: 'a nesting of 200,000', body: `{"Code":"OK","Data":${'['.repeat(2e5)}` },
    { name: 'a nesting of objects', body: `${'{"Data":'.repeat(1e5)}1${'}'.repeat(1e5)}` },
    { name: 'two Codes', body: '{"Code":"OK","Code":"Throttling.User","Data":"[]"}' },
    { name: 'a Code that is a prototype', body: '{"Code":"__proto__","Message":"constructor"}' },
    { name: 'inherited fields', body: '{"__proto__":{"Code":"OK","Data":"[]"}}' },
    { name: 'a status that is no text', body: '{"Code":"OK","Data":[{"id":1,"status":{"toString":1}}]}' },
    { name: 'half a character in a Code', body: '{"Code":"\\ud800\\u0000","Data":"[]"}' },
    { name: 'a Code of 10 MB', body: JSON.stringify({ Code: 'x'.repeat(1e7) }) },
    { name: 'a header in its request id', body: JSON.stringify({ Code: 'X', RequestId: INJECTION }) },
  ])('answers $name with a list or a problem, never a 500', async ({ body }) => {
    simulator.setFaults([{ then: { fault: 'raw', body } }]);
    for (const query of [{}, { status: 'stopped' }]) {
      const answer = await bundle.invoke(anew({ query }));
      expectWholeAnswer(answer, /^[\x21-\x7e]+$/);
      expect([200, 502, 503, 504]).toContain(answer.statusCode);
      if (answer.statusCode !== 200) {
        problemOf(answer);
        expect(answer.body.length).toBeLessThan(2000);
      }
    }
    simulator.setFaults([]);
    expect((await bundle.invoke(anew())).statusCode).toBe(200);
  });

  it('writes one log line a call, whatever the names are', async () => {
    const lines = (await bundle.output()).trim().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
    expect(lines.join()).not.toContain('forged');
  });
});

describe('watch-robot-tasks', () => {
  let around: Surroundings;

  beforeEach(async () => {
    around = await createSurroundings();
  });
  afterEach(async () => {
    await around.close();
  });

  const stop = (fields: object) => ({ id: '1', status: 'ARREARS_STOP', taskName: 'plain', ...fields });

  it.each([
    ...NAMES.map(({ name, taskName }) => ({
      name: `a name that is ${name}`,
      fields: { taskName, robotName: taskName },
    })),
    ...IDS.map((id) => ({ name: `the id ${JSON.stringify(id).slice(0, 30)}`, fields: { id } })),
    { name: 'a name of 5 MB', fields: { taskName: '名'.repeat(1_700_000), robotName: '@'.repeat(1000) } },
  ])('tells every channel of a task with $name, once', async ({ fields }) => {
    const { simulator, inbox } = around;
    const list = { when: { action: 'QueryRobotTaskList' }, then: answerWith([stop(fields)]) };
    simulator.setFaults([list]);
    const instance = around.start({
      WATCH_STATUSES: 'ARREARS_STOP',
      QUERY_URL: 'https://query.example.com/api',
    });
    await expect(instance.invoke('', CONTEXT)).resolves.toMatchObject({ fired: 1, failed: {} });
    await expect(instance.invoke('', CONTEXT)).resolves.toMatchObject({ fired: 0, failed: {} });
    expect(inbox.messages.map(({ channel }) => channel).toSorted()).toEqual(['dev', 'ops']);
    for (const { text, mentions } of inbox.messages) {
      expect(text.length).toBeLessThan(20_000);
      expect(mentions).toEqual([]);
    }
    for (const line of instance.output.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });
});
