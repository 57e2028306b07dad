import { BUDGETS, keepsBudget } from './budgets';
import type { Figure } from './figure';

/** The figures as an aligned table. */
export function formatTable(figures: readonly Figure[], budgets = BUDGETS): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, note = '' } = figure;
    const budget = budgets.get(name);
    const verdict =
      budget === undefined
        ? ''
        : `${budget.is} ${budget.value}: ${keepsBudget(figure, budgets) ? 'kept' : 'BROKEN'}`;
    return [name, `${round(value)} ${unit}`, verdict, note];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
}
