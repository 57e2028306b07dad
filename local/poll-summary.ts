import * as v from 'valibot';
import type { CallActivity } from './host/activity';

/** What the terminal and the scenario want to know of a poll. */
export interface PollSummary {
  readonly stopped: number;
  readonly fired: number;
  readonly repeated: number;
  readonly resolved: number;
}

const schema = v.object({
  stopped: v.number(),
  fired: v.number(),
  repeated: v.number(),
  resolved: v.number(),
});

/** The summary that a call returned, or null: it was no poll, or one that failed. */
export function readPollSummary({ outcome }: CallActivity): PollSummary | null {
  if (!outcome.ok) return null;
  try {
    const parsed = v.safeParse(schema, JSON.parse(outcome.payload.toString()));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
