import type { Alert } from '../../functions/watch-robot-tasks/rules/message';
import type { TestWatch } from './watch';

/** What upstream was like at one poll. */
export interface Scene {
  readonly now: number;
  readonly statuses: ReadonlyMap<string, string>;
  readonly brokenLists: ReadonlySet<string>;
  readonly brokenDetails: ReadonlySet<string>;
  /** What is sent is saved before it is sent. */
  readonly isIntentKept: boolean;
  /** Nobody remembers this poll: the instance was lost before it could save. */
  isForgotten: boolean;
  isSaved: boolean;
}

interface Word {
  /** Null: told that it is over. */
  readonly status: string | null;
  readonly at: number;
  /** Nobody can know whether it arrived. */
  readonly isUncertain: boolean;
}

/** accepted: with an OK. late: it arrives, and its OK does not. refused: it does not arrive, and that is known. */
export type Fate = 'accepted' | 'late' | 'refused';

/**
 * A model of what the watch must know of what it told, and of what the channels truly heard, kept beside the real one. It
 * checks every message against what upstream really was like, and after each poll that nothing due was left out. Throws
 * an Error for every breach.
 *
 * One thing alone excuses a channel that believes what is not so: it heard something that no state holds, not even that it
 * was being sent, from an instance that is lost.
 */
export interface Ledger {
  /** Before a poll. */
  begin(scene: Scene): void;
  /** For every message that a channel is sent. */
  check(channel: string, alert: Alert, fate: Fate): void;
  /** After a poll. */
  end(saved: boolean, working: readonly string[]): void;
  /** The instance is lost, with everything it did not save. */
  lose(): void;
  /** Whether any channel believes, as far as the watch can know, that a task stands still. */
  isQuiet(): boolean;
}

/** Whether the last three scenes, and there are three, are all such. */
function haveAll(scenes: readonly Scene[], isSuch: (scene: Scene) => boolean): boolean {
  return scenes.length >= 3 && scenes.slice(-3).every(isSuch);
}

function isClear({ brokenLists, brokenDetails }: Scene): boolean {
  return brokenLists.size + brokenDetails.size === 0;
}

