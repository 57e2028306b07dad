import { type RobotTask, type Source, STOPPED_STATUSES } from '../shared/robot-task';
import { canBe } from '../shared/task-source';
import type { CallActivity } from './host/activity';
import { readPollSummary, type PollSummary } from './poll-summary';
import type { TaskStore } from './simulator/world/tasks';

/** The tasks of the demonstration: `hero` is the one that the story is about. */
export interface Cast {
  readonly hero: RobotTask;
  /** A running task that the story leaves alone. */
  readonly bystander: RobotTask;
  /** One that stops, too, and that a colleague takes. */
  readonly second: RobotTask;
}

/** An operator beside the person who looks on. */
export interface Colleague {
  take(id: string): Promise<void>;
  start(id: string): Promise<void>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CAMPAIGNS = 24;

/** The stop that the story is about: the account's arrears where the source knows them. */
export function stopOf(source: Source): string {
  return canBe(source, 'ARREARS_STOP') ? 'ARREARS_STOP' : 'SYSTEM_STOP';
}

/** Fills the simulator with a plausible list in which, by itself, no task is or will be stopped. `now` is epoch milliseconds. */
export function castTasks(tasks: TaskStore, now: number): Cast {
  tasks.seed(CAMPAIGNS);
  for (const { id } of tasks.list()) if (everStops(tasks, id, now)) tasks.remove(id);
  // One whose whole life can be watched.
  tasks.add({
    taskName: '橙子租房-到店礼通知（双十一）',
    steps: [
      { status: 'INIT', at: now },
      { status: 'READY', at: now + 5000 },
      { status: 'DISPATCH', at: now + 10_000 },
      { status: 'EXCUTING', at: now + 20_000 },
      { status: 'FINISH', at: now + 5 * MINUTE },
    ],
  });
  const running = { status: 'EXCUTING', robotName: '小云' };
  return {
    bystander: tasks.add({
      ...running,
      taskName: '蓝鲸健身-沉睡客户唤醒',
      createdAt: now - 2 * HOUR,
      totalCount: 5000,
      finishCount: 0,
    }),
    hero: tasks.add({
      ...running,
      taskName: '云杉教育-会员续费提醒（双十一）',
      createdAt: now - HOUR / 2,
      totalCount: 1000,
      finishCount: 40,
    }),
    second: tasks.add({
      ...running,
      taskName: '春风保险-到期提醒',
      createdAt: now - HOUR,
      totalCount: 800,
      finishCount: 10,
    }),
  };
}

function everStops(tasks: TaskStore, id: string, now: number): boolean {
  const steps = tasks.find(id)?.steps ?? [];
  return steps.some(
    ({ status }, index) =>
      STOPPED_STATUSES.some((stopped) => stopped === status) && (steps[index + 1]?.at ?? Infinity) > now,
  );
}

export interface ScenarioOptions {
  readonly source: Source;
  readonly tasks: TaskStore;
  readonly hero: RobotTask;
  readonly second: RobotTask;
  readonly colleague: Colleague;
  /** Resolves with the next poll that ends well. */
  readonly nextPoll: () => Promise<PollSummary>;
  /** Tells the person what happens. */
  readonly tell: (line: string) => void;
}

/**
 * The story, told once: the hero stops, mostly because its account falls into arrears, the alert goes out, and, as nobody takes
 * it, a reminder. Another one stops, and a colleague takes it. The hero runs again, and the colleague starts the other one. It
 * goes from poll to poll, so that it fits whatever pace the machine has. Resolves when it is over.
 */
export async function playScenario({
  source,
  tasks,
  hero,
  second,
  colleague,
  nextPoll,
  tell,
}: ScenarioOptions): Promise<void> {
  const until = async (seen: (poll: PollSummary) => boolean) => {
    while (!seen(await nextPoll()));
  };
  // Whoever has the page open may start them before that.
  const stands = ({ id }: RobotTask) => tasks.get(id)?.status === stop;
  await nextPoll();
  const stop = stopOf(source);
  tasks.setStatus(hero.id, stop);
  tell(`Task ${hero.id} falls into ${stop}. The next poll tells the groups.`);
  await until(({ fired }) => fired > 0);
  tell('It stays stopped, and nobody takes it. A reminder follows.');
  await until(({ repeated }) => repeated > 0 || !stands(hero));
  tasks.setStatus(second.id, stop);
  tell(`Task ${second.id} stops, too. A colleague takes it on the page.`);
  await until(({ fired }) => fired > 0);
  await colleague.take(second.id);
  await nextPoll();
  if (stands(hero)) {
    tasks.setStatus(hero.id, 'EXCUTING');
    tell(stop === 'ARREARS_STOP' ? 'The account is topped up: the task runs again.' : 'The task runs again.');
    await until(({ resolved }) => resolved > 0);
  }
  if (stands(second)) {
    tell('The colleague starts the other one.');
    await colleague.start(second.id);
    await until(({ resolved }) => resolved > 0);
  }
  tell(
    'That was the story. Now it is your turn: the curl lines above work, and the polls go on until Ctrl-C.',
  );
}

/** Hands each poll that ends well to whoever waits for the next one. */
export function createPollWatch(): {
  readonly onCall: (call: CallActivity) => void;
  readonly nextPoll: () => Promise<PollSummary>;
} {
  let waiting: ((poll: PollSummary) => void)[] = [];
  return {
    onCall(call) {
      const summary = readPollSummary(call);
      if (summary === null) return;
      const told = waiting;
      waiting = [];
      for (const fulfil of told) fulfil(summary);
    },
    nextPoll: () => new Promise((fulfil) => waiting.push(fulfil)),
  };
}
