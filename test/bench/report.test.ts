import { BUDGETS, keepsBudget, type Budget } from '../../bench/budgets';
import { formatTable } from '../../bench/report';
import {
  least,
  lowerQuartile,
  median,
  medianRatio,
  mostInWindow,
  quartileRatio,
} from '../../bench/statistics';

it.each([
  { name: 'one', values: [3], middle: 3 },
  { name: 'three in any order', values: [9, 1, 4], middle: 4 },
  { name: 'four: the lower of the two in the middle', values: [4, 1, 3, 2], middle: 2 },
])('the median of $name', ({ values, middle }) => {
  expect(median(values)).toBe(middle);
});

it('there is no median of nothing', () => {
  expect(() => median([])).toThrow('no median of nothing');
});

it('a ratio is taken of what was measured side by side, so that a slow moment does not count', () => {
  expect(medianRatio([20, 400, 30], [10, 200, 10])).toBe(2);
});

it('the least is what work takes undisturbed, a quarter of the runs is not above the lower quartile, and there is neither of nothing', () => {
  expect(least([20, 400, 30])).toBe(20);
  expect(quartileRatio([90, 20, 400, 30], [200, 10, 15, 50])).toBe(2);
  expect(() => least([])).toThrow('no least of nothing');
  expect(() => lowerQuartile([])).toThrow('no quartile of nothing');
});

it.each([
  { name: 'an empty log', times: [], most: 0 },
  { name: 'calls a second apart', times: [0, 1000, 2000], most: 1 },
  { name: 'a burst over the edge of two seconds', times: [0, 900, 950, 1050, 1890], most: 4 },
])('the most calls in any second of $name', ({ times, most }) => {
  expect(mostInWindow(times, 1000)).toBe(most);
});

describe('a budget', () => {
  const kept = (budget: Budget, value: number) =>
    keepsBudget({ name: 'speed', value, unit: '×' }, new Map([['speed', budget]]));

  it.each([
    { name: 'at most, met exactly', budget: { is: 'at most', value: 2 }, value: 2, keeps: true },
    { name: 'at most, exceeded', budget: { is: 'at most', value: 2 }, value: 2.1, keeps: false },
    { name: 'at least, missed', budget: { is: 'at least', value: 2 }, value: 1.9, keeps: false },
    { name: 'exactly, met', budget: { is: 'exactly', value: 2 }, value: 2, keeps: true },
    { name: 'exactly, missed', budget: { is: 'exactly', value: 2 }, value: 1, keeps: false },
    { name: 'anything that is no number', budget: { is: 'at most', value: 2 }, value: NaN, keeps: false },
  ] as const)('$name', ({ budget, value, keeps }) => {
    expect(kept(budget, value)).toBe(keeps);
  });

  it('is kept by a figure that has none', () => {
    expect(keepsBudget({ name: 'other', value: 1e9, unit: 'ms' }, BUDGETS)).toBe(true);
  });

  it('shows in the table whether it is kept', () => {
    const budgets = new Map<string, Budget>([['speed', { is: 'at least', value: 6 }]]);
    const table = formatTable(
      [
        { name: 'speed', value: 5.4321, unit: '×' },
        { name: 'size', value: 12, unit: 'kB', note: 'all of it' },
      ],
      budgets,
    );
    expect(table).toBe('speed  5.43 ×  at least 6: BROKEN\nsize   12 kB                       all of it');
  });
});
