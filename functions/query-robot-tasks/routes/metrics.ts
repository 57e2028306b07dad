import type { HttpRequest } from '../http/http';
import type { Route } from '../http/route';
import { refuseParameters } from '../listing/parameters';
import { keptCounts } from './summary';

/** `GET /metrics`: for Prometheus. What cannot be read is absent, and the rest is told all the same. */
export const metricsRoute = {
  path: '/metrics',
  method: 'GET',
  who: 'reader',
  async answer({ request, call, services }) {
    refuseParameters(request.query);
    const { collectMetrics, CONTENT_TYPES, expose, formatOf } = await import('../metrics/metrics');
    const { requestId, robotTasks } = call;
    const deadline = Math.min(call.deadline, services.now() + patienceOf(request));
    const samples = await services.keeper.keep('metrics', '', () =>
      collectMetrics({
        robotTasks,
        counts: () => keptCounts({ ...call, deadline }, services),
        readState: services.readState,
        deadline,
        onFailure: (source, reason) => {
          services.log.warn({ requestId, source, reason }, 'metrics without a source');
        },
      }),
    );
    const format = formatOf(request.headers.get('accept'));
    return { status: 200, headers: { 'content-type': CONTENT_TYPES[format] }, body: expose(samples, format) };
  },
} as const satisfies Route;

/** For the answer to come before Prometheus gives up. */
const RESERVE_MS = 1500;

/** How long the scraper waits: one that waits for less than upstream takes would learn nothing at all. */
function patienceOf({ headers }: HttpRequest): number {
  const seconds = Number(headers.get('x-prometheus-scrape-timeout-seconds'));
  return seconds > 0 ? Math.max(seconds * 1000 - RESERVE_MS, (seconds * 1000) / 2) : Infinity;
}
