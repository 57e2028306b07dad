import { watchDocument } from '../../../../functions/query-robot-tasks/watch-state/watch-document';
import { EMPTY_RECORD } from '../../../../shared/operators/record';
import {
  answersTooLate,
  createFakeChannel,
  createTestWatch,
  MINUTE,
  refuses,
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
