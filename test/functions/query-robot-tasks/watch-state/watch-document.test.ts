import { watchDocument } from '../../../../functions/query-robot-tasks/watch-state/watch-document';
import { EMPTY_RECORD } from '../../../../shared/operators/record';
import {
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
  accepts,
} from '../../../stand-ins/watch';

function documentOf(watch: ReturnType<typeof createTestWatch>) {
  const { saved } = watch.store.cell;
  if (saved === null) throw new Error('Nothing was saved.');
  return watchDocument(saved.state, EMPTY_RECORD, 0);
}

test('a stop is told with since when, and whom the watch surely told', async () => {
  const watch = createTestWatch({ channels: [createFakeChannel('ops'), createFakeChannel('late')] });
  watch.channel('late').answer = answersTooLate;
  watch.robotTasks.set('1', 'ARREARS_STOP', { taskName: '回访' });
  await watch.poll();
  const [stop] = documentOf(watch).stopped;
  expect(stop).toEqual({
    id: '1',
    taskName: '回访',
    status: 'ARREARS_STOP',
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\+08:00$/) as string,
    told: [{ channel: 'ops', status: 'ARREARS_STOP', at: stop?.since }],
    acknowledged: null,
  });
});

test('a task that is gone is over, although a channel has not heard so yet', async () => {
  const watch = createTestWatch({ channels: [createFakeChannel('ops'), createFakeChannel('deaf')] });
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  watch.robotTasks.set('1', null);
  watch.channel('deaf').answer = refuses;
  for (let polls = 0; polls < 6; polls += 1) {
    watch.wait(MINUTE);
    await watch.poll();
  }
  const { stopped, history } = documentOf(watch);
  expect(stopped).toEqual([]);
  expect(history).toMatchObject([{ id: '1', status: 'ARREARS_STOP', became: null }]);
});

test('what fails is told with its reason in both languages', async () => {
  const watch = createTestWatch({ channels: [createFakeChannel('ops'), createFakeChannel('deaf')] });
  watch.channel('deaf').answer = refuses;
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  expect(documentOf(watch).failures).toMatchObject([
    { subject: 'channel', channel: 'deaf', polls: 1, reason: { en: 'It is busy.', 'zh-CN': '它很忙。' } },
  ]);
});

test('each channel is told with what it took last, and since when it fails', async () => {
  const watch = createTestWatch({ channels: [createFakeChannel('ops'), createFakeChannel('deaf')] });
  watch.channel('deaf').answer = refuses;
  watch.robotTasks.set('1', 'ARREARS_STOP');
  await watch.poll();
  const { channels, savedAt } = documentOf(watch);
  expect(channels).toEqual([
    { id: 'ops', type: expect.any(String) as string, after: null, lastNewsAt: savedAt, failingSince: null },
    { id: 'deaf', type: expect.any(String) as string, after: null, lastNewsAt: null, failingSince: savedAt },
  ]);
  watch.channel('deaf').answer = accepts;
  watch.wait(MINUTE);
  await watch.poll();
  expect(documentOf(watch).channels[1]).toMatchObject({
    lastNewsAt: documentOf(watch).savedAt,
    failingSince: null,
  });
});

test('a running task is told with its pace and its end, from 10 minutes and 10 calls on', async () => {
  const watch = createTestWatch({ stalledAfter: 30 * MINUTE });
  let done = 0;
  const run = async (minutes: number, callsPerMinute: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      done += callsPerMinute;
      watch.robotTasks.set('1', 'EXCUTING', { finishCount: done, totalCount: 1000 });
      await watch.poll();
      watch.wait(MINUTE);
    }
  };
  await run(10, 10);
  expect(documentOf(watch).running).toEqual([]);
  await run(1, 10);
  const { running, savedAt } = documentOf(watch);
  // 890 calls are left, at 600 an hour.
  const end = Date.parse(savedAt) + 89 * MINUTE;
  expect(running).toMatchObject([{ id: '1', callsPerHour: 600 }]);
  expect(Date.parse(running[0]?.doneAt ?? '')).toBeGreaterThanOrEqual(end);
  expect(Date.parse(running[0]?.doneAt ?? '')).toBeLessThan(end + MINUTE);

  await run(31, 0);
  expect(documentOf(watch).stopped).toMatchObject([{ id: '1', status: 'STALLED' }]);
  expect(documentOf(watch).running).toEqual([]);
});

test('where stalled tasks are not looked for, no pace is known', async () => {
  const watch = createTestWatch();
  watch.robotTasks.set('1', 'EXCUTING', { finishCount: 1, totalCount: 1000 });
  await watch.poll();
  watch.wait(20 * MINUTE);
  watch.robotTasks.set('1', 'EXCUTING', { finishCount: 500, totalCount: 1000 });
  await watch.poll();
  expect(documentOf(watch).running).toEqual([]);
});
