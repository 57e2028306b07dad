/** What is drawn for one round. It hangs on the seed alone: whatever the rounds before it did, round 17 draws the same. */
import { createHash } from 'node:crypto';
import { createRandom, type Random } from '../../local/simulator/world/random';

/** Each purpose has numbers of its own, so that one that draws more or less by what it meets moves no other. */
export type Purpose = 'weather' | 'plan' | 'moves' | 'acts' | 'order of faults';

export function createRoundRandom(seed: number, round: number, purpose: Purpose): Random {
  return createRandom(createHash('sha256').update(`${seed} ${round} ${purpose}`).digest().readUInt32LE());
}

/** The same things in an order by chance. */
export function shuffle<T>(random: Random, things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ thing }) => thing);
}
