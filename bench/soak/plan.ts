/** What a round does beside its weather: who polls, who is killed, and what changes meanwhile. Pure, drawn from the seed. */
import { pickOne } from '../../local/simulator/world/random';
import { createRoundRandom } from './draw';
import { calm, drawWeather, FINE, isDelivering, type Weather } from './weather';
import { CHANNELS, WEBHOOKS } from './world';

/** One of the two instances of watch-robot-tasks. */
export type Watcher = 0 | 1;

export interface Plan {
  readonly weather: Weather;
  readonly watchers: readonly Watcher[];
  /** The one to be killed, and when: milliseconds after its start, or as soon as a message arrives. */
  readonly kill: { readonly watcher: Watcher; readonly when: number | 'message' } | null;
  /** A task that changes while the poll runs, so many milliseconds after its start. */
  readonly mover: { readonly task: string; readonly after: number } | null;
}

/** What the rounds before have left. */
export interface Situation {
  /** The watch that holds what could not be saved: as long as it lives, it alone goes on. */
  readonly leader: Watcher | null;
  /** The watches that know all there is to know, or nothing: these can do without the state. */
  readonly independent: ReadonlySet<Watcher>;
  /** The poll before did all it should. */
  readonly isQuiet: boolean;
  readonly tasks: readonly string[];
  isMovable(task: string): boolean;
}

/** What is drawn hangs on the seed alone. What cannot be in this situation is left out of it. */
export function drawPlan(seed: number, round: number, situation: Situation): Plan {
  const { leader, independent, isQuiet } = situation;
  const random = createRoundRandom(seed, round, 'plan');
  const roll = random();
  const isTogether = random() < 0.3;
  const mayKill = random() < 0.2;
  const when = random() < 0.5 ? 'message' : Math.floor(random() * 200);
  const mayMove = random() < 0.3;
  const after = random() * 40;
  const task = pickOne(random, situation.tasks);

  const single: Watcher = leader ?? (roll < 0.75 ? 0 : 1);
  const drawn = drawWeather(seed, round, CHANNELS, WEBHOOKS);
  // Three denials in a row would be believed.
  const upstream = drawn.upstream.deniesTasks === true && !isQuiet ? FINE : drawn.upstream;
  // What a watch knew before another one went on is worth nothing without the state, and nobody runs two of them.
  const disk = drawn.disk === 'no-folder' && !independent.has(single) ? 'fine' : drawn.disk;
  const weather: Weather = { ...drawn, upstream, disk };
  const isDenying = upstream.deniesTasks === true;
  const isAlone = !isTogether || leader !== null || disk !== 'fine' || isDenying;
  const killed: Watcher = roll < 0.5 ? 0 : 1;
  const kills = mayKill && !isDenying;
  const moves = mayMove && isAlone && disk === 'fine';
  return {
    weather,
    watchers: isAlone ? [single] : [0, 1],
    kill: kills ? { watcher: isAlone ? single : killed, when } : null,
    mover: moves && situation.isMovable(task) ? { task, after } : null,
  };
}

/** Nothing is wrong, and nothing happens. */
export function calmPlan(leader: Watcher | null): Plan {
  return { weather: calm(CHANNELS), watchers: [leader ?? 0], kill: null, mover: null };
}

export function allChannelsWork({ channels }: Weather): boolean {
  return [...channels.values()].every(isDelivering);
}
