import { OPERATOR, READER } from '../../../../bench/page/endpoint';
import { twoStopped } from '../../../../bench/page/worlds';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();

const tasks = twoStopped(NOW);

describe('whoever is not signed in', () => {
  it('sees a sign-in, and nothing is asked for', async () => {
    const { says, endpoint, page } = await visits.visit({ world: { tasks } });
    await says('The link in an alert lets you in by itself.');
    expect(endpoint.requests).toEqual(['GET /']);
    expect(await page.$$('input')).toHaveLength(2);
  });

  it('gets in with a token', async () => {
    const { says, page, press } = await visits.visit({ world: { tasks } });
    await page.type('input[type=password]', READER);
    await press('Sign in');
    await says('2 tasks are stopped');
  });

  it('is told that a token is not accepted, and may try another one', async () => {
    const { says, page, press } = await visits.visit({ world: { tasks } });
    await page.type('input[type=password]', 'wrong');
    await press('Sign in');
    await says('This token is not accepted.');
    await page.type('input[type=password]', READER);
    await press('Sign in');
    await says('2 tasks are stopped');
  });
});

describe('a token', () => {
  const keeps = async (asked: boolean) => {
    const visit = await visits.visit({ world: { tasks } });
    await visit.page.type('input[type=password]', READER);
    if (asked) await visit.page.click('input[type=checkbox]');
    await visit.press('Sign in');
    await visit.says('2 tasks are stopped');
    return visit;
  };

  it('is kept for the tab, through a reload, and not for another tab', async () => {
    const { page, says, endpoint } = await keeps(false);
    await page.reload();
    await says('2 tasks are stopped');
    const other = await page.browserContext().newPage();
    await other.goto(endpoint.url);
    await other.waitForSelector('.sign-in');
  });

  it('is kept on the device when the person says so', async () => {
    const { page, endpoint } = await keeps(true);
    const other = await page.browserContext().newPage();
    await other.goto(endpoint.url);
    await other.waitForSelector('.headline.bad');
  });

  it('is forgotten by signing out', async () => {
    const { page, press } = await keeps(true);
    await press('Sign out');
    await page.waitForSelector('.sign-in');
    await page.reload();
    await page.waitForSelector('.sign-in');
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
  });
});

describe('the link of an alert', () => {
  const ticket = 'rtw1.payload.signature';
  const credentials = { [ticket]: 'reader', [OPERATOR]: 'operator' } as const;

  it('lets in at once, and its ticket is gone from the address', async () => {
    const { says, page, endpoint } = await visits.visit({
      world: { tasks, credentials },
      fragment: `ticket=${ticket}&task=1045011`,
    });
    await says('2 tasks are stopped');
    expect(page.url()).toBe(endpoint.url);
    expect(endpoint.requests.join()).not.toContain(ticket);
  });

  it('shows the task that it is about', async () => {
    const { page } = await visits.visit({
      world: { tasks, credentials },
      fragment: `ticket=${ticket}&task=1045011`,
    });
    await page.waitForSelector('.stop.linked [id="task-1045011"]');
    expect(await page.$$('.linked')).toHaveLength(1);
  });

  it('shows what became of its task when that is not stopped any more', async () => {
    const { text, says } = await visits.visit({
      world: { tasks, credentials },
      fragment: `ticket=${ticket}&task=1045010`,
    });
    await says('The task of the alert');
    const card = await text('.linked');
    expect(card).toContain('橙子租房-到店礼通知');
    expect(card).toContain('running');
  });

  it('says so when its task is not known any more', async () => {
    const { says } = await visits.visit({
      world: { tasks, credentials },
      fragment: `ticket=${ticket}&task=999`,
    });
    await says('The task of the alert is not found any more');
  });

  it('that has expired leads to the sign-in, with the reason', async () => {
    const { says, text } = await visits.visit({ world: { tasks }, fragment: `ticket=${ticket}` });
    await says('The link has expired or is not valid.');
    expect(await text()).not.toContain('stopped');
  });

  it('that expires later leaves what was seen readable, grey, and not refreshed', async () => {
    const { says, text, endpoint, press } = await visits.visit({
      world: { tasks, credentials },
      fragment: `ticket=${ticket}`,
    });
    await says('2 tasks are stopped');
    endpoint.world.credentials = {};
    await press('Refresh');
    await says('The link has expired or is not valid.');
    await says('What follows was seen before the sign-in ended.');
    await says('2 tasks are stopped');
    expect(await text('.old')).toContain('蓝鲸健身-沉睡客户唤醒');
  });

  it('does not take the place of an operator who is signed in', async () => {
    const { says, page, press, endpoint } = await visits.visit({ world: { tasks, credentials } });
    await page.type('input[type=password]', OPERATOR);
    await press('Sign in');
    await says('Start again');
    await page.evaluate(`location.hash = 'ticket=${ticket}&task=1045012'`);
    await page.waitForSelector('.stop.linked [id="task-1045012"]');
    await says('Start again');
    expect(page.url()).toBe(endpoint.url);
  });

  it('lets in where a token that is kept is no longer good', async () => {
    const { says, page, endpoint } = await visits.visit({
      world: { tasks, credentials: { [ticket]: 'reader' } },
      before: "localStorage.setItem('robot-task-watch.token', 'withdrawn')",
      fragment: `ticket=${ticket}`,
    });
    await says('2 tasks are stopped');
    expect(page.url()).toBe(endpoint.url);
  });
});

