/** An instance that could not save what it told, and comes back after another one went on. */
import {
  answersTooLate,
  createFakeChannel,
  createFakeStore,
  createTestWatch,
  MINUTE,
  refuses,
} from '../../../stand-ins/watch';
import { createTaskWorld } from '../../../stand-ins/task-world';
import { createVirtualClock } from '../../../stand-ins/virtual-clock';
import { NOW } from '../../../stand-ins/alerts';

function openTwo(pending = new Map<string, number>()) {
  const shared = {
    clock: createVirtualClock(NOW),
    robotTasks: createTaskWorld(),
    store: createFakeStore(),
    channels: [createFakeChannel('ops')],
    pending,
  };
  const [first, second] = [createTestWatch(shared), createTestWatch(shared)];
  const poll = async (watch: typeof first) => {
    const { summary } = await watch.poll();
    watch.wait(MINUTE);
    return { fired: summary.fired, resolved: summary.resolved };
  };
  return { ...shared, first, second, poll };
}

/** `first` tells that task 1 stops, and cannot save that: it has never loaded a state, or cannot write one. */
async function tellUnsaved(
  { first, poll, robotTasks, store }: ReturnType<typeof openTwo>,
  broken: 'load' | 'save' = 'save',
): Promise<void> {
  if (broken === 'save') await poll(first);
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add(broken);
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  store.broken.clear();
}

/** `second` tells the same stop, and its end; then task 1 stops again. */
async function stopAgain({ second, poll, robotTasks }: ReturnType<typeof openTwo>): Promise<void> {
  expect(await poll(second)).toEqual({ fired: 1, resolved: 0 });
  robotTasks.set('1', 'EXCUTING');
  expect(await poll(second)).toEqual({ fired: 0, resolved: 1 });
  robotTasks.set('1', 'ARREARS_STOP');
}

test.each(['load', 'save'] as const)(
  'tells a new stop although it told of an earlier one, whose end the other has told: the %s failed',
  async (broken) => {
    const set = openTwo();
    await tellUnsaved(set, broken);
    await stopAgain(set);
    const seenAt = set.clock.now();
    expect(await set.poll(set.first)).toEqual({ fired: 1, resolved: 0 });
    expect(set.channels[0]?.received.at(-1)?.firing).toMatchObject([{ previousStatus: null, since: seenAt }]);
    expect(await set.poll(set.second)).toEqual({ fired: 0, resolved: 0 });
  },
);

