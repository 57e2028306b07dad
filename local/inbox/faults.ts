/** What can befall a robot's answers, on request. */
import type { ServerResponse } from 'node:http';
import type { Robot, RobotAnswer } from './robot';

export type InboxFault =
  /** This answer, whatever it is: an error code, HTML, a redirect, nothing. The message is not taken. */
  | {
      readonly fault: 'answer';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The receiver's own throttling. */
  | { readonly fault: 'throttle' }
  /** Takes the request and never answers. */
  | { readonly fault: 'stall' }
  /** Answers a byte at a time and comes to no end. */
  | { readonly fault: 'trickle' }
  /** Takes the request and closes the connection. */
  | { readonly fault: 'reset' }
  /** Takes the message, and then closes the connection instead of answering. */
  | { readonly fault: 'lost-answer' };

const TRICKLE_MS = 20;

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
