import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The function's result is no answer to an HTTP request. The message says what is wrong with it. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** What Function Compute does not let a function set; and Transfer-Encoding, which would garble the answer. */
const FORBIDDEN = /^(x-fc-.*|connection|content-length|date|keep-alive|server|upgrade|transfer-encoding)$/i;
const MOST_HEADER_BYTES = 8 * 1024;

const answerSchema = v.object({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  isBase64Encoded: v.optional(v.boolean(), false),
  body: v.optional(v.string(), ''),
});

/**
 * Turns what the function returned into the answer, by Function Compute's rules. Throws a BadAnswer where Function
 * Compute answers 502, and also for a result without statusCode: nobody could establish what becomes of that there.
 */
export function toHttpAnswer(payload: Buffer): HttpAnswer {
  const parsed = v.safeParse(answerSchema, parseJson(payload));
  if (!parsed.success)
    throw new BadAnswer(`The function returned no HTTP response: ${explain(parsed.issues[0])}.`);
  const { statusCode, headers, isBase64Encoded, body } = parsed.output;
  const sent = Object.entries(headers).filter(([name]) => !FORBIDDEN.test(name));
  let bytes = 0;
  for (const [name, value] of sent) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new BadAnswer('The function returned a response header that HTTP does not allow.', {
        cause: error,
      });
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > MOST_HEADER_BYTES) {
    throw new BadAnswer(`The function returned ${bytes} bytes of response headers; 8 KB are allowed.`);
  }
  return {
    status: statusCode,
    headers: Object.fromEntries(sent),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function explain(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'the result'} is ${issue.received}, not ${issue.expected ?? 'valid'}`;
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw new BadAnswer('The function returned no HTTP response: it is no JSON.', { cause: error });
  }
}
