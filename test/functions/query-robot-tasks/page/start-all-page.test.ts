/** From one top-up to everything running again, in a browser. */
import { OPERATOR, READER, type World } from '../../../../bench/page/endpoint';
import { manyStopped, watchOf } from '../../../../bench/page/worlds';
import { NOW, useBrowser } from './visit';

const visits = useBrowser();
const DAY = 86_400_000;
const tasks = manyStopped(NOW, 12);
const watch = watchOf(NOW, tasks);

function visit(world: Partial<World> = {}, before = '', credential = OPERATOR) {
  return visits.visit({ world: { tasks, watch, ...world }, fragment: `ticket=${credential}`, before });
}

const starts = (requests: readonly string[]) => requests.filter((request) => request.startsWith('POST'));

describe('all tasks of a cause', () => {
  it('are started after one question with their number, the cause, the calls and the oldest stop', async () => {
    const { press, says, endpoint, text, page } = await visit();
    await press('Start all (8)');
    await says('Start 8 tasks (stopped, payment overdue) again? 16 calls will go out. The oldest stopped at');
    expect(starts(endpoint.requests)).toEqual([]);
    await press('Yes, start it');
    await says('All of them have been gone through.');
    await says('8 started.');
    expect(new Set(starts(endpoint.requests)).size).toBe(8);
    expect(await text('h1')).toBe('4 tasks are stopped');
    const bar = await page.evaluate(
      "['aria-valuenow', 'aria-valuemax'].map((name) => document.querySelector('.run [role=progressbar]').getAttribute(name))",
    );
    expect(bar).toEqual(['8', '8']);
    await press('Dismiss');
    expect(await page.$('.run')).toBeNull();
  });

  it('can be let be', async () => {
    const { press, endpoint, page } = await visit();
    await press('Start all (8)');
    await press('Cancel');
    expect(starts(endpoint.requests)).toEqual([]);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Start all (8)');
  });

  it('leave out what stopped more than 7 days ago unless it is ticked', async () => {
    const since = new Date(NOW - 8 * DAY).toISOString();
    const stopped = watch.stopped.map((stop, index) => (index % 6 === 1 ? { ...stop, since } : stop));
    const { press, says, page } = await visit({ watch: { ...watch, stopped } });
    await press('Start all (8)');
    await says('Start 6 tasks');
    await page.click('.ask input[type=checkbox]');
    await says('Start 8 tasks');
  });

  it('show each refusal with its reason, and end after the fifth of one kind', async () => {
    const many = manyStopped(NOW, 90);
    let sent = 0;
    const refused = {
      status: 409,
      name: 'start-refused',
      detail: 'Over the limit.',
      upstreamCode: 'isv.LIMIT',
    };
    const start = () => ((sent += 1) % 3 === 0 ? refused : { becomes: 'EXCUTING' });
    const { press, says, page, text } = await visit({ tasks: many, watch: watchOf(NOW, many), start });
    await press('Start all (60)');
    await press('Yes, start it');
    await says('Five were not started for the same reason: no more are tried.');
    const failed = await page.$$('.run li');
    expect(failed.length).toBeGreaterThanOrEqual(5);
    expect(failed.length).toBeLessThanOrEqual(8);
    expect(await text('.run li')).toMatch(
      /“续费提醒-第 \d+ 批”: the voice service's API refused it \(isv.LIMIT\)/,
    );
    expect(await text('.run')).toContain('Over the limit.');
    expect(await text('.run')).toMatch(/\d+ started, \d not started, \d+ not tried yet/);
  });

  it('end after three refusals while the account is still in arrears', async () => {
    const start = { status: 409, name: 'start-refused-account', detail: 'No.', upstreamCode: 'isv.ARREARS' };
    const { press, says } = await visit({ start });
    await press('Start all (8)');
    await press('Yes, start it');
    await says(
      "Three were refused for the account's sake: no more are tried. Make sure that what is due is paid.",
    );
  });

  it('are started once when the page is reloaded in between, which says where it stood', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let sent = 0;
    const before = async (call: string) => {
      if (call.startsWith('POST') && (sent += 1) > 3) await gate;
    };
    const { press, says, endpoint, page, text } = await visit({ before });
    await press('Start all (8)');
    await page.click('.ask .primary');
    await page.waitForFunction("document.querySelector('.run [role=progressbar]')?.ariaValueNow === '3'");
    await page.reload();
    await says('The starts were interrupted: the page was left.');
    const said = /\b3 started, .*$/m.exec(await text('.run'))?.[0] ?? '';
    expect(said).toMatch(/[1-4] may have been started/);
    // A look at a task that the reload broke off is one that was not started.
    expect(said.match(/\d+/g)?.reduce((sum, number) => sum + Number(number), 0)).toBe(8);
    go();
    await press('Refresh');
    const seen = starts(endpoint.requests);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThanOrEqual(7);
  });

  it('can be stopped', async () => {
    const many = manyStopped(NOW, 90);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const before = (call: string) => (call.startsWith('POST') ? gate : Promise.resolve());
    const { says, press, endpoint, page } = await visit({ tasks: many, watch: watchOf(NOW, many), before });
    await press('Start all (60)');
    await page.click('.ask .primary');
    await page.waitForSelector('.run');
    await page.waitForFunction("document.querySelector('.run button').textContent === 'Stop starting'");
    await page.click('.run button');
    go();
    await says('The starts were stopped.');
    expect(starts(endpoint.requests).length).toBeLessThanOrEqual(4);
  });

  it('are not offered to a reader, and not where no state is shared', async () => {
    const reader = await visit({}, '', READER);
    expect(await reader.text()).not.toContain('Start all');
    const alone = await visit({ watch: null });
    expect(await alone.text()).toContain('12 tasks are stopped');
    expect(await alone.text()).not.toContain('Start all');
  });

  it('are those that the watch tells of: no other is started', async () => {
    const told = watch.stopped.filter((_, index) => index < 6);
    const { press, says } = await visit({ watch: { ...watch, stopped: told } });
    await press('Start all (4)');
    await press('Yes, start it');
    await says('4 started.');
    await says('8 tasks are stopped');
  });

  it('are started once by two people at it, who see that the other one did it', async () => {
    const one = await visit();
    const other = await one.page.browserContext().newPage();
    await other.goto(`${one.endpoint.url}#ticket=${OPERATOR}`);
    await other.waitForSelector('.lines');
    const begin = async (page: typeof other) => {
      await page.evaluate(
        "[...document.querySelectorAll('button')].find(({ textContent }) => /^(Start all|全部启动)/.test(textContent)).click()",
      );
      await page.waitForSelector('.ask .primary:enabled');
    };
    await begin(one.page);
    await begin(other);
    await Promise.all([one.page.click('.ask .primary'), other.click('.ask .primary')]);
    const isOver = "/^(All of|批量启动已完成)/.test(document.querySelector('.run h2')?.textContent ?? '')";
    await Promise.all([one.page.waitForFunction(isOver), other.waitForFunction(isOver)]);
    expect(one.endpoint.world.tasks.filter(({ status }) => status === 'ARREARS_STOP')).toEqual([]);
    for (const page of [one.page, other]) {
      const said = (await page.evaluate(
        "document.querySelector('.run [role=status]').textContent",
      )) as string;
      const numbers = said.match(/\d+/g) ?? [];
      expect(numbers.reduce((sum, number) => sum + Number(number), 0)).toBe(8);
    }
  });
});
