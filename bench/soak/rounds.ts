/** One round after the other: weather is made, one watch or both poll, perhaps one is killed, and the oracle judges. */
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { canBe } from '../../shared/task-source';
import { stopOf } from '../../local/scenario';
import { allChannelsWork, calmPlan, drawPlan, type Plan, type Watcher } from './plan';
import { holdersIn } from '../oracle/holders';
import type { Oracle } from '../oracle/oracle';
import type { Scene } from '../oracle/sights';
import { pollOnce, type PollResult } from './poll-once';
import type { MemoryLog } from './processes';
import { nameOf, type Telling } from './receiver';
import type { Truth } from './truth';
import { FINE, isDelivering, WORKS, type Upstream, type Weather } from './weather';
import { CHAT, LISTENERS, TIMEOUT_SECONDS, WEBHOOKS, type World } from './world';

/** What the webhooks took. */
export interface Messages {
  readonly sent: number;
  /** Of those that said again what was known: with an id that the receiver knew. */
  readonly recognised: number;
}

export interface Rounds {
  /** Rounds so far. */
  readonly number: number;
  readonly polls: number;
  readonly kills: number;
  /** How often each kind of weather occurred. */
  readonly weather: ReadonlyMap<string, number>;
  /** What upstream is like in this round. */
  readonly upstream: Upstream;
  readonly messages: Messages;
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
  readonly oracle: Oracle;
  readonly seed: number;
  readonly memory: MemoryLog;
}

const WATCH = 'watch-robot-tasks';

export function createRounds({ world, truth, oracle, seed, memory }: RoundsOptions): Rounds {
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
  const messages = { sent: 0, recognised: 0 };
  /** Epoch milliseconds until which a poll that was killed, or one of two, may be at work as far as another can know. */
  let overlapsUntil = 0;
  let number = 0;
  let polls = 0;
  let kills = 0;

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
    const doubt =
      causeOfDoubt(watchers, weather) ??
      (startedAt < overlapsUntil ? 'another poll may have told something after it' : null);
    const tasks = new Map(truth.snapshot());
    let hasMoved = mover === null;
    if (mover !== null) {
      const { task, after } = mover;
      const before = truth.status(task);
      const status = before === 'EXCUTING' ? stopOf(simulator.source) : 'EXCUTING';
      tasks.set(task, { ...tasks.get(task), status, before });
      setTimeout(() => {
        simulator.tasks.setStatus(task, status);
        truth.set(task, { status });
        hasMoved = true;
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
    while (!hasMoved) await new Promise((resolve) => setTimeout(resolve, 5));
    if (kill === null && (await leavesMore(filesBefore.length)))
      violations.push(`Round ${number}: a file was left beside the state.`);
    await memory.sample(hosts.flatMap((host) => [...host.pids(WATCH), ...host.pids('query-robot-tasks')]));

    const tellings = receiver.take();
    judgeMessages(tellings, world.chatMessages - toChatBefore, watchers.length);
    const whole = results.filter(({ wasKilled, polled }) => !wasKilled && polled === lists);
    const isSaving = results.every((result) => isSaved(result));
    const isSmooth = results.length === 1 && whole.length === 1 && isSaving;
    const works = (id: string) => isDelivering(weather.channels.get(id) ?? WORKS);
    const isReached = (id: string) => works(id) && whole.some(({ failed }) => !failed.includes(id));
    const isFlaky = weather.upstream.effect !== 'answers';
    const isKnown = isSmooth && !isFlaky;
    // On a busy machine also a disk that works can be too slow. The messages say so.
    const mayBeSlow = tellings.some(({ mayRepeat }) => mayRepeat) && !isSaving;
    const keepsIntent = weather.disk === 'fine' && !mayBeSlow;
    const holders = await holdersSince(startedAt, weather, isKnown);
    oracle.begin(
      { now: startedAt, tasks, isFlaky, holders, isUnsure: !isKnown },
      { hasState: weather.disk !== 'no-folder' && isSaving, keepsIntent, doubt },
    );
    for (const { channel, items, isRecognised } of tellings) {
      messages.sent += 1;
      if (oracle.tell(channel, items, works(channel) ? 'accepted' : 'late') && isRecognised)
        messages.recognised += 1;
    }
    const isUnsaved = results.every(({ state: outcome }) => outcome === 'unreachable');
    const saved = isKnown ? true : isUnsaved ? false : 'maybe';
    oracle.end(saved, isFlaky ? [] : WEBHOOKS.filter(isReached));
    if (results.some(({ wasKilled }) => wasKilled)) {
      oracle.lose();
      oracle.doubt('a process that was killed');
    }
    if (!isSaving) oracle.doubt('what was told could not be saved');
    if (watchers.length > 1 || kill !== null) overlapsUntil = Date.now() + TIMEOUT_SECONDS * 1000;
    isQuiet = isSmooth && mover === null && !isFlaky && allChannelsWork(weather);
    current = watchers.length === 1 ? (watchers[0] ?? null) : null;
    watchers.forEach((watcher, index) => {
      follow(watcher, results[index], weather);
    });
    return describe(weather, watchers, results, tellings.length);
  }

  /**
   * Who holds what, since the round began: no operator acts while it lasts, but a time can run out. `isKnown`: what is saved is
   * what the poll knew.
   */
  async function holdersSince(
    startedAt: number,
    { disk }: Weather,
    isKnown: boolean,
  ): Promise<NonNullable<Scene['holders']> | null> {
    if (disk === 'no-folder') return null;
    const [record, saved] = [await state.readOperators(), isKnown ? await state.read() : null];
    // On a busy machine the record is not read in time. The state says so.
    if (saved?.failures.some(({ subject, state: how }) => subject === 'record' && how === 'failing') === true)
      return null;
    const still = holdersIn(record, saved, Date.now(), nameOf);
    const holders = [...holdersIn(record, saved, startedAt, nameOf)];
    return new Map(
      holders.map(([task, { name, isSure }]) => [task, { name, isSure: isSure && still.has(task) }]),
    );
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

  /** Why this round's messages may repeat what was told, and be told again. */
  function causeOfDoubt(watchers: readonly Watcher[], { disk }: Weather): string | null {
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
    messages,
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
