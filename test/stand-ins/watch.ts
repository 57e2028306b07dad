import type { Channel, Delivery } from '../../functions/watch-robot-tasks/channels/channel';
import { createKeeper, type Keeper } from '../../functions/watch-robot-tasks/poll/keeper';
import type { Alert } from '../../functions/watch-robot-tasks/rules/message';
import { poll, type PollReport, type Watch } from '../../functions/watch-robot-tasks/poll/poll';
import { identityOf } from '../../functions/watch-robot-tasks/identity';
import type { Hours } from '../../functions/watch-robot-tasks/hours';
import type { Delay, Policy } from '../../functions/watch-robot-tasks/rules/policy';
import { giveBack, take } from '../../functions/query-robot-tasks/operators/take';
import { EMPTY_RECORD, type OperatorsRecord } from '../../shared/operators/record';
import { stands } from '../../shared/state/state';
import { createMemoryStore } from '../../shared/documents/memory';
import { StoreError } from '../../shared/documents/store';
import type { StateCell, StateStore } from '../../shared/state/store';
import { createLogger } from '../../shared/runtime/log';
import { NOW } from './alerts';
import { createTaskWorld, type TaskWorld } from './task-world';
import { createVirtualClock, type VirtualClock } from './virtual-clock';

export interface FakeChannel extends Channel {
  readonly hours: Hours | null;
  readonly after?: Delay;
  readonly wantsStanding?: boolean;
  readonly receivers?: readonly string[];
  /** What arrived, oldest first: all that it accepted, and what it answered too late. */
  readonly received: Alert[];
  /** What it says to each message; null = it never answers. */
  answer: () => Delivery | null;
  /** Awaited by every message before it is answered. */
  pause: () => Promise<void>;
}

export interface FakeStore extends StateStore {
  readonly cell: StateCell;
  /** load and save: what is out of reach. answer: what is saved, but nobody hears of it. */
  readonly broken: Set<'load' | 'save' | 'answer'>;
  /** What the next load says of a document that it kept aside. */
  keptAside: string | null;
  /** Awaited before every load and save. */
  pause: () => Promise<void>;
  /** How many saves were refused because somebody else had saved. */
  conflicts: number;
}

/** What operators do, as the HTTP function writes it. */
export interface FakeOperators {
  /** Null = nothing was ever written. */
  record: OperatorsRecord | null;
  isBroken: boolean;
  /** How often it was read. */
  reads: number;
  /** `by` takes, or mutes until a time (epoch milliseconds), a task that stands in what was saved last. */
  take(id: string, by: string, until?: number | null): void;
  giveBack(id: string): void;
  /** That `by` started a task is noted; that it runs then is the world's. */
  start(id: string, by: string): void;
}

