import { OPERATOR, READER, type World } from '../../../../bench/page/endpoint';
import { twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();
const tasks = twoStopped(NOW);
const CARD = '.stop:has([id="task-1045012"])';

function visit(world: Partial<World> = {}, credential = OPERATOR) {
  return visits.visit({
    world: { tasks, watch: watchOf(NOW, tasks), ...world },
    fragment: `ticket=${credential}`,
  });
}

const starts = (requests: readonly string[]) => requests.filter((request) => request.startsWith('POST'));

describe('an operator', () => {
  it('is asked once more before a task is started, and may let it be', async () => {
    const { press, says, endpoint, text } = await visit();
    await press('Start again', CARD);
    await says('Start “云杉教育-会员续费提醒（双十一）” again? It goes on with the calls that are left.');
    expect(starts(endpoint.requests)).toEqual([]);
    await press('Cancel', CARD);
    expect(await text(CARD)).not.toContain('It goes on with');
    expect(starts(endpoint.requests)).toEqual([]);
  });

  it('starts a task, sees what it became, and sees it run', async () => {
    const { press, says, endpoint, text, page } = await visit();
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says('“云杉教育-会员续费提醒（双十一）” was started; its status now: running.');
    expect(starts(endpoint.requests)).toEqual(['POST /tasks/1045012/start']);
    await says('1 task is stopped');
    expect(await text('section[aria-labelledby=running]')).toContain('云杉教育-会员续费提醒（双十一）');
    await press('Dismiss');
    expect(await page.$('.outcome')).toBeNull();
  });

  it('sees why the voice service refuses, with its code and its words', async () => {
    const { press, says, text } = await visit({
      start: {
        status: 409,
        name: 'start-refused',
        detail: 'The account is in arrears.',
        upstreamCode: 'isv.OUT_OF_SERVICE',
      },
    });
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says("was not started: the voice service's API refused it (isv.OUT_OF_SERVICE).");
    expect(await text(`${CARD} .outcome`)).toContain('The account is in arrears.');
    await press('Start again', CARD);
    await says('It goes on with the calls that are left.');
  });

  it('is told that a task runs already when that is why its start was refused', async () => {
    const world: Partial<World> = {};
    const { press, says, endpoint, text } = await visit(world);
    endpoint.world.start = (id) => {
      endpoint.world.tasks = tasks.map((task) => (task.id === id ? { ...task, status: 'EXCUTING' } : task));
      return {
        status: 409,
        name: 'start-refused',
        detail: 'The status is wrong.',
        upstreamCode: 'isv.STATUS',
      };
    };
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says('“云杉教育-会员续费提醒（双十一）” runs already, perhaps a colleague started it.');
    expect(await text('.outcome')).toContain('The status is wrong.');
    expect(await text()).not.toContain('was not started');
  });

  it('is told what kept the account from it, and that a start could not be recorded', async () => {
    const { press, says, endpoint } = await visit({
      start: { status: 409, name: 'start-refused-account', detail: 'No.', upstreamCode: 'isv.ARREARS' },
    });
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says("refused it for the account's sake (isv.ARREARS). Its status now: stopped, payment overdue.");
    endpoint.world.start = { becomes: 'EXCUTING', recorded: false };
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says('Who started it could not be recorded.');
  });

  it.each([
    { name: 'no answer comes', start: 'lost' },
    {
      name: 'the voice service answered too late',
      start: { status: 504, name: 'upstream-timeout', detail: 'It may have been started.' },
    },
    {
      name: 'the answer of the voice service was lost',
      start: { status: 502, name: 'upstream-unavailable', detail: 'It may have been started.' },
    },
    {
      name: 'the function has a bug',
      start: { status: 500, name: 'internal', detail: 'Something is wrong in this function.' },
    },
  ] as const)(
    'is told that the task may have been started when $name, and it is asked once',
    async ({ start }) => {
      const { press, says, endpoint } = await visit({ start });
      await press('Start again', CARD);
      await press('Yes, start it', CARD);
      await says('may have been started');
      await says('Look at its status before you try again.');
      expect(starts(endpoint.requests)).toHaveLength(1);
    },
  );

  it.each([
    { name: 'throttling', start: { status: 503, name: 'upstream-throttled', detail: 'Later.' } },
    {
      name: 'keys without the right to start',
      start: { status: 502, name: 'upstream-unauthorized', detail: 'No permission.' },
    },
    { name: 'an unknown task', start: { status: 404, name: 'task-not-found', detail: 'No such task.' } },
    { name: 'a right that was withdrawn', start: { status: 403, name: 'forbidden', detail: 'Not you.' } },
  ] as const)('is told that the task was not started at $name', async ({ start }) => {
    const { press, says } = await visit({ start });
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says('was not started');
  });

  it('whose sign-in has ended is led to the sign-in', async () => {
    const { press, says, endpoint } = await visit();
    await press('Start again', CARD);
    endpoint.world.credentials = {};
    await press('Yes, start it', CARD);
    await says('The link has expired or is not valid.');
  });
});

describe('a button', () => {
  it('works once until its answer is there, three clicks in one turn of the loop and all', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const before = (call: string) => (call.startsWith('POST') ? answered : Promise.resolve());
    const { page, press, says, endpoint } = await visit({ before });
    await press('Start again', CARD);
    const yes = `[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Yes, start it')`;
    await page.evaluate(
      `(() => { const button = ${yes}; button.click(); button.click(); button.click(); })()`,
    );
    await page.waitForFunction("document.body.innerText.includes('Starting…')");
    answer();
    await says('was started');
    expect(starts(endpoint.requests)).toHaveLength(1);
  });

  it('works once beside a stop whose time is no time, which is said to be unknown', async () => {
    const watch = watchOf(NOW, tasks);
    const stopped = watch.stopped.map((stop) => ({ ...stop, since: 'soon' }));
    const { press, says, text, endpoint, complaints } = await visit({ watch: { ...watch, stopped } });
    expect((await text(CARD)).replace(/\s+/g, ' ')).toContain('Stopped since unknown');
    await press('Start again', CARD);
    await press('Yes, start it', CARD);
    await says('was started');
    expect(starts(endpoint.requests)).toHaveLength(1);
    expect(complaints).toEqual([]);
  });
});

