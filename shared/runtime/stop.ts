/** The part of an AbortSignal that is used: one of Node's is as good. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why, once it is aborted. */
  readonly reason: Error;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Stop {
  readonly signal: StopSignal;
  /** Calls each listener once. Nothing happens the second time. */
  abort(reason: Error): void;
}

const NOT_ABORTED = new Error('It goes on.');

/** An AbortController without events: every call to upstream ends by some, and Node's first one takes 2 % of a start. */
export function createStop(): Stop {
  const listeners = new Set<() => void>();
  let reason = NOT_ABORTED;
  return {
    signal: {
      get aborted() {
        return reason !== NOT_ABORTED;
      },
      get reason() {
        return reason;
      },
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    },
    abort(why) {
      if (reason !== NOT_ABORTED) return;
      reason = why;
      const heard = [...listeners];
      listeners.clear();
      for (const listener of heard) listener();
    },
  };
}
