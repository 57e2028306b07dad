/** Keeps the state between polls: in the store, and in the instance's mind while that is out of reach. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import { doubted, EMPTY_STATE, type Told, type WatchState } from '../../../shared/state/state';
import { isStoreError } from '../../../shared/documents/store';
import type { LoadedState, StateStore } from '../../../shared/state/store';
import type { Text } from '../../../shared/text';
import type { Provenance } from '../rules/decide';
import { noteOutcome } from '../rules/failures';
import { overlay } from '../rules/overlay';
import {
  claimOf,
  foreignInWords,
  inherited,
  ownerAt,
  rejoined,
  SAVE_AT_LEAST_EVERY_MS,
  type Claim,
} from '../rules/owner';
import type { Identity } from '../identity';
import { withoutEnded } from '../rules/told';
import { notLaterThan } from './not-later';

export interface Loaded extends Provenance {
  /** What to go on from. */
  readonly state: WatchState;
}

/**
 * unchanged: there was nothing to save. conflict: another poll saved first. unreachable: not loaded or not saved. foreign: what
 * is stored is another deployment's, and left as it is.
 */
export type SaveOutcome = 'saved' | 'unchanged' | 'conflict' | 'unreachable' | 'foreign';

export interface Saved {
  readonly outcome: SaveOutcome;
  readonly problem: Text | null;
  /** What is known then. */
  readonly state: WatchState;
}

/** One for each instance. Nothing rejects: without a store, a poll goes on from what the instance knows itself. */
export interface Keeper {
  /** `longestPoll`: milliseconds for which another poll can be at work. */
  load(deadline: number, longestPoll: number): Promise<Loaded>;
  /** Saves what is going to be sent, before it is sent, unless another poll saved since the load: that is a conflict. */
  saveIntent(intent: WatchState, now: number, deadline: number): Promise<SaveOutcome>;
  /**
   * Saves what is known at the end of a poll. Where another one saved first, what this one told is laid over that: soon,
   * because later nobody could say which of the two a channel heard last.
   */
  save(state: WatchState, now: number, deadline: number): Promise<Saved>;
}