test('sends its unsaved news again under the id of then, and not by an older message of another’s', async () => {
  const { first, second, poll, robotTasks, store, channels } = openTwo();
  const [ops] = channels;
  if (ops === undefined) throw new Error('There is no channel.');
  ops.answer = refuses;
  robotTasks.set('1', 'ARREARS_STOP');
  await poll(second);
  robotTasks.set('1', 'EXCUTING');
  await poll(second);
  store.broken.add('load').add('save');
  ops.answer = answersTooLate;
  robotTasks.set('2', 'SYSTEM_STOP');
  await poll(first);
  store.broken.clear();
  ops.answer = () => ({ ok: true });
  await poll(first);
  const ids = ops.received.map(({ id }) => id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test.each(['first', 'second'] as const)(
  'tells a new stop once its list can be read, when it cannot be read at the return: %s reads it',
  async (reader) => {
    const set = openTwo();
    await tellUnsaved(set, 'load');
    await stopAgain(set);
    set.robotTasks.brokenLists.add('ARREARS_STOP');
    expect(await set.poll(set.first)).toEqual({ fired: 0, resolved: 0 });
    set.robotTasks.brokenLists.clear();
    expect(await set.poll(set[reader])).toEqual({ fired: 1, resolved: 0 });
    expect(await set.poll(set[reader])).toEqual({ fired: 0, resolved: 0 });
  },
);

test('tells a new stop although neither could save the earlier one, and the other told its end before it could', async () => {
  const { first, second, poll, robotTasks, store } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('load');
  await poll(first);
  store.broken.clear();
  store.broken.add('save');
  await poll(second);
  store.broken.clear();
  robotTasks.set('1', 'EXCUTING');
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
  robotTasks.set('1', 'ARREARS_STOP');
  expect(await poll(second)).toEqual({ fired: 1, resolved: 0 });
});

test('a new stop waits for its pending time again', async () => {
  const set = openTwo(new Map([['ARREARS_STOP', 3 * MINUTE]]));
  const { first, second, poll, robotTasks, store } = set;
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('load');
  for (let polls = 0; polls < 3; polls++) await poll(first);
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  store.broken.clear();
  robotTasks.set('1', 'EXCUTING');
  robotTasks.set('2', 'SYSTEM_STOP');
  expect(await poll(second)).toEqual({ fired: 1, resolved: 0 });
  robotTasks.set('1', 'ARREARS_STOP');
  for (let polls = 0; polls < 3; polls++) expect(await poll(first)).toEqual({ fired: 0, resolved: 0 });
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
});

test('a pending time does not pass over a break that only the other saw', async () => {
  const { first, second, poll, robotTasks, store } = openTwo(new Map([['ARREARS_STOP', 3 * MINUTE]]));
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('load');
  await poll(first);
  store.broken.clear();
  robotTasks.set('1', 'EXCUTING');
  await poll(second);
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('load');
  await poll(first);
  store.broken.clear();
  expect(await poll(first)).toEqual({ fired: 0, resolved: 0 });
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
});

test('a poll of one that knew nothing of the task interrupts the other’s row of unknown answers', async () => {
  const { first, second, poll, robotTasks, store } = openTwo();
  robotTasks.set('1', 'ARREARS_STOP');
  await poll(second);
  robotTasks.set('1', null);
  await poll(second);
  await poll(second);
  store.broken.add('load');
  await poll(first);
  store.broken.clear();
  for (let polls = 0; polls < 2; polls++) expect(await poll(first)).toEqual({ fired: 0, resolved: 0 });
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
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

test('does not tell a stop, unseen, whose end it has told since', async () => {
  const set = openTwo();
  const { first, second, poll, robotTasks, store, channels } = set;
  await tellUnsaved(set);
  for (const channel of channels) channel.answer = refuses;
  await poll(second);
  for (const channel of channels) channel.answer = () => ({ ok: true });
  store.broken.add('load');
  robotTasks.set('1', 'EXCUTING');
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
  store.broken.clear();
  robotTasks.brokenLists.add('ARREARS_STOP').add('SYSTEM_STOP');
  expect(await poll(first)).toEqual({ fired: 0, resolved: 0 });
});

test('tells an end under an id of its own, although the other meant to tell it under one that came before, and was refused', async () => {
  const { first, second, poll, robotTasks, store, channels } = openTwo();
  const [ops] = channels;
  if (ops === undefined) throw new Error('There is no channel.');
  robotTasks.set('1', 'ARREARS_STOP');
  await poll(second);
  await poll(first);
  // The first one tells the end, and the next stop, and can save neither.
  store.broken.add('save');
  robotTasks.set('1', 'EXCUTING');
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
  robotTasks.set('1', 'ARREARS_STOP');
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  store.broken.clear();
  // The other one saves that it is going to tell the end of the first stop; it is refused, and dies.
  robotTasks.set('1', 'EXCUTING');
  ops.answer = refuses;
  ops.pause = () => Promise.resolve(void store.broken.add('save'));
  await poll(second);
  store.broken.clear();
  ops.pause = () => Promise.resolve();
  ops.answer = () => ({ ok: true });
  expect(await poll(first)).toEqual({ fired: 0, resolved: 1 });
  const ids = ops.received.map(({ id }) => id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
});

test('tells a stop once that it saw begin after all that is stored had been told', async () => {
  const { first, second, poll, robotTasks, store } = openTwo();
  robotTasks.set('1', 'SYSTEM_STOP');
  await poll(second);
  robotTasks.set('1', 'ARREARS_STOP');
  store.broken.add('load');
  expect(await poll(first)).toEqual({ fired: 1, resolved: 0 });
  store.broken.clear();
  expect(await poll(first)).toEqual({ fired: 0, resolved: 0 });
});
