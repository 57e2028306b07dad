import { parseStateStore } from '../../../shared/documents/location';

describe('STATE_STORE', () => {
  it.each([
    { value: 'memory', location: { kind: 'memory' } },
    {
      value: 'file:/var/lib/watch/state.json',
      location: { kind: 'file', path: '/var/lib/watch/state.json' },
    },
    { value: 'file:state.json', location: { kind: 'file', path: 'state.json' } },
    { value: 'file:C:\\watch\\state.json', location: { kind: 'file', path: 'C:\\watch\\state.json' } },
    {
      value: 'tablestore://robot-watch.cn-hangzhou/robot_task_watch',
      location: {
        kind: 'tablestore',
        instance: 'robot-watch',
        region: 'cn-hangzhou',
        table: 'robot_task_watch',
      },
    },
    {
      value: 'tablestore://abc.cn-shanghai-finance-1/_T1',
      location: { kind: 'tablestore', instance: 'abc', region: 'cn-shanghai-finance-1', table: '_T1' },
    },
  ])('may be $value', ({ value, location }) => {
    expect(parseStateStore(value)).toEqual(location);
  });

  it.each([
    { value: 'redis://x', message: /must be memory, file:<path> or tablestore:/ },
    { value: 'Memory', message: /must be memory/ },
    { value: '/var/lib/state.json', message: /must be memory/ },
    { value: 'file:', message: /needs a path after file:/ },
    { value: 'file://host/state.json', message: /must be file:<path> with one or three slashes/ },
    { value: 'file:/var/lib/', message: /must name a file, not a folder/ },
    { value: 'file:a\u0000b', message: /must not hold NUL/ },
    { value: 'tablestore://watch/table', message: /must have the form tablestore:/ },
    { value: 'tablestore://watch.cn-hangzhou', message: /must have the form tablestore:/ },
    { value: 'tablestore://watch.cn-hangzhou/', message: /must have the form tablestore:/ },
    { value: 'tablestore://watch.cn-hangzhou/a/b', message: /must have the form tablestore:/ },
    {
      value: 'tablestore://watch.cn-hangzhou.ots.aliyuncs.com/table',
      message: /must have the form tablestore:/,
    },
    {
      value: 'tablestore://key:secret@watch.cn-hangzhou/table',
      message: /names no valid Tablestore instance/,
    },
    { value: 'tablestore://ab.cn-hangzhou/table', message: /names no valid Tablestore instance/ },
    { value: 'tablestore://1abc.cn-hangzhou/table', message: /names no valid Tablestore instance/ },
    { value: 'tablestore://abc-.cn-hangzhou/table', message: /names no valid Tablestore instance/ },
    { value: 'tablestore://a_bc.cn-hangzhou/table', message: /names no valid Tablestore instance/ },
    { value: 'tablestore://watch.hangzhou/table', message: /names no valid region/ },
    { value: 'tablestore://watch.cn_hangzhou/table', message: /names no valid region/ },
    { value: 'tablestore://watch.cn-hangzhou/1table', message: /names no valid table/ },
    { value: 'tablestore://watch.cn-hangzhou/robot-tasks', message: /names no valid table/ },
    { value: `tablestore://watch.cn-hangzhou/${'t'.repeat(256)}`, message: /names no valid table/ },
  ])('must not be $value', ({ value, message }) => {
    expect(() => parseStateStore(value)).toThrow(message);
  });

  it('is not repeated in the error', () => {
    expect(() => parseStateStore('tablestore://key:secret@watch.cn-hangzhou/table')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') as string }) as Error,
    );
  });
});
