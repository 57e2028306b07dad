import fc from 'fast-check';
import type { Language } from '../../../../shared/text';
import {
  parseTaskId,
  parseTaskQuery,
  type TaskQuery,
} from '../../../../functions/query-robot-tasks/listing/parameters';
import { ProblemError } from '../../../../functions/query-robot-tasks/http/problem';

function parse(query: Record<string, string>): TaskQuery {
  return parseTaskQuery(new Map(Object.entries(query)));
}

/** The names and sentences of what is wrong. */
function errorsOf(parse: () => unknown, language: Language = 'en'): Record<string, string> {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return Object.fromEntries(
      (error.options.errors ?? []).map(({ name, detail }) => [name, detail[language]]),
    );
  }
  throw new Error('nothing was wrong');
}

describe('the query string of GET /tasks', () => {
  it('asks for the first 20 tasks when it is empty', () => {
    expect(parse({})).toEqual({ statuses: [], page: 1, pageSize: 20 });
  });

  const good: { name: string; query: Record<string, string>; want: object }[] = [
    { name: 'one status', query: { status: 'FINISH' }, want: { statuses: ['FINISH'] } },
    { name: 'several statuses', query: { status: 'INIT, READY' }, want: { statuses: ['INIT', 'READY'] } },
    { name: 'stopped', query: { status: 'stopped' }, want: { statuses: ['ARREARS_STOP', 'SYSTEM_STOP'] } },
    {
      name: 'statuses that overlap',
      query: { status: 'SYSTEM_STOP,stopped,INIT,INIT' },
      want: { statuses: ['SYSTEM_STOP', 'ARREARS_STOP', 'INIT'] },
    },
    { name: 'a name with commas and blanks', query: { taskName: ' a,b ' }, want: { taskName: ' a,b ' } },
    { name: 'a leap day', query: { createdOn: '2024-02-29' }, want: { createdOn: '2024-02-29' } },
    {
      name: 'a range of one day',
      query: { createdFrom: '2024-02-29', createdTo: '2024-02-29' },
      want: { createdFrom: '2024-02-29', createdTo: '2024-02-29' },
    },
    { name: 'a robot', query: { robotId: '9223372036854775807' }, want: { robotId: '9223372036854775807' } },
    { name: 'a schedule type', query: { scheduleType: 'ORDER' }, want: { scheduleType: 'ORDER' } },
    {
      name: 'a sort',
      query: { sort: 'totalCount' },
      want: { sort: { field: 'totalCount', descending: false } },
    },
    { name: 'a descending sort', query: { sort: '-id' }, want: { sort: { field: 'id', descending: true } } },
    { name: 'fields', query: { fields: 'status,id,id' }, want: { fields: ['status', 'id', 'id'] } },
    { name: 'the last page', query: { page: '2147483647' }, want: { page: 2_147_483_647 } },
    { name: 'the smallest page size', query: { pageSize: '1' }, want: { pageSize: 1 } },
    { name: 'the largest page size', query: { pageSize: '100' }, want: { pageSize: 100 } },
  ];
  it.each(good)('holds $name', ({ query, want }) => {
    expect(parse(query)).toMatchObject(want);
  });

  const day = 'must be a day of the calendar, written yyyy-MM-dd';
  const page = 'must be a whole number from 1 to 2147483647';
  const pageSize = 'must be a whole number from 1 to 100';
  const fields =
    'id, taskName, robotId, robotName, status, scheduleType, createTime, fireTime, completeTime, totalCount, finishCount';
  const statuses =
    'must be one or more of INIT, READY, DISPATCH, EXCUTING, MANUAL_STOP, SYSTEM_STOP, ARREARS_STOP, CANCEL, SYSTEM_CANCEL, FINISH, stopped, separated by commas';
  const bad: [parameter: string, value: string, detail: string][] = [
    ['status', 'PAUSED', statuses],
    ['status', 'INIT,PAUSED', statuses],
    ['status', 'init', statuses],
    ['status', 'INIT,', statuses],
    ['status', 'EXECUTING', `${statuses} (the vendor spells it EXCUTING)`],
    ['createdOn', '2023-02-29', day],
    ['createdOn', '2024-2-9', day],
    ['createdFrom', '20240229', day],
    ['createdTo', '2024-02-29T00:00:00', day],
    ['createdTo', 'today', day],
    ['robotId', 'R2D2', 'must be 1 to 19 digits'],
    ['robotId', '12345678901234567890', 'must be 1 to 19 digits'],
    ['scheduleType', 'single', 'must be SINGLE or ORDER'],
    ['sort', 'age', `must be one of ${fields}, with - before it for descending order`],
    ['sort', '--id', `must be one of ${fields}, with - before it for descending order`],
    ['sort', 'id,status', 'is given more than once'],
    ['fields', 'id,secret', `must be one or more of ${fields}, separated by commas`],
    ['page', '0', page],
    ['page', '-1', page],
    ['page', '1.5', page],
    ['page', '1e3', page],
    ['page', ' 1', page],
    ['page', '１', page],
    ['page', '2147483648', page],
    ['page', '1,2', 'is given more than once'],
    ['pageSize', '0', pageSize],
    ['pageSize', '101', pageSize],
    ['pageSize', '0x10', pageSize],
    ...['status', 'taskName', 'createdOn', 'createdFrom', 'createdTo', 'robotId', 'scheduleType', 'sort'].map(
      (name): [string, string, string] => [name, '', 'must not be empty'],
    ),
    ['fields', '', 'must not be empty'],
    ['page', '', 'must not be empty'],
    ['pageSize', '', 'must not be empty'],
  ];
  it.each(bad)('is refused for %s=%s', (name, value, detail) => {
    const refuse = () => parse({ [name]: value });
    expect(errorsOf(refuse)).toEqual({ [name]: detail });
    // A Chinese sentence, in which the names are the same.
    const chinese = errorsOf(refuse, 'zh-CN')[name] ?? '';
    expect(chinese).toMatch(/^[^a-z]*[\u4e00-\u9fff]/);
    expect(chinese).toContain(/[A-Z]{4,}/.exec(detail)?.[0] ?? '');
  });

  it('is refused for a range that ends before it begins', () => {
    const query = { createdFrom: '2024-03-01', createdTo: '2024-02-29' };
    expect(errorsOf(() => parse(query))).toEqual({ createdFrom: 'must not be later than createdTo' });
  });

  it('is refused with every bad parameter named at once', () => {
    const range = { createdFrom: '2024-03-01', createdTo: '2024-02-29' };
    const query = { ...range, page: '0', pagesize: '5', status: 'X,Y', sort: 'X', taskName: 'fine' };
    const bad = ['createdFrom', 'page', 'pagesize', 'sort', 'status'];
    expect(Object.keys(errorsOf(() => parse(query))).sort()).toEqual(bad);
  });

  it('is understood or refused, whatever it holds', () => {
    const anyQuery = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'status',
          'page',
          'sort',
          'fields',
          'createdFrom',
          'createdTo',
          '__proto__',
          'constructor',
        ),
        fc.string(),
      ),
      fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('INIT', 'id', '2024-02-29')),
    );
    fc.assert(
      fc.property(anyQuery, (query) => {
        try {
          parse(query);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
    );
  });
});

describe('the id of GET /tasks/{id}', () => {
  const none = new Map<string, string>();

  it.each(['1', '1045001', '9007199254740993', '9223372036854775807'])('may be %s', (id) => {
    expect(parseTaskId(id, none)).toBe(id);
  });

  const bad = [
    '0',
    '-1',
    '007',
    '1.0',
    'abc',
    '1/2',
    '..',
    '１',
    ' 1',
    '9223372036854775808',
    '10000000000000000000',
  ];
  it.each(bad)('may not be %s', (id) => {
    expect(Object.keys(errorsOf(() => parseTaskId(id, none)))).toEqual(['id']);
  });

  it('comes without any parameter', () => {
    const query = new Map([['fields', 'id']]);
    expect(errorsOf(() => parseTaskId('x', query))).toEqual({
      id: "must be a task's id: 1 to 19 digits that do not start with 0",
      fields: 'is unknown: no parameter is taken here',
    });
  });
});
