/**
 * One HTTP POST. node:http rather than fetch: it costs 50 ms of CPU less on a first call, follows no redirect, and a
 * new connection each time cannot have gone stale while the instance was frozen.
 */
import http from 'node:http';
import https from 'node:https';
import { busy, later, refused, type Answer, type Verdict } from './verdict';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts and reads the whole answer within `timeoutMs`. Never rejects; no sentence of it holds the URL. */
export async function post(request: PostRequest, timeoutMs: number): Promise<Answer> {
  if (timeoutMs <= 0) return { failure: later('There was no time left to send'), mayHaveArrived: false };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await exchange(request, signal);
  } catch (error) {
    if (signal.aborted) return { failure: later('No answer came before the deadline'), mayHaveArrived: true };
    return { failure: connectionVerdict(error), mayHaveArrived: !NEVER_CONNECTED.test(codeOf(error)) };
  }
}

class AnswerTooLarge extends Error {}

function exchange({ url, headers, body }: PostRequest, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http;
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'robot-task-watch',
        ...headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new AnswerTooLarge());
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          retryAfter: response.headers['retry-after'] ?? null,
        });
      });
    });
    outgoing.end(body);
  });
}

const NEVER_CONNECTED = /REFUSED|UNREACH|ENOTFOUND|EAI_/;

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : '';
}

/** Node's own messages name hosts and addresses; its codes do not. */
function connectionVerdict(error: unknown): Extract<Verdict, { ok: false }> {
  if (error instanceof AnswerTooLarge)
    return later("The answer is too large to be a robot's: check the channel's url");
  const code = codeOf(error);
  const name = code === '' ? '' : ` (${code})`;
  if (/ENOTFOUND|EAI_/.test(name)) {
    return busy(`The receiver's host name is not found${name}: check the channel's url and the network`);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(name)) {
    return refused(`The receiver's TLS certificate is not accepted${name}: check the channel's url`);
  }
  return busy(`The connection to the receiver failed${name}`);
}
