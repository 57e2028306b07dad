/** A poll with nothing, little and much stopped: upstream calls, CPU, the decision, and the state that is kept. */
import { gzipSync } from 'node:zlib';
import { systemClock } from '../shared/clock';
import { createRobotTasks } from '../shared/dyvmsapi/robot-tasks';
import { STOPPED_STATUSES, type RobotTask } from '../shared/robot-task';
import { decide, type Conditions } from '../functions/watch-robot-tasks/decide';
import { encodeState } from '../functions/watch-robot-tasks/state-document';
import { EMPTY_STATE, type WatchState } from '../functions/watch-robot-tasks/state';
import type { Figure } from './report';
import { median } from './statistics';

const RUNS = 15;
const FINE: Conditions = { listProblem: null, storeProblem: null, duplicatesPossible: false };
const POLICY = {
  statuses: STOPPED_STATUSES,
  pending: new Map<string, number>(),
  repeatInterval: 4 * 60 * 60 * 1000,
  channels: [
    { id: 'ops', statuses: null },
    { id: 'finance', statuses: ['ARREARS_STOP'] },
  ],
};

export async function benchWatching(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const decisionMs = new Map<number, number>();
  for (const count of [0, 100, 1000, 10_000]) {
    const { tasks, calls } = await list(count);
    const now = Date.now();
    const observation = { lists: new Map([['ARREARS_STOP', tasks]]), details: new Map<string, null>() };
    const told = tellAll(observation, now);
    // A first poll tells every task; a later one finds each told and compares.
    const first = time(() => decide(EMPTY_STATE, observation, FINE, now, POLICY));
    const later = time(() => decide(told, observation, FINE, now + 60_000, POLICY));
    decisionMs.set(count, Math.max(first, later));
    const document = encodeState(told, 'bench');
    figures.push({
      name: `deciding about ${count} stopped tasks`,
      value: Math.max(first, later),
      unit: 'ms',
      note: `first poll ${first.toFixed(2)}, later ${later.toFixed(2)}; state ${Math.ceil(document.length / 1000)} kB, ${Math.ceil(gzipSync(document).length / 1000)} kB packed; ${calls} calls to list both statuses`,
      ...(count === 10_000 ? { budget: { is: 'at most', value: 50 } as const } : {}),
    });
    if (count === 0) {
      figures.push({
        name: 'upstream calls of a poll with nothing stopped',
        value: calls,
        unit: 'calls',
        budget: { is: 'exactly', value: STOPPED_STATUSES.length },
      });
    }
  }
  figures.push({
    name: 'deciding: 10 times the tasks',
    value: (decisionMs.get(10_000) ?? NaN) / (decisionMs.get(1000) ?? NaN),
    unit: '× the time',
    budget: { is: 'at most', value: 20 },
  });
  return figures;
}

function tellAll(observation: Parameters<typeof decide>[1], now: number): WatchState {
  const decision = decide(EMPTY_STATE, observation, FINE, now, POLICY);
  return decision.next(new Map([...decision.alerts.keys()].map((channel) => [channel, { ok: true }])));
}

/** Lists both statuses as a poll does, from an upstream in this process. */
async function list(count: number): Promise<{ tasks: readonly RobotTask[]; calls: number }> {
  let calls = 0;
  const rows = Array.from({ length: count }, (_, index) => ({
    id: String(9_007_199_254_000_000 + index),
    taskName: `会员续费提醒 第 ${index} 批`,
    robotId: '1000000075003',
    robotName: '小云',
    status: 'ARREARS_STOP',
    scheduleType: 'SINGLE',
    createTime: '2026.06.14 14:55:23',
    totalCount: 1000 + index,
    finishCount: 998,
  }));
  const robotTasks = createRobotTasks({
    clock: systemClock,
    client: {
      callApi(_params, { query = {} }) {
        calls += 1;
        const page = Number(query['PageNo']);
        const matching = query['Status'] === 'ARREARS_STOP' ? rows : [];
        const Data = JSON.stringify(matching.slice((page - 1) * 100, page * 100));
        return Promise.resolve({
          statusCode: 200,
          body: { Code: 'OK', TotalCount: String(matching.length), Data },
        });
      },
    },
  });
  const [tasks = []] = await Promise.all(
    ['ARREARS_STOP', 'SYSTEM_STOP'].map((status) => robotTasks.listRobotTasks({ status })),
  );
  return { tasks, calls };
}

/** Milliseconds, the median of several runs. */
function time(work: () => unknown): number {
  const runs = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return median(runs);
}
