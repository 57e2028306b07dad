import { replay, tell } from '../../../functions/watch-robot-tasks/told';
import type { WatchState } from '../../../functions/watch-robot-tasks/state';
import { alert, NOW, resolved, stopped, task } from '../../stand-ins/alerts';

/** A state in which `ops` was told of the task `minutes` after NOW. */
function toldAt(minutes: number): WatchState {
  const told = [{ channel: 'ops', status: 'ARREARS_STOP', since: NOW, at: NOW + minutes * 60_000 }];
  return { tasks: [{ task: task(), since: NOW, unknownPolls: 0, told }], failures: [] };
}

test('telling changes what the channel was told, and nothing of the other channels', () => {
  const state = tell(toldAt(-5), [{ channel: 'dev', alert: alert({ firing: [stopped()] }) }]);
  expect(state.tasks[0]?.told).toMatchObject([{ channel: 'ops' }, { channel: 'dev', at: NOW }]);
  const end = tell(state, [{ channel: 'ops', alert: alert({ resolved: [resolved('FINISH')] }) }]);
  expect(end.tasks[0]?.told).toMatchObject([{ channel: 'dev' }]);
});

test.each([
  { name: 'an earlier telling does not undo a later one', minutes: 5, at: [NOW + 5 * 60_000], left: 1 },
  { name: 'a later telling replaces an earlier one', minutes: -5, at: [NOW], left: 0 },
])('long after, $name', ({ minutes, at, left }) => {
  const reminded = replay(toldAt(minutes), [{ channel: 'ops', alert: alert({ repeated: [stopped()] }) }]);
  expect(reminded.tasks[0]?.told.map((told) => told.at)).toEqual(at);
  const ended = replay(toldAt(minutes), [
    { channel: 'ops', alert: alert({ resolved: [resolved('FINISH')] }) },
  ]);
  expect(ended.tasks[0]?.told).toHaveLength(left);
});

test('long after, a stop that the state does not know is known again, so that its end can be told', () => {
  const state = replay({ tasks: [], failures: [] }, [
    { channel: 'ops', alert: alert({ firing: [stopped()] }) },
  ]);
  expect(state.tasks).toMatchObject([
    { unknownPolls: 0, told: [{ channel: 'ops', status: 'ARREARS_STOP' }] },
  ]);
});

test('long after, a task that the state had half given up was seen in between', () => {
  const [before] = toldAt(-5).tasks;
  if (before === undefined) throw new Error('There is a task.');
  const state = { tasks: [{ ...before, unknownPolls: 2 }], failures: [] };
  const seen = replay(state, [{ channel: 'ops', alert: alert({ repeated: [stopped()] }) }]);
  expect(seen.tasks[0]?.unknownPolls).toBe(0);
});

test('long after, who was told of a failure is known again, so that its end can be told', () => {
  const notices = [
    { subject: 'poll', channel: null, state: 'failing', since: NOW, reason: 'It fails.' },
  ] as const;
  const state = replay({ tasks: [], failures: [] }, [{ channel: 'ops', alert: alert({ notices }) }]);
  expect(state.failures).toMatchObject([{ subject: 'poll', polls: 0, told: ['ops'] }]);
});
