/** One line of the bench. */
export interface Figure {
  /** By which a budget finds it (budgets.ts). */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What stands beside it, for the reader. */
  readonly note?: string;
}
