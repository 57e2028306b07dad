/** One round after the other: weather is made, one watch or both poll, perhaps one is killed, and the ledger judges. */
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { canBe } from '../../shared/task-source';
import { stopOf } from '../../local/scenario';
import type { Ledger, Telling } from './ledger';
import { allChannelsWork, calmPlan, drawPlan, type Plan, type Watcher } from './plan';
import { pollOnce, type PollResult } from './poll-once';
import type { MemoryLog } from './processes';
import type { Truth } from './truth';
import { FINE, isDelivering, WORKS, type Upstream, type Weather } from './weather';
import { CHANNELS, CHAT, LISTENERS, TIMEOUT_SECONDS, type World } from './world';

export interface Rounds {
  /** Rounds so far. */
  readonly number: number;
  readonly polls: number;
  readonly kills: number;
  /** How often each kind of weather occurred. */
  readonly weather: ReadonlyMap<string, number>;
  /** What upstream is like in this round. */
  readonly upstream: Upstream;
  /** Promises that are broken by a poll itself, as sentences. */
  readonly violations: readonly string[];
  /** A round of bad weather. Resolves to a line that tells of it. */
  stormy(): Promise<string>;
  /** A round in which nothing is wrong. */
  calm(): Promise<string>;
}

export interface RoundsOptions {
  readonly world: World;
  readonly truth: Truth;
  readonly ledger: Ledger;
  readonly seed: number;
  readonly memory: MemoryLog;
}

const WATCH = 'watch-robot-tasks';

