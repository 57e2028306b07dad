/** The soak: rounds of bad weather over the whole set, each judged by the oracle, and calm at the end. */
import type { Source } from '../../shared/robot-task';
import { canBe } from '../../shared/task-source';
import { stopOf } from '../../local/scenario';
import { createRandom, pickOne, wholeNumber, type Random } from '../../local/simulator/world/random';
import { createOracle, type Counts } from '../oracle/oracle';
import { createRoundRandom } from './draw';
import { createOperators } from './operators';
import { countHandles, createMemoryLog, isAlive, type MemoryLog, type MemorySummary } from './processes';
import { createQueries, type Queries } from './queries';
import { createRounds, type Messages } from './rounds';
import { createTruth, type Truth } from './truth';
import { createWorld, LISTENERS, rulesOf, SLACK_MS, TIMEOUT_SECONDS, type World } from './world';

export interface SoakOptions {
  /** Whose API is simulated; default dyvms. */
  readonly source?: Source;
  /** The same seed draws the same faults, kills and moves; what they meet is up to the machine. */
  readonly seed: number;
  /** Bad weather ends after so long, in milliseconds, … */
  readonly durationMs: number;
  /** … or after so many rounds. */
  readonly maxRounds?: number;
  /** Then so many rounds without bad weather, which show what each poll and question leaves behind; default 240. */
  readonly steadyRounds?: number;
  /** Told of each round as it ends. */
  readonly onRound?: (line: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly rounds: number;
  readonly weather: ReadonlyMap<string, number>;
  readonly polls: number;
  readonly kills: number;
  readonly counts: Counts;
  readonly messages: Messages;
  /** What operators took and gave back. */
  readonly acts: number;
  readonly queries: Pick<Queries, 'answers' | 'compared'>;
  /** Of the storm. */
  readonly memory: MemorySummary | null;
  /** Of the steady rounds after it. */
  readonly steadyMemory: MemorySummary | null;
  /** Broken promises, as sentences; empty when all is well. */
  readonly violations: readonly string[];
}

const MOVABLE_TASKS = 24;
const STEADY_TASKS = 40;
/** Of the movable ones: some of them begin to run. */
const STUCK_TASKS = 12;
const OLD_TASKS = 6;
const DAY_MS = 24 * 60 * 60 * 1000;
const MOVES_PER_ROUND = 4;
const STATUSES = [
  'ARREARS_STOP',
  'SYSTEM_STOP',
  'EXCUTING',
  'MANUAL_STOP',
  'FINISH',
  'CANCEL',
  'A_NEW_STATUS',
];
/** Enough for a task that vanished to be told as gone (3 polls), and for everything that was put off. */
const CALM_ROUNDS = 8;
const STEADY_ROUNDS = 240;
const MOST_MEGABYTES = 400;
const MOST_GROWTH_MEGABYTES = 48;
/** Of a third of the steady rounds: half a megabyte a poll or a question is noticed. V8 by itself takes up to 20 before it collects. */
const MOST_STEADY_GROWTH_MEGABYTES = 40;
/** Node itself has about 20. */
const MOST_OPEN_FILES = 60;

/** Runs a soak and resolves to what it found. The bundles must be built. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const handlesBefore = countHandles();
  const { seed, source = 'dyvms' } = options;
  const world = await createWorld(seed, source);
  const truth = createTruth();
  const receivers = LISTENERS.map(({ id, statuses, days, after }) => {
    return { id, statuses, after: after?.ms, ...(days === undefined ? {} : { isOpen: () => false }) };
  });
  const oracle = createOracle(rulesOf(source), receivers, {
    slack: SLACK_MS,
    overlap: TIMEOUT_SECONDS * 1000,
  });
  const memory = createMemoryLog();
  const steadyMemory = createMemoryLog();
  // Not `onRound?.(await …)`: without a listener, that would not await, and so not play, any round.
  const tell = options.onRound ?? (() => undefined);
  const violations: string[] = [];
  addTasks(world, truth);
  const url = `${world.hosts[0].url}/query-robot-tasks`;
  const operators = createOperators({ url, world, truth });
  const rounds = createRounds({ world, truth, oracle, seed, memory });
  const queries = createQueries({
    url,
    token: world.apiToken,
    random: createRandom(seed),
    truth,
    weatherVersion: () => rounds.number,
    upstream: () => rounds.upstream,
  });
  const stayCalm = async () => {
    for (let round = 0; round < CALM_ROUNDS; round += 1) tell(await rounds.calm());
  };
  let asking: ReturnType<Queries['start']> | null = null;

  try {
    // Without this there would be nothing to be endured.
    tell(await rounds.calm());
    if (rounds.violations.length > 0) throw new Error(rounds.violations.join('\n'));
    asking = queries.start();
    const end = Date.now() + options.durationMs;
    while (Date.now() < end && rounds.number < (options.maxRounds ?? Infinity)) {
      moveTasks(world, truth, createRoundRandom(seed, rounds.number + 1, 'moves'));
      await operators.act(createRoundRandom(seed, rounds.number + 1, 'acts'));
      tell(await rounds.stormy());
      violations.push(...(await findSecrets(world, queries)));
    }
    await stayCalm();
    const compare = (when: string) => {
      violations.push(...oracle.differences().map((difference) => `After ${when}: ${difference}.`));
    };
    compare('the calm');
    violations.push(...(await operators.differences()));
    for (let round = 0; round < (options.steadyRounds ?? STEADY_ROUNDS); round += 1) {
      await rounds.calm();
      await queries.ask();
      await steadyMemory.sample(allPids(world));
    }
    compare('the steady rounds');
    finishTasks(world, truth);
    await stayCalm();
    compare('the end');
    const left = await world.state.read();
    if (left.tasks.length + left.failures.length > 0)
      violations.push(`The state keeps finished business: ${JSON.stringify(left).slice(0, 400)}`);
    if (world.beats.at(-1) !== '') violations.push('The last heartbeat was not one of a completed cycle.');
    await asking.stop();
    violations.push(...(await findSecrets(world, queries)));
  } finally {
    await asking?.stop();
    await world.close();
  }
  violations.push(...rounds.violations, ...oracle.violations, ...queries.violations, ...operators.violations);
  violations.push(...judgeMemory(memory, MOST_GROWTH_MEGABYTES));
  violations.push(...judgeMemory(steadyMemory, MOST_STEADY_GROWTH_MEGABYTES));
  violations.push(...(await findLeftovers(memory.pids, handlesBefore)));
  const { weather, polls, kills } = rounds;
  return {
    seed,
    rounds: rounds.number,
    weather,
    polls,
    kills,
    counts: oracle.counts,
    messages: rounds.messages,
    acts: operators.acts,
    queries,
    memory: memory.summary(),
    steadyMemory: steadyMemory.summary(),
    violations,
  };
}

function allPids({ hosts }: World): number[] {
  return hosts.flatMap((host) => host.functions.flatMap(({ name }) => host.pids(name)));
}

function addTasks({ simulator }: World, truth: Truth): void {
  for (let index = 0; index < MOVABLE_TASKS + STEADY_TASKS; index += 1) {
    const status = index < MOVABLE_TASKS / 3 ? 'SYSTEM_STOP' : 'EXCUTING';
    const isStuck = index < STUCK_TASKS;
    const { id } = simulator.tasks.add({ status, ...(isStuck ? { callMs: Infinity, finishCount: 10 } : {}) });
    // How far the others are, nobody asks.
    truth.set(id, { status, ...(isStuck ? { finishCount: 10, totalCount: 100 } : {}) });
  }
  for (let index = 0; index < OLD_TASKS; index += 1) {
    const status = index % 2 === 0 ? 'SYSTEM_STOP' : stopOf(simulator.source);
    const createdAt = Date.now() - 40 * DAY_MS;
    const { id } = simulator.tasks.add({ status, createdAt });
    truth.set(id, { status, createdAt });
  }
}

/** Before a round. What is not settled of a task, because an answer or a save was lost, is no reason for it to wait. */
function moveTasks({ simulator }: World, truth: Truth, random: Random): void {
  const statuses = STATUSES.filter((status) => canBe(simulator.source, status));
  const movable = truth.tasks.slice(0, MOVABLE_TASKS).concat(truth.tasks.slice(MOVABLE_TASKS + STEADY_TASKS));
  for (let moves = wholeNumber(random, 0, MOVES_PER_ROUND); moves > 0; moves -= 1) {
    const task = pickOne(random, movable);
    const isGoing = random() < 0.05;
    const status = pickOne(random, statuses);
    if (truth.status(task) === null) continue;
    if (!isGoing) {
      simulator.tasks.setStatus(task, status);
      truth.set(task, { status });
      continue;
    }
    simulator.tasks.remove(task);
    truth.set(task, { status: null });
    // Another one takes its place, so that a long soak does not run out of tasks.
    const { id } = simulator.tasks.add({ status: 'EXCUTING' });
    truth.set(id, { status: 'EXCUTING' });
  }
}

function finishTasks({ simulator }: World, truth: Truth): void {
  for (const task of truth.tasks) {
    if (truth.status(task) === null) continue;
    simulator.tasks.setStatus(task, 'FINISH');
    truth.set(task, { status: 'FINISH' });
  }
}

async function findSecrets(world: World, queries: Queries): Promise<string[]> {
  const shown = [...(await world.takeShown()), ...queries.takeBodies()];
  const leaks = shown.filter((text) => world.secrets().some((secret) => text.includes(secret)));
  // The text itself would be another leak.
  return leaks.length === 0 ? [] : [`A secret was shown in ${leaks.length} of ${shown.length} texts.`];
}

function judgeMemory(memory: MemoryLog, mostGrowth: number): string[] {
  const found = memory.summary();
  if (found === null) return [];
  const { peak, growth, openFiles } = found;
  return [
    ...(peak > MOST_MEGABYTES ? [`A process took ${peak} MB.`] : []),
    ...(growth > mostGrowth ? [`A process grew by ${growth} MB, of which ${mostGrowth} are allowed.`] : []),
    ...(openFiles > MOST_OPEN_FILES ? [`A process had ${openFiles} files and sockets open.`] : []),
  ];
}

async function findLeftovers(pids: readonly number[], handlesBefore: number): Promise<string[]> {
  const hasLeftovers = () => pids.some(isAlive) || countHandles() > handlesBefore;
  for (let tries = 0; tries < 100 && hasLeftovers(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return [
    ...pids.filter(isAlive).map((pid) => `Process ${pid} is still there.`),
    ...(countHandles() > handlesBefore ? [`${countHandles() - handlesBefore} handles are left open.`] : []),
  ];
}
