import type { Alert } from '../../functions/watch-robot-tasks/message';
import type { TestWatch } from './watch';

/** What upstream was like at one poll. */
export interface Scene {
  readonly now: number;
  readonly statuses: ReadonlyMap<string, string>;
  readonly brokenLists: ReadonlySet<string>;
  readonly brokenDetails: ReadonlySet<string>;
  /** Nobody remembers this poll: the instance was lost before it could save. */
  isForgotten: boolean;
  isSaved: boolean;
}

interface Word {
  /** Null: told that it is over. */
  readonly status: string | null;
  readonly at: number;
}

/**
 * A model of what the watch must know of what it told, kept beside the real one. It checks every message against what
 * upstream really was like, and after each poll that nothing due was left out. Throws an Error for every breach.
 */
export interface Ledger {
  /** Before a poll. */
  begin(scene: Scene): void;
  /** For every message that a channel is sent, accepted or not. */
  check(channel: string, alert: Alert, accepted: boolean): void;
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
        // What this instance saw before it knew what is stored counts only as far as it told it.
        const current = scenes.pop();
        if (unsaved.size > 0 || lastSaved < scenes.length) forget();
        if (current !== undefined) scenes.push(current);
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

    check(channel, alert, accepted) {
      const { now, statuses, brokenLists } = scene();
      const facts = { channel, alert };
      assert(alert.now === now, 'a message is of its poll', facts);
      assert(
        alert.watchStatus === (brokenLists.size > 0 ? 'unknown' : 'ok'),
        'the watch status is true',
        facts,
      );
      const doubt = store.broken.has('load') ? 'unreachable' : false;
      assert(alert.duplicatesPossible === doubt, 'possible duplicates are marked', facts);
      for (const { task, status, previousStatus, since } of alert.firing) {
        assert(knownStatus(channel, task.id) === previousStatus, 'a firing names what was told', facts);
        assert(status !== previousStatus, 'no firing is told twice', facts);
        assert(wants(channel, status), 'a channel hears of its statuses only', facts);
        assert(!isRead(status) || statuses.get(task.id) === status, 'a firing is true', facts);
        assert(now - since >= pending(status), 'nothing fires before its pending time', facts);
        const start = scenes.find((past) => past.now === since);
        assert(start?.statuses.get(task.id) === status, 'it began when it says', facts);
      }
      for (const { task, status } of alert.repeated) {
        const word = known.get(key(channel, task.id));
        assert(word?.status === status, 'only what was told is repeated', facts);
        assert(now - (word?.at ?? now) >= policy.repeatInterval, 'no reminder is early', facts);
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
        const isKnown = knownStatus(channel, noticeOf(subject, failing)) === 'failing';
        assert(
          isKnown === (state === 'working'),
          'a failure is told once, and its end to who knows of it',
          facts,
        );
        const isNews = subject !== 'poll' || haveFailed(scenes.filter((past) => !past.isForgotten));
        assert(state === 'working' || isNews, 'a failing poll is news after 3 in a row', facts);
      }
      if (!accepted) return;
      const words = [
        ...[...alert.firing, ...alert.repeated].map(({ task, status }) => ({ task, status })),
        ...alert.resolved.map(({ task }) => ({ task, status: null })),
        ...alert.notices.map(({ subject, channel: failing, state }) => ({
          task: { id: noticeOf(subject, failing) },
          status: state === 'failing' ? state : null,
        })),
      ];
      for (const { task, status } of words) {
        known.set(key(channel, task.id), { status, at: now });
        unsaved.set(key(channel, task.id), { status, at: now });
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
          const isDue = isRead(status) && policy.repeatInterval > 0 && word?.status === status;
          assert(!isDue || now - word.at < policy.repeatInterval, 'every reminder is told', facts);
        }
        for (const [id, word] of known) {
          const task = id.split(' ')[1] ?? '';
          if (id !== key(channel, task) || isNotice(task) || word.status === null) continue;
          const status = statuses.get(task);
          const isVisible = brokenLists.size === 0 && !brokenDetails.has(task) && status !== undefined;
          const isOver = isVisible && status !== word.status && !wants(channel, status);
          assert(!isOver, 'every end is told', { channel, task, status });
          const isGone = haveAll(scenes, (past) => past.isSaved && isClear(past) && !past.statuses.has(task));
          assert(!isGone, 'every task that is gone is told', { channel, task });
        }
      }
      if (!saved) return;
      stored = new Map(known);
      unsaved = new Map();
      lastSaved = scenes.length;
    },

    lose() {
      if (unsaved.size > 0 || lastSaved < scenes.length) forget();
      known = new Map();
      unsaved = new Map();
      hasLoaded = false;
      isNew = true;
    },

    isQuiet: () => [...known.values()].every(({ status }) => status === null),
  };
}