export interface TestWatch extends Watch {
  readonly operators: FakeOperators;
  readonly robotTasks: TaskWorld;
  readonly channels: readonly FakeChannel[];
  /** Of the instance that polls. */
  keeper: Keeper;
  readonly store: FakeStore;
  readonly clock: VirtualClock;
  /** The instance is lost, with all that it knows, and another one takes its place. */
  restart(): void;
  /** What the dead-man switch heard. */
  readonly beats: ('completed' | 'failed')[];
  /** One poll now. */
  poll(): Promise<PollReport>;
  /** Lets time pass: milliseconds. */
  wait(ms: number): void;
  channel(id: string): FakeChannel;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const TIMEOUT = 50_000;

const OUT_OF_REACH = { en: 'The store is out of reach.', 'zh-CN': '无法访问存储。' };
const BUSY = { en: 'It is busy.', 'zh-CN': '它很忙。' };
export const refuses = (): Delivery => ({ ok: false, permanent: false, mayHaveArrived: false, reason: BUSY });
/** What the poll hears of a message that arrived, whose answer did not. */
export const answersTooLate = (): Delivery => ({
  ok: false,
  permanent: false,
  mayHaveArrived: true,
  reason: { en: 'It did not answer in time.', 'zh-CN': '未在限定时间内响应。' },
});
export const accepts = (): Delivery => ({ ok: true });

export function createFakeChannel(
  id: string,
  statuses: readonly string[] | null = null,
  hours: Hours | null = null,
): FakeChannel {
  const channel: FakeChannel = {
    id,
    hours,
    type: 'webhook',
    statuses,
    received: [],
    answer: accepts,
    pause: () => Promise.resolve(),
    async send(message) {
      await channel.pause();
      const delivery = channel.answer();
      if (delivery === null) return new Promise(() => undefined);
      const hasArrived = delivery.ok || delivery.mayHaveArrived;
      if (hasArrived && message.kind === 'alert') channel.received.push(message);
      return delivery;
    },
  };
  return channel;
}

export function createFakeStore(cell: StateCell = { saved: null }): FakeStore {
  const inner = createMemoryStore(cell);
  const unreachable = () => new StoreError('unreachable', OUT_OF_REACH);
  const store: FakeStore = {
    cell,
    broken: new Set(),
    keptAside: null,
    pause: () => Promise.resolve(),
    conflicts: 0,
    async load(deadline) {
      await store.pause();
      if (store.broken.has('load')) throw unreachable();
      const { keptAside } = store;
      store.keptAside = null;
      if (keptAside !== null) cell.saved = null;
      return { ...(await inner.load(deadline)), keptAside };
    },
    async save(state, version, deadline) {
      await store.pause();
      if (store.broken.has('save')) throw unreachable();
      if (version !== (cell.saved?.version ?? null)) store.conflicts += 1;
      const saved = await inner.save(state, version, deadline);
      if (store.broken.has('answer')) throw unreachable();
      return saved;
    },
    async keepAside(version, deadline) {
      await store.pause();
      if (store.broken.has('save')) throw unreachable();
      return inner.keepAside(version, deadline);
    },
    read: (deadline) => inner.read(deadline),
  };
  return store;
}

export function createFakeOperators(store: FakeStore, clock: VirtualClock): FakeOperators {
  const change = (act: (record: OperatorsRecord) => OperatorsRecord) => {
    operators.record = act(operators.record ?? EMPTY_RECORD);
  };
  const operators: FakeOperators = {
    record: null,
    isBroken: false,
    reads: 0,
    take(id, by, until = null) {
      const stops = (store.cell.saved?.state.tasks ?? [])
        .filter(stands)
        .flatMap(({ task, condition, since }) => (task.id === id ? [{ id, condition, since }] : []));
      change((record) => take(record, stops, { by, until }, clock.now()));
    },
    giveBack(id) {
      change((record) => giveBack(record, id));
    },
    start(id, by) {
      change((record) => ({ ...record, started: [{ id, by, at: clock.now() }, ...record.started] }));
    },
  };
  return operators;
}

function readFake(operators: FakeOperators): Promise<OperatorsRecord | null> {
  operators.reads += 1;
  return operators.isBroken
    ? Promise.reject(new StoreError('unreachable', OUT_OF_REACH))
    : Promise.resolve(operators.record);
}

export interface WatchOptions extends Partial<Omit<Policy, 'channels'>> {
  readonly channels?: readonly FakeChannel[];
  readonly robotTasks?: TaskWorld;
  readonly store?: FakeStore;
  readonly operators?: FakeOperators;
  readonly clock?: VirtualClock;
  readonly endpoint?: string;
  readonly askBalance?: Watch['askBalance'];
  /** Whether another instance may have polled between two polls of this one; by default by a poll a minute. */
  readonly mayHaveMissed?: (before: number, now: number) => boolean;
}

/** A watch over stand-ins: one channel `ops` and the design's defaults unless told otherwise. */
export function createTestWatch({
  channels = [createFakeChannel('ops')],
  robotTasks = createTaskWorld(),
  store = createFakeStore(),
  clock = createVirtualClock(NOW),
  operators = createFakeOperators(store, clock),
  askBalance = null,
  endpoint = 'dyvmsapi.aliyuncs.com',
  // The next but one would be due soon.
  mayHaveMissed = (before, now) => now > before + 1.5 * MINUTE,
  ...policy
}: WatchOptions = {}): TestWatch {
  const beats: ('completed' | 'failed')[] = [];
  const log = createLogger('silent', () => []);
  const deployment = policy.deployment ?? 'account/region/watch';
  const nextPoll = policy.nextPoll ?? ((time) => time + MINUTE);
  const openKeeper = () =>
    createKeeper({
      ...{ store, clock, log },
      self: identityOf(deployment, robotTasks.source, endpoint, channels),
      nextPoll: (time) => Promise.resolve(nextPoll(time)),
      mayHaveMissed: (before, now) => Promise.resolve(mayHaveMissed(before, now)),
    });
  const watch: TestWatch = {
    robotTasks,
    askBalance,
    store,
    operators,
    readRecord: () => readFake(operators),
    keeper: openKeeper(),
    channels,
    openChannels: () => Promise.resolve(channels),
    policy: {
      statuses: ['ARREARS_STOP', 'SYSTEM_STOP'],
      stalledAfter: null,
      pending: new Map(),
      repeatIntervals: [4 * HOUR],
      createdWithin: null,
      balanceBelow: null,
      ...policy,
      ...{ deployment, nextPoll, channels },
    },
    heartbeat: (outcome) => {
      beats.push(outcome);
      return Promise.resolve();
    },
    clock,
    log,
    beats,
    restart: () => {
      watch.keeper = openKeeper();
    },
    poll: () => clock.run(poll(watch, { startedAt: clock.now(), timeoutMs: TIMEOUT })),
    wait: (ms) => {
      clock.set(clock.now() + ms);
    },
    channel(id) {
      const found = channels.find((channel) => channel.id === id);
      if (found === undefined) throw new Error(`There is no channel ${id}.`);
      return found;
    },
  };
  return watch;
}

/** One after the other, a minute apart, twice: until nobody has anything more to say. */
export async function settle(...watches: readonly TestWatch[]): Promise<void> {
  for (const watch of [...watches, ...watches]) {
    watch.wait(MINUTE);
    await watch.poll();
  }
}

/** What a channel was told last, in short. */
export function lastTold(watch: TestWatch, id = 'ops') {
  const alert = watch.channel(id).received.at(-1);
  if (alert === undefined) return null;
  const short = (
    items: readonly { task: { id: string }; status: string | null; previousStatus: string | null }[],
  ) =>
    items.map(
      ({ task, status, previousStatus }) => `${task.id} ${previousStatus ?? '-'} > ${status ?? 'gone'}`,
    );
  return {
    firing: short(alert.firing),
    repeated: short(alert.repeated),
    resolved: short(alert.resolved),
    notices: alert.notices.map(({ subject, channel, state }) => `${channel ?? subject} ${state}`),
  };
}

/** What `lastTold` gives for a message with nothing in it. */
export const nothing = { firing: [], repeated: [], resolved: [], notices: [] };
