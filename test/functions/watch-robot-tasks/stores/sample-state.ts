import type { TrackedTask, WatchState } from '../../../../functions/watch-robot-tasks/state';

export function trackedTask(id: string, taskName = '第三季度满意度回访 🤖'): TrackedTask {
  return {
    task: {
      id,
      taskName,
      robotId: '1000000075003',
      robotName: '回访机器人',
      status: 'ARREARS_STOP',
      scheduleType: 'SINGLE',
      createTime: '2019-06-14T14:55:23+08:00',
      fireTime: '2019-06-14T14:55:23+08:00',
      completeTime: null,
      totalCount: 1000,
      finishCount: 998,
    },
    since: 1_560_495_323_000,
    unknownPolls: 0,
    told: [{ channel: 'ops', status: 'ARREARS_STOP', since: 1_560_495_323_000, at: 1_560_495_383_000 }],
  };
}

export const SAMPLE: WatchState = {
  tasks: [trackedTask('9007199254740993'), trackedTask('1045002', 'Rückruf "Ω" \\ \u2028')],
  failures: [
    {
      subject: 'channel',
      channel: 'ops',
      since: 1_560_495_000_000,
      polls: 2,
      reason: 'DingTalk refuses the signature.',
      told: ['mail'],
    },
  ],
  savedAt: 1_560_495_383_000,
  savedAs: '0a4c0f6e-2f0c-4d0e-9b60-0a2f1c9b7d11',
};

export const stateOf = (...ids: string[]): WatchState => ({
  tasks: ids.map((id) => trackedTask(id)),
  failures: [],
});
