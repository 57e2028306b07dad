import type { Route } from '../http/route';

const acts = () => import('../operators/acts');

/** `POST /acknowledge`: an operator takes tasks, or mutes them for a while. */
export const acknowledgeManyRoute = {
  path: '/acknowledge',
  method: 'POST',
  who: 'operator',
  answer: async (question) => (await acts()).acknowledgeMany(question),
} as const satisfies Route;

/** `POST /tasks/{id}/acknowledge`: the same for one task. */
export const acknowledgeRoute = {
  path: '/tasks/{id}/acknowledge',
  method: 'POST',
  who: 'operator',
  answer: async (question) => (await acts()).acknowledgeOne(question),
} as const satisfies Route;

/** `DELETE /tasks/{id}/acknowledge`: nobody holds it any more. */
export const takeBackRoute = {
  path: '/tasks/{id}/acknowledge',
  method: 'DELETE',
  who: 'operator',
  answer: async (question) => (await acts()).takeBack(question),
} as const satisfies Route;
