import * as v from 'valibot';
import type { WatchState } from './state';

/**
 * Goes up when a program that knows only the older number could misread the document or, by saving it again, lose
 * what is new in it. What is optional is no reason: a program that drops it does as it always did, and a document
 * without it is read with more doubt.
 */
const SCHEMA_VERSION = 1;

/** Larger than any state worth keeping: 10,000 tracked tasks with two channels take about 6 MB. */
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

export type DecodedState =
  | { readonly kind: 'ok'; readonly state: WatchState }
  /** Written by a newer version of this program. */
  | { readonly kind: 'newer'; readonly schemaVersion: number }
  /** `reason` says what is wrong and where; it holds nothing of the document's text. */
  | { readonly kind: 'corrupt'; readonly reason: string };

const nullableText = v.nullable(v.string());
const nullableNumber = v.nullable(v.pipe(v.number(), v.finite('must be finite')));
// The default messages quote what they got.
const time = v.pipe(v.number(), v.safeInteger('must be a whole number'));
const count = v.pipe(time, v.minValue(0, 'must not be negative'));
const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const trackedTaskSchema = v.object({
  task: v.object({
    id: name,
    taskName: nullableText,
    robotId: nullableText,
    robotName: nullableText,
    status: name,
    scheduleType: nullableText,
    createTime: nullableText,
    fireTime: nullableText,
    completeTime: nullableText,
    totalCount: nullableNumber,
    finishCount: nullableNumber,
  }),
  since: time,
  hasHeld: v.exactOptional(v.literal(true)),
  unknownPolls: count,
  told: v.array(
    v.object({
      channel: name,
      status: name,
      at: time,
      since: time,
      doubtful: v.exactOptional(v.literal(true)),
    }),
  ),
});

const failureSchema = v.object({
  subject: v.picklist(['poll', 'store', 'channel']),
  channel: nullableText,
  since: time,
  polls: count,
  reason: v.string(),
  told: v.array(name),
});

const stateSchema: v.GenericSchema<unknown, WatchState> = v.object({
  tasks: v.pipe(
    v.array(trackedTaskSchema),
    v.check((tasks) => new Set(tasks.map(({ task }) => task.id)).size === tasks.length, 'hold a task twice'),
  ),
  failures: v.array(failureSchema),
  savedAt: v.exactOptional(time),
  savedAs: v.exactOptional(name),
});

const headerSchema = v.object({
  schemaVersion: v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(1, 'must be positive'),
  ),
});

/**
 * The state as a JSON document, one task a line so that a person can search and compare it. `saveId` makes two saves
 * of one state two different documents: each save is a version of its own.
 */
export function encodeState(state: WatchState, saveId: string): string {
  const tasks = state.tasks.map((task) => JSON.stringify(task)).join(',\n');
  const { savedAt, savedAs } = state;
  const saved = [
    ...(savedAt === undefined ? [] : [`"savedAt":${savedAt},`]),
    ...(savedAs === undefined ? [] : [`"savedAs":${JSON.stringify(savedAs)},`]),
  ].join('');
  return (
    `{"schemaVersion":${SCHEMA_VERSION},"saveId":${JSON.stringify(saveId)},${saved}"tasks":[\n${tasks}\n],\n` +
    `"failures":${JSON.stringify(state.failures)}}\n`
  );
}

/** Parses and validates a document. Never throws: the bytes may be anything. */
export function decodeState(bytes: Uint8Array): DecodedState {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Both errors' messages quote what they could not read.
    return { kind: 'corrupt', reason: 'it is no JSON' };
  }
  const header = v.safeParse(headerSchema, document, { abortEarly: true });
  if (!header.success) return { kind: 'corrupt', reason: 'it has no schemaVersion' };
  const { schemaVersion } = header.output;
  if (schemaVersion > SCHEMA_VERSION) return { kind: 'newer', schemaVersion };

  const state = v.safeParse(stateSchema, document, { abortEarly: true });
  if (state.success) return { kind: 'ok', state: state.output };
  return { kind: 'corrupt', reason: describeIssue(state.issues[0]) };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'the document';
  if (issue.kind === 'validation') return `${place} ${issue.message}`;
  return issue.received === 'undefined'
    ? `${place} is missing`
    : `${place} must be ${issue.expected ?? 'something else'}`;
}
