import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { readResponse, type Envelope } from '../../../../shared/sources/openapi/envelope';
import { readDetail, readTasks } from '../../../../shared/sources/dyvmsapi/task-data';
import { ROBOT_TASK_STATUSES } from '../../../../shared/robot-task';
import { RobotTaskError } from '../../../../shared/robot-task-error';

/**
 * The samples of the vendor's document. nested-data.json is its JSON sample, byte for byte. data-string.txt is its Data
 * value: the document prints that with typographic quotation marks, and in its XML sample without the closing bracket,
 * so here it is as the JSON that is meant.
 */
const FIXTURES = path.join(__dirname, '../../../fixtures/query-robot-task-list');
const NESTED = readFileSync(path.join(FIXTURES, 'nested-data.json'), 'utf8');
const DATA_STRING = readFileSync(path.join(FIXTURES, 'data-string.txt'), 'utf8');

const SAMPLE_TASK = {
  id: '1045001',
  taskName: '智能语音任务',
  robotId: '1000000075003',
  robotName: '机器人',
  status: 'INIT',
  scheduleType: 'SINGLE',
  createTime: '2019-06-14T14:55:23+08:00',
  fireTime: '2019-06-14T14:55:23+08:00',
  completeTime: '2019-06-14T14:55:23+08:00',
  totalCount: 1000,
  finishCount: 998,
};

const PLACE = { host: null, permissions: [] };

function envelopeOf(response: unknown): Envelope {
  const outcome = readResponse(response, PLACE);
  if ('error' in outcome) throw outcome.error;
  return outcome.envelope;
}

function dataOf(data: unknown): Envelope {
  return { data, success: null, requestId: 'R-1', message: null, total: null, pageSize: null };
}

function kindOf(read: () => unknown): string {
  try {
    read();
    return 'no error';
  } catch (error) {
    return error instanceof RobotTaskError ? error.kind : String(error);
  }
}

describe("the vendor's samples", () => {
  it.each([
    { name: 'its JSON sample, as text', body: NESTED },
    { name: 'its JSON sample, parsed by somebody', body: JSON.parse(NESTED) as unknown },
    { name: 'its Data string', body: JSON.stringify({ Code: 'OK', Data: DATA_STRING }) },
  ])('are read: $name', ({ body }) => {
    expect(readTasks(envelopeOf({ statusCode: 200, body }))).toEqual([SAMPLE_TASK]);
  });

  it.each([...ROBOT_TASK_STATUSES, 'SOMETHING_NEW'])('pass the status %s through', (status) => {
    const data = DATA_STRING.replace('INIT', status);
    expect(readTasks(dataOf(data))).toEqual([{ ...SAMPLE_TASK, status }]);
  });
});

describe('the envelope', () => {
  it('tells the total and the page size, which come as strings', () => {
    const body = JSON.stringify({
      Code: 'OK',
      Data: '[]',
      RequestId: 'R-9',
      TotalCount: '250',
      PageSize: '50',
    });
    expect(envelopeOf({ statusCode: 200, body })).toEqual({
      data: '[]',
      success: null,
      message: null,
      requestId: 'R-9',
      total: 250,
      pageSize: 50,
    });
  });

  it.each(['', '-1', '1.5', '1,000', 'many', null, true, [], {}, '9007199254740993'])(
    'tells no total when it is %j',
    (TotalCount) => {
      expect(envelopeOf({ body: JSON.stringify({ Code: 'OK', Data: '[]', TotalCount }) }).total).toBeNull();
    },
  );

  it.each([
    ['nothing', undefined],
    ['an empty body', { statusCode: 204, body: '' }],
    ['HTML', { statusCode: 200, body: '<html>' }],
    ['an array', { statusCode: 200, body: '[]' }],
    ['null', { statusCode: 200, body: 'null' }],
    ['a number', { statusCode: 200, body: '12345678901234567890' }],
    ['a body without Code', { statusCode: 200, body: '{"Data":"[]"}' }],
    ['a Code that is an object', { statusCode: 200, body: '{"Code":{"OK":1},"Data":"[]"}' }],
    ['arrays nested too deep', { body: `{"Code":"OK","n":1234567890123456,"d":${'['.repeat(1e5)}` }],
  ])('is malformed when it is %s', (_name, response) => {
    expect(readResponse(response, PLACE)).toMatchObject({ error: { kind: 'malformed' }, retry: false });
  });

  it.each([
    ['another Code than OK', { statusCode: 200, body: '{"Code":"isv.OUT_OF_SERVICE"}' }, 'account'],
    ['a redirect', { statusCode: 302, body: '<html>' }, 'unavailable'],
    ['a status of failure', { statusCode: 500, body: '{"Code":"OK","Data":"[]"}' }, 'unavailable'],
    ['a refusal that was resolved', { statusCode: 400, body: { Code: 'Throttling.User' } }, 'throttled'],
  ])('is an error with %s', (_name, response, kind) => {
    expect(readResponse(response, PLACE)).toMatchObject({ error: { kind } });
  });
});

