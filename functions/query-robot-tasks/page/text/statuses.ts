/** The statuses in words, and what to do about them. */
import { statusWords } from '../../../../shared/status-words';
import type { Text } from '../../../../shared/text';
import { both } from './both';

/** A status in words; one that the vendor added since stands for itself. */
export function statusOf(status: string): Text {
  return statusWords(status) ?? both(status, status);
}

export type Tone = 'bad' | 'good' | 'waiting' | 'over';

/** How a status looks: nothing is said by colour alone, the words stand beside it. */
export function toneOf(status: string): Tone {
  switch (status) {
    case 'ARREARS_STOP':
    case 'SYSTEM_STOP':
    case 'STALLED':
      return 'bad';
    case 'EXCUTING':
      return 'good';
    case 'INIT':
    case 'READY':
    case 'DISPATCH':
    case 'MANUAL_STOP':
      return 'waiting';
    default:
      return 'over';
  }
}

/** What to do about a stopped task. Whether it goes on by itself after a top-up is documented nowhere: never promised. */
export function adviceOf(status: string): Text {
  switch (status) {
    case 'ARREARS_STOP':
      return both(
        '阿里云账号欠费。请先充值结清欠款，再启动任务：充值后任务不一定会自动继续。',
        'The Alibaba Cloud account is in arrears. Pay what is due, then start the task: it may not resume on its own.',
      );
    case 'SYSTEM_STOP':
      return both(
        '可能不在允许外呼的时段，也可能是账号或号码受限。请到控制台查看原因，处理后再启动任务。',
        'It may be outside the hours in which calls are allowed, or the account or a number may be restricted. Look up the reason in the console, then start the task.',
      );
    case 'STALLED':
      return both(
        '任务显示执行中，但一直没有通话完成。请到控制台查看。',
        'The task is running, but no more calls are completed. Look at it in the console.',
      );
    default:
      return both('请到控制台查看该任务。', 'Look at the task in the console.');
  }
}
