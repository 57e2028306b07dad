/** What the browser keeps of a run that starts all tasks of a cause, for whoever leaves the page in between. */
import type { RunRecord } from './run-record';
import { count, entriesOf, listOf, orNull, recordOf, text, time } from './shape';
import { read, remove, write } from './storage';

const KEY = 'robot-task-watch.run';
/** A tab that is closed takes its own store with it; some browsers have no other. */
const STORES = ['localStorage', 'sessionStorage'] as const;
/** An old one explains nothing any more. */
const KEPT_MS = 24 * 3_600_000;

export function keepRun({ at, counts, ...record }: RunRecord): void {
  const kept = { ...record, at: new Date(at).toISOString(), counts: Object.fromEntries(counts) };
  for (const store of STORES) write(store, KEY, JSON.stringify(kept));
}

export function forgetRun(): void {
  for (const store of STORES) remove(store, KEY);
}

const readRecord = recordOf({
  cause: text,
  at: time,
  total: count,
  counts: entriesOf(count),
  unknown: listOf(text),
  end: orNull(text),
});

/** The run that this browser saw last; null: none within a day. */
export function lastRun(now: number): RunRecord | null {
  for (const store of STORES) {
    const record = parse(read(store, KEY) ?? '');
    if (record !== undefined && now - record.at < KEPT_MS) {
      return { ...record, counts: new Map(record.counts), unknown: record.unknown.items };
    }
  }
  return null;
}

function parse(kept: string): ReturnType<typeof readRecord> {
  try {
    return readRecord(JSON.parse(kept));
  } catch {
    return undefined;
  }
}
