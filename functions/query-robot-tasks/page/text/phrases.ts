/** The sentences that are always the same. Each is an export of its own: the page carries those that are said. */
import { both } from './both';

export const product = both('机器人任务监控', 'Robot task watch');
export const otherLanguage = both('English', '中文');
export const signOut = both('退出', 'Sign out');
export const refresh = both('刷新', 'Refresh');
export const refreshing = both('正在刷新…', 'Refreshing…');
export const beijingTime = both('所有时间均为北京时间（UTC+8）。', 'All times are Beijing time (UTC+8).');
export const topUp = both('去充值', 'Top up');
export const signIn = both('登录', 'Sign in');
export const signInHint = both(
  '从提醒里的链接打开，无需登录。否则请扫描自己的操作员二维码，或输入管理员给你的令牌。',
  'The link in an alert lets you in by itself. Otherwise scan your own operator code, or enter the token that your administrator gave you.',
);
export const token = both('访问令牌', 'Token');
export const keep = both('在这台设备上记住', 'Remember it on this device');
export const refusedTicket = both(
  '链接已过期或无效。请从最新的提醒打开链接，或输入访问令牌。',
  'The link has expired or is not valid. Open the link of the latest alert, or enter a token.',
);
export const refusedToken = both(
  '访问令牌无效，请重新输入。',
  'This token is not accepted. Enter another one.',
);
export const oldData = both(
  '以下是登录失效前看到的内容，不再更新。',
  'What follows was seen before the sign-in ended. It is no longer refreshed.',
);
export const asking = both('正在查询…', 'Asking…');
export const nobodyKnows = both('现在无法得知有没有任务停止', 'Nobody can say whether a task is stopped');
export const lastSeen = both('监控最后一次看到的停止任务：', 'The stopped tasks that the watch saw last:');
export const stopped = both('停止的任务', 'Stopped tasks');
export const running = both('执行中的任务', 'Running tasks');
export const noneRunning = both('没有任务在执行。', 'No task is running.');
export const linked = both('提醒中的任务', 'The task of the alert');
export const linkedGone = both(
  '提醒中的任务已查不到：语音服务接口不再返回它。',
  "The task of the alert is not found any more: the voice service's API no longer knows it.",
);
export const tasks = both('查找任务', 'Find tasks');
export const tasksHint = both('选择一个状态，或按名称搜索。', 'Choose a status, or search by name.');
export const all = both('全部', 'all');
export const byStatus = both('按状态', 'By status');
export const name = both('任务名称', 'Task name');
export const search = both('搜索', 'Search');
export const noneFound = both('没有符合条件的任务。', 'No task matches.');
export const previous = both('上一页', 'Previous');
export const next = both('下一页', 'Next');
export const unnamed = both('（未命名任务）', '(unnamed task)');
export const unknown = both('未知', 'unknown');
export const robot = both('机器人', 'Robot');
export const progress = both('进度', 'Progress');
export const since = both('停止时间', 'Stopped since');
export const stalledSince = both('最后一次通话', 'Last call');
export const created = both('创建', 'Created');
export const taskId = both('任务 ID', 'Task id');
export const sinceUnknown = both('未知（没有监控记录）', 'unknown (the watch shares no record of it)');
export const told = both('已通知', 'Told');
export const toldNobody = both('还没有通知到任何通道', 'no channel yet');
export const start = both('重新启动', 'Start again');
export const startYes = both('确认启动', 'Yes, start it');
export const cancel = both('取消', 'Cancel');
export const starting = both('正在启动…', 'Starting…');
export const readOnly = both(
  '当前登录只能查看，不能启动任务。',
  'This sign-in can only read. It starts no task.',
);
export const useToken = both('以操作员身份登录', 'Sign in as an operator');
export const operatorHint = both(
  '启动任务需要操作员令牌：用这个浏览器扫描自己的操作员二维码，或输入管理员给你的令牌。',
  "Starting a task needs an operator's token: scan your own operator code with this browser, or enter the token that your administrator gave you.",
);
export const operatorToken = both('操作员令牌', "Operator's token");
export const checking = both('正在确认…', 'Checking…');
export const notOperator = both(
  '这个令牌只能查看，不是操作员令牌。',
  "This token can only read. It is not an operator's.",
);
export const operatorRefused = both(
  '操作员令牌无效。请向管理员索取新的。',
  "This operator's token is not valid. Ask your administrator for a new one.",
);
export const anOperator = both('操作员', 'an operator');
export const reader = both('只读', 'read only');
export const thisBrowser = both(
  '只对当前浏览器有效。聊天应用自带浏览器，请在那里也扫一次。',
  'It holds for this browser alone. A chat app has a browser of its own: scan the code there, too.',
);
export const keepsNothing = both(
  '这个浏览器不保存任何内容：关闭页面后需要重新扫码。',
  'This browser keeps nothing: scan the code again once the page is closed.',
);
export const askKeep = both(
  '要在这个浏览器里保持登录吗？以后打开提醒中的链接就能启动任务。',
  "Stay signed in here? Then you can start tasks from each alert's link that you open in this browser.",
);
export const stay = both('保持登录', 'Stay signed in');
export const onlyNow = both('仅这一次', 'Only this time');
export const tryAgain = both('再试一次', 'Try again');
export const take = both('我来处理', 'I take it');
export const takeBack = both('撤销', 'Take it back');
export const mute = both('静音…', 'Mute…');
export const muteAll = both('全部静音…', 'Mute all…');
export const muteHour = both('静音 1 小时', 'Mute for 1 h');
export const muteMorning = both('静音到明天 9:00', 'Mute until 9:00 tomorrow');
export const taken = both('处理', 'Taken');
export const dismiss = both('知道了', 'Dismiss');
export const counting = both('正在读取任务…', 'Reading the tasks…');
export const stopStarting = both('停止启动', 'Stop starting');
export const stopping = both('正在停止…', 'Stopping…');
export const startAllProgress = both('批量启动的进度', 'Progress of the starts');
export const history = both('最近 7 天的停止', 'Stops of the last 7 days');
export const noHistory = both('最近 7 天没有任务停止过。', 'No task was stopped in the last 7 days.');
export const table = both('查看表格', 'As a table');
export const task = both('任务', 'Task');
export const from = both('开始', 'From');
export const until = both('结束', 'Until');
export const duration = both('历时', 'Duration');
export const became = both('后续状态', 'Then');
export const stillStopped = both('尚未恢复', 'still stopped');
export const gone = both('已查不到', 'not found any more');
export const arrears = both('欠费', 'overdue');
export const system = both('系统', 'system');
export const watch = both('监控', 'The watch');
export const lastSave = both('最后一次保存', 'Last saved');
export const channels = both('通道', 'Channels');
export const sendsFine = both('发送正常', 'works');
export const noNewsYet = both('还没有发送过', 'nothing sent yet');
export const everyChannelWorks = both('所有通道发送正常', 'none fails');
export const noState = both(
  '没有共享的监控状态：看不到停止时间和通知记录。把两个函数的 STATE_STORE 设为同一个 tablestore:// 地址即可。',
  'There is no shared state: nobody knows here since when a task is stopped, or who was told. Set STATE_STORE of both functions to the same tablestore:// address.',
);
