import type { Clock } from '../../../shared/runtime/clock';
import { contextData, instanceEnvironment, newRequestId, type HostCredentials } from '../environment';
import { startInstance, type Invocation } from './instance';
import { createPool, type Throttled } from './pool';
import type { FunctionSpec } from '../spec/spec';

/** One invocation that has ended. */
export interface FinishedCall {
  readonly functionName: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly began: number;
  readonly durationMs: number;
  /** Whether an instance was started for it. */
  readonly cold: boolean;
  /** What the function printed. */
  readonly lines: readonly string[];
  readonly outcome: Invocation | Throttled;
}

/** Runs one function on its instances. */
export interface Runner {
  readonly spec: FunctionSpec;
  invoke(event: Buffer, requestId?: string): Promise<FinishedCall>;
  /** The process ids of its instances. */
  readonly pids: readonly number[];
  /** Ends every instance; calls that still run end as crashed. */
  close(): Promise<void>;
}

export interface RunnerOptions {
  readonly spec: FunctionSpec;
  readonly credentials: HostCredentials;
  readonly clock: Clock;
  /** Gets each line that is printed outside of any call. */
  readonly onLine: (line: string) => void;
}

export function createRunner({ spec, credentials, clock, onLine }: RunnerOptions): Runner {
  const pool = createPool({
    start: () =>
      startInstance({
        spec,
        environment: instanceEnvironment(spec, credentials),
        context: contextData(spec, credentials, newRequestId(clock.now())),
        clock,
        onLine,
      }),
    reservedConcurrency: spec.reservedConcurrency,
    clock,
  });

  return {
    spec,
    async invoke(event, requestId = newRequestId(clock.now())) {
      const began = clock.now();
      const lines: string[] = [];
      let cold = false;
      const outcome = await pool.run((instance, started) => {
        cold = started;
        return instance.invoke(event, contextData(spec, credentials, requestId), (line) => lines.push(line));
      });
      const durationMs = clock.now() - began;
      return { functionName: spec.name, requestId, began, durationMs, cold, lines, outcome };
    },
    get pids() {
      return pool.pids;
    },
    close: () => pool.close(),
  };
}
