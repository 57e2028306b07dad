/** An instance that could not save what it told, and comes back after another one went on. */
import { createFakeChannel, createFakeStore, createTestWatch, MINUTE } from '../../stand-ins/watch';
import { createTaskWorld } from '../../stand-ins/task-world';
import { createVirtualClock } from '../../stand-ins/virtual-clock';
import { NOW } from '../../stand-ins/alerts';

function openTwo() {
  const shared = {
    clock: createVirtualClock(NOW),
    robotTasks: createTaskWorld(),
    store: createFakeStore(),
    channels: [createFakeChannel('ops')],
  };
  const [first, second] = [createTestWatch(shared), createTestWatch(shared)];
  const poll = async (watch: typeof first) => {
    const { summary } = await watch.poll();
    watch.wait(MINUTE);
    return { fired: summary.fired, resolved: summary.resolved };
  };
  return { ...shared, first, second, poll };
}

/** `first` tells that task 1 stops, and cannot save that. */
async function tellUnsaved({ first, poll, robotTasks, store }: ReturnType<typeof openTwo>): Promise<void> {
  await poll(first);
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('save');
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  store.broken.clear();
}

test('tells a new stop although it told of an earlier one, whose end the other has told', async () => {
  const set = openTwo();
  const { first, second, poll, robotTasks } = set;
  await tellUnsaved(set);
  expect(await poll(second)).toEqual({ fired: 1, resolved: 0 });
  robotTasks.set('1', 'EXCUTING');
  expect(await poll(second)).toEqual({ fired: 0, resolved: 1 });

  robotTasks.set('1', 'ARREARS_STOP');
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  expect(await poll(second)).toEqual({ fired: 0, resolved: 0 });
});

test('does not repeat a stop that the other has told meanwhile', async () => {
  const set = openTwo();
  await tellUnsaved(set);
  await set.poll(set.second);
  expect(await set.poll(set.first)).toEqual({ fired: 0, resolved: 0 });
});

test('tells the end of a stop that the other has never seen', async () => {
  const set = openTwo();
  const { first, second, poll, robotTasks } = set;
  await tellUnsaved(set);
  robotTasks.set('1', 'FINISH');
  robotTasks.set('2', 'SYSTEM_STOP');
  expect(await poll(second)).toEqual({ fired: 1, resolved: 0 });
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
});
