import { jsonResponse } from '../http/http';
import type { Route } from '../http/route';

/** `GET /healthz`: the function runs, and its configuration is right. */
export const healthRoute = {
  path: '/healthz',
  method: 'GET',
  who: 'anyone',
  answer: () => jsonResponse(JSON.stringify({ status: 'ok' })),
} as const satisfies Route;