describe('an operator’s own link', () => {
  const ZHANG = 'zhang+token/0123456789=';
  const LI = 'li-token-01234567890123';
  const world = {
    tasks,
    credentials: { [ZHANG]: 'operator', [LI]: 'operator', [READER]: 'reader' },
    operators: { [ZHANG]: '张三', [LI]: '李四' },
  } as const;
  const open = (token: string, before = '') => visits.visit({ world, fragment: `operator=${token}`, before });

  it('signs in, says whose it is, and is gone from the address before any call', async () => {
    const { says, page, endpoint, text } = await open(
      ZHANG,
      'window.urls = []; const ask = fetch; window.fetch = (...all) => { urls.push(location.href); return ask(...all); };',
    );
    await says('You are signed in as the operator “张三”.');
    await says('Start again');
    expect(await text('.operator')).toContain('It holds for this browser alone.');
    expect(await text('.bar')).toContain('张三');
    expect(page.url()).toBe(endpoint.url);
    expect(new Set((await page.evaluate('urls')) as string[])).toEqual(new Set([endpoint.url]));
  });

  it.each([
    { answer: 'Stay signed in', kept: 'localStorage', is: true },
    { answer: 'Only this time', kept: 'sessionStorage', is: false },
  ])('asks whether to stay signed in: $answer', async ({ answer, kept, is }) => {
    const { press, page, endpoint } = await open(ZHANG);
    await press(answer);
    expect(await page.evaluate(`${kept}.getItem('robot-task-watch.token')`)).toBe(ZHANG);
    const other = await page.browserContext().newPage();
    await other.goto(endpoint.url);
    await other.waitForSelector(is ? '.headline.bad' : '.sign-in');
  });

  const kept = (token: string) => `localStorage.setItem('robot-task-watch.token', '${token}')`;

  it('asks before it takes another operator’s place, and leaves that one in it when told so', async () => {
    const { says, press, page, text } = await open(ZHANG, kept(LI));
    await says('This is the link of the operator “张三”. Here “李四” is signed in.');
    expect(await text('.bar')).toContain('李四');
    await press('Remain “李四”');
    expect(await page.evaluate("localStorage.getItem('robot-task-watch.token')")).toBe(LI);
    expect(await text('.bar')).toContain('李四');
  });

  it('takes another operator’s place when told so', async () => {
    const { press, page, text, says } = await open(ZHANG, `if (!sessionStorage.length) ${kept(LI)}`);
    await press('Sign in as “张三”');
    await says('You are signed in as the operator “张三”.');
    expect(await page.evaluate("localStorage.getItem('robot-task-watch.token')")).toBeNull();
    await says('Start again');
    expect(await text('.bar')).toContain('张三');
  });

  it.each([
    { name: 'a reader’s', present: READER },
    { name: 'one that is no longer good', present: 'withdrawn' },
  ])('takes the place of $name token without a question', async ({ present }) => {
    const { says } = await open(ZHANG, kept(present));
    await says('You are signed in as the operator “张三”.');
    await says('Start again');
  });

  it('says where a browser keeps nothing', async () => {
    const refuse =
      "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new Error('no'); } });";
    const { says, press, text } = await open(ZHANG, refuse);
    await says('This browser keeps nothing');
    await press('Dismiss');
    expect(await text('.bar')).toContain('张三');
  });

  it('that is not good any more says so, and lets nobody in', async () => {
    const { says, press, page } = await open('withdrawn-token-0123456789');
    await says("This operator's token is not valid.");
    await press('Dismiss');
    await page.waitForSelector('.sign-in');
  });

  it('with a token that can only read says so', async () => {
    const { says } = await open(READER);
    await says("This token can only read. It is not an operator's.");
  });

  it('that cannot be looked at says why, and may be tried again', async () => {
    const { says, press, endpoint } = await visits.visit({
      world: { ...world, faults: { summary: 'lost' } },
      fragment: `operator=${ZHANG}`,
    });
    await says('The query endpoint cannot be reached');
    endpoint.world.faults = {};
    await press('Try again');
    await says('You are signed in as the operator “张三”.');
  });
});
