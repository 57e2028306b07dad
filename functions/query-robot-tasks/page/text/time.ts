/** Times and durations for people. Times are Beijing's; the page says so once, at its foot and beside its headline. */
import { beijingMinute } from '../../../../shared/beijing-time';
import type { Text } from '../../../../shared/text';
import { both } from './both';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In the two largest units that say something; minutes are left out of what takes days. */
export function durationOf(ms: number): Text {
  if (ms < MINUTE) return both('不到 1 分钟', 'less than 1 min');
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const parts: [number, string, string][] = [
    [days, '天', 'd'],
    [hours, '小时', 'h'],
    [days > 0 ? 0 : minutes, '分钟', 'min'],
  ];
  const said = parts.filter(([amount]) => amount > 0);
  return both(
    said.map(([amount, unit]) => `${amount} ${unit}`).join(' '),
    said.map(([amount, , unit]) => `${amount} ${unit}`).join(' '),
  );
}

/** The next 9:00 of a day after today, in Beijing. Epoch milliseconds. */
export function tomorrowMorning(now: number): number {
  return Date.parse(`${beijingMinute(now + DAY).slice(0, 10)}T09:00:00+08:00`);
}

/** How old something is: to 5 seconds below a minute. */
export function ageOf(ms: number): Text {
  if (ms >= MINUTE) {
    const duration = durationOf(ms);
    return both(`${duration['zh-CN']}前`, `${duration.en} ago`);
  }
  const seconds = Math.floor(ms / (5 * SECOND)) * 5;
  if (seconds < 5) return both('刚刚', 'just now');
  return both(`${seconds} 秒前`, `${seconds} s ago`);
}