export interface KeeperOptions {
  readonly store: StateStore;
  readonly self: Identity;
  /** When this watch's first poll after a time comes: epoch milliseconds both. */
  readonly nextPoll: (time: number) => Promise<number>;
  /** Whether another instance may have polled between two polls of this one: epoch milliseconds, where each began. */
  readonly mayHaveMissed: (before: number, now: number) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** So many saves without an answer are known again. */
const KEPT_NAMES = 9;

export function createKeeper({ store, self, nextPoll, mayHaveMissed, clock, log }: KeeperOptions): Keeper {
  const { source } = self;
  /** What the last poll ended with, whether or not it could be saved, and when (epoch milliseconds; 0 before the first). */
  let known = EMPTY_STATE;
  let knownAt = 0;
  /** What was stored when this instance last knew; null before the first successful load. */
  let base: LoadedState | null = null;
  /** What this poll loaded, or saved since; null when it could not. */
  let loaded: LoadedState | null = null;
  /** The `savedAs` of the saves that were tried since, the last ones, whether or not an answer came. */
  let tried: readonly string[] = [];
  let longest = 0;
  /** Whose the state was at the last load, where it was another's. */
  let foreign: Text | null = null;
  /** What this instance told its channels of that, for as long as it lasts. */
  let apart: WatchState | null = null;
  /** The save that was loaded last, and when it first was. */
  let met = { savedAs: '', at: 0 };

  /** Whether nobody else has saved: it is as this instance knows it, or its own save, of which only the answer was lost. */
  const isOwn = ({ content, version, keptAside }: LoadedState) =>
    keptAside === null && (version === base?.version || tried.includes(content?.savedAs ?? ''));

  function claim({ content }: LoadedState, now: number): Claim {
    const savedAs = content?.savedAs ?? '';
    if (met.savedAs !== savedAs) met = { savedAs, at: now };
    return claimOf(content, self, met.at, now);
  }

  /** What is stored, with what this instance knows beyond it. */
  function continued(document: LoadedState, claimed: Claim, now: number): WatchState {
    if (isOwn(document)) return known;
    const content = document.content ?? EMPTY_STATE;
    const stored =
      claimed === 'own' ? content : claimed === 'inherited' ? inherited(content, self) : EMPTY_STATE;
    // What is missing in a document that is not the continuation of what this instance knew last is not over.
    const before = base?.content ?? EMPTY_STATE;
    const isContinuation =
      document.keptAside === null &&
      claimed === 'own' &&
      stored.savedAt >= before.savedAt &&
      (stored.lostAt ?? 0) + longest < before.savedAt;
    const sides = { base: isContinuation ? before : EMPTY_STATE, own: known, ownAt: knownAt, stored };
    return overlay(sides, longest, now);
  }

  async function load(deadline: number, longestPoll: number): Promise<Loaded> {
    const now = clock.now();
    const on = (state: WatchState) => {
      const isAhead = Math.max(state.savedAt, knownAt) > now;
      return { ...(isAhead ? notLaterThan(state, now) : state), source };
    };
    const unsure = (state: WatchState) => on({ ...state, told: doubted(state.told, now) });
    const mine = { storeProblem: null, foreign: null, loss: false, underWay: new Set<Told>() } as const;
    longest = longestPoll;
    loaded = null;
    try {
      const { document, claimed, orphan } = await find(deadline, now);
      foreign = claimed === 'foreign' ? foreignInWords(document.content ?? EMPTY_STATE, self) : null;
      if (foreign !== null) return { ...mine, state: on(apart ?? EMPTY_STATE), foreign };
      loaded = document;
      const others = isOwn(document) ? [] : [...(document.content?.told.values() ?? [])].flat();
      const underWay = new Set(others.filter(({ sure, at }) => !sure && at > now - longest));
      const goneOn = continued(document, claimed, now);
      const state = apart === null ? goneOn : rejoined(goneOn, apart);
      const reason = document.keptAside ?? orphan;
      if (reason === null) return { ...mine, state: on(state), underWay };
      log.error({ reason }, 'the state was kept aside');
      // Others may have told, and saved, what nobody can read any more.
      const loss = document.keptAside === null ? 'orphaned' : 'damaged';
      return { ...mine, state: { ...unsure(state), lostAt: now }, loss, underWay };
    } catch (error) {
      // What was another's may be so still.
      if (foreign !== null) return { ...mine, state: on(apart ?? EMPTY_STATE), foreign };
      const isMissed = knownAt > 0 && (await mayHaveMissed(knownAt, now));
      const state = isMissed ? unsure(known) : on(known);
      return { ...mine, state, storeProblem: describe(error), loss: 'unreachable' };
    }
  }

  /** What is stored. What another deployment left that is gone and watched other tasks, is kept aside first. */
  async function find(deadline: number, now: number) {
    let orphan: string | null = null;
    for (;;) {
      const document = await store.load(deadline);
      const claimed = claim(document, now);
      const owner = document.content?.owner?.deployment;
      if (claimed === 'inherited') log.warn({ owner }, 'the state of another deployment is taken over');
      if (claimed !== 'orphaned' || document.version === null) return { document, claimed, orphan };
      try {
        // Below it, a file store can have one that was saved before.
        const place = await store.keepAside(document.version, deadline);
        orphan ??= `It was the state of ${owner ?? ''}, which is gone and watched other tasks. It is kept as ${place}.`;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }

  /** Throws what the store throws. The instance knows then what is stored. */
  async function write(state: WatchState, over: LoadedState, now: number, deadline: number): Promise<void> {
    const savedAs = randomUUID();
    tried = [...tried.slice(-KEPT_NAMES), savedAs];
    // What was loaded can be a little newer than this poll, after a conflict or by another machine's clock.
    const before = over.content?.savedAt ?? 0;
    const savedAt = before > now && before - now < SAVE_AT_LEAST_EVERY_MS ? before : now;
    const owner = await ownerAt(self, savedAt, longest, nextPoll);
    const saved = { ...withoutEnded(state), owner, savedAt, savedAs };
    const version = await store.save(saved, over.version, deadline);
    loaded = { content: saved, version, keptAside: null };
    base = loaded;
    tried = [];
  }

  async function saveIntent(intent: WatchState, now: number, deadline: number): Promise<SaveOutcome> {
    if (foreign !== null) return 'foreign';
    if (loaded === null) return 'unreachable';
    try {
      await write(intent, loaded, now, deadline);
      return 'saved';
    } catch (error) {
      return failed(error).outcome;
    }
  }

  async function save(next: WatchState, now: number, deadline: number): Promise<Saved> {
    apart = foreign === null ? null : next;
    if (foreign !== null) return { outcome: 'foreign', problem: foreign, state: next };
    [known, knownAt] = [next, now];
    if (loaded === null) return { outcome: 'unreachable', problem: null, state: known };
    base = loaded;
    known = { ...next, failures: noteOutcome(next.failures, 'store', null, now) };
    try {
      const isChanged = isDue(withoutEnded(known), loaded, self, now);
      if (isChanged) await write(known, loaded, now, deadline);
      known = loaded.content ?? EMPTY_STATE;
      return { outcome: isChanged ? 'saved' : 'unchanged', problem: null, state: known };
    } catch (error) {
      const { outcome, problem } = failed(error);
      if (outcome === 'conflict') return saveOver(now, deadline);
      known = { ...next, failures: noteOutcome(next.failures, 'store', problem, now) };
      return { outcome, problem, state: known };
    }
  }

  /** After a conflict. */
  async function saveOver(now: number, deadline: number): Promise<Saved> {
    try {
      const current = await store.load(deadline);
      const claimed = claim(current, now);
      if (claimed !== 'own' && claimed !== 'anew') {
        const problem = foreignInWords(current.content ?? EMPTY_STATE, self);
        return { outcome: 'foreign', problem, state: known };
      }
      // Not another poll's, but this one's intent, of which the answer was lost.
      const outcome = isOwn(current) ? 'saved' : 'conflict';
      const laidOver = { ...continued(current, claimed, now), source };
      // Also where the answer is lost, or another one saves again: what is tried here is what is known.
      known =
        current.keptAside === null
          ? laidOver
          : { ...laidOver, told: doubted(laidOver.told, now), lostAt: now };
      base = current;
      await write(known, current, now, deadline);
      known = loaded?.content ?? EMPTY_STATE;
      return { outcome, problem: null, state: known };
    } catch (error) {
      const { problem } = failed(error);
      log.warn({ reason: problem?.en }, 'what was sent could not be added to what another poll saved');
      return { outcome: 'conflict', problem, state: known };
    }
  }

  function failed(error: unknown): Pick<Saved, 'outcome' | 'problem'> {
    return isConflict(error)
      ? { outcome: 'conflict', problem: null }
      : { outcome: 'unreachable', problem: describe(error) };
  }

  function describe(error: unknown): Text {
    if (isStoreError(error)) return error.text;
    log.error({ err: error }, 'the state store failed unexpectedly');
    return {
      en: 'The state store failed unexpectedly: see the log of the function.',
      'zh-CN': '状态存储意外出错：请查看函数的日志。',
    };
  }

  return { load, saveIntent, save };
}

function isConflict(error: unknown): boolean {
  return isStoreError(error) && error.kind === 'conflict';
}

function isDue(next: WatchState, { content }: LoadedState, self: Identity, now: number): boolean {
  if (content === null || Math.abs(now - content.savedAt) >= SAVE_AT_LEAST_EVERY_MS) return true;
  const { savedAt, savedAs, owner } = content;
  if (owner?.digest !== self.digest) return true;
  return !isDeepStrictEqual({ ...next, owner, savedAt, savedAs }, content);
}
