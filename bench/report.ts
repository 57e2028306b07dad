/** One line of the bench: what was measured, and the budget that it has to keep, if any. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: Budget;
  /** What stands beside it, for the reader. */
  readonly note?: string;
}

export interface Budget {
  readonly is: 'at most' | 'at least' | 'exactly';
  readonly value: number;
}

/** Whether a figure keeps its budget; one without a budget does. */
export function keepsBudget({ value, budget }: Figure): boolean {
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

/** The figures as an aligned table. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, budget, note = '' } = figure;
    const verdict =
      budget === undefined ? '' : `${budget.is} ${budget.value}: ${keepsBudget(figure) ? 'kept' : 'BROKEN'}`;
    return [name, `${round(value)} ${unit}`.trim(), verdict, note];
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
