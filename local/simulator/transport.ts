/** Sends an answer, well or badly. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../shared/runtime/clock';
import { findFault, type Fault, type FaultOf } from './faults/faults';
import type { Answer } from './wire';

/**
 * Resolves when the answer has been handed over, or when nothing more will be sent. Rejects when the client leaves in
 * between, which `signal` tells.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  faults: readonly Fault[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const body = encodeBody(answer, faults);
  const spoilt = faults.find(isSpoiling);

  if (spoilt?.fault === 'stall' && spoilt.after === 'request') return;
  if (spoilt?.fault === 'reset' && spoilt.after === 'request') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, headersOf(answer, body, faults));
  if (spoilt === undefined) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  if (spoilt.fault === 'stall' && spoilt.after === 'headers') return;
  if (spoilt.fault === 'trickle') {
    for (let sent = 0; sent < body.length; sent += spoilt.bytes) {
      await write(response, body.subarray(sent, sent + spoilt.bytes), signal);
      await clock.sleep(spoilt.everyMs, signal);
    }
    response.end();
    return;
  }
  await write(response, body.subarray(0, Math.floor(body.length / 2)), signal);
  if (spoilt.fault === 'reset') response.socket?.resetAndDestroy();
  if (spoilt.fault === 'cut') response.socket?.end();
}

/** The name of the fault that keeps the answer from arriving, for the log of calls; null when it arrives. */
export function lossOf(faults: readonly Fault[]): string | null {
  const spoilt = faults.find(isSpoiling)?.fault ?? 'trickle';
  return spoilt === 'trickle' ? null : spoilt;
}

function isSpoiling(fault: Fault): fault is FaultOf<'stall' | 'reset' | 'cut' | 'trickle'> {
  return ['stall', 'reset', 'cut', 'trickle'].includes(fault.fault);
}

function encodeBody({ body }: Answer, faults: readonly Fault[]): Buffer {
  const bytes = Buffer.from(body);
  return findFault(faults, 'gzip') === undefined ? bytes : gzipSync(bytes);
}

function headersOf(answer: Answer, body: Buffer, faults: readonly Fault[]): Record<string, string> {
  return {
    ...answer.headers,
    ...(findFault(faults, 'gzip') === undefined ? {} : { 'content-encoding': 'gzip' }),
    ...(answer.status === 204 ? {} : { 'content-length': String(body.length) }),
  };
}

async function write(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (bytes.length > 0 && !response.write(bytes)) await once(response, 'drain', { signal });
}
