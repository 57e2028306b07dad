import { translateReason } from './translate-reason';
import type { DurationParts, Kind, Words } from './words';

const TITLES: Record<Kind, string> = {
  firing: '机器人任务停止',
  changed: '机器人任务停止原因变化',
  repeated: '机器人任务仍在停止',
  halted: '机器人任务仍未恢复，状态已变',
  running: '机器人任务恢复执行',
  waiting: '机器人任务不再停止，等待执行',
  over: '机器人任务已结束',
  other: '机器人任务状态已变',
  gone: '机器人任务已查不到',
};

const COUNTS: Record<Kind, string> = {
  firing: '个停止',
  changed: '个停止原因变化',
  repeated: '个仍在停止',
  halted: '个仍未恢复（状态已变）',
  running: '个恢复执行',
  waiting: '个等待执行',
  over: '个已结束',
  other: '个状态已变',
  gone: '个已查不到',
};

const HEADINGS: Record<Kind, string> = {
  firing: '🔴 停止',
  changed: '🔴 停止原因变化',
  repeated: '🟠 仍在停止',
  halted: '🟠 仍未恢复，状态已变',
  running: '🟢 恢复执行',
  waiting: '🟢 不再停止，等待执行',
  over: '⚪ 已结束',
  other: '⚪ 状态已变',
  gone: '⚪ 已查不到',
};

const ADVICE = new Map([
  // Whether a task goes on by itself after a top-up is not documented: never promise it.
  [
    'ARREARS_STOP',
    '阿里云账号欠费。请充值结清欠款，再到语音服务控制台核对任务状态：充值后任务不一定会自动继续。',
  ],
  [
    'SYSTEM_STOP',
    '被系统暂停，可能是不在允许外呼的时段，也可能是账号或号码受限。请到语音服务控制台查看原因并处理。',
  ],
  ['MANUAL_STOP', '被手动暂停。请与操作人确认，需要继续时到语音服务控制台启动任务。'],
]);

export const zhCn: Words = {
  status: {
    INIT: '未开始',
    READY: '准备开始',
    DISPATCH: '解析中',
    EXCUTING: '执行中',
    MANUAL_STOP: '手动暂停',
    SYSTEM_STOP: '系统暂停',
    ARREARS_STOP: '欠费暂停',
    CANCEL: '手动终止',
    SYSTEM_CANCEL: '系统终止',
    FINISH: '已完成',
  },
  advice: (status) => ADVICE.get(status) ?? '请到语音服务控制台查看该任务。',

  title: (kind, name) => `${TITLES[kind]}：${name}`,
  titleOfMany: (counts) => `机器人任务：${counts.join('，')}`,
  count: (kind, count) => `${count} ${COUNTS[kind]}`,
  titleOfFailing: '机器人任务监控异常',
  titleOfWorking: '机器人任务监控恢复',
  titleOfTest: '机器人任务监控：测试消息',

  heading: (kind, count) => `${HEADINGS[kind]}（${count}）`,
  statusCount: (status, count) => `${status} ${count}`,
  countsOf: (heading, counts) => `${heading}：${counts.join('，')}`,
  otherStatuses: '其他状态',
  ranking: (count, all) => `${all ? '全部' : '最要紧的'} ${count} 个（北京时间）`,
  leftOut: (count) => `另有 ${count} 个未列出。`,

  unnamed: '（未命名任务）',
  unknown: '未知',
  gone: '已查不到（接口不再返回该任务）',
  robot: (name) => `机器人：${name}`,
  state: (status, previous) =>
    previous === null ? `状态：${status}` : `状态：由 ${previous} 变为 ${status}`,
  since: (time, duration) =>
    `时间：${time} 起（北京时间），${duration === null ? '刚刚发现' : `已 ${duration}`}`,
  stoppedFor: (time, duration) => `停止：${time} 起（北京时间），历时 ${duration}`,
  briefSince: (time) => `${time} 起`,
  progress: (done) => `进度：${done}`,
  taskId: (id) => `任务 ID：${id}`,
  duration,

  adviceHeading: '🔧 怎么处理',
  link: '查询停止的任务',
  watchHeading: '⚠️ 监控',
  incomplete: '本次未能读到全部任务状态，以上可能不全。',
  duplicates: {
    unreachable: '状态存储不可用，以上内容可能已经通知过。',
    damaged: '保存的状态已损坏（原件已另存），以上内容可能已经通知过。',
  },
  pollFailing: (time, reason) => `任务状态自 ${time}（北京时间）起未知：${reason}`,
  pollWorking: (time) => `任务状态恢复可查（自 ${time} 北京时间起曾未知）。`,
  storeFailing: (time, reason) => `状态存储自 ${time}（北京时间）起不可用，提醒可能重复：${reason}`,
  storeWorking: (time) => `状态存储恢复可用（自 ${time} 北京时间起曾不可用）。`,
  channelFailing: (id, time, reason) => `通道 ${id} 自 ${time}（北京时间）起收不到提醒：${reason}`,
  channelWorking: (id, time) => `通道 ${id} 恢复发送（自 ${time} 北京时间起曾失败）。`,
  moreNotices: (count) => `另有 ${count} 条监控消息未列出。`,
  reason: translateReason,

  testLines: (channel, time) => [
    `通道 ${channel} 能收到提醒。`,
    `发送时间：${time}（北京时间）`,
    '机器人任务停止、仍在停止或恢复时，会在这里通知。',
  ],
};

function duration({ days, hours, minutes }: DurationParts): string {
  const parts = [
    ...(days > 0 ? [`${days} 天`] : []),
    ...(hours > 0 ? [`${hours} 小时`] : []),
    ...(minutes > 0 && days === 0 ? [`${minutes} 分钟`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : '不到 1 分钟';
}
