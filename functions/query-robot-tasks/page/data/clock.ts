/** The server's time, as its answers tell it. A device's own clock may be wrong, and be set while the page is open. */

/** What runs in the device: a clock that people set, and one that only runs on (but may stand still in its sleep). */
export interface Device {
  readonly wall: () => number;
  readonly steady: () => number;
}

/** A moment, from which the time that has passed since can be told. */
export interface Mark {
  readonly wall: number;
  readonly steady: number;
}

export interface Clock {
  /** Epoch milliseconds of the server; the device's own until an answer has come. */
  now(): number;
  /** An answer came that carries this Date header. */
  hear(date: string | null): void;
  mark(): Mark;
  /** Milliseconds since the mark, never below zero. */
  since(mark: Mark): number;
  /** Whether the device slept, or its clock was set on, since an answer came: only the next one can tell which. */
  hasLeapt(): boolean;
}

/** A Date header is cut to the second; a little more is the way of the answer. */
const EXACT_TO_MS = 2000;
const LEAP_MS = 10_000;

const DEVICE: Device = { wall: () => Date.now(), steady: () => performance.now() };

export function createClock(device: Device = DEVICE): Clock {
  const mark = (): Mark => ({ wall: device.wall(), steady: device.steady() });
  let heard = { ...mark(), server: device.wall() };
  // The larger one: what is older than it says could pass for new.
  const since = (from: Mark) => Math.max(0, device.wall() - from.wall, device.steady() - from.steady);
  const now = () => heard.server + since(heard);
  return {
    now,
    since,
    mark,
    hear(date) {
      const server = date === null ? NaN : Date.parse(date);
      if (!Number.isFinite(server)) return;
      const isKept = now() >= server && now() < server + EXACT_TO_MS;
      heard = { ...mark(), server: isKept ? now() : server };
    },
    hasLeapt: () => device.wall() - heard.wall > device.steady() - heard.steady + LEAP_MS,
  };
}
