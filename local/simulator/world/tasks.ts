import { beijingDate } from '../../../shared/beijing-time';
import type { RobotTask, Source } from '../../../shared/robot-task';
import { canBe } from '../../../shared/task-source';
import { makeCampaign, makeLife, paceOf } from './campaigns';
import { statusAt, taskAt, withStatus, type SimulatedTask } from './life';
import { createRandom, type Random } from './random';

/**
 * A task to add; whatever is left out is made up. With a status (any text: the vendor may add statuses) it is in it and
 * stays so; with steps it lives by them; with neither it lives through INIT, READY, DISPATCH, EXCUTING to an end in
 * about `lifeMs` (default ten minutes).
 */
export interface NewTask extends Partial<Omit<SimulatedTask, 'finishedBefore'>> {
  readonly status?: string;
  readonly lifeMs?: number;
  /** Epoch milliseconds, default now. */
  readonly createdAt?: number;
  /** Calls done so far. */
  readonly finishCount?: number;
}

export interface SeedOptions {
  /** All of the tasks are in this status and stay so; without it each is somewhere in a life of its own. */
  readonly status?: string;
  /** The tasks were created evenly over so long before now, in milliseconds; default three days. */
  readonly spanMs?: number;
}

/** As the vendor's API filters. */
export interface TaskQuery {
  readonly status?: string;
  /** A part of the name. */
  readonly taskName?: string;
  /** `yyyy-MM-dd`, the day of creation in Beijing. */
  readonly createdOn?: string;
}

export interface TaskStore {
  /** Throws when the id is taken or no int64. */
  add(task?: NewTask): RobotTask;
  /** Adds `count` campaigns, the same ones for the same seed and time. */
  seed(count: number, seed?: number, options?: SeedOptions): RobotTask[];
  /** The task as it is now, or null. */
  get(id: string): RobotTask | null;
  /** Every task as it is now, newest first: what a test compares an answer with. */
  list(query?: TaskQuery): RobotTask[];
  /** Puts the task into `status` (any text), where it stays until it is set again. Throws when there is no such task. */
  setStatus(id: string, status: string): RobotTask;
  /** Forgets the task, as if it had never been. False when there was none. */
  remove(id: string): boolean;
  clear(): void;
  /** For the API's side: the tasks with their lives, newest first. */
  select(query: TaskQuery): SimulatedTask[];
  find(id: string): SimulatedTask | null;
}

/** The first number that JSON.parse gets wrong: two ids in a row look alike to whoever loses digits. */
const FIRST_ID = 9007199254740993n;
const MAX_INT64 = 2n ** 63n - 1n;
/** The ways in which a made-up task can stand for a while. */
const STOPS = ['MANUAL_STOP', 'SYSTEM_STOP', 'ARREARS_STOP'];
const DAY_MS = 24 * 60 * 60 * 1000;
const CALL_MS = 3000;

/** Whether `id` is written as the vendor's ids are: a positive int64 in decimal digits. */
export function isTaskId(id: string): boolean {
  return /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= MAX_INT64;
}

/** Keeps the tasks of `source` in memory. `now` says what time it is for them (epoch milliseconds). */
export function createTaskStore(now: () => number, seed = 1, source: Source = 'dyvms'): TaskStore {
  const stops = STOPS.filter((stop) => canBe(source, stop));
  const tasks = new Map<string, SimulatedTask>();
  const ownRandom = createRandom(seed);
  let nextId = FIRST_ID;
  /** Newest first; null when something has changed since. */
  let ordered: SimulatedTask[] | null = null;

  function makeId(): string {
    while (tasks.has(String(nextId))) nextId += 1n;
    return String(nextId++);
  }

  function put(random: Random, newTask: NewTask): SimulatedTask {
    const {
      id = makeId(),
      status,
      lifeMs = 600_000,
      createdAt = now(),
      finishCount,
      callMs,
      ...given
    } = newTask;
    if (!isTaskId(id)) throw new Error(`A task's id is a positive int64 in decimal digits, not "${id}".`);
    if (tasks.has(id)) throw new Error(`There is a task ${id} already.`);
    const campaign = { ...makeCampaign(random, tasks.size + 1), ...given };
    if (!isTaskId(campaign.robotId))
      throw new Error(`A robot's id is a positive int64, not "${campaign.robotId}".`);
    const steps = given.steps ?? (status === undefined ? makeLife(random, createdAt, lifeMs, stops) : null);
    const task: SimulatedTask = {
      ...campaign,
      id,
      steps: steps ?? [
        { status: 'INIT', at: createdAt },
        { status: status ?? 'INIT', at: createdAt },
      ],
      finishedBefore: finishCount ?? (steps === null ? usualCount(random, status, campaign.totalCount) : 0),
      callMs: callMs ?? (steps === null ? CALL_MS : paceOf(steps, campaign.totalCount)),
    };
    tasks.set(id, task);
    ordered = null;
    return task;
  }

  function order(): SimulatedTask[] {
    ordered ??= [...tasks.values()].sort(newestFirst);
    return ordered;
  }

  function select({ status, taskName, createdOn }: TaskQuery): SimulatedTask[] {
    const time = now();
    return order().filter(
      (task) =>
        (status === undefined || statusAt(task, time) === status) &&
        (taskName === undefined || (task.taskName ?? '').includes(taskName)) &&
        (createdOn === undefined || beijingDate(task.steps[0].at) === createdOn),
    );
  }

  return {
    add: (task = {}) => taskAt(put(ownRandom, task), now()),
    seed(count, campaignSeed = 1, { status, spanMs = 3 * DAY_MS } = {}) {
      const random = createRandom(campaignSeed);
      const time = now();
      return Array.from({ length: count }, (_, index) => {
        const age = (spanMs * (index + random())) / count;
        // Somewhere between just created and long over.
        const lifeMs = Math.max(spanMs / 100, age / Math.max(0.01, random() * 1.7));
        const createdAt = Math.round(time - age);
        return taskAt(put(random, { createdAt, ...(status === undefined ? { lifeMs } : { status }) }), time);
      });
    },
    get(id) {
      const task = tasks.get(id);
      return task === undefined ? null : taskAt(task, now());
    },
    list: (query = {}) => select(query).map((task) => taskAt(task, now())),
    setStatus(id, status) {
      const task = tasks.get(id);
      if (task === undefined) throw new Error(`There is no task ${id}.`);
      const changed = withStatus(task, status, now());
      tasks.set(id, changed);
      ordered = null;
      return taskAt(changed, now());
    },
    remove(id) {
      ordered = null;
      return tasks.delete(id);
    },
    clear() {
      ordered = null;
      tasks.clear();
    },
    select,
    find: (id) => tasks.get(id) ?? null,
  };
}

/** Of two tasks created at once the one with the larger id is the newer. */
function newestFirst(a: SimulatedTask, b: SimulatedTask): number {
  const later = b.steps[0].at - a.steps[0].at;
  if (later !== 0) return later;
  return BigInt(a.id) < BigInt(b.id) ? 1 : -1;
}

/** A plausible number of calls done for a task that is held in `status`. */
function usualCount(random: Random, status: string | undefined, totalCount: number): number {
  if (status === 'INIT' || status === 'READY' || status === 'DISPATCH') return 0;
  if (status === 'FINISH') return totalCount;
  return Math.floor(random() * totalCount);
}
