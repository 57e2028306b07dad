/** A whole list through the shared client, against page after page with the same client, at 100 ms of latency. */
import { createLimiter } from '../shared/dyvmsapi/limiter';
import { createOpenApiClient } from '../shared/dyvmsapi/openapi-client';
import { createRobotTasks } from '../shared/dyvmsapi/robot-tasks';
import { systemClock } from '../shared/clock';
import type { RobotTasks } from '../shared/robot-task';
import type { Figure } from './report';
import { mostInWindow } from './statistics';
import { startUpstream } from './upstream';

const LATENCY_MS = 100;
const PAGE_SIZE = 100;
const credentials = () => ({ accessKeyId: 'bench', accessKeySecret: 'bench' });

export async function benchListing(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of [1000, 10_000]) {
    const upstream = await startUpstream(count, LATENCY_MS);
    try {
      const robotTasks = createRobotTasks({
        client: createOpenApiClient({ endpoint: upstream.endpoint, credentials }),
        limiter: createLimiter({ clock: systemClock }),
      });
      // Loads and connects, so that neither side pays for that.
      await robotTasks.listRobotTaskPage({}, 1, 1);
      await upstream.arrivals();
      const before = process.memoryUsage().rss;
      const wholeMs = await time(() => robotTasks.listRobotTasks({}));
      const memory = Math.max(0, process.memoryUsage().rss - before);
      const arrivals = await upstream.arrivals();
      const pagesMs = await time(() => pageAfterPage(robotTasks, count));
      figures.push(
        {
          name: `listing ${count} tasks: page after page against whole`,
          value: pagesMs / wholeMs,
          unit: '×',
          note: `${Math.round(pagesMs)} against ${Math.round(wholeMs)} ms; ${arrivals.length} calls; memory +${Math.round(memory / 1e6)} MB`,
          ...(count === 10_000 ? { budget: { is: 'at least', value: 6 } as const } : {}),
        },
        {
          name: `listing ${count} tasks: most calls in any second`,
          value: mostInWindow(arrivals, 1000),
          unit: 'calls',
          budget: { is: 'at most', value: 80 },
        },
      );
    } finally {
      upstream.close();
    }
  }
  return figures;
}

async function pageAfterPage(robotTasks: RobotTasks, count: number): Promise<void> {
  for (let page = 1; page <= count / PAGE_SIZE; page++)
    await robotTasks.listRobotTaskPage({}, page, PAGE_SIZE);
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
