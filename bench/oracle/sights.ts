/**
 * What tasks, account and polls truly were, poll by poll, and what of it the watch can have seen: worked out in the plainest
 * way from the design. The watch's own rules are not used.
 */
import type { Policy } from '../../functions/watch-robot-tasks/rules/policy';

/** A task as it truly is. */
export interface TrueTask {
  /** Null = upstream knows no such task. */
  readonly status: string | null;
  /** Another status in which this poll may have found it, because it changed meanwhile. */
  readonly before?: string | null;
  /** Absent or null = nobody can say how far it is. */
  readonly finishCount?: number | null | undefined;
  readonly totalCount?: number | null | undefined;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
}

/** What upstream was like at one poll. */
export interface Scene {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly tasks: ReadonlyMap<string, TrueTask>;
  /** The statuses whose lists cannot be read; absent = none. */
  readonly brokenLists?: ReadonlySet<string>;
  /** The tasks whose details cannot be read; absent = none. */
  readonly brokenDetails?: ReadonlySet<string>;
  /** Any call may have failed: nobody knows what the poll has read. */
  readonly isFlaky?: boolean;
  /** The account's balance, for whoever asks. */
  readonly balance?: number;
  /** Whose act the operators' record names for which task; null = it cannot be read, absent = nobody's. */
  readonly holders?: ReadonlyMap<string, Holder> | null;
  /** Nobody knows whether the poll could read that record, nor whether what it has seen was kept. */
  readonly isUnsure?: boolean;
}

export interface Holder {
  /** The act: who it was and when, as messages name it. */
  readonly name: string;
  /** It is surely of the stop in which the task stands. False = nobody can say. */
  readonly isSure: boolean;
}

/** What is told of: a task by its id, who holds a task as `@<id>`, or what is no task as `!<subject>`. */
export type Subject = string;
export const holderOf = (task: Subject): Subject => `@${task}`;
/** The task that somebody holds; null = it is another subject. */
export const heldTask = (subject: Subject): Subject | null =>
  subject.startsWith('@') ? subject.slice(1) : null;
export const isTask = (subject: Subject): boolean => !/^[@!]/.test(subject);
/** The condition of what is no task. */
export const FAILING = 'failing';
const isFinal = (status: string) => status === 'FINISH' || status === 'CANCEL';
export const STALLED = 'STALLED';
const RUNNING = 'EXCUTING';
const FIVE_MINUTES = 300_000;
const TEN_MINUTES = 600_000;

export type Rules = Pick<
  Policy,
  'statuses' | 'stalledAfter' | 'pending' | 'repeatIntervals' | 'createdWithin' | 'balanceBelow'
>;

interface Stay {
  readonly condition: string;
  /** When it became a condition. */
  readonly since: number;
  /** When it came into the first condition of a row without a break. */
  readonly begin: number;
  /** It was seen to have held for its pending time. */
  hasHeld: boolean;
}

type Past = Scene & { isSaved: boolean; isForgotten: boolean };

export interface Sights {
  see(scene: Scene, isFollowed: (task: string) => boolean): void;
  /** What was seen is saved: with what is being sent, or at the end of the poll. */
  save(isEnd: boolean): void;
  /** Nobody remembers what was not saved, or `everything` of what is. */
  forget(everything: boolean): void;
  readonly now: number;
  readonly subjects: readonly Subject[];
  /** Whether a poll may take `subject` to be in `condition`. `since` = from then on; absent = not told. */
  mayStand(subject: Subject, condition: string, since?: number): boolean;
  /** Whether it may be told as over because it `became` another one, or nothing that is known, after it was told at `told`. */
  mayHaveEnded(subject: Subject, became: string | null, told: number): boolean;
  /** What a poll must take it to be in: null = in no condition, undefined = nobody can ask that of it. */
  mustBe(subject: Subject): string | null | undefined;
  /** Whether a running task may pass for one that has been stalled all the while. */
  mayBeStalled(task: Subject): boolean;
  /** Whether every list, and its own details, can be read. */
  isVisible(subject: Subject): boolean;
  /** Whether it must be told as soon as it is seen: it has held for its pending time. */
  hasHeld(subject: Subject): boolean;
  /** Whether it was seen to have stood for `after` milliseconds since it was due to be told. */
  hasWaited(subject: Subject, after: number): boolean;
  /** Whether what has stood for `lasted` milliseconds may have waited `after` since it was due to be told. */
  mayHaveWaited(condition: string, lasted: number, after: number): boolean;
  /** Whether somebody may hold the task. */
  mayBeHeld(task: Subject): boolean;
  /** Whether its stop is one that is not told, because the task was too old when it stopped. */
  wasTooOld(subject: Subject): boolean;
  /** Whether a reminder of it has to wait, because nobody sees it or it is too old by now. */
  isUnseen(subject: Subject): boolean;
}

