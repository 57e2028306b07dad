/** Every other sentence of the page. */
import type { Source } from '../../../../shared/robot-task';
import type { Text } from '../../../../shared/text';
import { both } from './both';

export const CONSOLE_NAMES: Readonly<Record<Source, Text>> = {
  dyvms: both('语音服务控制台', 'Voice Service console'),
  aiccs: both('智能联络中心控制台', 'Cloud Contact Center console'),
};

export const stoppedHeadline = (count: number): Text =>
  both(
    count === 0 ? '没有任务停止' : `${count} 个任务已停止`,
    count === 0 ? 'No task is stopped' : count === 1 ? '1 task is stopped' : `${count} tasks are stopped`,
  );

export const countOf = (status: Text, count: number): Text =>
  both(`${status['zh-CN']} ${count}`, `${count} ${status.en}`);

export const beijing = (time: string): Text => both(`北京时间 ${time}`, `${time} Beijing time`);

export const updated = (age: Text): Text => both(`${age['zh-CN']}更新`, `updated ${age.en}`);

export const refreshFailed = (time: string, reason: Text): Text =>
  both(
    `刷新失败：${reason['zh-CN']}。以下是 ${time} 的内容，会继续重试。`,
    `The refresh failed: ${reason.en}. This is how it was at ${time}; it is tried again.`,
  );

export const partFailed = (reason: Text): Text =>
  both(`这一部分读取失败：${reason['zh-CN']}。`, `This part could not be read: ${reason.en}.`);

export const because = (reason: Text): Text =>
  both(`${reason['zh-CN']}。`, `${reason.en.charAt(0).toUpperCase()}${reason.en.slice(1)}.`);

export const staleWatch = (time: string, duration: Text): Text =>
  both(
    `监控已 ${duration['zh-CN']}没有动静（最后一次是 ${time}）。它可能已经停了：新停止的任务可能不会有人收到通知。`,
    `The watch has saved nothing for ${duration.en} (since ${time}). It may have stopped: nobody may be told of a new stop.`,
  );

export const sinceFor = (time: string, duration: Text): Text =>
  both(`${time}，已停 ${duration['zh-CN']}`, `${time}, for ${duration.en}`);

/** What a task makes an hour, and when it will be done; null: nobody can say. */
export const paceOf = (callsPerHour: number, doneAt: string | null): Text => {
  const calls = Math.round(callsPerHour);
  return both(
    `每小时约 ${calls} 通${doneAt === null ? '' : `，预计 ${doneAt} 完成`}`,
    `about ${calls} calls an hour${doneAt === null ? '' : `, done at about ${doneAt}`}`,
  );
};

export const lastNews = (time: string): Text => both(`上次发送 ${time}`, `last news ${time}`);
export const failingSince = (time: string): Text => both(`${time} 起发送失败`, `fails since ${time}`);
export const secondLine = (after: string): Text => both(`持续 ${after} 后才通知`, `told after ${after}`);

export const takeAllOf = (count: number): Text => both(`全部由我处理（${count}）`, `I take all (${count})`);

export const takenBy = (by: string, time: string | null): Text =>
  both(
    `${by} 已接手${time === null ? '' : `（${time}）`}`,
    `${by} took it${time === null ? '' : ` (${time})`}`,
  );

export const mutedBy = (by: string, until: string): Text =>
  both(`${by} 已静音至 ${until}`, `${by} muted it until ${until}`);

export const notTaken = (count: number, reason: Text): Text =>
  both(`${count} 个没有记下：${reason['zh-CN']}`, `${count} could not be taken: ${reason.en}`);

export const startedBy = (name: string): Text => both(`（${name} 启动）`, `(started by ${name})`);

export const progressOf = (finished: number | null, total: number | null): Text => {
  const said = (unknown: string) => `${finished ?? unknown} / ${total ?? unknown}`;
  return both(said('未知'), said('unknown'));
};

export const remaining = (count: number): Text => both(`还剩 ${count}`, `${count} left`);

export const toldAt = (channel: string, time: string, before: Text | null): Text =>
  both(
    `${channel}（${time}${before === null ? '' : `，当时${before['zh-CN']}`}）`,
    `${channel} (${time}${before === null ? '' : `, then ${before.en}`})`,
  );

