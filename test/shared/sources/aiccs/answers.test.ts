import * as fc from 'fast-check';
import { isStarted } from '../../../../shared/sources/robot-tasks/start';
import { fromWire, toWire } from '../../../../shared/sources/aiccs/statuses';
import { readDetail, readPage } from '../../../../shared/sources/aiccs/task-data';
import { readResponse, type Envelope } from '../../../../shared/sources/openapi/envelope';
import { RobotTaskError } from '../../../../shared/robot-task-error';

/** What our client makes of an answer's body. */
function envelopeOf(body: string): Envelope {
  const outcome = readResponse({ statusCode: 200, body }, { host: null, permissions: [] });
  if ('error' in outcome) throw outcome.error;
  return outcome.envelope;
}

const answer = (data: string, more = '') =>
  envelopeOf(`{"Code":"OK","RequestId":"R-1"${more},"Data":${data}}`);
const listed = (record: string) => readPage(answer(`{"Total":1,"Record":[${record}]}`)).tasks[0];

function errorOf(read: () => unknown): RobotTaskError {
  try {
    read();
  } catch (error) {
    if (error instanceof RobotTaskError) return error;
    throw error;
  }
  throw new Error('There was no error.');
}

describe('a record', () => {
  it('is a task, with null for what there is none of', () => {
    const record = `{"Id":9007199254740993,"TaskName":"回访","RobotId":9223372036854775807,"RobotName":"小云",
      "Status":"RUNNING","TotalCount":1000,"CompleteCount":998,"GmtCreate":"1560495323000","FireTime":"1560495400000"}`;
    expect(listed(record)).toEqual({
      id: '9007199254740993',
      taskName: '回访',
      robotId: '9223372036854775807',
      robotName: '小云',
      status: 'EXCUTING',
      scheduleType: null,
      createTime: '2019-06-14T14:55:23+08:00',
      fireTime: '2019-06-14T14:56:40+08:00',
      completeTime: null,
      totalCount: 1000,
      finishCount: 998,
    });
  });

  it.each([
    '""',
    'null',
    '"0"',
    '0',
    '"soon"',
    '-5',
    '1.5',
    '"253402272000000"',
    '1e300',
    '{}',
    '"2019-06-14"',
  ])('has no time that is %s', (time) => {
    expect(listed(`{"Id":1,"Status":"DONE","GmtCreate":${time}}`)?.createTime).toBeNull();
  });

  it('may have its time as a number', () => {
    expect(listed('{"Id":1,"Status":"DONE","GmtCreate":1560495323000}')?.createTime).toBe(
      '2019-06-14T14:55:23+08:00',
    );
  });

  it('without an id or a status spoils the page, and the error holds the others', () => {
    for (const bad of [
      '{"Status":"DONE"}',
      '{"Id":2}',
      '{"Id":2,"Status":""}',
      '{"Id":2.5,"Status":"DONE"}',
      '7',
    ]) {
      const page = answer(`{"Total":2,"Record":[{"Id":1,"Status":"DONE"},${bad}]}`);
      const error = errorOf(() => readPage(page));
      expect(error.kind).toBe('malformed');
      expect(error.tasks.map(({ id }) => id)).toEqual(['1']);
    }
  });
});

describe('a page', () => {
  it('may be the JSON of one, and tells its total and its size', () => {
    const data = JSON.stringify(
      '{"PageNo":1,"PageSize":50,"Total":7,"Record":[{"Id":9007199254740993,"Status":"STOP"}]}',
    );
    expect(readPage(answer(data))).toMatchObject({
      tasks: [{ id: '9007199254740993', status: 'MANUAL_STOP' }],
      total: 7,
      pageSize: 50,
    });
  });

  it('is empty without a Record only where the total is 0', () => {
    expect(readPage(answer('{"Total":0}')).tasks).toEqual([]);
    expect(readPage(answer('{"Total":0,"Record":null}')).tasks).toEqual([]);
  });

  it.each([
    { name: 'no Record and a total', data: '{"Total":3}' },
    { name: 'no Record and no total', data: '{}' },
    { name: 'a Record that is no list', data: '{"Total":0,"Record":{}}' },
    { name: 'no Data', data: 'null' },
    { name: 'Data that is a list', data: '[]' },
    { name: 'Data that is no JSON', data: '"{"' },
    { name: 'Success false', data: '{"Total":0,"Record":[]}', more: ',"Success":false' },
  ])('is malformed with $name, and never an empty list', ({ data, more = '' }) => {
    expect(errorOf(() => readPage(answer(data, more)))).toMatchObject({
      kind: 'malformed',
      requestId: 'R-1',
    });
  });

  it('is a page or a malformed error, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.json(), (data) => {
        try {
          readPage(answer(data));
        } catch (error) {
          expect(error).toMatchObject({ kind: 'malformed' });
        }
      }),
    );
  });
});

describe('the list for one task', () => {
  it('holds it, perhaps among others', () => {
    const data = '{"Total":2,"Record":[{"Id":1,"Status":"DONE"},{"Id":2,"Status":"STOP"}]}';
    expect(readDetail(answer(data), '2')).toMatchObject({ id: '2', status: 'MANUAL_STOP', called: [] });
  });

  it('says that there is none by being empty', () => {
    expect(readDetail(answer('{"Total":0,"Record":[]}'), '2')).toBeNull();
  });

  it.each(['{"Total":1,"Record":[{"Id":1,"Status":"DONE"}]}', '{"Total":1,"Record":[]}'])(
    'says nothing of it where it is %s: the task may be there',
    (data) => {
      expect(errorOf(() => readDetail(answer(data), '2')).kind).toBe('malformed');
    },
  );
});

describe('the answer to a start', () => {
  it.each([
    { name: 'both yes', data: 'true', more: ',"Success":true', started: true },
    { name: 'yes in text, and nothing else', data: '"true"', more: '', started: true },
    { name: 'success, and nothing else', data: 'null', more: ',"Success":true', started: true },
    { name: 'success and no', data: 'false', more: ',"Success":true', started: false },
    { name: 'yes and no success', data: 'true', more: ',"Success":false', started: false },
  ])('is $started with $name', ({ data, more, started }) => {
    expect(isStarted(answer(data, more))).toBe(started);
  });

  it('is unknown where it says nothing', () => {
    expect(errorOf(() => isStarted(answer('null'))).kind).toBe('malformed');
  });
});

it('a status has one name on the wire and one here, and an unknown one passes through', () => {
  const theirs = [
    'INIT',
    'READY',
    'RELEASE',
    'RUNNING',
    'STOP',
    'SYSTEM_STOP',
    'CANCEL',
    'SYSTEM_CANCEL',
    'DONE',
    'NEW',
  ];
  expect(theirs.map(fromWire)).toEqual([
    'INIT',
    'READY',
    'DISPATCH',
    'EXCUTING',
    'MANUAL_STOP',
    'SYSTEM_STOP',
    'CANCEL',
    'SYSTEM_CANCEL',
    'FINISH',
    'NEW',
  ]);
  expect(theirs.map(fromWire).map(toWire)).toEqual(theirs);
});
