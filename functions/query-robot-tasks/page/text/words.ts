/** Every other sentence of the page. */
import type { Source } from '../../../../shared/robot-task';
import type { Text } from '../../../../shared/text';

export const CONSOLE_NAMES: Readonly<Record<Source, Text>> = {
  dyvms: { 'zh-CN': '语音服务控制台', en: 'Voice Service console' },
  aiccs: { 'zh-CN': '智能联络中心控制台', en: 'Cloud Contact Center console' },
};

export const WORDS = {
  product: { 'zh-CN': '机器人任务监控', en: 'Robot task watch' },
  otherLanguage: { 'zh-CN': 'English', en: '中文' },
  signOut: { 'zh-CN': '退出', en: 'Sign out' },
  refresh: { 'zh-CN': '刷新', en: 'Refresh' },
  refreshing: { 'zh-CN': '正在刷新…', en: 'Refreshing…' },
  beijingTime: {
    'zh-CN': '所有时间均为北京时间（UTC+8）。',
    en: 'All times are Beijing time (UTC+8).',
  },
  topUp: { 'zh-CN': '去充值', en: 'Top up' },

  signIn: { 'zh-CN': '登录', en: 'Sign in' },
  signInHint: {
    'zh-CN': '从提醒里的链接打开，无需登录。否则请输入访问令牌（API_TOKENS 或 OPERATOR_TOKENS 之一）。',
    en: 'The link in an alert lets you in by itself. Otherwise enter a token: one of API_TOKENS or OPERATOR_TOKENS.',
  },
  token: { 'zh-CN': '访问令牌', en: 'Token' },
  keep: { 'zh-CN': '在这台设备上记住', en: 'Remember it on this device' },
  refusedTicket: {
    'zh-CN': '链接已过期或无效。请从最新的提醒打开链接，或输入访问令牌。',
    en: 'The link has expired or is not valid. Open the link of the latest alert, or enter a token.',
  },
  refusedToken: {
    'zh-CN': '这个访问令牌不被接受，请重新输入。',
    en: 'This token is not accepted. Enter another one.',
  },
  oldData: {
    'zh-CN': '以下是登录失效前看到的内容，不再更新。',
    en: 'What follows was seen before the sign-in ended. It is no longer refreshed.',
  },

  asking: { 'zh-CN': '正在查询…', en: 'Asking…' },
  nobodyKnows: {
    'zh-CN': '现在无法得知有没有任务停止',
    en: 'Nobody can say whether a task is stopped',
  },
  lastSeen: {
    'zh-CN': '监控最后一次看到的停止任务：',
    en: 'The stopped tasks that the watch saw last:',
  },
  stopped: { 'zh-CN': '停止的任务', en: 'Stopped tasks' },
  running: { 'zh-CN': '执行中的任务', en: 'Running tasks' },
  noneRunning: { 'zh-CN': '没有任务在执行。', en: 'No task is running.' },
  linked: { 'zh-CN': '提醒所说的任务', en: 'The task of the alert' },
  linkedGone: {
    'zh-CN': '提醒所说的任务已查不到：语音服务接口不再返回它。',
    en: "The task of the alert is not found any more: the voice service's API no longer knows it.",
  },
  tasks: { 'zh-CN': '查找任务', en: 'Find tasks' },
  tasksHint: {
    'zh-CN': '选择一个状态，或按名称搜索。',
    en: 'Choose a status, or search by name.',
  },
  all: { 'zh-CN': '全部', en: 'all' },
  byStatus: { 'zh-CN': '按状态', en: 'By status' },
  name: { 'zh-CN': '任务名称', en: 'Task name' },
  search: { 'zh-CN': '搜索', en: 'Search' },
  noneFound: { 'zh-CN': '没有符合条件的任务。', en: 'No task matches.' },
  previous: { 'zh-CN': '上一页', en: 'Previous' },
  next: { 'zh-CN': '下一页', en: 'Next' },

  unnamed: { 'zh-CN': '（未命名任务）', en: '(unnamed task)' },
  unknown: { 'zh-CN': '未知', en: 'unknown' },
  status: { 'zh-CN': '状态', en: 'Status' },
  robot: { 'zh-CN': '机器人', en: 'Robot' },
  progress: { 'zh-CN': '进度', en: 'Progress' },
  since: { 'zh-CN': '停止时间', en: 'Stopped since' },
  stalledSince: { 'zh-CN': '最后一次通话', en: 'Last call' },
  created: { 'zh-CN': '创建', en: 'Created' },
  taskId: { 'zh-CN': '任务 ID', en: 'Task id' },
  sinceUnknown: {
    'zh-CN': '未知（监控没有共享它的记录）',
    en: 'unknown (the watch shares no record of it)',
  },
  told: { 'zh-CN': '已通知', en: 'Told' },
  toldNobody: { 'zh-CN': '还没有通知到任何通道', en: 'no channel yet' },

  start: { 'zh-CN': '重新启动', en: 'Start again' },
  startYes: { 'zh-CN': '确认启动', en: 'Yes, start it' },
  cancel: { 'zh-CN': '取消', en: 'Cancel' },
  starting: { 'zh-CN': '正在启动…', en: 'Starting…' },
  readOnly: {
    'zh-CN': '当前登录只能查看。要在这里启动任务，请用操作员令牌（OPERATOR_TOKENS）登录。',
    en: "This sign-in can only read. To start a task here, sign in with an operator's token (OPERATOR_TOKENS).",
  },
  useToken: { 'zh-CN': '用令牌登录', en: 'Sign in with a token' },
  dismiss: { 'zh-CN': '知道了', en: 'Dismiss' },

  history: { 'zh-CN': '最近 7 天的停止', en: 'Stops of the last 7 days' },
  noHistory: { 'zh-CN': '最近 7 天没有任务停止过。', en: 'No task was stopped in the last 7 days.' },
  table: { 'zh-CN': '以表格查看', en: 'As a table' },
  showAll: { 'zh-CN': '全部显示', en: 'Show all' },
  task: { 'zh-CN': '任务', en: 'Task' },
  from: { 'zh-CN': '开始', en: 'From' },
  until: { 'zh-CN': '结束', en: 'Until' },
  duration: { 'zh-CN': '历时', en: 'Duration' },
  became: { 'zh-CN': '之后', en: 'Then' },
  stillStopped: { 'zh-CN': '仍在停止', en: 'still stopped' },
  gone: { 'zh-CN': '已查不到', en: 'not found any more' },

  watch: { 'zh-CN': '监控', en: 'The watch' },
  lastSave: { 'zh-CN': '最后一次保存', en: 'Last saved' },
  channels: { 'zh-CN': '通道', en: 'Channels' },
  channelsFine: { 'zh-CN': '没有发送失败', en: 'none fails' },
  noState: {
    'zh-CN':
      '没有共享的监控状态：停止时间、通知记录和历史在这里看不到。把两个函数的 STATE_STORE 设为同一个 tablestore:// 地址即可。',
    en: 'There is no shared state: since when a task is stopped, who was told, and the history are not known here. Set STATE_STORE of both functions to the same tablestore:// address.',
  },
} as const satisfies Record<string, Text>;

