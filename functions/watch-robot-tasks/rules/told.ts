/** What the channels were told: read, noted and forgotten in one table, whatever the subject is. */
import { isDeepStrictEqual } from 'node:util';
import {
  failureSubject,
  isKnown,
  stands,
  taskSubject,
  type Told,
  type ToldTable,
  type WatchState,
} from '../../../shared/state/state';
import type { Delivery } from './delivery';
import { noteSends } from './ended';
import { noteOutcome } from './failures';
import type { Outgoing } from './message';
import type { Route } from './policy';

/** What was told last, of one subject's records; null where nothing is known of it, or that it is over. */
export function lastTold(records: readonly Told[], channel: string, receiver?: string): Told | null {
  const last = records.find((told) => told.channel === channel && told.receiver === receiver);
  return last === undefined || (last.sure && last.over === true) ? null : last;
}

/** What a message to one who was told `last` follows: epoch milliseconds, the same when it is sent again; 0 = nothing. */
export function followed(last: Told | null): number {
  return last === null ? 0 : last.sure ? last.at : (last.after ?? 0);
}

/** Whether two messages leave the one who gets them with the same knowledge. */
export function saysTheSame(one: Said, other: Said): boolean {
  return (
    one.condition === other.condition && one.over === other.over && isDeepStrictEqual(one.held, other.held)
  );
}

type Said = Pick<Told, 'condition' | 'over' | 'held'>;

/**
 * The state once `alerts` were sent: `deliveries` says how each was taken. One that is not in it is being sent, and nobody
 * knows yet. Linear in the number of tasks and of what was sent.
 */
export function record(
  state: WatchState,
  alerts: readonly Outgoing[],
  deliveries: ReadonlyMap<Outgoing, Delivery>,
): WatchState {
  const changed = new Map<string, readonly Told[]>();
  const heard = new Map<string, number>();
  let { failures } = state;
  for (const outgoing of alerts) {
    const { channel, message, tellings, underWay } = outgoing;
    const { now, receivers } = message;
    const delivery = deliveries.get(outgoing);
    if (delivery !== undefined) {
      failures = noteOutcome(failures, 'channel', delivery.ok ? null : delivery.reason, now, channel);
    }
    if (delivery?.ok === true && tellings.length > 0) heard.set(channel, now);
    for (const receiver of receivers ?? [undefined]) {
      const receipt = receiptOf(delivery, receiver);
      if (receipt === 'refused') continue;
      const to = { channel, ...(receiver === undefined ? {} : { receiver }), at: now };
      for (const { subject, said, isOfHolder } of tellings) {
        const records = changed.get(subject) ?? state.told.get(subject) ?? [];
        const last = lastTold(records, channel, receiver);
        const mayBeOvertaken = last !== null && underWay.has(last) && !saysTheSame(last, said);
        const taken = receipt === 'received' && mayBeOvertaken ? 'overtaken' : receipt;
        const next = noted({ ...said, ...to }, isOfHolder, last, taken);
        const others = records.filter((told) => told.channel !== channel || told.receiver !== receiver);
        if (next !== last) changed.set(subject, [...others, next]);
      }
    }
  }
  return {
    ...{ ...state, failures },
    told: changed.size === 0 ? state.told : new Map([...state.told, ...changed]),
    ended: noteSends(state, alerts, deliveries),
    channels: state.channels.map((known) => ({
      ...known,
      lastNewsAt: heard.get(known.id) ?? known.lastNewsAt,
    })),
  };
}

/**
 * received: its OK came. overtaken: it came, but what another poll is sending at this moment may arrive after it. unknown:
 * nobody knows. refused: it does not have it; for good: nor will it, before other news.
 */
type Receipt = 'received' | 'overtaken' | 'unknown' | 'refused' | 'refused for good';

function receiptOf(delivery: Delivery | undefined, receiver: string | undefined): Receipt {
  if (delivery === undefined) return 'unknown';
  if (delivery.ok) return 'received';
  const own = receiver === undefined ? undefined : delivery.receivers?.get(receiver);
  if (own?.ok === true) return 'received';
  if ((own ?? delivery).mayHaveArrived) return 'unknown';
  return own?.permanent === true ? 'refused for good' : 'refused';
}

function noted(telling: Omit<Told, 'sure'>, isOfHolder: boolean, last: Told | null, receipt: Receipt): Told {
  if (receipt === 'received') return { ...telling, sure: true };
  const doubtful: Told = {
    ...telling,
    ...(isOfHolder && last !== null ? inDoubtOfHolder(telling, last) : {}),
    sure: false,
    after: receipt === 'overtaken' ? telling.at : followed(last),
  };
  if (receipt === 'overtaken') return doubtful;
  const isReminder = telling.reminders > 0 && !isOfHolder && last !== null;
  const told = !isReminder ? doubtful : receipt === 'unknown' ? reminded(last) : last;
  return receipt === 'refused for good' ? { ...told, refused: true } : told;
}

/** Whether or not a reminder arrives, the channel knows the same, but for who holds the stop: a reminder names nobody. */
function reminded(last: Told): Told {
  return last.held === undefined ? last : { ...last, sure: false, knowsStop: true, after: followed(last) };
}

/** What is known of a channel that may, or may not, have been told who holds a stop, or that nobody does. */
function inDoubtOfHolder({ held }: Said, last: Told): Partial<Told> {
  const believed = held ?? last.held;
  return {
    ...(isKnown(last) ? { knowsStop: true } : {}),
    ...(believed === undefined ? {} : { held: believed }),
  };
}

/** Without what channels and receivers were told that are no longer configured. */
export function ofChannels(told: ToldTable, channels: readonly Route[]): ToldTable {
  const ears = new Map<string, readonly (string | undefined)[]>(
    channels.map(({ id, receivers = [undefined] }) => [id, receivers]),
  );
  return keptTold(told, ({ channel, receiver }) => ears.get(channel)?.includes(receiver) === true);
}

/** The state as it is saved: without what is over and was told so, and without what nobody waits for. */
export function withoutEnded(state: WatchState): WatchState {
  const standing = new Map<string, boolean>();
  for (const tracked of state.tasks) standing.set(taskSubject(tracked.task.id), stands(tracked));
  for (const failure of state.failures) standing.set(failureSubject(failure), failure.state === 'failing');
  const told = keptTold(state.told, (last, subject) => {
    const isStanding = standing.get(subject);
    return (
      isStanding !== undefined && !(last.sure && last.over === true) && (isStanding || last.refused !== true)
    );
  });
  const isKept = (subject: string) => standing.get(subject) === true || told.has(subject);
  return {
    ...state,
    told,
    tasks: state.tasks.filter(({ task }) => isKept(taskSubject(task.id))),
    failures: state.failures.filter((failure) => isKept(failureSubject(failure))),
  };
}

/** The same table where nothing goes. */
export function keptTold(told: ToldTable, isKept: (last: Told, subject: string) => boolean): ToldTable {
  let kept: Map<string, readonly Told[]> | null = null;
  for (const [subject, records] of told) {
    if (records.every((last) => isKept(last, subject))) continue;
    kept ??= new Map(told);
    const rest = records.filter((last) => isKept(last, subject));
    if (rest.length > 0) kept.set(subject, rest);
    else kept.delete(subject);
  }
  return kept ?? told;
}
