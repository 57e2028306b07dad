/**
 * A whole list through the shared client, against page after page with the same client, at 100 ms of latency. Both wait in virtual
 * time, in which each call also takes the CPU time that it took over HTTP: so the result is that of a machine with nothing else to do.
 * How many calls start in any second is counted where they start, and where they arrive, in real time.
 */
import { createOpenApiClient, type OpenApiClient } from '../shared/sources/openapi/openapi-client';
import { createRobotTasks } from '../shared/sources/robot-tasks/robot-tasks';
import type { RobotTasks } from '../shared/robot-task';
import { createVirtualClock } from '../test/stand-ins/virtual-clock';
import type { Figure } from './figure';
import { least, mostInWindow } from './statistics';
import { startUpstream } from './upstream';

const LATENCY_MS = 100;
const PAGE_SIZE = 100;
const COUNTS = [1000, 10_000];
const ROUNDS = 3;
const credentials = () => ({ accessKeyId: 'bench', accessKeySecret: 'bench' });

export async function benchListing(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of COUNTS) figures.push(...(await benchList(count)));
  return figures;
}

async function benchList(count: number): Promise<Figure[]> {
  const upstream = await startUpstream({ tasks: count });
  try {
    const client = createOpenApiClient({ endpoint: upstream.endpoint, credentials });
    const starts: number[] = [];
    const noted: OpenApiClient = {
      callApi(...call) {
        starts.push(performance.now());
        return client.callApi(...call);
      },
    };
    const robotTasks = createRobotTasks('dyvms', { client: noted });
    // Loads and connects, so that neither side pays for that.
    await robotTasks.listRobotTaskPage({}, 1, 1);
    await upstream.arrivals();
    const whole: number[] = [];
    const pages: number[] = [];
    let calls = 0;
    let mostStarted = 0;
    let mostArrived = 0;
    for (let round = 0; round < ROUNDS; round++) {
      starts.length = 0;
      whole.push(await cpuOf(() => listWhole(robotTasks, count)));
      mostStarted = Math.max(mostStarted, mostInWindow(starts, 1000));
      const arrivals = await upstream.arrivals();
      calls = arrivals.length;
      mostArrived = Math.max(mostArrived, mostInWindow(arrivals, 1000));
      pages.push(await cpuOf(() => pageAfterPage(robotTasks, count)));
      await upstream.arrivals();
    }
    const wholeMs = await timeOf(client, least(whole) / calls, (list) => listWhole(list, count));
    const pagesMs = await timeOf(client, least(pages) / (count / PAGE_SIZE), (list) =>
      pageAfterPage(list, count),
    );
    return [
      {
        name: `listing ${count} tasks`,
        value: pagesMs / wholeMs,
        unit: '× as fast as page after page',
        note: `${Math.round(wholeMs)} against ${Math.round(pagesMs)} ms, of which ${Math.round(least(whole))} and ${Math.round(least(pages))} are CPU; ${calls} calls`,
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

/**
 * Milliseconds of virtual time, where every call takes the latency and then `cpuMs`, one after the other, and is answered with what
 * it was answered before.
 */
async function timeOf(
  client: OpenApiClient,
  cpuMs: number,
  work: (robotTasks: RobotTasks) => Promise<void>,
): Promise<number> {
  const answers = new Map<string, unknown>();
  const keyOf = ({ query = {} }: { query?: Record<string, string> }) => JSON.stringify(query);
  const remembering: OpenApiClient = {
    async callApi(params, request, runtime) {
      const answer = await client.callApi({ ...params, bodyType: 'string' }, request, runtime);
      answers.set(keyOf(request), answer);
      return answer;
    },
  };
  await work(createRobotTasks('dyvms', { client: remembering }));
  const clock = createVirtualClock();
  const slow: OpenApiClient = {
    async callApi(_params, request) {
      await clock.sleep(LATENCY_MS);
      clock.set(clock.now() + cpuMs);
      return answers.get(keyOf(request));
    },
  };
  const began = clock.now();
  await clock.run(work(createRobotTasks('dyvms', { client: slow, clock })));
  return clock.now() - began;
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

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