export const stoppedHeadline = (count: number): Text => ({
  'zh-CN': count === 0 ? '没有任务停止' : `${count} 个任务已停止`,
  en: count === 0 ? 'No task is stopped' : count === 1 ? '1 task is stopped' : `${count} tasks are stopped`,
});

export const countOf = (status: Text, count: number): Text => ({
  'zh-CN': `${status['zh-CN']} ${count}`,
  en: `${count} ${status.en}`,
});

export const beijing = (time: string): Text => ({ 'zh-CN': `北京时间 ${time}`, en: `${time} Beijing time` });

export const updated = (age: Text): Text => ({ 'zh-CN': `${age['zh-CN']}更新`, en: `updated ${age.en}` });

export const refreshFailed = (time: string, reason: Text): Text => ({
  'zh-CN': `刷新失败：${reason['zh-CN']}。以下是 ${time} 的内容，会继续重试。`,
  en: `The refresh failed: ${reason.en}. This is how it was at ${time}; it is tried again.`,
});

export const partFailed = (reason: Text): Text => ({
  'zh-CN': `这一部分读取失败：${reason['zh-CN']}。`,
  en: `This part could not be read: ${reason.en}.`,
});

export const because = (reason: Text): Text => ({
  'zh-CN': `${reason['zh-CN']}。`,
  en: `${reason.en.charAt(0).toUpperCase()}${reason.en.slice(1)}.`,
});

