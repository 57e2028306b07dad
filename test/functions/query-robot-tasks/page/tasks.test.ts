import { READER, type World } from '../../../../bench/page/endpoint';
import { quietTasks, taskOf, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser, type VisitOptions } from './visit';

const visits = useBrowser();

function visit(world: Partial<World>, options: VisitOptions = {}) {
  return visits.visit({ world, fragment: `ticket=${READER}`, ...options });
}

describe('the headline', () => {
  it.each([
    { name: 'no task is stopped', tasks: quietTasks(NOW), en: 'No task is stopped', zh: '没有任务停止' },
    {
      name: 'one task is stopped',
      tasks: [taskOf(NOW, '1', { status: 'SYSTEM_STOP' })],
      en: '1 task is stopped',
      zh: '1 个任务已停止',
    },
    { name: 'several are stopped', tasks: twoStopped(NOW), en: '2 tasks are stopped', zh: '2 个任务已停止' },
  ])('says in words that $name, in both languages', async ({ tasks, en, zh }) => {
    const { says, press, page } = await visit({ tasks });
    await says(en);
    await press('中文');
    await says(zh);
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
  });

  it.each([
    { language: 'zh-CN', words: '没有任务停止' },
    { language: 'fr', words: '没有任务停止' },
    { language: 'en', words: 'No task is stopped' },
  ] as const)('is in the language that a browser in $language asks for', async ({ language, words }) => {
    const { says } = await visit({ tasks: [] }, { language });
    await says(words);
  });

  it('keeps the language that was chosen', async () => {
    const { says, press, page } = await visit({ tasks: [] });
    await says('No task is stopped');
    await press('中文');
    await says('没有任务停止');
    await page.reload();
    await says('没有任务停止');
  });

  it('and every count agree where two answers do not', async () => {
    const tasks = twoStopped(NOW);
    const { text, page, endpoint, press } = await visit({ tasks });
    const summary = (await (
      await fetch(`${endpoint.url}summary`, { headers: { authorization: `Bearer ${READER}` } })
    ).json()) as { statuses: Record<string, number> };
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      if (!request.url().endsWith('/summary')) return void request.continue();
      const older = { ...summary, stopped: 1, statuses: { ...summary.statuses, SYSTEM_STOP: 0 } };
      return void request.respond({
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify(older),
      });
    });
    await press('Refresh');
    expect(await text('h1')).toBe('2 tasks are stopped');
    expect(await text('.causes')).toBe('1 stopped, payment overdue · 1 stopped by the system');
    expect(await text('.chips')).toContain('stopped by the system\n1');
  });

  it('says that nobody can say, with the reason and what the watch saw last, while the voice service is broken', async () => {
    const tasks = twoStopped(NOW);
    const fault = {
      status: 502,
      name: 'upstream-unavailable',
      title: 'The voice service is out of reach',
      detail: 'dyvmsapi.aliyuncs.com:443 (ENOTFOUND).',
    };
    const { says, text } = await visit({
      tasks,
      watch: watchOf(NOW, tasks),
      faults: { summary: fault, tasks: fault },
    });
    await says('Nobody can say whether a task is stopped');
    await says('The voice service is out of reach.');
    await says('The stopped tasks that the watch saw last:');
    expect(await text()).toContain('蓝鲸健身-沉睡客户唤醒');
    expect(await text()).toContain('ENOTFOUND');
  });
});

it('names what keeps the stopped tasks from being listed while their number is known', async () => {
  const fault = { status: 503, name: 'upstream-throttled', title: 'It is throttling', detail: 'Later.' };
  const { says, text } = await visit({ tasks: twoStopped(NOW), faults: { tasks: fault } });
  await says('This part could not be read: It is throttling.');
  expect(await text('h1')).toBe('2 tasks are stopped');
});

describe('a stopped task', () => {
  it('is told with status, since when and how long, robot, progress, whom the watch told, and what to do', async () => {
    const tasks = twoStopped(NOW);
    const { says, text } = await visit({ tasks, watch: watchOf(NOW, tasks) });
    await says('ops (');
    const card = (await text('.stop')).replace(/\s+/g, ' ');
    expect(card).toMatch(
      /stopped, payment overdue Stopped since [\d: -]+, for 47 min Progress 998 \/ 1000 2 left/,
    );
    expect(card).toMatch(/Robot 小云 Told ops \([\d: -]+\), feishu \([\d: -]+\)/);
    expect(card).toContain('Pay what is due, then start the task: it may not resume on its own.');
  });

  it('names what a channel was told when that was another status', async () => {
    const tasks = [taskOf(NOW, '1', { status: 'ARREARS_STOP' })];
    const watch = watchOf(NOW, tasks);
    const told = [{ channel: 'ops', status: 'SYSTEM_STOP', at: new Date(NOW).toISOString() }];
    const { says } = await visit({
      tasks,
      watch: { ...watch, stopped: watch.stopped.map((stop) => ({ ...stop, told })) },
    });
    await says(', then stopped by the system)');
  });

  it('that the watch does not know of has no time, and nobody was told', async () => {
    const tasks = [taskOf(NOW, '1', { status: 'ARREARS_STOP' })];
    const { says } = await visit({ tasks, watch: watchOf(NOW, []) });
    await says('no channel yet');
  });

  it('that is stalled, as the watch sees it, is shown with its last call', async () => {
    const tasks = quietTasks(NOW);
    const watch = watchOf(NOW, tasks);
    const since = new Date(NOW - 40 * 60_000).toISOString();
    const stalled = { id: '1045010', taskName: '橙子租房-到店礼通知', status: 'STALLED', since, told: [] };
    const { says, text } = await visit({ tasks, watch: { ...watch, stopped: [stalled] } });
    await says('Last call');
    expect(await text('.stop')).toContain('no more calls are completed');
    expect(await text('h1')).toBe('No task is stopped');
  });
});

