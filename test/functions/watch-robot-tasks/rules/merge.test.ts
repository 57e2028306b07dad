import { merge } from '../../../../functions/watch-robot-tasks/rules/merge';
import { EMPTY_STATE, type TaskSent, type WatchState } from '../../../../shared/state/state';
import { NOW, task } from '../../../stand-ins/alerts';

const SAVED_AT = NOW + 2000;
const OWN_AT = NOW + 1000;

/** A state in which the channel `ops` was sent this of task 1. */
function told(sent: Partial<TaskSent> | null, savedAt = 0): WatchState {
  const record = { channel: 'ops', condition: 'ARREARS_STOP', since: NOW, at: NOW };
  return {
    ...EMPTY_STATE,
    savedAt,
    tasks: [
      {
        task: task({ id: '1' }),
        condition: 'ARREARS_STOP',
        since: NOW,
        unknownPolls: 0,
        sent: sent === null ? [] : [{ ...record, ...sent }],
      },
    ],
  };
}

test.each<{ name: string; own: Partial<TaskSent>; stored: Partial<TaskSent>; want: Partial<TaskSent> }>([
  {
    name: 'the later one, when both sent something',
    own: { condition: 'SYSTEM_STOP', at: NOW + 1 },
    stored: {},
    want: { condition: 'SYSTEM_STOP', at: NOW + 1 },
  },
  {
    name: 'that of the other instance, when it is later',
    own: {},
    stored: { condition: 'SYSTEM_STOP', at: NOW + 1 },
    want: { condition: 'SYSTEM_STOP', at: NOW + 1 },
  },
  {
    name: 'an uncertain one, when two different ones were sent in the same millisecond',
    own: { condition: 'SYSTEM_STOP' },
    stored: {},
    want: { condition: 'SYSTEM_STOP', uncertain: true },
  },
  {
    name: 'the stop, uncertain, when its end was sent in the same millisecond',
    own: { isOver: true },
    stored: { since: NOW + 1 },
    want: { since: NOW + 1, uncertain: true },
  },
  {
    name: 'a certain one, when the same was sent twice in the same millisecond and one arrived',
    own: { uncertain: true },
    stored: {},
    want: {},
  },
  {
    name: 'a certain one, when the other instance’s is the one that may not have arrived',
    own: {},
    stored: { uncertain: true },
    want: {},
  },
  {
    name: 'an uncertain one, when neither surely arrived',
    own: { uncertain: true },
    stored: { uncertain: true, at: NOW + 1 },
    want: { uncertain: true, at: NOW + 1 },
  },
])('what a channel was sent last is $name', ({ own, stored, want }) => {
  const sides = { base: told(null), own: told(own), ownAt: OWN_AT, stored: told(stored, SAVED_AT) };
  expect(merge(sides, SAVED_AT).tasks[0]?.sent).toEqual(told(want).tasks[0]?.sent);
});
