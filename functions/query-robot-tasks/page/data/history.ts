/** The stops of the last days as bars on a time axis. */
import { beijingDate } from '../../../../shared/beijing-time';
import type { EndedStop, StandingStop } from './answers';

export const DAYS = 7;
const DAY_MS = 86_400_000;
/** A stop of a minute is still to be seen. */
const THINNEST = 0.6;

export interface Stop {
  readonly id: string;
  readonly taskName: string | null;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Null: it still stands. */
  readonly until: number | null;
  /** The status that ended it; null when it stands, or the task is no longer known. */
  readonly became: string | null;
  /** Who started it again; null: nobody knows. */
  readonly startedBy: string | null;
}

export interface Bar extends Stop {
  /** Per cent of the axis. */
  readonly x: number;
  readonly width: number;
}

export interface History {
  /** Those that stand first, then by their end, the latest first. */
  readonly bars: readonly Bar[];
  /** Where each Beijing day begins, in per cent of the axis, and its date (`yyyy-MM-dd`). */
  readonly days: readonly { readonly x: number; readonly date: string }[];
}

/** `now` is epoch milliseconds. What ended before the axis begins is left out. */
export function layOutHistory(
  standing: readonly Pick<StandingStop, 'id' | 'taskName' | 'status' | 'since'>[],
  ended: readonly EndedStop[],
  now: number,
): History {
  const start = now - DAYS * DAY_MS;
  const place = (time: number) => Math.min(100, Math.max(0, ((time - start) / (now - start)) * 100));
  // What has no time has no place on the axis, and what is stalled has not stopped.
  const stops: Stop[] = [
    ...standing.flatMap(({ since, ...stop }) =>
      since === null || stop.status === 'STALLED'
        ? []
        : [{ ...stop, since, until: null, became: null, startedBy: null }],
    ),
    ...ended.flatMap(({ since, until, ...stop }) =>
      since === null || until === null ? [] : [{ ...stop, since, until }],
    ),
  ];
  const bars = stops
    .filter(({ until }) => until === null || until >= start)
    .sort((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity) || b.since - a.since)
    .map((stop): Bar => {
      const end = place(stop.until ?? now);
      const width = Math.max(THINNEST, end - place(stop.since));
      return { ...stop, x: Math.max(0, end - width), width };
    });
  const days = Array.from({ length: DAYS }, (_, index) => {
    const date = beijingDate(start + (index + 1) * DAY_MS);
    return { x: place(Date.parse(`${date}T00:00:00+08:00`)), date };
  });
  return { bars, days };
}
