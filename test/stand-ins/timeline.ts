/** What channels are told minute by minute, in a line each: for tables that read as a story. */
import type { Alert } from '../../functions/watch-robot-tasks/rules/message';
import { MINUTE, type TestWatch } from './watch';

/** What happens right before the poll of a minute, counted from 0. */
export type Events = Readonly<Record<number, (watch: TestWatch) => void>>;

/** Polls once a minute, the last time at minute `last`. Resolves to what each channel was told: `<minute> <what>`. */
export async function playMinutes(
  watch: TestWatch,
  events: Events,
  last: number,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const begin = watch.clock.now();
  for (let minute = 0; minute <= last; minute += 1) {
    watch.clock.set(Math.max(watch.clock.now(), begin + minute * MINUTE));
    events[minute]?.(watch);
    await watch.poll();
  }
  return Object.fromEntries(
    watch.channels.map(({ id, received }) => [
      id,
      received.map((alert) => `${Math.floor((alert.now - begin) / MINUTE)} ${inShort(alert).join('; ')}`),
    ]),
  );
}

/** What a message says: `firing 1 (张三)`, `taken 1 by 张三`, `muted 1 by 张三`, `given back 1`, `reminder 1`, `ended 1 (李四)`. */
export function inShort({ firing, repeated, acknowledged, resolved, notices }: Alert): string[] {
  const by = (name: string | undefined) => (name === undefined ? '' : ` (${name})`);
  return [
    ...firing.map(({ task, held }) => `firing ${task.id}${by(held?.by)}`),
    ...repeated.map(({ task, held }) => `reminder ${task.id}${by(held?.by)}`),
    ...acknowledged.map(({ task, held }) =>
      held === undefined
        ? `given back ${task.id}`
        : `${held.until === null ? 'taken' : 'muted'} ${task.id} by ${held.by}`,
    ),
    ...resolved.map(({ task, startedBy }) => `ended ${task.id}${by(startedBy)}`),
    ...notices.map(({ subject, channel, state }) => `${channel ?? subject} ${state}`),
  ];
}
