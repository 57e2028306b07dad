import type { Subject } from '../../../shared/state/state';
import { byStatus, type DurationParts, type Kind, type Words } from './words';

const TITLES: Record<Kind, (about: string) => string> = {
  firing: (status) => status,
  changed: (status) => `停止原因变为${status}`,
  repeated: (status) => `${status}仍在持续`,
  halted: (status) => `停止方式变为${status}`,
  released: (released) => released,
  held: (holding) => holding,
  running: (startedBy) => `恢复执行${startedBy}`,
  waiting: (startedBy) => `已解除停止，等待执行${startedBy}`,
  over: () => '已结束',
  other: (status) => `状态变为${status}`,
  gone: () => '已查不到',
};

const COUNTS: Record<Kind, string> = {
  firing: '个任务停止',
  changed: '个任务停止原因变化',
  repeated: '个任务停止仍在持续',
  halted: '个任务停止方式变化',
  released: '个任务取消接手或静音',
  held: '个任务已接手或静音',
  running: '个任务恢复执行',
  waiting: '个任务等待执行',
  over: '个任务已结束',
  other: '个任务状态已变',
  gone: '个任务已查不到',
};

const HEADINGS: Record<Kind, string> = {
  firing: '🔴 停止',
  changed: '🔴 停止原因变化',
  repeated: '🟠 停止仍在持续',
  halted: '🟠 停止方式变化',
  released: '🟠 取消接手或静音',
  held: '🔵 已接手或静音',
  running: '🟢 恢复执行',
  waiting: '🟢 已解除停止，等待执行',
  over: '⚪ 已结束',
  other: '⚪ 状态已变',
  gone: '⚪ 已查不到',
};

const CAUSES = byStatus({ ARREARS_STOP: '欠费', SYSTEM_STOP: '系统', MANUAL_STOP: '手动', STALLED: '停滞' });

const ADVICE = byStatus({
  // Whether a task goes on by itself after a top-up is not documented: never promise it.
  ARREARS_STOP: '请充值结清欠款，再核对任务状态。充值后任务不一定自动恢复。',
  SYSTEM_STOP: '可能不在允许外呼的时段，也可能是账号或号码受限。请到控制台查看原因。',
  MANUAL_STOP: '请与操作人确认，需要继续时启动任务。',
  STALLED: '任务显示执行中，但一直没有通话完成。请到控制台查看机器人、号码和并发。',
});

const FAILING_TITLES: Record<Subject, (channel: string) => string> = {
  poll: () => '无法获取任务状态：新停止的任务可能不会有人收到通知',
  store: () => '机器人任务监控异常：状态存储不可用',
  channel: (channel) => `机器人任务监控异常：通道 ${channel} 收不到提醒`,
  balance: () => '余额偏低，机器人任务可能停止',
  'balance-query': () => '机器人任务监控异常：无法查询余额',
  certificate: () => '机器人任务监控：页面的证书即将到期',
  record: () => '机器人任务监控异常：读不到谁接手了任务',
  owner: () => '机器人任务没有在监控：状态属于另一个部署',
};

const WORKING_TITLES: Record<Subject, (channel: string) => string> = {
  poll: () => '机器人任务监控恢复：能获取任务状态',
  store: () => '机器人任务监控恢复：状态存储可用',
  channel: (channel) => `机器人任务监控恢复：通道 ${channel} 能收到提醒`,
  balance: () => '余额已恢复',
  'balance-query': () => '机器人任务监控恢复：能查询余额',
  certificate: () => '机器人任务监控：页面的证书已更换',
  record: () => '机器人任务监控恢复：能读到谁接手了任务',
  owner: () => '机器人任务监控恢复：重新开始监控',
};

const FAILING: Record<Subject, (channel: string, time: string, reason: string) => string> = {
  poll: (_, time, reason) => `自 ${time} 起无法获取任务状态：${reason}`,
  store: (_, time, reason) => `状态存储自 ${time} 起不可用，提醒可能重复：${reason}`,
  channel: (channel, time, reason) => `通道 ${channel} 自 ${time} 起收不到提醒：${reason}`,
  balance: (_, time, reason) => `余额自 ${time} 起偏低：${reason}余额用完后任务会被暂停。`,
  'balance-query': (_, time, reason) => `自 ${time} 起无法查询余额：${reason}`,
  certificate: (_, __, reason) => `页面的证书：${reason}到期后，提醒里的链接打不开。`,
  record: (_, time, reason) => `自 ${time} 起读不到操作员记录，所有任务按无人接手提醒：${reason}`,
  owner: (_, time, reason) => `自 ${time} 起没有监控任何任务：${reason}`,
};

