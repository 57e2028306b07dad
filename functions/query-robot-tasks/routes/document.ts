import { jsonResponse } from '../http/http';
import type { Route } from '../http/route';

/** `GET /openapi.json`: the description of all this. */
export const documentRoute = {
  path: '/openapi.json',
  method: 'GET',
  who: 'anyone',
  answer: async ({ services }) => jsonResponse((await services.readBeside('openapi.json')).toString()),
} as const satisfies Route;
