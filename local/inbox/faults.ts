/** What can befall a robot's answers, on request. */
import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { Robot, RobotAnswer } from './robot';

/** Of these, `answer` alone takes more: status, headers, body. */
export const FAULTS = [
  'answer',
  'throttle',
  'stall',
  'trickle',
  'reset',
  'lost-answer',
  'long-answer',
] as const;

export const faultSchema = v.variant('fault', [
  /** This answer, whatever it is: an error code, HTML, a redirect, nothing. The message is not taken. */
  v.object({
    fault: v.literal('answer'),
    status: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    headers: v.exactOptional(v.record(v.string(), v.string())),
    body: v.exactOptional(v.string()),
  }),
  /** The receiver's own throttling. */
  v.object({ fault: v.literal('throttle') }),
  /** Takes the request and never answers. */
  v.object({ fault: v.literal('stall') }),
  /** Answers a byte at a time and comes to no end. */
  v.object({ fault: v.literal('trickle') }),
  /** Takes the request and closes the connection. */
  v.object({ fault: v.literal('reset') }),
  /** Takes the message, and then closes the connection instead of answering. */
  v.object({ fault: v.literal('lost-answer') }),
  /** Takes the message, and answers 200 with a long text of its own instead of the robot's answer. */
  v.object({ fault: v.literal('long-answer') }),
]);
export type InboxFault = v.InferOutput<typeof faultSchema>;

const LONG_ANSWER = 'Received. '.repeat(10_000);
const TRICKLE_MS = 20;

/** Whether the message arrives all the same. */
export function takesMessage({ fault }: InboxFault): boolean {
  return fault === 'lost-answer' || fault === 'long-answer';
}

/** Ends the exchange as `fault` says. */
export function sendFault(fault: InboxFault, response: ServerResponse, robot: Robot): void {
  switch (fault.fault) {
    case 'answer':
      send(response, { status: fault.status ?? 200, headers: fault.headers ?? {}, body: fault.body ?? '' });
      break;
    case 'throttle':
      send(response, robot.throttled);
      break;
    case 'stall':
      break;
    case 'trickle':
      trickle(response);
      break;
    case 'reset':
    case 'lost-answer':
      response.socket?.resetAndDestroy();
      break;
    case 'long-answer':
      send(response, { status: 200, headers: { 'content-type': 'text/plain' }, body: LONG_ANSWER });
      break;
  }
}

export function send(response: ServerResponse, { status, headers, body }: RobotAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), TRICKLE_MS);
  response.on('close', () => {
    clearInterval(timer);
  });
}