export function createLedger({ policy, store }: TestWatch): Ledger {
  const scenes: Scene[] = [];
  let stored = new Map<string, Word>();
  let known = new Map<string, Word>();
  /** What the instance told since it last saved. */
  let unsaved = new Map<string, Word>();
  /** What each channel truly heard last. */
  const heard = new Map<string, string | null>();
  const excused = new Set<string>();
  let intentOf: Scene | null = null;
  let hasLoaded = false;
  let isNew = true;
  /**
   * Since when each task has been seen in the status it has, as far as the watch must know, and whether it was seen to have
   * held for its pending time.
   */
  const held = new Map<string, { status: string; since: number; hasHeld: boolean }>();

  const key = (channel: string, task: string) => `${channel} ${task}`;
  const knownStatus = (channel: string, task: string) => known.get(key(channel, task))?.status ?? null;
  const scene = () => {
    const last = scenes.at(-1);
    if (last === undefined) throw new Error('No poll has begun.');
    return last;
  };
  const isRead = (status: string) => policy.statuses.includes(status) && !scene().brokenLists.has(status);
  const wants = (channel: string, status: string) => {
    const statuses = policy.channels.find(({ id }) => id === channel)?.statuses ?? null;
    return policy.statuses.includes(status) && (statuses === null || statuses.includes(status));
  };
  const noticeOf = (subject: string, channel: string | null) => `!${subject}${channel ?? ''}`;
  const isNotice = (task: string) => task.startsWith('!');
  const pending = (status: string) => policy.pending.get(status) ?? 0;

  function assert(holds: boolean, promise: string, details: object): void {
    if (!holds) throw new Error(`${promise}: ${JSON.stringify({ ...details, now: scene().now })}`);
  }

  function forget(): void {
    held.clear();
    for (const past of scenes.slice(lastSaved)) past.isForgotten = true;
    lastSaved = scenes.length;
  }
  let lastSaved = 0;
  const [interval = 0] = policy.repeatIntervals;
  const earliestReminder = interval - Math.min(Math.max(interval / 20, 10_000), 30 * 60_000);

  /** In a list, or by its detail. */
  function wasSeen(task: string, status: string, after: number): boolean {
    return scenes.some((past) => {
      const isListed = policy.statuses.includes(status) && !past.brokenLists.has(status);
      const isVisible = isListed || !past.brokenDetails.has(task);
      return past.now > after && past.statuses.get(task) === status && isVisible;
    });
  }

  function haveFailed(past: readonly Scene[]): boolean {
    return haveAll(past, ({ brokenLists }) => brokenLists.size > 0);
  }

  function wasUnknownThrice(task: string, after: number): boolean {
    const remembered = scenes.filter((past) => !past.isForgotten);
    const unknown = remembered.map(
      (past) => past.now > after && !past.statuses.has(task) && !past.brokenDetails.has(task),
    );
    return unknown.some((_, index) => index >= 2 && unknown.slice(index - 2, index + 1).every(Boolean));
  }

  return {
    begin(next) {
      scenes.push(next);
      if (!store.broken.has('load') && !hasLoaded) {
        known = new Map([...stored, ...unsaved]);
        hasLoaded = true;
      }
      // A new instance that cannot load knows of no earlier sight.
      if (isNew && !hasLoaded) held.clear();
      isNew = false;
      for (const [task, { status }] of held) {
        if (next.statuses.get(task) !== status) held.delete(task);
      }
      for (const [task, status] of next.statuses) {
        if (!isRead(status)) continue;
        const since = held.get(task)?.since ?? next.now;
        held.set(task, { status, since, hasHeld: next.now - since >= pending(status) });
      }
    },

    check(channel, alert, fate) {
      const { now, statuses, brokenLists } = scene();
      const facts = { channel, alert };
      assert(alert.now === now, 'a message is of its poll', facts);
      assert(
        alert.watchStatus === (brokenLists.size > 0 ? 'unknown' : 'ok'),
        'the watch status is true',
        facts,
      );
      const doubt = scene().isIntentKept ? false : 'unreachable';
      assert(alert.duplicatesPossible === doubt, 'possible duplicates are marked', facts);
      for (const { task, status, previousStatus, since } of alert.firing) {
        const word = known.get(key(channel, task.id));
        const told = word?.status ?? null;
        assert(
          previousStatus === (told === status ? null : told),
          'a firing names the other status that was told',
          facts,
        );
        assert(told !== status || word?.isUncertain === true, 'nothing that is known is told twice', facts);
        assert(wants(channel, status), 'a channel hears of its statuses only', facts);
        assert(!isRead(status) || statuses.get(task.id) === status, 'a firing is true', facts);
        assert(now - since >= pending(status), 'nothing fires before its pending time', facts);
        const start = scenes.find((past) => past.now === since);
        assert(start?.statuses.get(task.id) === status, 'it began when it says', facts);
      }
      for (const { task, status } of alert.repeated) {
        const word = known.get(key(channel, task.id));
        assert(word?.status === status && !word.isUncertain, 'only what was told is repeated', facts);
        assert(now - (word?.at ?? now) >= earliestReminder, 'no reminder is early', facts);
        assert(statuses.get(task.id) === status, 'a reminder is true', facts);
      }
      for (const { task, status, previousStatus } of alert.resolved) {
        const word = known.get(key(channel, task.id));
        assert(word?.status === previousStatus, 'nothing is resolved that was not told as firing', facts);
        assert(status !== previousStatus, 'a resolved task is in another status', facts);
        const at = word?.at ?? now;
        assert(
          status === null ? wasUnknownThrice(task.id, at) : wasSeen(task.id, status, at),
          'nothing is resolved that was not seen elsewhere, or unknown in three polls in a row',
          facts,
        );
      }
      for (const { subject, channel: failing, state } of alert.notices) {
        assert(failing !== channel, 'no channel hears of itself', facts);
        const word = known.get(key(channel, noticeOf(subject, failing)));
        const mayKnow = word?.status === 'failing';
        assert(
          state === 'working' ? mayKnow : !mayKnow || word.isUncertain,
          'a failure is told once, and its end to who may know of it',
          facts,
        );
        const isNews = subject !== 'poll' || haveFailed(scenes.filter((past) => !past.isForgotten));
        assert(state === 'working' || isNews, 'a failing poll is news after 3 in a row', facts);
      }
      const words = [
        ...alert.firing.map(({ task, status }) => ({ id: task.id, status, isReminder: false })),
        ...alert.repeated.map(({ task, status }) => ({ id: task.id, status, isReminder: true })),
        ...alert.resolved.map(({ task }) => ({ id: task.id, status: null, isReminder: false })),
        ...alert.notices.map(({ subject, channel: failing, state }) => ({
          id: noticeOf(subject, failing),
          status: state === 'failing' ? state : null,
          isReminder: false,
        })),
      ];
      // What is being sent is saved together with all that was known before.
      if (scene().isIntentKept && intentOf !== scene()) {
        intentOf = scene();
        stored = new Map(known);
        lastSaved = scenes.length;
      }
      for (const { id, status, isReminder } of words) {
        const name = key(channel, id);
        // Whoever is told an end that may not arrive may still believe the stop.
        const before = known.get(name);
        const doubt =
          status === null
            ? { status: before?.status ?? null, at: before?.at ?? now, isUncertain: true }
            : { status, at: now, isUncertain: true };
        if (scene().isIntentKept && !isReminder) stored.set(name, doubt);
        if (fate === 'refused') continue;
        heard.set(name, status);
        if (fate === 'late' && isReminder) continue;
        const word = fate === 'late' ? doubt : { status, at: now, isUncertain: false };
        known.set(name, word);
        unsaved.set(name, word);
        if (fate === 'accepted') excused.delete(name);
      }
    },

    end(saved, working) {
      const { now, statuses, brokenLists, brokenDetails } = scene();
      const last = scene();
      last.isSaved = saved;
      for (const channel of working) {
        const failure = knownStatus(channel, noticeOf('poll', null));
        const isNews = haveFailed(scenes) && haveAll(scenes, (past) => past.isSaved);
        assert(!isNews || failure === 'failing', 'polls that fail are told', { channel });
        assert(brokenLists.size > 0 || failure === null, 'polls that work again are told', { channel });
        for (const [task, status] of statuses) {
          if (!wants(channel, status)) continue;
          const facts = { channel, task, status };
          const sight = held.get(task);
          const word = known.get(key(channel, task));
          const hasHeld = isRead(status)
            ? now - (sight?.since ?? now) >= pending(status)
            : sight?.hasHeld === true;
          const mustBeTold = hasHeld && (isRead(status) || sight?.status === status);
          assert(!mustBeTold || word?.status === status, 'every stop is told', facts);
          const name = key(channel, task);
          const mustKnow = mustBeTold && !excused.has(name);
          assert(!mustKnow || heard.get(name) === status, 'every stop is known to the channel', facts);
          const isDue =
            isRead(status) &&
            policy.repeatIntervals.length > 0 &&
            word?.status === status &&
            !word.isUncertain;
          assert(!isDue || now - word.at < earliestReminder, 'every reminder is told', facts);
        }
        for (const [id, word] of known) {
          const task = id.split(' ')[1] ?? '';
          if (id !== key(channel, task) || isNotice(task)) continue;
          if (word.status === null && (heard.get(id) ?? null) === null) continue;
          const status = statuses.get(task);
          const isVisible = brokenLists.size === 0 && !brokenDetails.has(task) && status !== undefined;
          const isOver = isVisible && status !== word.status && !wants(channel, status);
          assert(!isOver || word.status === null, 'every end is told', { channel, task, status });
          const believed = heard.get(id) ?? null;
          const mustKnow = isVisible && !wants(channel, status) && !excused.has(id);
          assert(!mustKnow || believed === null || believed === status, 'every end is known to the channel', {
            ...{ channel, task, status, believed },
          });
          const isGone = haveAll(scenes, (past) => past.isSaved && isClear(past) && !past.statuses.has(task));
          assert(!isGone || word.status === null, 'every task that is gone is told', { channel, task });
        }
      }
      if (!saved) return;
      stored = new Map(known);
      unsaved = new Map();
      lastSaved = scenes.length;
    },

    lose() {
      for (const [name, status] of heard) {
        const word = stored.get(name);
        if (word?.isUncertain !== true && (word?.status ?? null) !== status) excused.add(name);
      }
      if (unsaved.size > 0 || lastSaved < scenes.length) forget();
      known = new Map();
      unsaved = new Map();
      hasLoaded = false;
      isNew = true;
    },

    isQuiet: () =>
      [...known.values()].every(({ status }) => status === null) &&
      [...heard].every(([name, status]) => status === null || excused.has(name)),
  };
}
