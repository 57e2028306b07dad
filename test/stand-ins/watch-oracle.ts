/**
 * What each channel must be told, worked out again in the plainest way from the design: for a watch that can reach its
 * store and all that it asks, with every condition switched on. The watch's own rules are not used.
 */
import type { Policy, Route } from '../../functions/watch-robot-tasks/rules/policy';

/** A task as it truly is. */
export interface TrueTask {
  readonly status: string;
  readonly finishCount: number | null;
  readonly totalCount: number | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** What one message has to say: `<task> <condition>` each, `<task>` of what is over, and whether the balance is low. */
export interface Expected {
  readonly firing: readonly string[];
  readonly repeated: readonly string[];
  readonly resolved: readonly string[];
  /** Null = no word about it. */
  readonly balance: 'low' | 'low still' | 'fine' | null;
}

export interface Oracle {
  /** A poll at `now` (epoch milliseconds), that sees `tasks` and, where it asks, the balance. */
  see(now: number, tasks: ReadonlyMap<string, TrueTask>, balance: number): void;
  /** What `channel` must be told in this poll; null = it must not be written to. */
  expect(channel: Route): Expected | null;
  /** The channel took what was expected. */
  took(channel: Route): void;
}

interface Told {
  readonly condition: string;
  readonly at: number;
  readonly reminders: number;
}

interface Standing {
  readonly condition: string;
  /** When it became a condition. */
  readonly since: number;
  /** When it came into the first condition of a row without a break. */
  readonly begin: number;
  /** It was seen to have held for its pending time. */
  hasHeld: boolean;
}

const FIVE_MINUTES = 300_000;
const TEN_MINUTES = 600_000;

export function createOracle(policy: Policy): Oracle {
  const told = new Map<string, Map<string, Told>>(policy.channels.map(({ id }) => [id, new Map()]));
  const standing = new Map<string, Standing>();
  const counts = new Map<string, { finish: number; total: number; since: number }>();
  const missing = new Map<string, number>();
  let tasks: ReadonlyMap<string, TrueTask> = new Map();
  let now = 0;
  let askedAt = -Infinity;
  let isLow = false;

  const of = ({ id }: Route) => told.get(id) ?? new Map<string, Told>();

  /** Whether the watch asks for a task that no list shows: it stands, or somebody believes so. */
  const isFollowed = (id: string) => standing.has(id) || [...told.values()].some((words) => words.has(id));

  function count(id: string, { status, finishCount, totalCount }: TrueTask): void {
    if (status !== 'EXCUTING') {
      // No list shows a task that is neither watched nor running: once, the list may have left it out.
      if (policy.statuses.includes(status) || isFollowed(id) || missing.has(id)) counts.delete(id);
      missing.set(id, now);
      return;
    }
    if (finishCount === null || totalCount === null) return;
    // Away for longer, it may have been stopped by hand.
    if (now - (missing.get(id) ?? now) > FIVE_MINUTES) counts.delete(id);
    missing.delete(id);
    const before = counts.get(id);
    if (before?.finish !== finishCount || before.total !== totalCount)
      counts.set(id, { finish: finishCount, total: totalCount, since: now });
  }

  /** Whether nobody can say how far a running task is: then it is as stalled as it was. */
  const isUnread = ({ status, finishCount, totalCount }: TrueTask) =>
    status === 'EXCUTING' && (finishCount === null || totalCount === null);

  function conditionOf(id: string, task: TrueTask): string | null {
    const { status } = task;
    if (policy.statuses.includes(status)) return status;
    if (status !== 'EXCUTING') return null;
    if (isUnread(task)) return standing.get(id)?.condition === 'STALLED' ? 'STALLED' : null;
    const last = counts.get(id);
    if (policy.stalledAfter === null || last === undefined || last.finish >= last.total) return null;
    return now - last.since >= policy.stalledAfter ? 'STALLED' : null;
  }

  function isDue({ at, reminders }: Told): boolean {
    const interval = policy.repeatIntervals[reminders] ?? policy.repeatIntervals.at(-1);
    if (interval === undefined) return false;
    const early = Math.min(Math.max(interval / 20, 10_000), 30 * 60_000);
    return now - at >= interval - early;
  }

  return {
    see(time, seen, balance) {
      now = time;
      tasks = seen;
      for (const [id, task] of tasks) {
        count(id, task);
        const condition = conditionOf(id, task);
        const before = standing.get(id);
        if (condition === null) standing.delete(id);
        else if (before?.condition !== condition)
          standing.set(id, {
            condition,
            since: beginOf(id, condition),
            begin: before?.begin ?? (condition === 'STALLED' ? (counts.get(id)?.since ?? now) : now),
            hasHeld: false,
          });
        const stands = standing.get(id);
        if (stands === undefined || isUnread(task)) continue;
        stands.hasHeld = now - stands.since >= (policy.pending.get(stands.condition) ?? 0);
      }
      if (now - askedAt < TEN_MINUTES) return;
      askedAt = now;
      isLow = policy.balanceBelow !== null && balance < policy.balanceBelow;
    },

    expect(channel) {
      if (!isOpen(channel, now)) return null;
      const firing: string[] = [];
      const repeated: string[] = [];
      const resolved: string[] = [];
      for (const [id, task] of tasks) {
        const known = of(channel).get(id);
        const stands = standing.get(id);
        const isWanted =
          stands !== undefined && (channel.statuses === null || channel.statuses.includes(stands.condition));
        const isOldAt = (time: number) =>
          policy.createdWithin !== null && task.createdAt < time - policy.createdWithin;
        if (!isWanted) {
          if (known !== undefined) resolved.push(id);
        } else if (known?.condition === stands.condition) {
          if (!isOldAt(now) && isDue(known) && !isUnread(task)) repeated.push(`${id} ${known.condition}`);
        } else if (known !== undefined || !isOldAt(stands.begin)) {
          if (stands.hasHeld) firing.push(`${id} ${stands.condition}`);
        }
      }
      return { firing, repeated, resolved, balance: balanceFor(channel) };
    },

    took(channel) {
      const expected = this.expect(channel);
      if (expected === null) return;
      const words = of(channel);
      for (const text of expected.firing) {
        const [id = '', condition = ''] = text.split(' ');
        words.set(id, { condition, at: now, reminders: 0 });
      }
      for (const text of expected.repeated) remind(words, text.split(' ')[0] ?? '');
      for (const id of expected.resolved) words.delete(id);
      if (expected.balance === 'low') words.set('balance', { condition: 'low', at: now, reminders: 0 });
      if (expected.balance === 'low still') remind(words, 'balance');
      if (expected.balance === 'fine') words.delete('balance');
    },
  };

  function balanceFor(channel: Route): Expected['balance'] {
    const known = of(channel).get('balance');
    if (!isLow) return known === undefined ? null : 'fine';
    if (known === undefined) return 'low';
    return isDue(known) ? 'low still' : null;
  }

  function remind(words: Map<string, Told>, id: string): void {
    const known = words.get(id);
    if (known !== undefined) words.set(id, { ...known, at: now, reminders: known.reminders + 1 });
  }

  /** A stall is one from the moment on at which it has lasted long enough, also when nobody looked then. */
  function beginOf(id: string, condition: string): number {
    const last = counts.get(id);
    return condition === 'STALLED' && last !== undefined ? last.since + (policy.stalledAfter ?? 0) : now;
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const BEIJING = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  ...{ weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});

/** Whether a channel may be written to, by the calendar. */
function isOpen({ hours }: Route, now: number): boolean {
  if (hours === undefined || hours === null) return true;
  const parts = new Map(BEIJING.formatToParts(now).map(({ type, value }) => [type, value]));
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  const day = WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1;
  const isOver = hours.until <= hours.from;
  if (minute >= hours.from && (isOver || minute < hours.until)) return hours.days.includes(day);
  return isOver && minute < hours.until && hours.days.includes(day === 1 ? 7 : day - 1);
}
