import type { Route } from '../http/route';
import { robotTasksOf } from '../http/route';
import { refuseParameters } from '../listing/parameters';
import { keptCounts } from './summary';

/** `GET /metrics`: for Prometheus. */
export const metricsRoute = {
  path: '/metrics',
  method: 'GET',
  who: 'reader',
  async answer({ request, call, services }) {
    refuseParameters(request.query);
    const { collectMetrics } = await import('../watch-state/metrics');
    const robotTasks = robotTasksOf(call);
    const body = await services.keeper.keep('metrics', '', async () =>
      collectMetrics({
        counts: await keptCounts(call, services),
        robotTasks,
        readState: services.readState,
        deadline: call.deadline,
      }),
    );
    return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, body };
  },
} as const satisfies Route;