describe('a running task', () => {
  it('has a progress bar that says its numbers to whoever cannot see it', async () => {
    const { page, says } = await visit({ tasks: quietTasks(NOW) });
    await says('420 / 1000');
    const bar = await page.evaluate(
      `['aria-label', 'aria-valuenow', 'aria-valuemin', 'aria-valuemax'].map((name) =>
        document.querySelector('[aria-labelledby=running] [role=progressbar]').getAttribute(name))`,
    );
    expect(bar).toEqual(['Progress of “橙子租房-到店礼通知”', '420', '0', '1000']);
  });

  it('without counts has none', async () => {
    const { says } = await visit({ tasks: [taskOf(NOW, '1', { totalCount: null, finishCount: null })] });
    await says('unknown / unknown');
  });
});

describe('the list', () => {
  it('asks for nothing before somebody chooses, and then for that status', async () => {
    const { says, press, endpoint, text } = await visit({ tasks: twoStopped(NOW) });
    await says('Choose a status, or search by name.');
    expect(endpoint.requests.filter((request) => request.includes('FINISH'))).toEqual([]);
    await press('finished 24');
    await says('Page 1 of 2');
    expect(endpoint.requests).toContain('GET /tasks?page=1&pageSize=20&status=FINISH');
    expect(await text('[aria-labelledby=tasks] .rows')).not.toContain('ended by hand');
  });

  it('shows older tasks by page', async () => {
    const { says, press, text } = await visit({ tasks: quietTasks(NOW) });
    await press('all 33');
    await says('Page 1 of 2');
    await press('Next', 'nav[aria-label="Find tasks"]');
    await says('Page 2 of 2');
    expect(await text('[aria-labelledby=tasks] .rows')).toContain('春季回访-第 30 批');
    await press('Previous', 'nav[aria-label="Find tasks"]');
    await says('Page 1 of 2');
  });

  it('goes on while there are full pages when no total is given', async () => {
    const { says, press, text } = await visit({ tasks: quietTasks(NOW), omitsTotal: true });
    await press('all 33');
    await says('Page 1');
    await press('Next', 'nav[aria-label="Find tasks"]');
    await says('Page 2');
    expect(await text('nav[aria-label="Find tasks"]')).not.toContain('of');
  });

  it('is searched by name, within the status that is chosen', async () => {
    const { says, press, page, endpoint, text } = await visit({ tasks: quietTasks(NOW) });
    await press('finished 24');
    await says('Page 1 of 2');
    await page.type('input[type=search]', '第 12 批');
    await page.keyboard.press('Enter');
    await page.waitForFunction("document.querySelectorAll('[aria-labelledby=tasks] .row').length === 1");
    expect(await text('[aria-labelledby=tasks] .rows')).toContain('春季回访-第 12 批');
    expect(decodeURIComponent(endpoint.requests.at(-1) ?? '')).toBe(
      'GET /tasks?page=1&pageSize=20&status=FINISH&taskName=第+12+批',
    );
    await page.type('input[type=search]', 'x');
    await press('Search');
    await says('No task matches.');
  });
});

describe('the watch', () => {
  it('is said to share no state where it shares none', async () => {
    const { says } = await visit({ tasks: twoStopped(NOW) });
    await says('There is no shared state');
    await says('unknown (the watch shares no record of it)');
  });

  it('says when it saved last, and which channel fails and why', async () => {
    const since = new Date(NOW - 90 * 60_000).toISOString();
    const reason = { 'zh-CN': '机器人不存在', en: 'the robot does not exist' };
    const failures = [{ subject: 'channel', channel: 'ops', since, reason }];
    const { says, text } = await visit({ tasks: [], watch: watchOf(NOW, [], { failures }) });
    await says('Channel ops has not received its alerts since');
    expect(await text('[aria-labelledby=watch]')).toContain('ops: the robot does not exist');
    expect(await text('[aria-labelledby=watch]')).toMatch(/Last saved\s+[\d: -]+ · 40 s ago/);
  });
});
