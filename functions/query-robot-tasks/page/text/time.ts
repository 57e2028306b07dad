/** Times and durations for people. Times are Beijing's; the page says so once, at its foot and beside its headline. */
import { beijingMinute } from '../../../../shared/beijing-time';
import type { Text } from '../../../../shared/text';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `14:03` today, `11-24 14:03` this year, `2025-11-24 14:03` before. Both are epoch milliseconds. */
export function timeOf(time: number, now: number): string {
  const minute = beijingMinute(time);
  const today = beijingMinute(now);
  if (minute.slice(0, 10) === today.slice(0, 10)) return minute.slice(11);
  return minute.slice(0, 4) === today.slice(0, 4) ? minute.slice(5) : minute;
}

/** In the two largest units that say something; minutes are left out of what takes days. */
export function durationOf(ms: number): Text {
  if (ms < MINUTE) return { 'zh-CN': '不到 1 分钟', en: 'less than 1 min' };
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const parts: [number, string, string][] = [
    [days, '天', 'd'],
    [hours, '小时', 'h'],
    [days > 0 ? 0 : minutes, '分钟', 'min'],
  ];
  const said = parts.filter(([amount]) => amount > 0);
  return {
    'zh-CN': said.map(([amount, unit]) => `${amount} ${unit}`).join(' '),
    en: said.map(([amount, , unit]) => `${amount} ${unit}`).join(' '),
  };
}

/** How old something is: to 5 seconds below a minute. */
export function ageOf(ms: number): Text {
  if (ms >= MINUTE) {
    const duration = durationOf(ms);
    return { 'zh-CN': `${duration['zh-CN']}前`, en: `${duration.en} ago` };
  }
  const seconds = Math.floor(ms / (5 * SECOND)) * 5;
  if (seconds < 5) return { 'zh-CN': '刚刚', en: 'just now' };
  return { 'zh-CN': `${seconds} 秒前`, en: `${seconds} s ago` };
}