export const staleWatch = (time: string, duration: Text): Text => ({
  'zh-CN': `监控已 ${duration['zh-CN']}没有动静（最后一次是 ${time}）。它可能已经停了：新的停止可能没有人会收到通知。`,
  en: `The watch has saved nothing for ${duration.en} (since ${time}). It may have stopped: nobody may be told of a new stop.`,
});

export const sinceFor = (time: string, duration: Text): Text => ({
  'zh-CN': `${time}，至今 ${duration['zh-CN']}`,
  en: `${time}, for ${duration.en}`,
});

export const progressOf = (finished: number | null, total: number | null): Text => {
  const said = (unknown: string) => `${finished ?? unknown} / ${total ?? unknown}`;
  return { 'zh-CN': said('未知'), en: said('unknown') };
};

export const remaining = (count: number): Text => ({ 'zh-CN': `还剩 ${count}`, en: `${count} left` });

export const toldAt = (channel: string, time: string, before: Text | null): Text => ({
  'zh-CN': `${channel}（${time}${before === null ? '' : `，当时${before['zh-CN']}`}）`,
  en: `${channel} (${time}${before === null ? '' : `, then ${before.en}`})`,
});

export const confirmStart = (name: Text): Text => ({
  'zh-CN': `重新启动“${name['zh-CN']}”？它会继续拨打还没有完成的号码。`,
  en: `Start “${name.en}” again? It goes on with the calls that are left.`,
});

export const started = (name: Text, status: Text | null): Text => ({
  'zh-CN': `“${name['zh-CN']}”已启动${status === null ? '' : `，现在的状态：${status['zh-CN']}`}。`,
  en: `“${name.en}” was started${status === null ? '' : `; its status now: ${status.en}`}.`,
});

export const startRefused = (name: Text, reason: Text): Text => ({
  'zh-CN': `“${name['zh-CN']}”没有启动：${reason['zh-CN']}。`,
  en: `“${name.en}” was not started: ${reason.en}.`,
});

export const startLost = (name: Text, reason: Text): Text => ({
  'zh-CN': `“${name['zh-CN']}”可能已经启动：${reason['zh-CN']}。请先看它的状态，不要马上再试。`,
  en: `“${name.en}” may have been started: ${reason.en}. Look at its status before you try again.`,
});

export const refusedByVoiceService = (code: string | null): Text => ({
  'zh-CN': `语音服务接口拒绝了${code === null ? '' : `（${code}）`}`,
  en: `the voice service's API refused it${code === null ? '' : ` (${code})`}`,
});

export const pageOf = (page: number, pages: number | null): Text => ({
  'zh-CN': pages === null ? `第 ${page} 页` : `第 ${page} / ${pages} 页`,
  en: pages === null ? `Page ${page}` : `Page ${page} of ${pages}`,
});

export const callsMade = (name: Text): Text => ({
  'zh-CN': `“${name['zh-CN']}”的进度`,
  en: `Progress of “${name.en}”`,
});

export const picture = (count: number): Text => ({
  'zh-CN': `时间轴：最近 7 天的 ${count} 次停止，每次一条。同样的内容见下面的表格。`,
  en: `A time axis with a bar for each of the ${count} stops of the last 7 days. The table below has the same.`,
});

/** What is wrong with the watch, by the subject of the failure. */
export const watchFailure = (subject: string, channel: string | null, time: string, reason: Text): Text => {
  const said = (zh: string, en: string): Text => ({
    'zh-CN': `${zh}：${reason['zh-CN']}`,
    en: `${en}: ${reason.en}`,
  });
  switch (subject) {
    case 'poll':
      return said(`监控自 ${time} 起无法获取任务状态`, `The watch cannot read the tasks since ${time}`);
    case 'store':
      return said(`状态存储自 ${time} 起不可用`, `The state store is out of reach since ${time}`);
    case 'channel':
      return said(
        `通道 ${channel ?? ''} 自 ${time} 起收不到提醒`,
        `Channel ${channel ?? ''} has not received its alerts since ${time}`,
      );
    case 'balance':
      return said(`账户余额自 ${time} 起偏低`, `The account's balance is low since ${time}`);
    case 'balance-query':
      return said(`自 ${time} 起无法查询余额`, `The balance cannot be asked for since ${time}`);
    default:
      return said(`自 ${time} 起异常`, `A problem since ${time}`);
  }
};
