/**
 * Plays Dyvmsapi, or Cloud Contact Center (aiccs), on loopback: its calls for robot tasks in the vendor's wire format,
 * signatures checked, with tasks that live and faults that can be switched on.
 *
 *     const simulator = createSimulator();
 *     const url = await simulator.listen();            // http://127.0.0.1:<port>/
 *     const task = simulator.tasks.add({ status: 'EXCUTING' });
 *     simulator.tasks.setStatus(task.id, 'ARREARS_STOP');
 *     simulator.setFaults([{ when: { times: 1 }, then: { fault: 'reset', after: 'request' } }]);
 *     …
 *     await simulator.close();
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock, type Clock } from '../../shared/runtime/clock';
import type { Source } from '../../shared/robot-task';
import type { AccessKey } from './acs3';
import { AICCS } from './apis/aiccs';
import type { Api } from './apis/api';
import { DYVMSAPI } from './apis/dyvmsapi';
import { createCallLog, type Call, type CallRecord } from './calls';
import { handleControl, type ControlRequest, type ControlResponse } from './faults/control';
import { createFaultRules } from './faults/fault-rules';
import { findFault, type Fault, type FaultRule } from './faults/faults';
import { admit, answerCall, namedKey, readHead, type GatewayState } from './gateway';
import { createLoopbackServer, readBody } from './loopback-server';
import { createNonceMemory } from './nonces';
import { createRandom } from './world/random';
import { createTaskStore, type TaskStore } from './world/tasks';
import { lossOf, sendAnswer } from './transport';

export interface SimulatorOptions {
  /** Whose API it plays; default dyvms. */
  readonly source?: Source;
  /** The keys that may sign; default DEFAULT_KEY alone. */
  readonly credentials?: readonly AccessKey[];
  readonly faults?: readonly FaultRule[];
  /** For what happens by chance: made-up tasks, probabilities, jitter. */
  readonly seed?: number;
  /** The gateway's time, by which x-acs-date is judged and which the delays take; default the system's. */
  readonly clock?: Clock;
  /** The time by which tasks live; default `clock`. Apart from it, because the SDK signs with the system's time only. */
  readonly taskClock?: Pick<Clock, 'now'>;
}

export interface Simulator {
  /**
   * Serves on 127.0.0.1; port 0 = any free one. Resolves to `http://127.0.0.1:<port>/`. Throws a sentence when the port
   * is taken. After `close` it can listen again, on the same port as well, with the same tasks.
   */
  listen(port?: number): Promise<URL>;
  /** Ends every call and connection at once. */
  close(): Promise<void>;

  readonly source: Source;
  readonly tasks: TaskStore;

  readonly credentials: readonly AccessKey[];
  /** Replaces all keys; the next request is judged by the new ones. */
  setCredentials(keys: readonly AccessKey[]): void;

  readonly faults: readonly FaultRule[];
  /** Replaces all rules and starts their counting anew; `[]` = all is well. Throws an Error that names each mistake. */
  setFaults(rules: readonly FaultRule[]): void;

  /** The last 10,000 calls, refused ones included, in order of arrival. */
  readonly calls: readonly Call[];
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Forgets the calls so far, and maxInFlight with them. */
  clearCalls(): void;

  /** The control API (control.ts), to be served under /_simulator by whoever has a port for people. */
  handleControl(request: ControlRequest): ControlResponse;
}

/** A pair that every simulator accepts unless it is told otherwise. It opens nothing else. */
export const DEFAULT_KEY: AccessKey = {
  accessKeyId: 'LTAI5tRobotSimulator',
  accessKeySecret: 'robot-simulator-secret',
};

const CALLS_KEPT = 10_000;
const APIS: Readonly<Record<Source, Api>> = { dyvms: DYVMSAPI, aiccs: AICCS };

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { source = 'dyvms', seed = 1, clock = systemClock, taskClock = clock } = options;
  const api = APIS[source];
  const tasks = createTaskStore(() => taskClock.now(), seed, source);
  const log = createCallLog(CALLS_KEPT);
  const usedNonces = createNonceMemory();
  const random = createRandom(seed);
  const usedConnections = new WeakSet<Socket>();
  let newConnections = new WeakSet<Socket>();
  let keys = keysById(options.credentials ?? [DEFAULT_KEY]);
  let rules = createFaultRules(options.faults ?? [], seed);

  function state(): GatewayState {
    return { keys, usedNonces, api, tasks, now: clock.now(), taskNow: taskClock.now() };
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const head = readHead(request.url ?? '/', request.headers);
    const at = clock.now();
    const call = log.begin({
      at,
      action: head.action,
      query: Object.fromEntries(head.query),
      accessKeyId: namedKey(request.headers),
    });
    const departure = new AbortController();
    response.on('close', () => {
      departure.abort();
      call.end();
    });

    const reusedConnection = usedConnections.has(request.socket);
    usedConnections.add(request.socket);
    const oldConnection = !newConnections.has(request.socket);
    const page = api.isList(head.action, head.query) ? Number(head.query.get('PageNo') ?? 1) : null;
    const befallen = rules.befall({ action: head.action, page, reusedConnection, oldConnection }, at);

    async function answer(): Promise<void> {
      const body = await readBody(request);
      const signed = {
        method: request.method ?? '',
        url: request.url ?? '/',
        headers: request.headers,
        body,
      };
      const verdict = admit(signed, befallen, state());
      await delay(befallen.faults, departure.signal);
      const reply = answerCall(head, verdict, befallen, state());
      await sendAnswer(response, reply, befallen.faults, clock, departure.signal);
      call.settle(lossOf(befallen.faults) ?? reply.outcome);
    }
    answer().catch((error: unknown) => {
      fail(error, response, call);
    });
  }

  async function delay(faults: readonly Fault[], signal: AbortSignal): Promise<void> {
    const fault = findFault(faults, 'delay');
    if (fault !== undefined) await clock.sleep(fault.ms + fault.jitterMs * random(), signal);
  }

  const server = createLoopbackServer(serve, (socket) => {
    newConnections.add(socket);
    if (rules.resetsConnection()) socket.resetAndDestroy();
  });
  const simulator: Simulator = {
    listen: (port) => server.listen(port),
    close: () => server.close(),
    source,
    tasks,
    get credentials() {
      return [...keys.values()];
    },
    setCredentials(credentials) {
      keys = keysById(credentials);
    },
    get faults() {
      return rules.rules;
    },
    setFaults(newRules) {
      rules = createFaultRules(newRules, seed);
      newConnections = new WeakSet();
    },
    get calls() {
      return log.calls;
    },
    get inFlight() {
      return log.inFlight;
    },
    get maxInFlight() {
      return log.maxInFlight;
    },
    clearCalls() {
      log.clear();
    },
    handleControl: (request) => handleControl(simulator, request),
  };
  return simulator;
}

function keysById(keys: readonly AccessKey[]): ReadonlyMap<string, AccessKey> {
  return new Map(keys.map((key) => [key.accessKeyId, key]));
}

/** The client has left, or the simulator has a bug: neither may leave a call without an end. */
function fail(error: unknown, response: ServerResponse, call: CallRecord): void {
  const left = response.destroyed || response.socket?.destroyed !== false;
  if (left || response.headersSent) {
    call.settle('aborted');
    response.destroy();
    return;
  }
  call.settle('InternalError');
  response.writeHead(500, { 'content-type': 'application/json;charset=utf-8', connection: 'close' });
  response.end(JSON.stringify({ Code: 'InternalError', Message: (error as Error).message }));
}
