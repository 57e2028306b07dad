/** Taking a stop, muting it, and what everybody sees of that; channels and pace. */
import { OPERATOR, READER, type World } from '../../../../bench/page/endpoint';
import { manyStopped, quietTasks, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { tomorrowMorning } from '../../../../functions/query-robot-tasks/page/text/time';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();
const HOUR = 3_600_000;
const tasks = twoStopped(NOW);
const CARD = '.stop:has([id="task-1045012"])';

function visit(world: Partial<World> = {}, credential = OPERATOR) {
  return visits.visit({
    world: { tasks, watch: watchOf(NOW, tasks), operators: { [OPERATOR]: '张三' }, ...world },
    fragment: `ticket=${credential}`,
  });
}

const calls = (requests: readonly string[]) => requests.filter((request) => /^(POST|DELETE)/.test(request));

describe('an operator', () => {
  it('takes a task, for everybody to see, and takes that back', async () => {
    const { press, text, endpoint } = await visit();
    await press('I take it', CARD);
    expect(await text(CARD)).toMatch(/Taken\s+张三 took it \([\d: -]+\)/);
    expect(endpoint.world.watch?.stopped[0]?.acknowledged).toMatchObject({ by: '张三', until: null });
    await press('Take it back', CARD);
    expect(await text(CARD)).not.toContain('took it');
    expect(calls(endpoint.requests)).toEqual(['POST /acknowledge', 'DELETE /tasks/1045012/acknowledge']);
  });

  it.each([
    { words: 'Mute for 1 h', until: NOW + HOUR },
    { words: 'Mute until 9:00 tomorrow', until: tomorrowMorning(NOW) },
  ])('mutes a task: $words', async ({ words, until }) => {
    const { press, text, endpoint } = await visit();
    await press('Mute…', CARD);
    await press(words, CARD);
    expect(await text(CARD)).toMatch(/张三 muted it until [\d: -]+/);
    expect(endpoint.world.watch?.stopped[0]?.acknowledged?.until).toBe(new Date(until).toISOString());
  });

  it('takes all of a cause in one call, those that nobody has taken', async () => {
    const many = manyStopped(NOW, 300);
    const watch = watchOf(NOW, many);
    const act = { by: '李四', at: new Date(NOW).toISOString(), until: null };
    const stopped = watch.stopped.map((stop, index) => (index === 1 ? { ...stop, acknowledged: act } : stop));
    const { press, text, endpoint } = await visit({ tasks: many, watch: { ...watch, stopped } });
    await press('I take all (199)');
    expect(calls(endpoint.requests)).toEqual(['POST /acknowledge']);
    expect(await text('.line')).toContain('李四 took it');
    expect(await text('.line:nth-child(2)')).toContain('张三 took it');
    expect(await text()).not.toContain('I take all (199)');
  });

  it('is told which could not be taken, and why', async () => {
    const watch = watchOf(NOW, tasks);
    const { press, says, endpoint } = await visit({ watch });
    endpoint.world.watch = { ...watch, stopped: watch.stopped.slice(1) };
    await press('I take it', CARD);
    await says('1 could not be taken: The watch has not seen it yet.');
    await press('Dismiss');
  });
});

it('a mute that is over is none', async () => {
  const watch = watchOf(NOW, tasks);
  const act = {
    by: '张三',
    at: new Date(NOW - HOUR).toISOString(),
    until: new Date(NOW - 1000).toISOString(),
  };
  const { text } = await visit({
    watch: { ...watch, stopped: watch.stopped.map((stop) => ({ ...stop, acknowledged: act })) },
  });
  expect(await text()).not.toContain('muted');
});

it('a reader sees who took a task, and no button to do so', async () => {
  const watch = watchOf(NOW, tasks);
  const act = { by: '张三', at: new Date(NOW - HOUR).toISOString(), until: null };
  const { text } = await visit(
    { watch: { ...watch, stopped: watch.stopped.map((stop) => ({ ...stop, acknowledged: act })) } },
    READER,
  );
  expect(await text(CARD)).toContain('张三 took it');
  expect(await text()).not.toContain('Take it back');
  expect(await text()).not.toContain('I take it');
});

it('nothing can be taken where no state is shared', async () => {
  const { text } = await visit({ watch: null });
  expect(await text()).toContain('Start again');
  expect(await text()).not.toContain('I take it');
});

it('says which channels there are, when each took a message last, and which fails since when', async () => {
  const at = (ago: number) => new Date(NOW - ago).toISOString();
  const channels = [
    { id: 'ops', type: 'feishu', after: null, lastNewsAt: at(HOUR), failingSince: null },
    { id: 'second', type: 'email', after: '10m', lastNewsAt: null, failingSince: at(2 * HOUR) },
  ];
  const reason = { 'zh-CN': '拒绝', en: 'refused' };
  const failures = [{ subject: 'channel', channel: 'second', since: at(2 * HOUR), reason }];
  const { text } = await visit({ watch: watchOf(NOW, tasks, { channels, failures }) });
  const said = (await text('[aria-labelledby=watch]')).replace(/\s+/g, ' ');
  expect(said).toMatch(/ops \(feishu\) · works · last news [\d: -]+ second/);
  expect(said).toMatch(
    /second \(email\) · told after 10m · fails since [\d: -]+: refused · nothing sent yet/,
  );
});

it('a running task has its pace, and when it will be done, where the watch knows', async () => {
  const quiet = quietTasks(NOW);
  const running = [{ id: '1045010', callsPerHour: 319.6, doneAt: new Date(NOW + 2 * HOUR).toISOString() }];
  const { text } = await visit({ tasks: quiet, watch: watchOf(NOW, quiet, { running }) });
  expect(await text('[aria-labelledby=running]')).toMatch(/about 320 calls an hour, done at about [\d: -]+/);
});

it('the history says who started a task again', async () => {
  const watch = watchOf(NOW, tasks);
  const history = watch.history.map((stop) => ({ ...stop, startedBy: '张三' }));
  const { press, text } = await visit({ watch: { ...watch, history } });
  await press('As a table');
  expect((await text('tbody tr:nth-child(3)')).replace(/\s+/g, ' ')).toContain('running (started by 张三)');
});
