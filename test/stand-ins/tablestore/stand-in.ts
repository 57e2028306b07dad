import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import compiled from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import { pour } from '../pour';
import { ServiceError } from './service-error';
import { answerHeaders, authenticate, type StandInKeys } from './signature';
import { createOperations, tableOf, type Operation, type StandInTable } from './tables';

export type { Operation, StandInKeys, StandInTable };

/**
 * What happens to a call instead of what should. error: the service refuses. raw: the answer is not the service's.
 * stall: no answer, nothing done. reset: the connection breaks, nothing done. The others are done first: then
 * the connection breaks before or within the answer, or no answer comes.
 */
export type Disturbance =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'raw'; readonly status: number; readonly body: string }
  | {
      readonly kind: 'stall' | 'pour' | 'reset' | 'done, then reset' | 'done, then cut' | 'done, then stall';
    };

export interface TablestoreStandIn {
  readonly url: URL;
  /** What the instance holds; a test may look at it and change it. */
  readonly tables: Map<string, StandInTable>;
  /** Every call in order, also those refused. */
  readonly calls: { readonly operation: string; readonly accessKeyId: string }[];
  /** The keys it accepts: replace them to renew or to expire some. */
  keys: readonly StandInKeys[];
  /** Whether a call is permitted: by the key, the action (`ots:GetRow`) and the table's name. Everything is, unless replaced. */
  permits: (accessKeyId: string, action: string, table: string) => boolean;
  /** How much was written of answers that do not end. */
  poured: number;
  /** How many data calls a table that is created from now on answers with OTSTableNotReady. */
  unreadyCalls: number;
  /** Disturbs the next `times` calls of `operation` (every operation if it is not given). */
  disturb(disturbance: Disturbance, options?: { operation?: Operation; times?: number }): void;
  close(): Promise<void>;
}

/** An answer's bytes come so many at a time. */
const PIECE = 100_000;

/**
 * A Tablestore instance on loopback: the wire protocol of its HTTP API with protobuf and PlainBuffer bodies, checked
 * signatures, tables and rows in memory, conditions on rows and columns. Close it when done.
 */
export async function createTablestoreStandIn(options: {
  readonly instance: string;
  readonly keys: readonly StandInKeys[];
  /** Epoch milliseconds; the system's clock if absent. */
  readonly now?: () => number;
}): Promise<TablestoreStandIn> {
  const now = options.now ?? (() => Date.now());
  const disturbances: { disturbance: Disturbance; operation: Operation | undefined; times: number }[] = [];
  const tables = new Map<string, StandInTable>();
  const operations = createOperations(tables, () => standIn.unreadyCalls);

  function nextDisturbance(operation: string): Disturbance | null {
    const entry = disturbances.find((candidate) => [undefined, operation].includes(candidate.operation));
    if (entry === undefined) return null;
    entry.times -= 1;
    if (entry.times <= 0) disturbances.splice(disturbances.indexOf(entry), 1);
    return entry.disturbance;
  }

  /** The service's answer to a call, errors included. */
  function perform(path: string, request: IncomingMessage, body: Buffer, disturbance: Disturbance | null) {
    let keys: StandInKeys | null = null;
    let status = 200;
    let answer: Uint8Array;
    try {
      keys = authenticate(path, request.headers, body, {
        instance: options.instance,
        keys: standIn.keys,
        now: now(),
      });
      if (disturbance?.kind === 'error') {
        throw new ServiceError(disturbance.status, disturbance.code, disturbance.message);
      }
      const operation = Object.entries(operations).find(([name]) => path === `/${name}`)?.[1];
      if (operation === undefined) {
        throw new ServiceError(400, 'OTSUnsupportOperation', `Unsupported operation: '${path.slice(1)}'.`);
      }
      const name = path.slice(1);
      if (!standIn.permits(keys.accessKeyId, `ots:${name}`, tableOf(name, body))) {
        throw new ServiceError(403, 'OTSNoPermissionAccess', 'You have no permission to access it.');
      }
      answer = operation(body);
    } catch (error) {
      const refusal =
        error instanceof ServiceError
          ? error
          : new ServiceError(400, 'OTSParameterInvalid', 'The request body cannot be parsed.');
      status = refusal.status;
      answer = compiled.main.proto.Error.encode({ code: refusal.code, message: refusal.message }).finish();
    }
    const bytes = Buffer.from(answer);
    return { status, bytes, headers: answerHeaders(path, bytes, now(), keys) };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '/';
    const operation = path.slice(1);
    standIn.calls.push({ operation, accessKeyId: String(request.headers['x-ots-accesskeyid']) });
    const disturbance = nextDisturbance(operation);
    if (disturbance?.kind === 'stall') return;
    if (disturbance?.kind === 'pour') return pour(response, (bytes) => (standIn.poured += bytes));
    if (disturbance?.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (disturbance?.kind === 'raw') {
      response.writeHead(disturbance.status, { 'content-type': 'text/html' }).end(disturbance.body);
      return;
    }
    const { status, bytes, headers } = perform(path, request, Buffer.concat(chunks), disturbance);
    if (disturbance?.kind === 'done, then stall') return;
    if (disturbance?.kind === 'done, then reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(status, headers);
    if (disturbance?.kind === 'done, then cut') {
      response.write(bytes.subarray(0, 1), () => request.socket.destroy());
      return;
    }
    // In pieces: a reader must ask for each of them.
    for (let at = 0; at < bytes.length; at += PIECE) response.write(bytes.subarray(at, at + PIECE));
    response.end();
  }

  const server = createServer((request, response) => {
    // A client that hangs up in the midst of its request is none of the stand-in's business.
    handle(request, response).catch(() => request.socket.destroy());
  });
  const standIn: TablestoreStandIn = {
    url: new URL('http://127.0.0.1'),
    poured: 0,
    tables,
    calls: [],
    keys: options.keys,
    permits: () => true,
    unreadyCalls: 0,
    disturb(disturbance, { operation, times = 1 } = {}) {
      disturbances.push({ disturbance, operation, times });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  standIn.url.port = String((server.address() as AddressInfo).port);
  return standIn;
}