describe('topping up', () => {
  it('is the first button at a task that payment stopped, and starting the second; at another one starting is', async () => {
    const { page } = await visit();
    const buttons = (await page.evaluate(
      "[...document.querySelectorAll('.stop .actions')].map((e) => [...e.children].map((c) => c.textContent))",
    )) as string[][];
    expect(buttons).toEqual([
      ['Top up', 'Start again', 'I take it', 'Mute…', 'Voice Service console'],
      ['Start again', 'I take it', 'Mute…', 'Voice Service console'],
    ]);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.stop .primary')].map(({ textContent }) => textContent)",
      ),
    ).toEqual(['Top up', 'Start again']);
  });
});

describe('a reader', () => {
  it('sees no button to start a task, and how to get one', async () => {
    const { says, press, text, page } = await visit({}, READER);
    await says('This sign-in can only read.');
    expect(await text()).not.toContain('Start again');
    await press('Sign in as an operator', CARD);
    expect(await text('.sign-in')).toContain("Starting a task needs an operator's token");
    expect(await text('.sign-in')).not.toMatch(/[A-Z]+_[A-Z]+/);
    await page.type('input[type=password]', OPERATOR);
    await press('Sign in', '.sign-in');
    await says('Start again');
  });

  it('is led to where the account is topped up, and to the console', async () => {
    const { says, page } = await visit({}, READER);
    await says('Top up');
    const links = (await page.evaluate(
      "[...document.querySelectorAll('.stop a')].map((a) => [a.href, a.target, a.rel].join(' '))",
    )) as string[];
    expect(links).toEqual([
      'https://billing-cost.console.aliyun.com/fortune/fund-management/recharge _blank noopener noreferrer',
      'https://dyvms.console.aliyun.com/overview/home _blank noopener noreferrer',
      'https://dyvms.console.aliyun.com/overview/home _blank noopener noreferrer',
    ]);
  });

  it('is led to the console of the product that has the tasks', async () => {
    const { says, page } = await visit({ source: 'aiccs' }, READER);
    await says('Cloud Contact Center console');
    const hrefs = (await page.evaluate(
      "[...document.querySelectorAll('.stop a')].map((a) => a.href)",
    )) as string[];
    expect(hrefs).toContain('https://aiccs.console.aliyun.com/overview');
    expect(hrefs.join()).not.toContain('dyvms');
  });
});
