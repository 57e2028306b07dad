import * as v from 'valibot';

/** What an event asks for: one poll, or a test message to every channel. */
export type Request = 'poll' | 'test-channels';

const timerSchema = v.object({ triggerTime: v.string(), payload: v.fallback(v.string(), '') });
const testSchema = v.strictObject({ test: v.literal('channels') });
const pollSchema = v.strictObject({});

/**
 * Reads a timer event (its payload may be `{"test":"channels"}`) or a body sent by hand (the same, or nothing, or `{}`).
 *
 * A timer polls whatever else its payload is: a note that somebody left there must not silence the alerts. A body by hand
 * that means nothing is an Error, because there is somebody who reads it.
 */
export function parseEvent(event: Buffer): Request {
  const text = event.toString('utf8').trim();
  const body = text === '' ? {} : parseJson(text);
  const timer = v.safeParse(timerSchema, body);
  if (timer.success) return isTest(parseJson(timer.output.payload)) ? 'test-channels' : 'poll';
  if (isTest(body)) return 'test-channels';
  if (!Array.isArray(body) && v.is(pollSchema, body)) return 'poll';
  throw new Error(
    'The event is not understood: send a timer event or nothing to poll, or {"test":"channels"} to test the channels.',
  );
}

function isTest(value: unknown): boolean {
  return v.is(testSchema, value);
}

/** Undefined when `text` is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