export function createRounds({ world, truth, ledger, seed, memory }: RoundsOptions): Rounds {
  const { simulator, receiver, inbox, state, keys, hosts } = world;
  // Each poll reads those of the watched statuses, and that of the running tasks.
  const lists = STOPPED_STATUSES.filter((status) => canBe(simulator.source, status)).length + 1;
  const weatherSeen = new Map<string, number>();
  /** The watches whose process has read no state yet: what it was told by others it cannot know. */
  const fresh = new Set<Watcher>([0, 1]);
  /** The watch that holds what could not be saved: as long as it lives, it alone goes on. */
  let leader: Watcher | null = null;
  /** The watch that polled last, alone: it knows all there is to know. */
  let current: Watcher | null = null;
  let isQuiet = false;
  let upstream = FINE;
  const violations: string[] = [];
  let number = 0;
  let polls = 0;
  let kills = 0;
  /** Epoch milliseconds until which a poll that was killed, or one of two, may be at work as far as another can know. */
  let overlapsUntil = 0;

  function draw(): Plan {
    const watchers = [0, 1] as const;
    return drawPlan(seed, number + 1, {
      leader,
      independent: new Set(watchers.filter((watcher) => current === watcher || fresh.has(watcher))),
      isQuiet,
      tasks: truth.tasks,
      isMovable: (task) => truth.status(task) !== null,
    });
  }

  async function make({ channels, disk, ...weather }: Weather): Promise<void> {
    upstream = weather.upstream;
    if (upstream.keys === 'renewed' || isExpired()) keys.renew();
    if (upstream.keys === 'expired') keys.expire();
    simulator.setCredentials(keys.known);
    simulator.setFaults([...upstream.rules]);
    for (const { id } of LISTENERS) receiver.setFault(id, channels.get(id)?.fault ?? null);
    inbox.setFault(CHAT, channels.get(CHAT)?.fault ?? null);
    await state.set(disk);
    count(`upstream: ${upstream.name}`);
    count(`disk: ${disk}`);
    for (const { name } of channels.values()) count(`a channel ${name}`);
  }

  const count = (name: string) => weatherSeen.set(name, (weatherSeen.get(name) ?? 0) + 1);

  const isExpired = () => keys.inUse.expiresAt !== undefined;

  async function play({ weather, watchers, kill, mover }: Plan): Promise<string> {
    number += 1;
    await make(weather);
    const startedAt = Date.now();
    const repeatCause = causeOfRepeats(watchers, weather);
    const mayOverlap = watchers.length > 1 || startedAt < overlapsUntil;
    const moved = new Set<string>();
    if (mover !== null) {
      const { task, after } = mover;
      moved.add(task);
      setTimeout(() => {
        const status = truth.status(task) === 'EXCUTING' ? stopOf(simulator.source) : 'EXCUTING';
        simulator.tasks.setStatus(task, status);
        truth.set(task, status, Date.now());
      }, after);
    }
    if (watchers.length > 1) count('two instances at once');
    const filesBefore = await state.leftovers();
    const toChatBefore = world.chatMessages;
    const results = await Promise.all(
      watchers.map((watcher) =>
        pollOnce(hosts[watcher], receiver, kill?.watcher === watcher ? kill.when : null),
      ),
    );
    polls += results.length;
    for (const { death } of results)
      if (death !== null) violations.push(`Round ${number}: a poll died by itself: ${death}`);
    // The move may still be to come when the poll was a quick one.
    while (mover !== null && truth.changedAt(mover.task) < startedAt)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (kill === null && (await leavesMore(filesBefore.length)))
      violations.push(`Round ${number}: a file was left beside the state.`);
    await memory.sample(hosts.flatMap((host) => [...host.pids(WATCH), ...host.pids('query-robot-tasks')]));

    const tellings = receiver.take();
    judgeMessages(tellings, world.chatMessages - toChatBefore, watchers.length);
    const whole = results.filter(({ wasKilled, polled }) => !wasKilled && polled === lists);
    const stored = await state.read();
    const isSmooth = results.length === 1 && whole.length === 1 && isSaved(results[0]);
    const works = (id: string) => isDelivering(weather.channels.get(id) ?? WORKS);
    const isHeard = (id: string) => works(id) && whole.some(({ failed }) => !failed.includes(id));
    ledger.judge({
      number,
      startedAt,
      tellings,
      stored,
      heard: new Set(weather.upstream.effect === 'answers' ? CHANNELS.filter(isHeard) : []),
      isSmooth: isSmooth && allChannelsWork(weather) && weather.upstream.effect === 'answers',
      lacksState: weather.disk === 'no-folder' || !results.every((result) => isSaved(result)),
      isRecorded: weather.disk === 'fine',
      hasDied: results.some(({ wasKilled }) => wasKilled),
      repeatCause,
      mayOverlap,
      lostAnswers: new Set(CHANNELS.filter((id) => weather.channels.get(id)?.fault?.fault === 'lost-answer')),
      moved,
    });
    if (watchers.length > 1 || kill !== null) overlapsUntil = Date.now() + TIMEOUT_SECONDS * 1000;
    isQuiet = isSmooth && moved.size === 0 && weather.upstream.effect === 'answers';
    current = watchers.length === 1 ? (watchers[0] ?? null) : null;
    watchers.forEach((watcher, index) => {
      follow(watcher, results[index], weather);
    });
    return describe(weather, watchers, results, tellings.length);
  }

  /** What a save that was too late has begun, it removes a moment after the poll has ended. */
  async function leavesMore(before: number): Promise<boolean> {
    for (let tries = 0; tries < 40; tries += 1) {
      if ((await state.leftovers()).length <= before) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
  }

  /** One message per channel and poll; a copy that its receiver knows by its id is none. */
  function judgeMessages(tellings: readonly Telling[], toChat: number, most: number): void {
    const taken = [
      ...LISTENERS.map(({ id }) => ({
        id,
        messages: tellings.filter(({ channel, isRecognised }) => channel === id && !isRecognised).length,
      })),
      { id: CHAT, messages: toChat },
    ];
    for (const { id, messages } of taken)
      if (messages > most)
        violations.push(`Round ${number}: ${id} got ${messages} messages of ${most} polls.`);
  }

  /** Why this round's messages may repeat what was told. */
  function causeOfRepeats(watchers: readonly Watcher[], { disk }: Weather): string | null {
    if (watchers.length > 1) return 'two polls at once';
    const isBlind = watchers.some((watcher) => fresh.has(watcher)) && disk === 'no-folder';
    return isBlind ? 'a new instance without the state' : null;
  }

  function follow(watcher: Watcher, result: PollResult | undefined, { disk }: Weather): void {
    if (result === undefined) return;
    if (result.wasKilled) {
      kills += 1;
      fresh.add(watcher);
      if (leader === watcher) leader = null;
      return;
    }
    if (disk !== 'no-folder') fresh.delete(watcher);
    leader = result.state === 'unreachable' ? watcher : null;
  }

  return {
    get number() {
      return number;
    },
    get polls() {
      return polls;
    },
    get kills() {
      return kills;
    },
    weather: weatherSeen,
    get upstream() {
      return upstream;
    },
    violations,
    stormy: () => play(draw()),
    calm: () => play(calmPlan(leader)),
  };
}

function isSaved(result: PollResult | undefined): boolean {
  return result?.state === 'saved' || result?.state === 'unchanged';
}

function describe(
  { upstream, channels, disk }: Weather,
  watchers: readonly Watcher[],
  results: readonly PollResult[],
  messages: number,
): string {
  const broken = [...channels]
    .filter(([, { fault }]) => fault !== null)
    .map(([id, { name }]) => `${id} ${name}`);
  const ends = results.map(
    ({ wasKilled, state, durationMs }, index) =>
      `${watchers[index] === 0 ? 'A' : 'B'} ${wasKilled ? 'killed' : (state ?? 'failed')} ${durationMs} ms`,
  );
  return [
    ends.join(' + '),
    `upstream ${upstream.name}`,
    `disk ${disk}`,
    ...broken,
    `${messages} messages`,
  ].join(' · ');
}
