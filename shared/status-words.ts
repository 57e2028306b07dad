/** What a task's statuses, and being stalled, are called in messages and on the page. */
import type { ROBOT_TASK_STATUSES } from './robot-task';
import type { Text } from './text';

/** Every condition and status that has a name. */
export type KnownStatus = (typeof ROBOT_TASK_STATUSES)[number] | 'STALLED';

const STATUS_WORDS: Readonly<Record<KnownStatus, Text>> = {
  INIT: { 'zh-CN': '未开始', en: 'not started' },
  READY: { 'zh-CN': '准备开始', en: 'about to start' },
  DISPATCH: { 'zh-CN': '解析中', en: 'being prepared' },
  EXCUTING: { 'zh-CN': '执行中', en: 'running' },
  MANUAL_STOP: { 'zh-CN': '手动暂停', en: 'stopped by hand' },
  SYSTEM_STOP: { 'zh-CN': '系统暂停', en: 'stopped by the system' },
  ARREARS_STOP: { 'zh-CN': '欠费暂停', en: 'stopped, payment overdue' },
  CANCEL: { 'zh-CN': '手动终止', en: 'ended by hand' },
  SYSTEM_CANCEL: { 'zh-CN': '系统终止', en: 'ended by the system' },
  FINISH: { 'zh-CN': '已完成', en: 'finished' },
  STALLED: { 'zh-CN': '外呼停滞', en: 'stalled' },
};

const BY_NAME: ReadonlyMap<string, Text> = new Map(Object.entries(STATUS_WORDS));

/** The words for a status; undefined for one that the vendor added since. */
export function statusWords(status: string): Text | undefined {
  return BY_NAME.get(status);
}