export const confirmStart = (name: Text): Text =>
  both(
    `重新启动“${name['zh-CN']}”？它会继续拨打还没有完成的号码。`,
    `Start “${name.en}” again? It goes on with the calls that are left.`,
  );

export const started = (name: Text, status: Text | null): Text =>
  both(
    `“${name['zh-CN']}”已启动${status === null ? '' : `，现在的状态：${status['zh-CN']}`}。`,
    `“${name.en}” was started${status === null ? '' : `; its status now: ${status.en}`}.`,
  );

/** What the voice service's detail gave after a start that did not go well; null: nobody can say. */
export const statusNow = (status: Text | null): Text =>
  both(
    status === null ? '' : `它现在的状态：${status['zh-CN']}。`,
    status === null ? '' : ` Its status now: ${status.en}.`,
  );

export const runsAlready = (name: Text): Text =>
  both(
    `“${name['zh-CN']}”已经在执行，可能是同事启动的。`,
    `“${name.en}” runs already, perhaps a colleague started it.`,
  );

export const notRecorded: Text = both('但没能记下是谁启动的。', ' Who started it could not be recorded.');

export const startRefused = (name: Text, reason: Text): Text =>
  both(`“${name['zh-CN']}”没有启动：${reason['zh-CN']}。`, `“${name.en}” was not started: ${reason.en}.`);

export const startLost = (name: Text, reason: Text): Text =>
  both(
    `“${name['zh-CN']}”可能已经启动：${reason['zh-CN']}。请先看它的状态，不要马上再试。`,
    `“${name.en}” may have been started: ${reason.en}. Look at its status before you try again.`,
  );

export const refusedForAccount = (code: string | null): Text =>
  both(
    `语音服务接口因账号原因拒绝了${code === null ? '' : `（${code}）`}`,
    `the voice service's API refused it for the account's sake${code === null ? '' : ` (${code})`}`,
  );

export const startAllOf = (count: number): Text => both(`全部启动（${count}）`, `Start all (${count})`);

/** Times are those of `beijingShort`. */
export const confirmStartAll = (count: number, cause: Text, calls: number, oldest: string | null): Text =>
  both(
    `重新启动 ${count} 个“${cause['zh-CN']}”的任务？将拨打剩余的 ${calls} 个号码。${oldest === null ? '' : `最早停止于 ${oldest}。`}`,
    `Start ${count} ${count === 1 ? 'task' : 'tasks'} (${cause.en}) again? ${calls} calls will go out.${oldest === null ? '' : ` The oldest stopped at ${oldest}.`}`,
  );

export const uncounted = (count: number): Text =>
  both(`其中 ${count} 个任务的号码数未知。`, `Of ${count} of them the number of calls is not known.`);

export const withOld = (count: number): Text =>
  both(
    `也启动停止超过 7 天的 ${count} 个任务`,
    `Start the ${count} that stopped more than 7 days ago as well`,
  );

export const leftOut = (count: number): Text =>
  both(
    `不包括 ${count} 个刚才可能已经启动的任务。`,
    `${count} that may just have been started ${count === 1 ? 'is' : 'are'} left out.`,
  );

export const startingAll = (done: number, total: number): Text =>
  both(`正在启动：${done} / ${total}`, `Starting: ${done} of ${total}`);

/** `unseen`: sent, without an answer. Nothing is said of what is none. */
export const runCounts = (counts: ReadonlyMap<string, number>, unseen: number, rest: number): Text => {
  const of = (kind: string) => counts.get(kind) ?? 0;
  const said: [number, string, string][] = [
    [of('running'), '已启动', 'started'],
    [of('already'), '已经在执行，可能是同事启动的', 'ran already, perhaps a colleague started them'],
    [of('passed'), '已不在停止状态', 'no longer stood'],
    [of('refused'), '没有启动', 'not started'],
    [of('unknown') + unseen, '可能已启动', 'may have been started'],
    [rest, '还没有尝试', 'not tried yet'],
  ];
  const all = said.filter(([count]) => count > 0);
  return both(
    all.map(([count, zh]) => `${count} 个${zh}`).join('，'),
    all.map(([count, , en]) => `${count} ${en}`).join(', '),
  );
};

