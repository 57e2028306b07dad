/** A poll with nothing, little and much stopped: upstream calls, CPU, the decision by itself, and the state that is kept. */
import { gzipSync } from 'node:zlib';
import type { Channel } from '../functions/watch-robot-tasks/channels/channel';
import { decide } from '../functions/watch-robot-tasks/rules/decide';
import { identityOf } from '../functions/watch-robot-tasks/identity';
import { record } from '../functions/watch-robot-tasks/rules/told';
import { createKeeper } from '../functions/watch-robot-tasks/poll/keeper';
import { poll, type Watch } from '../functions/watch-robot-tasks/poll/poll';
import { EMPTY_STATE, type Told, type WatchState } from '../shared/state/state';
import { encodeState } from '../shared/state/document';
import { createMemoryStore } from '../shared/documents/memory';
import type { StateCell } from '../shared/state/store';
import { systemClock } from '../shared/runtime/clock';
import { createLogger } from '../shared/runtime/log';
import type { RobotTasks } from '../shared/robot-task';
import { createRobotTasks } from '../shared/sources/robot-tasks/robot-tasks';
import type { Figure } from './figure';
import { least, median, medianRatio } from './statistics';

const FEW = 100;
const MOST = 10_000;
const COUNTS = [0, FEW, 1000, MOST];
const DECISIONS = 15;
const POLLS = 3;
const STATUS = 'ARREARS_STOP';
const fine = (now: number) => ({
  ...{ startedAt: now, underWay: new Set<Told>(), loss: false as const },
  ...{ listProblem: null, storeProblem: null, foreign: null, balance: null, operators: null },
});
const REPEAT_MS = 4 * 60 * 60 * 1000;
const CHANNELS = [accepting('ops', null), accepting('finance', [STATUS])];
const POLICY = {
  deployment: 'account/region/watch',
  statuses: [STATUS, 'SYSTEM_STOP'],
  pending: new Map<string, number>(),
  stalledAfter: null,
  repeatIntervals: [REPEAT_MS],
  createdWithin: null,
  balanceBelow: null,
  nextPoll: (time: number) => time + 60_000,
  channels: CHANNELS,
};

export async function benchWatching(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const decisions: Decision[] = [];
  for (const count of COUNTS) {
    const polled = await benchPolls(count);
    const decision = await prepareDecision(count, polled);
    decisions.push(decision);
    const [first = NaN, later = NaN, due = NaN, intending = NaN, noting = NaN] = [
      ...[decision.first, decision.later, decision.due],
      ...[decision.intend, decision.note],
    ].map(leastTime);
    const bytes = Buffer.from(encodeState(polled.state, 'bench'));
    figures.push(
      {
        name: `upstream calls of a poll with ${count} stopped tasks`,
        value: polled.calls,
        unit: 'calls',
        note: `${polled.firstCpuMs.toFixed(1)} ms of CPU for a first poll, ${polled.laterCpuMs.toFixed(1)} for a later one, medians of ${POLLS}`,
      },
      {
        name: `deciding about ${count} stopped tasks`,
        value: Math.max(first, later, due),
        unit: 'ms',
        note: `first poll ${first.toFixed(2)}, later ${later.toFixed(2)}, all reminders due ${due.toFixed(2)}; and to note that all are being told ${intending.toFixed(2)}, and that they were ${noting.toFixed(2)}; the best of ${DECISIONS}`,
      },
      {
        name: `state of ${count} stopped tasks`,
        value: Math.ceil(bytes.length / 1000),
        unit: 'kB',
        note: `${Math.ceil(gzipSync(bytes).length / 1000)} kB packed, as Tablestore keeps it`,
      },
    );
  }
  return [...figures, growth(decisions)];
}

interface Decision {
  readonly count: number;
  /** Decides about tasks that no channel was told of. */
  readonly first: () => unknown;
  /** About tasks that every channel was told of, a minute ago or long ago. */
  readonly later: () => unknown;
  readonly due: () => unknown;
  /** The state while the first of these is being told. */
  readonly intend: () => unknown;
  /** The state after it, when every channel has taken its alert. */
  readonly note: () => unknown;
}

async function prepareDecision(count: number, { robotTasks, state }: Polled): Promise<Decision> {
  const tasks = await robotTasks.listRobotTasks({ status: STATUS });
  const observation = { lists: new Map([[STATUS, tasks]]), details: new Map<string, null>() };
  const now = Date.now();
  const decideOf = (known: WatchState, at: number) =>
    decide(known, { ...observation, ...fine(at) }, at, POLICY);
  const first = () => decideOf(EMPTY_STATE, now);
  const decided = first();
  const taken = new Map(decided.alerts.map((alert) => [alert, { ok: true } as const]));
  return {
    count,
    first,
    later: () => decideOf(state, now + 60_000),
    due: () => decideOf(state, now + 2 * REPEAT_MS),
    intend: () => record(decided.state, decided.alerts, new Map()),
    note: () => record(decided.state, decided.alerts, taken),
  };
}

