/**
 * A whole list through the shared client, against page after page with the same client, at 100 ms of latency. They take turns.
 * How many calls start in any second is counted where they start, and where they arrive.
 */
import { createOpenApiClient } from '../shared/sources/openapi/openapi-client';
import { createRobotTasks } from '../shared/sources/robot-tasks/robot-tasks';
import type { RobotTasks } from '../shared/robot-task';
import type { Figure } from './figure';
import { median, medianRatio, mostInWindow } from './statistics';
import { startUpstream } from './upstream';

const LATENCY_MS = 100;
const PAGE_SIZE = 100;
/** By the number of tasks: page after page through 10,000 takes more than ten seconds. */
const ROUNDS = new Map([
  [1000, 5],
  [10_000, 3],
]);
const credentials = () => ({ accessKeyId: 'bench', accessKeySecret: 'bench' });

export async function benchListing(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [count, rounds] of ROUNDS) figures.push(...(await benchList(count, rounds)));
  return figures;
}

async function benchList(count: number, rounds: number): Promise<Figure[]> {
  const upstream = await startUpstream({ tasks: count, latencyMs: LATENCY_MS });
  try {
    const client = createOpenApiClient({ endpoint: upstream.endpoint, credentials });
    let starts: number[] = [];
    const robotTasks = createRobotTasks('dyvms', {
      client: {
        callApi(...call) {
          starts.push(performance.now());
          return client.callApi(...call);
        },
      },
    });
    // Loads and connects, so that neither side pays for that.
    await robotTasks.listRobotTaskPage({}, 1, 1);
    await upstream.arrivals();
    const whole: number[] = [];
    const pages: number[] = [];
    let calls = 0;
    let mostStarted = 0;
    let mostArrived = 0;
    for (let round = 0; round < rounds; round++) {
      starts = [];
      whole.push(await time(() => listWhole(robotTasks, count)));
      mostStarted = Math.max(mostStarted, mostInWindow(starts, 1000));
      const arrivals = await upstream.arrivals();
      calls = arrivals.length;
      mostArrived = Math.max(mostArrived, mostInWindow(arrivals, 1000));
      pages.push(await time(() => pageAfterPage(robotTasks, count)));
      await upstream.arrivals();
    }
    return [
      {
        name: `listing ${count} tasks`,
        value: medianRatio(pages, whole),
        unit: '× as fast as page after page',
        note: `${Math.round(median(whole))} against ${Math.round(median(pages))} ms; ${calls} calls; medians of ${rounds}`,
      },
      {
        name: `most calls started in any second, listing ${count} tasks`,
        value: mostStarted,
        unit: 'calls',
        note: `${mostArrived} arrived; the account's quota is 100`,
      },
    ];
  } finally {
    upstream.close();
  }
}

async function listWhole(robotTasks: RobotTasks, count: number): Promise<void> {
  const tasks = await robotTasks.listRobotTasks({});
  if (tasks.length !== count) throw new Error(`The list has ${tasks.length} tasks instead of ${count}.`);
}

async function pageAfterPage(robotTasks: RobotTasks, count: number): Promise<void> {
  for (let page = 1; page <= count / PAGE_SIZE; page++) {
    await robotTasks.listRobotTaskPage({}, page, PAGE_SIZE);
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
