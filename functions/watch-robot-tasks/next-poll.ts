import { parseSchedule } from '../../shared/schedule';

/** Of a schedule that cannot be read: nothing is deployed with one. */
const UNKNOWN_MS = 10 * 60_000;

/** Whether the timer has fired between a poll at `before` and one at `now` (epoch milliseconds), a little late or early. */
export function hasMissed(cronExpression: string, before: number, now: number): boolean {
  const nextPoll = nextPollBy(cronExpression);
  const first = nextPoll(before);
  return now > (first + nextPoll(first)) / 2;
}

/** When the first poll after a time comes (epoch milliseconds both), by the timer's cronExpression. */
export function nextPollBy(cronExpression: string): (time: number) => number {
  try {
    const schedule = parseSchedule(cronExpression);
    return (time) => schedule(time, time) ?? time + UNKNOWN_MS;
  } catch {
    return (time) => time + UNKNOWN_MS;
  }
}