describe('the tasks in Data', () => {
  it('keep every digit of every int64 id, as a number or as a string, as a nested array or as text', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.boolean(),
        fc.boolean(),
        (id, quoted, nested) => {
          const written = quoted ? `"${id}"` : String(id);
          const data = `[{"id":${written},"robotId":${written},"status":"INIT"}]`;
          const body = `{"Code":"OK","Data":${nested ? data : JSON.stringify(data)}}`;
          const [task] = readTasks(envelopeOf({ statusCode: 200, body }));
          expect(task).toMatchObject({ id: String(id), robotId: String(id) });
        },
      ),
    );
  });

  it('are malformed when somebody has rounded an id before', () => {
    const body = JSON.parse('{"Code":"OK","Data":[{"id":9007199254740993,"status":"INIT"}]}') as unknown;
    expect(kindOf(() => readTasks(envelopeOf({ statusCode: 200, body })))).toBe('malformed');
  });

  it.each([
    ['absent', {}],
    ['null', { taskName: null, robotId: null, robotName: null, createTime: null, totalCount: null }],
    ['of another type', { taskName: [], robotName: {}, scheduleType: true, fireTime: 5, totalCount: '?' }],
    ['empty, where a time or an id should be', { robotId: '', createTime: '', completeTime: '' }],
    ['no time of the calendar', { createTime: '2019.02.30 00:00:00', fireTime: 'soon' }],
  ])('have null where a field is %s', (_name, task) => {
    const data = JSON.stringify([{ id: 7, status: 'INIT', ...task }]);
    expect(readTasks(dataOf(data))).toEqual([
      {
        id: '7',
        taskName: null,
        robotId: null,
        robotName: null,
        status: 'INIT',
        scheduleType: null,
        createTime: null,
        fireTime: null,
        completeTime: null,
        totalCount: null,
        finishCount: null,
      },
    ]);
  });

  it('take counts and names however they are written', () => {
    const data =
      '[{"id":1,"status":"INIT","taskName":20190614,"totalCount":"1000","finishCount":0,"more":[{}]}]';
    expect(readTasks(dataOf(data))).toEqual([
      expect.objectContaining({ taskName: '20190614', totalCount: 1000, finishCount: 0 }),
    ]);
  });

  it('cut a text that is longer than any name of the vendor’s', () => {
    const [task] = readTasks(dataOf(`[{"id":1,"status":"INIT","taskName":"${'名'.repeat(20_000)}"}]`));
    expect(task?.taskName).toBe('名'.repeat(1000));
  });

  it('have no half character, sent as one or made by the cut', () => {
    const half = JSON.stringify('\ud800');
    const name = JSON.stringify(`${'x'.repeat(999)}😀`);
    const data = `[{"id":${half},"status":${half},"taskName":${name}}]`;
    expect(readTasks(dataOf(data))).toEqual([
      expect.objectContaining({ id: '\ufffd', status: '\ufffd', taskName: `${'x'.repeat(999)}\ufffd` }),
    ]);
  });

  it.each([
    ['absent', null],
    ['empty', ''],
    ['null', 'null'],
    ['an object', '{}'],
    ['a string in a string', '"[]"'],
    ['cut off', '[{"id":1,"status":"INIT"}'],
    ['a list of numbers', '[1]'],
    ['a number of 101 digits as an id', `[{"id":${'9'.repeat(101)},"status":"INIT"}]`],
    ['an id of 101 letters', `[{"id":"${'9'.repeat(101)}","status":"INIT"}]`],
    ['a status of 101 letters', `[{"id":1,"status":"${'X'.repeat(101)}"}]`],
    ['a list of nothing', '[null]'],
    ['a list of lists', '[[]]'],
    ['a task without id', '[{"id":1,"status":"INIT"},{"status":"INIT"}]'],
    ['a task with an empty id', '[{"id":"","status":"INIT"}]'],
    ['a task whose id is a fraction', '[{"id":1.5,"status":"INIT"}]'],
    ['a task whose long id is a fraction', '[{"id":9007199254740993.0,"status":"INIT"}]'],
    ['a task whose id has an exponent', '[{"id":1e400,"status":"INIT"}]'],
    ['a task without status', '[{"id":1}]'],
    ['a task with an empty status', '[{"id":1,"status":""}]'],
    ['a task with a robot that is none', '[{"id":1,"status":"INIT","robotId":{}}]'],
    ['a task whose fields are inherited', '[{"__proto__":{"id":1,"status":"INIT"}}]'],
    ['a task with an endless id', `[{"id":"${'1'.repeat(1001)}","status":"INIT"}]`],
    ['a task with an endless number for its id', `[{"id":${'1'.repeat(1001)},"status":"INIT"}]`],
    ['a task with an endless status', `[{"id":1,"status":"${'S'.repeat(101)}"}]`],
    ['two ids for one task', '[{"id":9007199254740993,"id":9007199254740995,"status":"INIT"}]'],
  ])('are malformed, and never an empty list, when Data is %s', (_name, data) => {
    expect(kindOf(() => readTasks(dataOf(data)))).toBe('malformed');
  });

  it('change nobody else, whatever their keys are', () => {
    const task =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":9007199254740993,"status":"INIT"}';
    expect(readTasks(dataOf(`[${task}]`))).toEqual([expect.objectContaining({ id: '9007199254740993' })]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("one task's Data", () => {
  it('is read, with dashes in its times and no id of its own', () => {
    const data = {
      status: 'EXCUTING',
      taskName: '回访',
      robotId: 1000000075003,
      robotName: '机器人',
      scheduleType: 'ORDER',
      createTime: '2019-06-14 14:55:23',
      fireTime: '2019-06-15 08:00:00',
      corpName: '公司',
      caller: '0571000***',
      called: ['1380000****', 13900000000],
    };
    const task = {
      id: '9007199254740993',
      taskName: '回访',
      robotId: '1000000075003',
      robotName: '机器人',
      status: 'EXCUTING',
      scheduleType: 'ORDER',
      createTime: '2019-06-14T14:55:23+08:00',
      fireTime: '2019-06-15T08:00:00+08:00',
      completeTime: null,
      corpName: '公司',
      caller: '0571000***',
      called: ['1380000****', '13900000000'],
    };
    expect(readDetail(dataOf(JSON.stringify(data)), '9007199254740993')).toEqual(task);
    expect(readDetail(dataOf(data), '9007199254740993')).toEqual(task);
    const calledAsText = { ...data, called: JSON.stringify(data.called) };
    expect(readDetail(dataOf(calledAsText), '9007199254740993')).toEqual(task);
  });

  it.each([null, '', 'null', '{}'])('is nobody’s when it is %j: upstream knows no such task', (data) => {
    expect(readDetail(dataOf(data), '1')).toBeNull();
  });

  it.each([
    '[]',
    '"EXCUTING"',
    '5',
    '{"taskName":"x"}',
    '{"status":5}',
    '{"status":"INIT","robotId":1.5}',
    '{',
  ])('is malformed when it is %s', (data) => {
    expect(kindOf(() => readDetail(dataOf(data), '1'))).toBe('malformed');
  });

  it('names an uploaded file of numbers, as the vendor’s own example has it, by its fileName', () => {
    const called = [
      { fileName: '春季名单.xls', ossFilePath: 'a/b.xls' },
      '1380000****',
      { ossFilePath: 'c.xls' },
    ];
    expect(readDetail(dataOf({ status: 'INIT', called }), '1')?.called).toEqual([
      '春季名单.xls',
      '1380000****',
    ]);
  });

  it.each([5, 'a', '{', {}, null])('has no called numbers when they are %j', (called) => {
    expect(readDetail(dataOf({ status: 'INIT', called }), '1')?.called).toEqual([]);
  });
});

describe('whatever comes', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    fc.json().map((Data) => JSON.stringify({ Code: 'OK', Data })),
    fc.array(
      fc.record({ id: fc.anything(), status: fc.anything(), robotId: fc.anything() }, { requiredKeys: [] }),
    ),
  );

  it('is an answer or a RobotTaskError', () => {
    const answers = /^(no error|malformed|throttled|unauthorized|account|invalid|unavailable)$/;
    fc.assert(
      fc.property(
        anything,
        fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
        (body, statusCode) => {
          expect(kindOf(() => readTasks(envelopeOf({ statusCode, body })))).toMatch(answers);
          expect(kindOf(() => readDetail(envelopeOf({ statusCode, body }), '1'))).toMatch(answers);
          expect(kindOf(() => readTasks(dataOf(body)))).toMatch(answers);
          expect(kindOf(() => readDetail(dataOf(body), '1'))).toMatch(answers);
          expect(kindOf(() => envelopeOf(body))).toMatch(answers);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['nested a hundred thousand deep', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
    ['nested deep beside a long number', `[1234567890123456789,${'['.repeat(1e5)}`],
    ['longer than any answer', `["${'a'.repeat(21e6)}"]`],
    ['a number of a million digits', `[{"id":1,"status":${'1'.repeat(1e6)}}]`],
  ])('is malformed, and no crash, when it is %s', (_name, data) => {
    expect(kindOf(() => readTasks(dataOf(data)))).toBe('malformed');
  });
});