/** `slack`: so many milliseconds may pass until a watch has seen that calls stand still, beyond the time that it is set to. */
export function createSights(rules: Rules, slack = 0): Sights {
  const scenes: Past[] = [];
  const stays = new Map<string, Stay>();
  const counts = new Map<string, { finish: number; total: number; since: number }>();
  /** Those that a watch may go on from, because it need not have seen that the task was away. */
  const unseen = new Map<string, { finish: number; total: number }>();
  /** Those that were away when a watch need not have seen it. */
  const doubtful = new Set<string>();
  const missing = new Map<string, number>();
  const taken = new Set<string>();
  const changedAt = new Map<string, number>();
  let saved = 0;
  let askedAt = -Infinity;
  let isLow = false;

  const scene = (): Past => {
    const last = scenes.at(-1);
    if (last === undefined) throw new Error('No poll has begun.');
    return last;
  };
  const taskOf = (id: string): TrueTask => scene().tasks.get(id) ?? { status: null };
  const statusOf = (condition: string) => (condition === STALLED ? RUNNING : condition);
  const isRead = (condition: string, { brokenLists, isFlaky }: Scene = scene()) =>
    isFlaky !== true && brokenLists?.has(statusOf(condition)) !== true;
  const isClear = ({ brokenLists, brokenDetails, isFlaky }: Scene) =>
    isFlaky !== true && (brokenLists?.size ?? 0) + (brokenDetails?.size ?? 0) === 0;
  /** Whether nobody can say how far a running task is: then it is as stalled as it was. */
  const isUncounted = ({ status, finishCount, totalCount }: TrueTask) =>
    status === RUNNING && (typeof finishCount !== 'number' || typeof totalCount !== 'number');

  function count(id: string, task: TrueTask, isFollowed: boolean): void {
    const { now } = scene();
    const { status, finishCount, totalCount } = task;
    if (status !== RUNNING) {
      // No list shows a task that is neither watched nor running: once, the list may have left it out.
      if (scene().isUnsure === true || task.before === RUNNING) doubtful.add(id);
      if (isWatched(status) || isFollowed || stays.has(id) || missing.has(id)) {
        const last = counts.get(id);
        if (!doubtful.has(id)) unseen.delete(id);
        else if (last !== undefined) unseen.set(id, last);
        counts.delete(id);
      }
      missing.set(id, now);
      return;
    }
    if (typeof finishCount !== 'number' || typeof totalCount !== 'number') return;
    if (scene().isUnsure !== true) doubtful.delete(id);
    // Away for longer, it may have been stopped by hand.
    if (now - (missing.get(id) ?? now) > FIVE_MINUTES) counts.delete(id);
    missing.delete(id);
    const before = counts.get(id);
    if (before?.finish !== finishCount || before.total !== totalCount)
      counts.set(id, { finish: finishCount, total: totalCount, since: now });
  }

  const isWatched = (status: string | null) => status !== null && rules.statuses.includes(status);

  function conditionOf(id: string, task: TrueTask): string | null {
    if (isWatched(task.status)) return task.status;
    if (task.status !== RUNNING || rules.stalledAfter === null) return null;
    if (isUncounted(task)) return stays.get(id)?.condition === STALLED ? STALLED : null;
    const last = counts.get(id);
    if (last === undefined || last.finish >= last.total) return null;
    return scene().now - last.since >= rules.stalledAfter ? STALLED : null;
  }

  function stay(id: string, task: TrueTask): void {
    const { now } = scene();
    const condition = conditionOf(id, task);
    const before = stays.get(id);
    if (before?.condition !== condition) stays.delete(id);
    if (condition === null || !isRead(condition)) return;
    const last = condition === STALLED ? counts.get(id) : undefined;
    const begin = before?.begin ?? last?.since ?? now;
    // A stall is one from the moment on at which it has lasted long enough, also when nobody looked then.
    const since = last === undefined ? now : last.since + (rules.stalledAfter ?? 0);
    const found = stays.get(id) ?? { condition, since, begin, hasHeld: false };
    if (!isUncounted(task)) found.hasHeld = now - found.since >= (rules.pending.get(condition) ?? 0);
    stays.set(id, found);
  }

  /** Whether the last three polls, and there are three, were all such. */
  const haveAll = (past: readonly Past[], isSuch: (one: Past) => boolean) =>
    past.length >= 3 && past.slice(-3).every(isSuch);
  const hasFailed = ({ brokenLists }: Scene) => (brokenLists?.size ?? 0) > 0;
  const isVisible = (subject: Subject) => !hasFailed(scene()) && scene().brokenDetails?.has(subject) !== true;
  const remembered = () => scenes.filter(({ isForgotten }) => !isForgotten);

  function wasUnknownThrice(id: string, after: number): boolean {
    const unknown = remembered().map(
      ({ now, tasks, brokenDetails }) =>
        now > after && (tasks.get(id)?.status ?? null) === null && brokenDetails?.has(id) !== true,
    );
    return unknown.some((_, index) => index >= 2 && unknown.slice(index - 2, index + 1).every(Boolean));
  }

  const isAny = (id: string, status: string | null, { tasks }: Scene) => {
    const task = tasks.get(id);
    return (task?.status ?? null) === status || (task?.before !== undefined && task.before === status);
  };
  const isOlder = (id: string, time: number) =>
    rules.createdWithin !== null && (taskOf(id).createdAt ?? Infinity) < time - rules.createdWithin;

  return {
    see(next, isFollowed) {
      const before = scenes.at(-1);
      scenes.push({ ...next, isSaved: false, isForgotten: false });
      for (const task of next.holders?.keys() ?? []) taken.add(task);
      for (const [id, task] of next.tasks) {
        if (before?.tasks.get(id)?.status !== task.status) changedAt.set(id, next.now);
        count(id, task, isFollowed(id));
        stay(id, task);
      }
      for (const id of stays.keys()) if (!next.tasks.has(id)) stays.delete(id);
      if (next.balance === undefined || next.now - askedAt < TEN_MINUTES) return;
      askedAt = next.now;
      isLow = rules.balanceBelow !== null && next.balance < rules.balanceBelow;
    },
    save(isEnd) {
      scene().isSaved ||= isEnd;
      saved = scenes.length;
    },
    forget(everything) {
      if (!everything && saved === scenes.length) return;
      stays.clear();
      for (const past of scenes.slice(saved)) past.isForgotten = true;
      saved = scenes.length;
    },
    get now() {
      return scene().now;
    },
    get subjects() {
      const tasks = new Set(scenes.flatMap((past) => [...past.tasks.keys()]));
      return [...tasks, ...[...taken].map(holderOf), '!balance', '!poll'];
    },
    mayStand(subject, condition, since) {
      if (subject === '!balance') return isLow;
      if (subject === '!poll') return haveAll(remembered(), hasFailed);
      if (subject.startsWith('!')) return true;
      const held = heldTask(subject);
      if (held !== null) return scene().holders?.get(held)?.name === condition;
      if (!isRead(condition)) return scenes.some((past) => isAny(subject, statusOf(condition), past));
      if (condition === STALLED) {
        const isCounted = counts.has(subject) || unseen.has(subject);
        return isAny(subject, RUNNING, scene()) && isCounted;
      }
      if (since !== undefined) {
        const start = scenes.find(({ now }) => now === since);
        if (start === undefined || !isAny(subject, condition, start)) return false;
        if (scene().now - since < (rules.pending.get(condition) ?? 0)) return false;
      }
      return isAny(subject, condition, scene());
    },
    mayHaveEnded(subject, became, told) {
      if (subject === '!balance') return !isLow;
      if (subject === '!poll') return !hasFailed(scene());
      if (subject.startsWith('!')) return true;
      const held = heldTask(subject);
      if (held !== null) return scene().holders !== null && scene().holders?.get(held)?.isSure !== true;
      if (became === null) return slack > 0 ? isAny(subject, null, scene()) : wasUnknownThrice(subject, told);
      return scenes.some((past) => {
        // Nobody asks again for a task that was seen in a status which no task leaves.
        if (isFinal(became) && isAny(subject, became, past)) return true;
        const wasVisible =
          (isWatched(became) && isRead(became, past)) || past.brokenDetails?.has(subject) !== true;
        return (slack > 0 ? past.now >= told : past.now > told) && wasVisible && isAny(subject, became, past);
      });
    },
    mustBe(subject) {
      const last = scene();
      if (subject === '!balance') return isLow ? FAILING : null;
      if (subject === '!poll') {
        if (!hasFailed(last)) return last.isFlaky === true ? undefined : null;
        return haveAll(scenes, (past) => hasFailed(past) && past.isSaved) ? FAILING : undefined;
      }
      const held = heldTask(subject);
      if (held !== null) {
        if (last.isUnsure === true) return undefined;
        const { name, isSure } = last.holders?.get(held) ?? { name: null, isSure: last.holders !== null };
        return isSure ? name : undefined;
      }
      const task = taskOf(subject);
      if (last.isFlaky === true || task.before !== undefined) return undefined;
      const stands = stays.get(subject);
      if (stands !== undefined && (isRead(stands.condition) || stands.hasHeld)) {
        const sure = (changedAt.get(subject) ?? 0) + (rules.stalledAfter ?? 0) + slack;
        return stands.condition === STALLED && slack > 0 && last.now <= sure ? undefined : stands.condition;
      }
      if (task.status === null) {
        const isGone = haveAll(scenes, (past) => past.isSaved && isClear(past) && isAny(subject, null, past));
        return isGone ? null : undefined;
      }
      return isVisible(subject) && !isWatched(task.status) ? null : undefined;
    },
    mayBeStalled(task) {
      const [before, now] = [unseen.get(task), counts.get(task)];
      return now !== undefined && before?.finish === now.finish && before.total === now.total;
    },
    isVisible,
    hasHeld: (subject) => subject.startsWith('!') || stays.get(subject)?.hasHeld === true,
    hasWaited(subject, after) {
      const stay = stays.get(subject);
      if (stay === undefined || !isRead(stay.condition) || isUncounted(taskOf(subject))) return false;
      return scene().now - stay.since >= (rules.pending.get(stay.condition) ?? 0) + after + slack;
    },
    mayHaveWaited(condition, lasted, after) {
      const isDueAfter = (condition === STALLED ? rules.stalledAfter : null) ?? 0;
      const least = isDueAfter + (rules.pending.get(condition) ?? 0) + after;
      // That time does not pass unseen. Real times are told in whole seconds.
      return slack > 0 ? lasted >= least - 1000 : lasted >= least && isRead(condition);
    },
    mayBeHeld: (task) => scene().holders?.has(task) === true,
    wasTooOld: (subject) => isOlder(subject, stays.get(subject)?.begin ?? scene().now),
    isUnseen: (subject) =>
      !subject.startsWith('!') &&
      (isUncounted(taskOf(subject)) ||
        isOlder(subject, scene().now) ||
        !isRead(stays.get(subject)?.condition ?? '')),
  };
}
