/** What is news among very many tasks is told, whatever of a poll is spared where nothing is new. */
import { poll } from '../../../../functions/watch-robot-tasks/poll/poll';
import { createRobotTasks } from '../../../../shared/sources/robot-tasks/robot-tasks';
import { NOW } from '../../../stand-ins/alerts';
import { answerOf, createFakeClient } from '../../../stand-ins/fake-client';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import { createFakeChannel, createTestWatch, MINUTE } from '../../../stand-ins/watch';

const PAGE = 100;

it('tells which of 10,000 stopped tasks are new, changed and over, after polls in which nothing was', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({
    id: 9_007_199_254_000_000 + index,
    taskName: `会员续费提醒 第 ${index} 批`,
    status: index % 2 === 0 ? 'ARREARS_STOP' : 'SYSTEM_STOP',
  }));
  const client = createFakeClient(({ params, query }, index) => {
    const { action } = params;
    if (action === 'QueryRobotTaskDetail') return answerOf(rows.find(({ id }) => String(id) === query['Id']));
    const listed = rows.filter(({ status }) => status === query['Status']);
    const from = (Number(query['PageNo']) - 1) * PAGE;
    return answerOf(listed.slice(from, from + PAGE), {
      TotalCount: String(listed.length),
      RequestId: `request ${index}`,
    });
  });
  const clock = createVirtualClock(NOW);
  const ops = createFakeChannel('ops');
  const limiter = { start: () => Promise.resolve(() => undefined) };
  const watch = {
    ...createTestWatch({ clock, channels: [ops], repeatIntervals: [] }),
    robotTasks: createRobotTasks('dyvms', { client, clock, limiter }),
  };
  const next = async () => {
    const before = client.calls.length;
    const { summary } = await poll(watch, { startedAt: clock.now(), timeoutMs: 50_000 });
    watch.wait(MINUTE);
    const { fired, resolved } = summary;
    return { fired, resolved, calls: client.calls.length - before };
  };
  const change = (index: number, status: string) => {
    const row = rows[index];
    if (row !== undefined) rows[index] = { ...row, status };
  };

  // Each list has 50 pages and one that shows the end: read twice at first, and once where it has the tasks that it had.
  expect(await next()).toEqual({ fired: 10_000, resolved: 0, calls: 4 * 51 });
  expect(await next()).toEqual({ fired: 0, resolved: 0, calls: 2 * 51 });
  change(7_000, 'EXCUTING');
  change(7_001, 'ARREARS_STOP');
  rows.push({ id: 1, taskName: 'new', status: 'SYSTEM_STOP' });
  expect(await next()).toMatchObject({ fired: 2, resolved: 1 });
  expect(ops.received.at(-1)).toMatchObject({
    firing: [
      { task: { id: '9007199254007001' }, status: 'ARREARS_STOP', previousStatus: 'SYSTEM_STOP' },
      { task: { id: '1' }, status: 'SYSTEM_STOP', previousStatus: null },
    ],
    resolved: [{ task: { id: '9007199254007000' }, status: 'EXCUTING' }],
  });
  expect(await next()).toMatchObject({ fired: 0, resolved: 0, calls: 2 * 51 });
});
