/** Messages and channels of the watch, in the words of the oracle. */
import type { Item, Receiver } from '../../bench/oracle/oracle';
import { FAILING, holderOf } from '../../bench/oracle/sights';
import type { Alert } from '../../functions/watch-robot-tasks/rules/message';
import type { Hours } from '../../functions/watch-robot-tasks/hours';
import type { Hold } from '../../shared/operators/record';
import type { FakeChannel, TestWatch } from './watch';

export function receiversOf({ policy: { channels } }: TestWatch): Receiver[] {
  return channels.map((channel) => ({
    id: channel.id,
    statuses: channel.statuses,
    after: channel.after?.ms,
    never: `!channel ${channel.id}`,
    isOpen: (now) => isOpen(channel.hours ?? null, now),
  }));
}

export function nameOf({ by, at, until }: Hold): string {
  return `${by} ${at} ${until}`;
}

export function itemsOf({ firing, repeated, resolved, acknowledged, notices }: Alert): Item[] {
  return [
    ...firing.map(({ task, status, previousStatus, since }): Item => {
      return { kind: 'firing', subject: task.id, condition: status, previous: previousStatus, since };
    }),
    ...repeated.map(({ task, status }): Item => {
      return { kind: 'repeated', subject: task.id, condition: status };
    }),
    ...resolved.map(({ task, status, previousStatus }): Item => {
      return { kind: 'resolved', subject: task.id, condition: status, previous: previousStatus };
    }),
    ...[...acknowledged, ...firing.filter(({ held }) => held !== undefined)].map(({ task, held }): Item => {
      const subject = holderOf(task.id);
      return held === undefined
        ? { kind: 'resolved', subject, condition: null }
        : { kind: 'firing', subject, condition: nameOf(held) };
    }),
    ...notices.map(({ subject, channel, state, reminders }): Item => {
      const name = channel === null ? `!${subject}` : `!${subject} ${channel}`;
      if (state === 'working') return { kind: 'resolved', subject: name, condition: null };
      return { kind: reminders > 0 ? 'repeated' : 'firing', subject: name, condition: FAILING };
    }),
  ];
}

/** What one believes of each task who drops what has an id that came before: null = that it is over. */
export function lastWords(channel: Pick<FakeChannel, 'received'>): Map<string, string | null> {
  const words = new Map<string, string | null>();
  for (const { firing, resolved } of withoutCopies(channel)) {
    for (const { task, status } of firing) words.set(task.id, status);
    for (const { task } of resolved) words.set(task.id, null);
  }
  return words;
}

/** The same of who holds each task; null = nobody. */
export function lastHolders(channel: Pick<FakeChannel, 'received'>): Map<string, string | null> {
  const holders = new Map<string, string | null>();
  for (const { firing, repeated, acknowledged, resolved } of withoutCopies(channel)) {
    for (const { task } of [...repeated, ...resolved]) holders.set(task.id, null);
    for (const { task, held } of [...firing, ...acknowledged])
      holders.set(task.id, held === undefined ? null : nameOf(held));
  }
  return holders;
}

function withoutCopies({ received }: Pick<FakeChannel, 'received'>): Alert[] {
  const ids = new Set<string>();
  return received.filter(({ id }) => ids.size < ids.add(id).size);
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const BEIJING = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  ...{ weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});

/** Whether a channel may be written to, by the calendar. */
function isOpen(hours: Hours | null, now: number): boolean {
  if (hours === null) return true;
  const parts = new Map(BEIJING.formatToParts(now).map(({ type, value }) => [type, value]));
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  const day = WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1;
  const isOver = hours.until <= hours.from;
  if (minute >= hours.from && (isOver || minute < hours.until)) return hours.days.includes(day);
  return isOver && minute < hours.until && hours.days.includes(day === 1 ? 7 : day - 1);
}