/** The same number of tasks in one large decision and in many small ones, in turns. */
function growth(decisions: readonly Decision[]): Figure {
  const [small, large] = [FEW, MOST].map((count) => decisions.find((decision) => decision.count === count));
  if (small === undefined || large === undefined) throw new Error('Nothing to compare.');
  const inOne: number[] = [];
  const inMany: number[] = [];
  for (let round = 0; round < DECISIONS; round++) {
    inOne.push(time(large.first));
    inMany.push(
      time(() => {
        for (let done = 0; done < MOST; done += FEW) small.first();
      }),
    );
  }
  return {
    name: `deciding about a task, among ${MOST} against among ${FEW}`,
    value: medianRatio(inOne, inMany),
    unit: '× the time',
    note: `1 would be exactly linear, ${MOST / FEW} quadratic; medians of ${DECISIONS}`,
  };
}

interface Polled {
  readonly robotTasks: RobotTasks;
  /** What the polls remember: every channel was told of every task. */
  readonly state: WatchState;
  /** Of one poll. */
  readonly calls: number;
  readonly firstCpuMs: number;
  readonly laterCpuMs: number;
}

/** A first poll, which tells of every task, and a later one, which finds all told; several times. */
async function benchPolls(count: number): Promise<Polled> {
  const upstream = createUpstream(count);
  const robotTasks = createRobotTasks('dyvms', { client: upstream });
  const first: number[] = [];
  const later: number[] = [];
  let state = EMPTY_STATE;
  for (let round = 0; round < POLLS; round++) {
    const cell: StateCell = { saved: null };
    const log = createLogger('silent', () => []);
    const watch: Watch = {
      robotTasks,
      askBalance: null,
      keeper: createKeeper({
        ...{ store: createMemoryStore(cell), clock: systemClock, log },
        self: identityOf(POLICY.deployment, 'dyvms', 'dyvmsapi.aliyuncs.com', POLICY.channels),
        nextPoll: (time) => Promise.resolve(POLICY.nextPoll(time)),
        mayHaveMissed: () => Promise.resolve(false),
      }),
      openChannels: () => Promise.resolve(CHANNELS),
      policy: POLICY,
      heartbeat: null,
      readRecord: null,
      ...{ clock: systemClock, log },
    };
    first.push(await cpuOf(() => poll(watch, { startedAt: Date.now(), timeoutMs: 50_000 })));
    later.push(await cpuOf(() => poll(watch, { startedAt: Date.now(), timeoutMs: 50_000 })));
    state = cell.saved?.state ?? EMPTY_STATE;
  }
  if (state.tasks.length !== count)
    throw new Error(`${state.tasks.length} tasks are tracked instead of ${count}.`);
  return {
    robotTasks,
    state,
    calls: upstream.calls() / POLLS / 2,
    firstCpuMs: median(first),
    laterCpuMs: median(later),
  };
}

function accepting(id: string, statuses: readonly string[] | null): Channel {
  return { id, type: 'webhook', statuses, send: () => Promise.resolve({ ok: true }) };
}

/** An upstream in this process: `count` tasks in one status, none in any other, as the core client would hand them over. */
function createUpstream(count: number) {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: String(9_007_199_254_000_000 + index),
    taskName: `会员续费提醒 第 ${index} 批`,
    robotId: '1000000075003',
    robotName: '小云',
    status: STATUS,
    scheduleType: 'SINGLE',
    createTime: '2026.06.14 14:55:23',
    totalCount: 1000 + index,
    finishCount: 998,
  }));
  let calls = 0;
  return {
    calls: () => calls,
    callApi(_params: unknown, { query = {} }: { query?: Record<string, string> }) {
      calls += 1;
      const page = Number(query['PageNo']);
      const matching = query['Status'] === STATUS ? rows : [];
      const Data = JSON.stringify(matching.slice((page - 1) * 100, page * 100));
      const body = JSON.stringify({ Code: 'OK', TotalCount: String(matching.length), Data });
      return Promise.resolve({ statusCode: 200, body });
    },
  };
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds, the least of some runs. As many go first, so that a small state is not measured before the compiler has warmed up. */
function leastTime(work: () => unknown): number {
  return least(Array.from({ length: 2 * DECISIONS }, () => time(work)).slice(DECISIONS));
}

/** Milliseconds of CPU: those of a busy machine are no longer. */
function time(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
