import { createSimulator, type Simulator } from '../../../local/simulator/simulator';

let simulator: Simulator;

beforeEach(() => {
  simulator = createSimulator();
  simulator.tasks.add({ id: '9007199254740993', status: 'EXCUTING', taskName: '续费提醒' });
  simulator.tasks.add({ id: '9007199254740994', status: 'SYSTEM_STOP' });
});

function ask(method: string, path: string, body = '') {
  const response = simulator.handleControl({ method, path, body });
  return { ...response, json: JSON.parse(response.body) as unknown };
}

describe('the control API', () => {
  test('lists every task with its id as text', () => {
    const { status, headers, json } = ask('GET', '/_simulator/tasks');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json).toEqual(simulator.tasks.list());
    expect(json).toMatchObject([
      { id: '9007199254740994' },
      { id: '9007199254740993', taskName: '续费提醒' },
    ]);
  });

  test('lists the tasks of one status', () => {
    expect(ask('GET', '/_simulator/tasks?status=SYSTEM_STOP').json).toMatchObject([
      { id: '9007199254740994' },
    ]);
  });

  test('shows one task', () => {
    expect(ask('GET', '/_simulator/tasks/9007199254740993')).toMatchObject({
      status: 200,
      json: { id: '9007199254740993', status: 'EXCUTING' },
    });
  });

  test('puts a task into a status', () => {
    const answer = ask('POST', '/_simulator/tasks/9007199254740993', '{"status":"ARREARS_STOP"}');
    expect(answer).toMatchObject({ status: 200, json: { status: 'ARREARS_STOP' } });
    expect(simulator.tasks.get('9007199254740993')?.status).toBe('ARREARS_STOP');
  });

  test('creates a task', () => {
    const answer = ask('POST', '/_simulator/tasks', '{"status":"READY","taskName":"新任务","totalCount":5}');
    expect(answer).toMatchObject({
      status: 201,
      json: { status: 'READY', taskName: '新任务', totalCount: 5 },
    });
    expect(simulator.tasks.list()).toHaveLength(3);
  });

  test('creates a task out of nothing but an empty object', () => {
    expect(ask('POST', '/_simulator/tasks', '{}')).toMatchObject({ status: 201, json: { status: 'INIT' } });
  });

  test('replaces the fault rules and shows them', () => {
    const rules = [{ when: { page: 2 }, then: { fault: 'stall', after: 'headers' } }];
    expect(ask('PUT', '/_simulator/faults', JSON.stringify(rules))).toMatchObject({
      status: 200,
      json: rules,
    });
    expect(ask('GET', '/_simulator/faults').json).toEqual(rules);
    expect(ask('PUT', '/_simulator/faults', '[]').json).toEqual([]);
  });

  const mistakes: { name: string; ask: [string, string, string?]; status: number; sentence: RegExp }[] = [
    {
      name: 'a body that is not JSON',
      ask: ['POST', '/_simulator/tasks/9007199254740993', '{"status":'],
      status: 400,
      sentence: /^The body is not JSON\.$/,
    },
    {
      name: 'a status that the vendor does not have',
      ask: ['POST', '/_simulator/tasks/9007199254740993', '{"status":"STOPPED"}'],
      status: 400,
      sentence: /^status: must be one of INIT, READY, .*FINISH\.$/,
    },
    {
      name: 'no status',
      ask: ['POST', '/_simulator/tasks/9007199254740993', '{}'],
      status: 400,
      sentence: /^status: /,
    },
    {
      name: 'a body that is no object',
      ask: ['POST', '/_simulator/tasks', '[]'],
      status: 400,
      sentence: /^The body must be a JSON object/,
    },
    {
      name: 'a field that no task has',
      ask: ['POST', '/_simulator/tasks', '{"state":"INIT"}'],
      status: 400,
      sentence: /^state: /,
    },
    {
      name: 'a negative count',
      ask: ['POST', '/_simulator/tasks', '{"totalCount":-1}'],
      status: 400,
      sentence: /^totalCount: must not be negative\.$/,
    },
    {
      name: 'a task that is not there',
      ask: ['POST', '/_simulator/tasks/42', '{"status":"INIT"}'],
      status: 404,
      sentence: /^There is no task 42\./,
    },
    {
      name: 'the sight of a task that is not there',
      ask: ['GET', '/_simulator/tasks/42'],
      status: 404,
      sentence: /^There is no task 42\./,
    },
    {
      name: 'an unknown fault',
      ask: ['PUT', '/_simulator/faults', '[{"then":{"fault":"explode"}}]'],
      status: 400,
      sentence: /^The fault rules are wrong\. 0\.then\.fault: /,
    },
    {
      name: 'a misspelt condition',
      ask: ['PUT', '/_simulator/faults', '[{"when":{"pages":1},"then":{"fault":"cut"}}]'],
      status: 400,
      sentence: /^The fault rules are wrong\. 0\.when\.pages: /,
    },
    {
      name: 'rules that are no array',
      ask: ['PUT', '/_simulator/faults', '{}'],
      status: 400,
      sentence: /^The fault rules are wrong\. rules: /,
    },
    {
      name: 'a page for a reset that comes before the request',
      ask: ['PUT', '/_simulator/faults', '[{"when":{"page":1},"then":{"fault":"reset","after":"connect"}}]'],
      status: 400,
      sentence: /comes before the request/,
    },
    { name: 'another path', ask: ['GET', '/_simulator/other'], status: 404, sentence: /^There is only / },
    {
      name: 'a path below a task',
      ask: ['GET', '/_simulator/tasks/1/x'],
      status: 404,
      sentence: /^There is only /,
    },
    {
      name: 'another method',
      ask: ['DELETE', '/_simulator/tasks'],
      status: 405,
      sentence: /^\/_simulator\/tasks answers GET, POST only\.$/,
    },
  ];
  test.each(mistakes)('answers $name with a sentence', ({ ask: [method, path, body], status, sentence }) => {
    const answer = ask(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error: expect.stringMatching(sentence) as string });
  });

  test('says which methods there are', () => {
    expect(ask('DELETE', '/_simulator/faults').headers['allow']).toBe('GET, PUT');
  });

  test('keeps the old rules when the new ones are wrong', () => {
    simulator.setFaults([{ then: { fault: 'cut' } }]);
    ask('PUT', '/_simulator/faults', '[{"then":{}}]');
    expect(simulator.faults).toMatchObject([{ then: { fault: 'cut' } }]);
  });
});
