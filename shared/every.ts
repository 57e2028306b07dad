const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The milliseconds of `@every 1m` (s, m, h); null where `expression` is another kind of schedule (schedule.ts knows those). */
export function everyMs(expression: string): number | null {
  const every = /^@every\s+(\d+)([smh])$/.exec(expression.trim());
  return every === null ? null : Number(every[1]) * UNIT_MS[every[2] as keyof typeof UNIT_MS];
}
