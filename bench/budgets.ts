import type { Figure } from './figure';

export interface Budget {
  readonly is: 'at most' | 'at least' | 'exactly';
  readonly value: number;
}

/** By the name of a figure. */
export type Budgets = ReadonlyMap<string, Budget>;

/** What docs/performance.md promises. None is a wall time: each holds on a machine that has other work to do. */
export const PROMISES: Budgets = new Map([
  ['cold start over TLS, query-robot-tasks', { is: 'at most', value: 1.1 }],
  ['cold start over TLS, watch-robot-tasks', { is: 'at most', value: 1.35 }],
  ['cold start over TLS where NODE_OPTIONS has no effect, query-robot-tasks', { is: 'at most', value: 1.4 }],
  ['cold start over TLS where NODE_OPTIONS has no effect, watch-robot-tasks', { is: 'at most', value: 1.6 }],
  ['bundle of query-robot-tasks', { is: 'at most', value: 150 }],
  ['listing 10000 tasks', { is: 'at least', value: 6 }],
  ['most calls started in any second, listing 1000 tasks', { is: 'at most', value: 80 }],
  ['most calls started in any second, listing 10000 tasks', { is: 'at most', value: 80 }],
  ['upstream calls of the next page of a list of 10000 that was just collected', { is: 'exactly', value: 0 }],
  ['upstream calls of a poll with 0 stopped tasks', { is: 'exactly', value: 2 }],
  ['deciding about 10000 stopped tasks', { is: 'at most', value: 50 }],
  ['a poll with 10000 stopped tasks and no news, CPU', { is: 'at most', value: 0.4 }],
  ['a poll with 10000 stopped tasks and no news, peak memory', { is: 'at most', value: 0.6 }],
  ['the page, as it is sent', { is: 'at most', value: 30 }],
  ['the page, unpacked', { is: 'at most', value: 90 }],
  ['the page, first answer to readable list', { is: 'at most', value: 1000 }],
  [
    'the page, bodies of a refresh in which nothing changed, 10000 stopped tasks',
    { is: 'at most', value: 2 },
  ],
]);

/** A good deal above what was measured: they catch what gets out of hand. */
const LIMITS: Budgets = new Map([
  ['cold start over plain HTTP, query-robot-tasks', { is: 'at most', value: 1.9 }],
  ['cold start over plain HTTP, watch-robot-tasks', { is: 'at most', value: 2.3 }],
  ['bundle of watch-robot-tasks', { is: 'at most', value: 240 }],
  ['deciding about a task, among 10000 against among 100', { is: 'at most', value: 3 }],
  ['memory of an instance that collects 10000 tasks', { is: 'at most', value: 200 }],
  ['the page, first view with 10000 tasks against 24', { is: 'at most', value: 2.5 }],
  ['the page, upstream calls of the first view with 10000 tasks against 24', { is: 'exactly', value: 1 }],
]);

export const BUDGETS: Budgets = new Map([...PROMISES, ...LIMITS]);

/** Whether a figure keeps its budget; one without a budget does. */
export function keepsBudget({ name, value }: Figure, budgets = BUDGETS): boolean {
  const budget = budgets.get(name);
  switch (budget?.is) {
    case undefined:
      return true;
    case 'at most':
      return value <= budget.value;
    case 'at least':
      return value >= budget.value;
    case 'exactly':
      return value === budget.value;
  }
}