const WORKING: Record<Subject, (channel: string, time: string) => string> = {
  poll: (_, time) => `已恢复获取任务状态（自 ${time} 起曾无法获取）。`,
  store: (_, time) => `状态存储恢复可用（自 ${time} 起曾不可用）。`,
  channel: (channel, time) => `通道 ${channel} 恢复发送（自 ${time} 起曾失败）。`,
  balance: (_, time) => `余额已恢复（自 ${time} 起曾偏低）。`,
  'balance-query': (_, time) => `已恢复查询余额（自 ${time} 起曾无法查询）。`,
  certificate: () => '页面的证书已更换。',
  record: (_, time) => `操作员记录恢复可读（自 ${time} 起曾读不到）。`,
  owner: (_, time) => `已重新开始监控任务（自 ${time} 起曾没有监控）。`,
};

export const zhCn: Words = {
  cause: (status) => CAUSES.get(status),
  advice: (status) => ADVICE.get(status) ?? '请到控制台查看该任务。',
  labelled: (status, advice) => `${status}：${advice}`,

  title: (kind, about, names) => `${TITLES[kind](about)}：${names.join('、')}`,
  titles: (titles) => titles.join('；'),
  titleOfMany: (counts) =>
    counts
      .map(({ kind, count, causes }) => {
        const named = causes.map(([name, number]) => `${name} ${number}`).join('，');
        return `${count} ${COUNTS[kind]}${named === '' ? '' : `：${named}`}`;
      })
      .join('；'),
  titleOfFailing: (subject, channel, others) =>
    `${FAILING_TITLES[subject](channel)}${others === 0 ? '' : `（另有 ${others} 个问题）`}`,
  titleOfWorking: (subject, channel, others) =>
    `${WORKING_TITLES[subject](channel)}${others === 0 ? '' : `等 ${others + 1} 项`}`,
  titleOfTest: '机器人任务监控：测试消息',
  closing: '机器人任务监控 · 北京时间',

  heading: (kind, count) => `${HEADINGS[kind]}（${count}）`,
  statusCount: (status, count) => `${status} ${count}`,
  countsOf: (heading, counts) => `${heading}：${counts.join('，')}`,
  otherStatuses: '其他状态',
  ranking: (count, all) => `${all ? '全部' : '剩余号码最多的'} ${count} 个`,
  leftOut: (count) => `另有 ${count} 个未列出。`,

  unnamed: '（未命名任务）',
  unknown: '未知',
  unsayable: '（此项内容无法显示，详见函数日志）',
  gone: '已查不到（语音服务接口不再返回该任务）',
  robot: (name) => `机器人：${name}`,
  state: (status, previous) => (previous === null ? `状态：${status}` : `状态：由${previous}变为${status}`),
  since: (time, duration) => `时间：${time} 起，${elapsed(duration)}`,
  stoppedFor: (time, duration) => `停止：${time} 起，${spaced('历时', duration)}`,
  briefSince: (time) => `${time} 起`,
  holding: (by, until) => (until === null ? `${by} 已接手` : `${by} 已静音至 ${until}`),
  holder: (by, at, until) => `${zhCn.holding(by, until)}（${at}）`,
  released: (by, wasMuted) => (wasMuted ? `静音已取消（${by} 设置的）` : `无人处理了（${by} 的接手已取消）`),
  startedBy: (by) => `（${by} 启动）`,
  progress: (done) => `进度：${done}`,
  taskId: (id) => `任务 ID：${id}`,
  duration,

  adviceHeading: '🔧 怎么处理',
  seeTasks: '查看停止的任务',
  consoles: { dyvms: '语音服务控制台', aiccs: '智能联络中心控制台' },
  topUp: '去充值',
  balance: (amount) => `可用余额：${amount}`,
  watchHeading: '⚠️ 监控',
  incomplete: '本次未能读到全部任务状态，以上可能不全。',
  duplicates: {
    unreachable: '状态存储不可用，以上内容可能已经通知过。',
    orphaned: '保存的状态属于另一个已不再运行的部署（原件已另存），以上内容可能已经通知过。',
    damaged: '保存的状态已损坏（原件已另存），以上内容可能已经通知过。',
  },
  failing: (subject, channel, time, reason) => FAILING[subject](channel, time, reason),
  working: (subject, channel, time) => WORKING[subject](channel, time),
  moreNotices: (count) => `另有 ${count} 条监控消息未列出。`,

  testLines: (channel, time) => [
    `通道 ${channel} 能收到提醒。`,
    `发送时间：${time}`,
    '机器人任务停止、持续停止或恢复时，会在这里通知。',
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

function elapsed(span: string | null): string {
  if (span === null) return '刚刚发现';
  return span.startsWith('不到') ? span : spaced('已', span);
}

/** A space stands before a number, and before a word none. */
function spaced(word: string, span: string): string {
  return /^\d/.test(span) ? `${word} ${span}` : `${word}${span}`;
}
