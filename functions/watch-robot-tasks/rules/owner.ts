/**
 * Whose state it is. Two deployments that tell other people, or watch other tasks, must not share one: each would take for told
 * what only the other one's groups were told, and would forget what it does not watch itself.
 */
import type { Failure, Owner, WatchState } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import { accountOf, type Identity } from '../identity';
import { keptTold } from './told';

/**
 * own: it is gone on with. anew: it is this watch's, or was nobody's, and about another source: begun anew. foreign: it is
 * another deployment's, and left as it is. inherited: that one is gone, and watched the same tasks. orphaned: that one is
 * gone, and watched others: it is kept aside.
 */
export type Claim = 'own' | 'anew' | 'foreign' | 'inherited' | 'orphaned';

/** `metAt`: epoch milliseconds at which this watch first saw this very save. */
export function claimOf(stored: WatchState | null, self: Identity, metAt: number, now: number): Claim {
  if (stored === null) return 'own';
  const { owner, savedAt } = stored;
  // Where no source is named, there was but one when it was saved.
  const isSameSource = (stored.source ?? 'dyvms') === self.source;
  if (owner === null || owner.deployment === self.deployment) return isSameSource ? 'own' : 'anew';
  if (owner.digest === self.digest) return 'own';
  // A clock that was ahead when it was saved must not keep it for ever.
  if (now <= Math.min(savedAt, metAt) + (owner.goneAt - savedAt)) return 'foreign';
  const isSamePlace =
    isSameSource &&
    accountOf(owner.deployment) === accountOf(self.deployment) &&
    owner.endpoint === self.endpoint;
  return isSamePlace ? 'inherited' : 'orphaned';
}

/** A document that did not change is saved again after so long, so that others see that the watch works. */
export const SAVE_AT_LEAST_EVERY_MS = 5 * 60_000;
const GONE_AFTER_MS = 15 * 60_000;
const GONE_AFTER_SAVES = 3;
/** No search goes on for ever. */
const MOST_POLLS = 1000;

/** As it is saved at `savedAt`. `nextPoll`: when the first poll after a time comes. Milliseconds, of the epoch where it is a time. */
export async function ownerAt(
  { deployment, endpoint, digest }: Identity,
  savedAt: number,
  longestPoll: number,
  nextPoll: (time: number) => Promise<number>,
): Promise<Owner> {
  const nextPollAt = await nextPoll(savedAt);
  let last = nextPollAt;
  // A poll that comes sooner than that has nothing to save.
  let saves = last - savedAt >= SAVE_AT_LEAST_EVERY_MS ? 1 : 0;
  for (let polls = 0; saves < GONE_AFTER_SAVES && polls < MOST_POLLS; polls += 1) {
    last = await nextPoll(last);
    if (last - savedAt >= SAVE_AT_LEAST_EVERY_MS) saves += 1;
  }
  const goneAt = Math.max(last + longestPoll, savedAt + GONE_AFTER_MS);
  return { deployment, endpoint, digest, nextPollAt, goneAt };
}

/** Why a watch watches nothing, and what to do. */
export function foreignInWords({ owner }: WatchState, { deployment }: Identity): Text {
  const other = owner?.deployment ?? '';
  return {
    en: `The state in the store is that of ${other}, not of this watch, ${deployment}. Give each a STATE_STORE of its own.`,
    'zh-CN': `存储中的状态属于 ${other}，不属于本监控 ${deployment}。请为两者分别设置 STATE_STORE。`,
  };
}

/** What the state of one that is gone means to this watch: who has the same id at another address was told nothing. */
export function inherited(state: WatchState, { channels }: Identity): WatchState {
  const isSame = (id: string) => {
    const address = channels.find((channel) => channel.id === id)?.address;
    return state.channels.some((known) => known.id === id && known.address === address);
  };
  return {
    ...state,
    told: keptTold(state.told, ({ channel }) => isSame(channel)),
    channels: state.channels.filter(({ id }) => isSame(id)),
    failures: state.failures.filter(({ channel }) => channel === null || isSame(channel)),
    ended: state.ended.filter(({ channel }) => isSame(channel)),
  };
}

/** The state that a watch may go on with after a time in which it could not: who was told so then is told that it is over. */
export function rejoined(state: WatchState, apart: WatchState): WatchState {
  const isOwner = ({ subject }: Failure) => subject === 'owner';
  const records = apart.told.get('owner');
  return {
    ...state,
    failures: [...state.failures.filter((failure) => !isOwner(failure)), ...apart.failures.filter(isOwner)],
    told: records === undefined ? state.told : new Map([...state.told, ['owner', records]]),
  };
}
