import type { Clock } from '../../../shared/runtime/clock';
import type { Instance, Invocation } from './instance';

/** Every instance that may run at once is busy: Function Compute answers 429. */
export interface Throttled {
  readonly ok: false;
  readonly kind: 'throttled';
}

type Use = (instance: Instance, cold: boolean) => Promise<Invocation>;

export interface Pool {
  /**
   * Hands the instance of one call to `use` and takes it back afterwards. `cold` says whether it was started for this
   * call. With all of them busy the call is throttled where the function has a reserved concurrency, else it waits.
   */
  run(use: Use): Promise<Invocation | Throttled>;
  /** The process ids of the instances that live. */
  readonly pids: readonly number[];
  /** Ends every instance, busy or not; resolves when their processes have ended. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly start: () => Instance;
  /** Calls at once before further ones are throttled; null = no such limit. */
  readonly reservedConcurrency: number | null;
  readonly clock: Clock;
}

/** What this machine is asked to bear; Function Compute would start a hundred. */
const MOST_INSTANCES = 10;
/** Function Compute says 3 to 5 minutes. */
const KEEP_IDLE_MS = 5 * 60 * 1000;

interface Slot {
  readonly instance: Instance;
  idle: AbortController | null;
}

/** The instances of one function: one call at a time each, started when all others are busy, ended when long idle. */
export function createPool({ start, reservedConcurrency, clock }: PoolOptions): Pool {
  const slots = new Set<Slot>();
  const waiting: (() => void)[] = [];
  let running = 0;
  const closing = new AbortController();
  const isClosing = () => closing.signal.aborted;

  const startSlot = (): Slot => {
    const slot: Slot = { instance: start(), idle: null };
    slots.add(slot);
    void slot.instance.ended.then(() => {
      slots.delete(slot);
      slot.idle?.abort();
    });
    return slot;
  };

  /** The one that was used last is the warmest. */
  const takeIdle = (): Slot | undefined => {
    const slot = [...slots].findLast((candidate) => candidate.idle !== null);
    slot?.idle?.abort();
    if (slot !== undefined) slot.idle = null;
    return slot;
  };

  const putBack = (slot: Slot) => {
    // Move it to the end: the last one used is the first to be used again.
    if (!slots.delete(slot)) return;
    slots.add(slot);
    const idle = new AbortController();
    slot.idle = idle;
    clock.sleep(KEEP_IDLE_MS, idle.signal).then(
      () => {
        if (slot.idle !== idle) return;
        // No longer to be taken, though its process takes a moment to end.
        slot.idle = null;
        slot.instance.stop();
      },
      () => undefined,
    );
  };

  const runOn = async (warm: Slot | undefined, use: Use): Promise<Invocation> => {
    const slot = warm ?? startSlot();
    try {
      const invocation = await use(slot.instance, warm === undefined);
      // A process that could not go on is about to end, and must not be given to the next call.
      if (!invocation.ok && invocation.kind === 'unhandled') await slot.instance.ended;
      return invocation;
    } finally {
      putBack(slot);
    }
  };

  return {
    async run(use) {
      const throttled: Throttled = { ok: false, kind: 'throttled' };
      if (isClosing() || (reservedConcurrency !== null && running >= reservedConcurrency)) return throttled;
      running += 1;
      try {
        if (running > MOST_INSTANCES) await new Promise<void>((resume) => waiting.push(resume));
        return isClosing() ? throttled : await runOn(takeIdle(), use);
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
    get pids() {
      return [...slots].map(({ instance }) => instance.pid).filter((pid) => pid !== undefined);
    },
    async close() {
      closing.abort();
      const all = [...slots];
      for (const { instance } of all) instance.stop();
      await Promise.all(all.map(({ instance }) => instance.ended));
    },
  };
}
