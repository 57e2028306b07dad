import { fork } from 'node:child_process';
import path from 'node:path';
import type { Clock } from '../../../shared/runtime/clock';
import { readOutput } from './output';
import type { ContextData, FromInstance, FunctionError, ToInstance } from './protocol';
import type { FunctionSpec } from '../spec/spec';

/** handled: the handler threw. unhandled: its process could not go on. The words are of the header X-Fc-Error-Type. */
export type Invocation =
  | { readonly ok: true; readonly payload: Buffer }
  | { readonly ok: false; readonly kind: 'handled' | 'unhandled'; readonly error: FunctionError };

/** One process of one function. */
export interface Instance {
  readonly pid: number | undefined;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /**
   * Runs the handler, after it has been loaded. One call at a time: that is the caller's to see to. An instance whose
   * call was not answered (timeout, crash, no handler to load) ends. `onLine` gets each line that is printed meanwhile,
   * by loading too.
   */
  invoke(event: Buffer, context: ContextData, onLine: (line: string) => void): Promise<Invocation>;
  /** Ends the process at once, whatever it is doing. */
  stop(): void;
}

export interface InstanceOptions {
  readonly spec: FunctionSpec;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** For loading and for the initializer. */
  readonly context: ContextData;
  readonly clock: Clock;
  /** Gets each line that is printed while no call runs. */
  readonly onLine: (line: string) => void;
}

const ENTRY = path.join(__dirname, 'instance-process.mjs');
/** Function Compute names no limit of its own for loading the code. */
const LOAD_TIMEOUT_SECONDS = 30;

/** Starts a process that holds the function's bundle and nothing else. What goes wrong is told by the first `invoke`. */
export function startInstance({ spec, environment, context, clock, onLine }: InstanceOptions): Instance {
  const child = fork(ENTRY, [], {
    cwd: spec.codeFolder,
    env: environment,
    // Not the loaders and flags that the host itself runs with.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let take = onLine;
  const takeLine = (line: string) => {
    take(line);
  };
  const output = child.stdout === null ? null : readOutput(child.stdout, takeLine);
  const errors = child.stderr === null ? null : readOutput(child.stderr, takeLine);

  let dead: Invocation | null = null;
  let settle = (reply: Invocation): void => {
    dead ??= reply;
  };
  const ended = new Promise<void>((fulfil) => {
    const end = (reason: string) => {
      dead ??= unhandled('ProcessExitedUnexpectedly', reason);
      settle(dead);
      fulfil();
    };
    child.once('exit', (code, signal) => {
      end(`Process exited unexpectedly before completing request (${describeExit(code, signal)})`);
    });
    child.once('error', (error) => {
      end(`The process of the function could not be started: ${error.message}`);
    });
  });
  child.on('message', (message) => {
    // The other side is our own file.
    const reply = message as FromInstance;
    settle(
      reply.ok
        ? { ok: true, payload: Buffer.from(reply.payload) }
        : { ok: false, kind: 'handled', error: reply.error },
    );
  });

  const stop = () => {
    child.kill('SIGKILL');
  };

  const ask = (message: ToInstance, timeoutSeconds: number): Promise<Invocation> =>
    new Promise((fulfil) => {
      if (dead !== null) {
        fulfil(dead);
        return;
      }
      const timer = new AbortController();
      settle = (reply) => {
        settle = () => undefined;
        timer.abort();
        fulfil(reply);
      };
      clock.sleep(timeoutSeconds * 1000, timer.signal).then(
        () => {
          dead = unhandled('FunctionTimeoutError', `Function timed out after ${timeoutSeconds} seconds`);
          stop();
          settle(dead);
        },
        () => undefined,
      );
      // A process that is gone is told by its exit.
      child.send(message, () => undefined);
    });

  const load: ToInstance = {
    type: 'load',
    file: path.join(spec.codeFolder, `${spec.module}.js`),
    method: spec.method,
    initializer: spec.initializer?.method ?? null,
    context,
  };
  const loaded = ask(load, spec.initializer?.timeoutSeconds ?? LOAD_TIMEOUT_SECONDS).then((reply) => {
    if (reply.ok) return;
    dead ??= { ...reply, kind: 'unhandled' };
    stop();
  });

  return {
    pid: child.pid,
    ended,
    async invoke(event, callContext, onCallLine) {
      take = onCallLine;
      await loaded;
      const reply = await ask({ type: 'invoke', event, context: callContext }, spec.timeoutSeconds);
      await output?.endOf(callContext.requestId);
      // Why it crashed, or what it last complained of.
      if (dead !== null) await errors?.closed;
      take = onLine;
      return reply;
    },
    stop,
  };
}

function unhandled(errorType: string, errorMessage: string): Invocation {
  return { ok: false, kind: 'unhandled', error: { errorMessage, errorType, stackTrace: [] } };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
