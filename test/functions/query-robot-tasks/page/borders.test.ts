/** What happens at the borders: lists that become shorter, questions that fail, sign-ins that end, names that turn round. */
import { OPERATOR, READER, type Problem, type World } from '../../../../bench/page/endpoint';
import { manyStopped, taskOf, twoStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();
const tasks = twoStopped(NOW);
const UNAVAILABLE: Problem = { status: 502, name: 'upstream-unavailable', detail: 'ENOTFOUND' };
const TICKET = 'rtw1.payload.signature';

function visit(world: Partial<World>, fragment = `ticket=${READER}`) {
  return visits.visit({ world, fragment });
}

const running = (count: number) =>
  Array.from({ length: count }, (_, index) => taskOf(NOW, String(index), { taskName: `campaign ${index}` }));

describe('a page that is gone because its list has become shorter', () => {
  it('makes room for the last one there is, of the running tasks', async () => {
    const { press, says, text, endpoint } = await visit({ tasks: running(25) });
    await press('Next', 'nav[aria-label="Running tasks"]');
    await says('Page 2 of 2');
    endpoint.world.tasks = running(20);
    await press('Refresh');
    await says('campaign 19');
    expect(await text('[aria-labelledby=running]')).not.toContain('No task is running');
  });

  it('makes room for fewer, of the stopped tasks that are all shown', async () => {
    const { press, says, endpoint, page } = await visit({ tasks: manyStopped(NOW, 300) });
    await press('Show all (200)');
    await page.waitForFunction("document.querySelectorAll('.line').length === 204");
    endpoint.world.tasks = manyStopped(NOW, 30);
    await press('Refresh');
    await says('30 tasks are stopped');
    await page.waitForFunction("document.querySelectorAll('.line').length === 24");
  });
});

it('a search whose last page is gone goes to the one that is there, and stays alive', async () => {
  const { press, says, text, endpoint } = await visit({ tasks: running(25) });
  await press('all 25');
  await press('Next', 'nav[aria-label="Find tasks"]');
  await says('Page 2 of 2');
  endpoint.world.tasks = running(15);
  await press('Refresh');
  expect(await text('[aria-labelledby=tasks]')).toContain('campaign 14');
  await press('running 15');
  await says('campaign 0');
});

describe('a question that fails', () => {
  it('does not leave the answer to another one in its place', async () => {
    const stop = taskOf(NOW, '9', { taskName: 'standing', status: 'SYSTEM_STOP' });
    const { press, text, endpoint } = await visit({ tasks: [...running(3), stop] });
    await press('stopped by the system 1');
    expect(await text('[aria-labelledby=tasks]')).toContain('standing');
    endpoint.world.faults = { tasks: UNAVAILABLE };
    await press('running 3');
    expect(await text('[aria-labelledby=tasks]')).toContain('This part could not be read');
    expect(await text('[aria-labelledby=tasks]')).not.toContain('standing');
    endpoint.world.faults = {};
    await press('Refresh');
    expect(await text('[aria-labelledby=tasks]')).toContain('campaign 2');
  });

  it('turns no page: the one before stays, and can be turned when it works again', async () => {
    const { press, says, text, endpoint } = await visit({ tasks: running(45) });
    endpoint.world.faults = { tasks: UNAVAILABLE };
    await press('Next', 'nav[aria-label="Running tasks"]');
    await says('This part could not be read');
    expect(await text('[aria-labelledby=running]')).toContain('campaign 19');
    endpoint.world.faults = {};
    await press('Next', 'nav[aria-label="Running tasks"]');
    await says('Page 2 of 3');
  });

  it('is asked again at once when the network is back', async () => {
    const { page, says, endpoint } = await visit({ tasks });
    endpoint.world.faults = { summary: 'lost', tasks: 'lost' };
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    await says('The refresh failed');
    endpoint.world.faults = {};
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    await page.waitForFunction("document.querySelector('.warning') === null");
  });
});

describe('a sign-in', () => {
  const credentials = { [TICKET]: 'reader', [OPERATOR]: 'operator' } as const;

  it('that is typed beside a link and refused says so, and may be tried again', async () => {
    const { page, press, says, text } = await visit({ tasks, credentials }, `ticket=${TICKET}`);
    await press('Sign in as an operator', '.stop');
    await page.type('input[type=password]', 'wrong');
    await press('Sign in', '.sign-in');
    await says("This operator's token is not valid.");
    expect(await text('h1')).toBe('2 tasks are stopped');
    await page.click('input[type=password]', { count: 3 });
    await page.type('input[type=password]', OPERATOR);
    await press('Sign in', '.sign-in');
    await says('Start again');
    expect(await page.$('.sign-in')).toBeNull();
  });

  it('opens where it can be seen', async () => {
    const { page, press } = await visit({ tasks, credentials }, `ticket=${TICKET}`);
    await press('Sign in as an operator', '.stop');
    await page.waitForFunction(`(() => {
      const { top, bottom } = document.querySelector('input[type=password]').getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    })()`);
  });

  it('that is to stay takes the place of the one for the tab', async () => {
    const { page, press, says } = await visits.visit({
      world: { tasks, credentials: { [READER]: 'reader', [OPERATOR]: 'operator' } },
    });
    await page.type('input[type=password]', READER);
    await press('Sign in');
    await press('Sign in as an operator', '.stop');
    await page.type('input[type=password]', OPERATOR);
    await press('Sign in', '.sign-in');
    await press('Stay signed in');
    await says('Start again');
    await page.reload();
    await says('Start again');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it.each([`${READER}\u200b`, `${READER}。`])(
    'with something that no header can carry is refused: %j',
    async (token) => {
      const { says, endpoint } = await visit({ tasks }, `ticket=${encodeURIComponent(token)}`);
      await says('The link has expired or is not valid.');
      expect(endpoint.requests).toEqual(['GET /']);
    },
  );

  it('that has ended leaves no number in the title', async () => {
    const { page, press, says } = await visit({ tasks });
    await says('2 tasks are stopped');
    expect(await page.title()).toContain('2 tasks');
    await press('Sign out');
    expect(await page.title()).toBe('Robot task watch');
  });
});

describe('how a start ended', () => {
  it('is still told when the sign-in ends meanwhile', async () => {
    const { press, says, endpoint, text } = await visit({ tasks, start: 'lost' }, `ticket=${OPERATOR}`);
    await press('Start again', '.stop');
    await press('Yes, start it', '.stop');
    await says('may have been started');
    endpoint.world.credentials = {};
    await press('Refresh');
    await says('The link has expired');
    expect(await text()).toContain('may have been started');
  });

  it('is asked for in a sentence that no name turns round', async () => {
    const [stop] = tasks;
    if (stop === undefined) throw new Error('There is no task.');
    const turning = { ...stop, taskName: 'abc\u202ewith' };
    const { press, says } = await visit({ tasks: [turning] }, `ticket=${OPERATOR}`);
    await press('Start again', '.stop');
    await says('Start “abcwith” again?');
  });
});

it('a stopped task that the watch saw stalled is one card', async () => {
  const watch = watchOf(NOW, tasks);
  const stalled = watch.stopped.map((stop) => ({ ...stop, status: 'STALLED' }));
  const { says, page } = await visit({ tasks, watch: { ...watch, stopped: stalled } });
  await says('2 tasks are stopped');
  expect(await page.$$('.stop')).toHaveLength(2);
});
