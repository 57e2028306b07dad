import {
  EMPTY_STATE,
  FAILING,
  taskSubject,
  type Told,
  type TrackedTask,
  type WatchState,
} from '../../../shared/state/state';

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
    condition: 'ARREARS_STOP',
    since: 1_560_495_323_000,
    begin: 1_560_495_323_000,
  };
}

/** What the channel `ops` was told of such a task. */
export const TOLD: Told = {
  ...{ channel: 'ops', condition: 'ARREARS_STOP', since: 1_560_495_323_000, at: 1_560_495_383_000 },
  ...{ reminders: 0, sure: true },
};

export const SAMPLE: WatchState = {
  ...EMPTY_STATE,
  source: 'dyvms',
  tasks: [trackedTask('9007199254740993'), trackedTask('1045002', 'Rückruf "Ω" \\ \u2028')],
  failures: [
    {
      subject: 'channel',
      channel: 'ops',
      state: 'failing',
      since: 1_560_495_000_000,
      polls: 2,
      reason: { en: 'DingTalk refuses the signature.', 'zh-CN': '钉钉拒绝了签名。' },
    },
  ],
  told: new Map([
    [taskSubject('9007199254740993'), [TOLD]],
    [taskSubject('1045002'), [{ ...TOLD, receiver: '0a1b2c3d', reminders: 2 }, TOLD]],
    [
      'channel ops',
      [{ ...TOLD, channel: 'mail', condition: FAILING, since: 1_560_495_000_000, sure: false, after: 1 }],
    ],
  ]),
  channels: [
    { id: 'ops', type: 'dingtalk', lastNewsAt: 1_560_495_383_000 },
    { id: 'mail', type: 'email', lastNewsAt: null },
  ],
  progress: [{ id: '1045003', finishCount: 10, totalCount: 20, since: 1_560_495_383_000 }],
  history: [
    {
      id: '1045004',
      taskName: null,
      condition: 'SYSTEM_STOP',
      since: 1_560_495_323_000,
      until: 1_560_495_383_000,
      became: 'EXCUTING',
    },
  ],
  balance: { askedAt: 1_560_495_383_000, amount: '-3.20', currency: 'CNY' },
  savedAt: 1_560_495_383_000,
  savedAs: '0a4c0f6e-2f0c-4d0e-9b60-0a2f1c9b7d11',
};

export const stateOf = (...ids: string[]): WatchState => ({
  ...EMPTY_STATE,
  tasks: ids.map((id) => trackedTask(id)),
  told: new Map(ids.map((id) => [taskSubject(id), [TOLD]])),
});
