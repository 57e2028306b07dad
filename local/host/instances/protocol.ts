/** What the host and an instance's process (instance-process.mjs) say to each other over Node's IPC channel. */

/** Function Compute's context argument, without what only a process can add to it (logger). */
export interface ContextData {
  readonly requestId: string;
  readonly region: string;
  readonly accountId: string;
  /** `{}` when the function has no role. */
  readonly credentials: {
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
  };
  readonly function: {
    readonly name: string;
    readonly handler: string;
    /** Megabytes. */
    readonly memory: number;
    /** Seconds. */
    readonly timeout: number;
  };
  readonly service: Readonly<Record<string, string>>;
  readonly tracing: Readonly<Record<string, unknown>>;
}

/** `load` comes first and once; each message is answered by one reply before the next is sent. */
export type ToInstance =
  | {
      readonly type: 'load';
      readonly file: string;
      readonly method: string;
      /** The export to call once before the first invocation; null when there is none. */
      readonly initializer: string | null;
      readonly context: ContextData;
    }
  | { readonly type: 'invoke'; readonly event: Uint8Array; readonly context: ContextData };

/** The body of a failed invocation, as Function Compute writes it. */
export interface FunctionError {
  readonly errorMessage: string;
  readonly errorType: string;
  readonly stackTrace: readonly string[];
}

export type FromInstance =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly error: FunctionError };

/** Written to standard output, with the request id behind it, at the end of each reply's output. */
export const END_OF_OUTPUT = '\u001e';
