/**
 * Runs the functions of an s.yaml on this machine as Function Compute would: each from its built bundle in processes of
 * its own, called by its triggers or by hand.
 *
 * What is not imitated: idle instances are not frozen (their timers go on), cpu and memory are not limited, nothing is
 * limited across functions, and `*.fcapp.run`'s Content-Disposition is not added.
 */
import { systemClock, type Clock } from '../../shared/runtime/clock';
import type { Environment } from '../../shared/runtime/environment';
import { createLoopbackServer, type LoopbackServer } from '../simulator/loopback-server';
import { createNonceMemory } from '../simulator/nonces';
import { callActivity, isThrottled, type Observe } from './activity';
import { deliverAsync } from './instances/async-invocations';
import type { HostCredentials } from './environment';
import { HostError } from './host-error';
import { createRouter, type Mount, type Router } from './http/router';
import { createRunner, type FinishedCall, type Runner } from './instances/runner';
import { parseSchedule } from '../../shared/schedule';
import { checkBundles, loadSpec, type FunctionSpec } from './spec/spec';
import type { TimerTrigger } from './spec/spec-schema';
import { runTimer, toTimerEvent } from './timer';

export interface HostOptions {
  readonly specFile: string;
  /** The file of settings; default: the `.env` beside s.yaml. */
  readonly envFile?: string;
  /** What s.yaml is resolved with, once the host's own address is known. */
  readonly environment: (url: string) => Environment;
  /** 0 = any free one. */
  readonly port: number;
  /** Variables whose values, `.env` included, are handed to `credentials`. */
  readonly variables?: readonly string[];
  /** Default: none. Whatever it throws ends the start. */
  readonly credentials?: (variables: Environment) => HostCredentials;
  /** What else is served, by the path it begins with, such as `/_inbox`. */
  readonly mounts?: Readonly<Record<string, Mount>>;
  /** The text at `/`; default: a list of what is served. */
  readonly page?: () => string;
  /** Nothing is told any more once the host is being closed. */
  readonly observe?: Observe;
  readonly clock?: Clock;
}

export interface Host {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly functions: readonly FunctionSpec[];
  /** Calls a function by hand. Throws for a name that s.yaml does not have. */
  invoke(functionName: string, event: string): Promise<FinishedCall>;
  /** The process ids of a function's instances: for whoever wants to measure them, or to kill one. */
  pids(functionName: string): readonly number[];
  /** Ends the timers, the server and every process that was started. */
  close(): Promise<void>;
}

/** Starts everything and resolves when calls are answered. Throws a HostError, a sentence, when that cannot be. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { clock = systemClock } = options;
  const closing = new AbortController();
  const observe: Observe = (activity) => {
    if (!closing.signal.aborted) options.observe?.(activity);
  };

  // The address is part of the environment that the functions are started with, so the port comes first. Whoever calls
  // before all is ready waits.
  let open: (router: Router) => void = () => undefined;
  const ready = new Promise<Router>((fulfil) => {
    open = fulfil;
  });
  const server = createLoopbackServer((request, response) => {
    void ready.then((router) => {
      router(request, response);
    });
  });
  const url = await listen(server, options.port);
  let runners = new Map<string, Runner>();

  const close = async () => {
    closing.abort();
    await Promise.all([server.close(), ...[...runners.values()].map((runner) => runner.close())]);
  };

  try {
    const { specFile, envFile, variables, environment } = options;
    const spec = await loadSpec(specFile, environment(url), variables, envFile);
    checkBundles(spec.functions);
    const credentials = options.credentials?.(spec.variables) ?? {};
    runners = new Map(
      spec.functions.map((one) => {
        const onLine = (line: string) => {
          observe({ type: 'output', functionName: one.name, line });
        };
        return [one.name, createRunner({ spec: one, credentials, clock, onLine })];
      }),
    );
    const { mounts = {}, page } = options;
    const usedNonces = createNonceMemory();
    open(createRouter({ runners, mounts, page, credentials, usedNonces, clock, observe }));
    startTimers([...runners.values()], clock, observe, closing.signal);
    return {
      url,
      functions: spec.functions,
      async invoke(functionName, event) {
        const runner = runners.get(functionName);
        if (runner === undefined) throw new Error(`s.yaml has no function named ${functionName}.`);
        const call = await runner.invoke(Buffer.from(event));
        observe(callActivity(call, { trigger: 'hand', label: 'by hand' }));
        return call;
      },
      pids: (functionName) => runners.get(functionName)?.pids ?? [],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(server: LoopbackServer, port: number): Promise<string> {
  try {
    return (await server.listen(port)).origin;
  } catch (error) {
    const { message } = error as Error;
    throw new HostError(`${message} Choose another port; --port 0 takes any free one.`, { cause: error });
  }
}

function startTimers(runners: readonly Runner[], clock: Clock, observe: Observe, signal: AbortSignal): void {
  for (const runner of runners) {
    for (const trigger of runner.spec.triggers) {
      if (trigger.type !== 'timer' || !trigger.enabled) continue;
      const fire = (scheduledTime: number) => {
        untilAborted(deliverTick(runner, trigger, scheduledTime, clock, observe, signal), signal);
      };
      untilAborted(runTimer(parseSchedule(trigger.cronExpression), fire, clock, signal), signal);
    }
  }
}

async function deliverTick(
  runner: Runner,
  trigger: TimerTrigger,
  scheduledTime: number,
  clock: Clock,
  observe: Observe,
  signal: AbortSignal,
): Promise<void> {
  const { maxAsyncRetryAttempts, maxAsyncEventAgeSeconds } = runner.spec;
  const result = await deliverAsync(toTimerEvent(trigger.name, trigger.payload, scheduledTime), {
    async invoke(event) {
      const call = await runner.invoke(event);
      // A throttled tick is tried again: no call, and no news yet.
      if (!isThrottled(call)) observe(callActivity(call, { trigger: 'timer', label: trigger.name }));
      return call.outcome;
    },
    maxRetryAttempts: maxAsyncRetryAttempts,
    maxEventAgeSeconds: maxAsyncEventAgeSeconds,
    clock,
    signal,
  });
  if (result === 'expired') {
    const reason = `a tick of ${trigger.name} is older than ${maxAsyncEventAgeSeconds} s (maxAsyncEventAgeInSeconds)`;
    observe({ type: 'dropped', functionName: runner.spec.name, reason });
  }
}

/** What is rejected by closing the host has ended as it should. Anything else is a bug, and may be seen as one. */
function untilAborted(work: Promise<void>, signal: AbortSignal): void {
  work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