export const runEnded = (end: string | null): Text => {
  switch (end) {
    case 'done':
      return both('批量启动已完成', 'All of them have been gone through');
    case 'stopped':
      return both('批量启动已停止', 'The starts were stopped');
    case 'account':
      return both(
        '已有 3 个任务因账号原因被拒绝，不再继续。请确认欠款已结清',
        "Three were refused for the account's sake: no more are tried. Make sure that what is due is paid",
      );
    case 'same':
      return both(
        '已有 5 个任务因同一原因没有启动，不再继续',
        'Five were not started for the same reason: no more are tried',
      );
    case 'signed-out':
      return both('登录已失效，不再继续', 'The sign-in has ended: no more are tried');
    default:
      return both('批量启动被中断（页面已离开或刷新）', 'The starts were interrupted: the page was left');
  }
};

export const runOf = (time: string, cause: Text, total: number): Text =>
  both(`${cause['zh-CN']}，${total} 个任务，${time}`, `${total} tasks, ${cause.en}, ${time}`);

export const notStartedBecause = (name: Text, reason: Text): Text =>
  both(`“${name['zh-CN']}”：${reason['zh-CN']}`, `“${name.en}”: ${reason.en}`);

export const causeOf = (cause: Text, count: number | null): Text =>
  both(
    `${cause['zh-CN']}${count === null ? '' : ` ${count}`}`,
    `${cause.en.charAt(0).toUpperCase()}${cause.en.slice(1)}${count === null ? '' : `: ${count}`}`,
  );

export const showAllOf = (count: number | null): Text =>
  both(
    count === null ? '全部显示' : `全部显示（${count}）`,
    count === null ? 'Show all' : `Show all (${count})`,
  );

export const readSoFar = (read: number, count: number | null): Text =>
  both(
    `正在读取：${read}${count === null ? '' : ` / ${count}`}`,
    `Reading: ${read}${count === null ? '' : ` of ${count}`}`,
  );

export const unreadParts = (count: number): Text =>
  both(
    `有 ${count} 条内容页面读不懂，没有显示。`,
    `${count} ${count === 1 ? 'entry is' : 'entries are'} left out: this page cannot read ${count === 1 ? 'it' : 'them'}.`,
  );

export const signedInAs = (name: Text): Text =>
  both(`已登录为操作员“${name['zh-CN']}”。`, `You are signed in as the operator “${name.en}”.`);

export const otherOperator = (offered: Text, present: Text): Text =>
  both(
    `这是操作员“${offered['zh-CN']}”的链接，而这里已登录为“${present['zh-CN']}”。`,
    `This is the link of the operator “${offered.en}”. Here “${present.en}” is signed in.`,
  );

export const becomeOperator = (name: Text): Text => both(`换成“${name['zh-CN']}”`, `Sign in as “${name.en}”`);
export const remainOperator = (name: Text): Text => both(`保持“${name['zh-CN']}”`, `Remain “${name.en}”`);

export const refusedByVoiceService = (code: string | null): Text =>
  both(
    `语音服务接口拒绝了${code === null ? '' : `（${code}）`}`,
    `the voice service's API refused it${code === null ? '' : ` (${code})`}`,
  );

export const pageOf = (page: number, pages: number | null): Text =>
  both(
    pages === null ? `第 ${page} 页` : `第 ${page} / ${pages} 页`,
    pages === null ? `Page ${page}` : `Page ${page} of ${pages}`,
  );

export const callsMade = (name: Text): Text => both(`“${name['zh-CN']}”的进度`, `Progress of “${name.en}”`);

export const picture = (count: number): Text =>
  both(
    `最近 7 天的 ${count} 次停止，每次一条。同样的内容见下面的表格。`,
    `A bar for each of the ${count} stops of the last 7 days. The table below has the same.`,
  );

/** What is wrong with the watch, by the subject of the failure. */
export const watchFailure = (subject: string, channel: string | null, time: string, reason: Text): Text => {
  const said = (zh: string, en: string): Text => both(`${zh}：${reason['zh-CN']}`, `${en}: ${reason.en}`);
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
    case 'certificate':
      return said('页面的证书即将到期', 'The page’s certificate ends soon');
    case 'record':
      return said(`自 ${time} 起读不到谁接手了任务`, `The watch cannot read who takes what since ${time}`);
    default:
      return said(`自 ${time} 起异常`, `A problem since ${time}`);
  }
};
