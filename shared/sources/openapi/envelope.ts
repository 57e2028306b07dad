import * as v from 'valibot';
import type { RobotTaskError } from '../../robot-task-error';
import { malformed, notJson, redirected, refused, sayable, type Failure, type Place } from './errors';
import { count, flag, text } from './fields';
import { isJsonObject, parseJson } from './json';

/** The outer document of every answer. */
export interface Envelope {
  /** A JSON string, or what it would have parsed to. */
  readonly data: unknown;
  /** What aiccs says beside its Code; null when it says nothing. */
  readonly success: boolean | null;
  readonly requestId: string | null;
  /** What the service says of it, on one line, without anything that nobody may see; null when it says nothing. */
  readonly message: string | null;
  /** Matching tasks on all pages; null when upstream does not say (its older document knows no such field). */
  readonly total: number | null;
  readonly pageSize: number | null;
}

const responseSchema = v.object({
  statusCode: v.optional(v.number(), 200),
  body: v.optional(v.unknown(), null),
});

const bodySchema = v.object({
  Code: text,
  RequestId: text,
  Message: text,
  Success: flag,
  Data: v.optional(v.unknown(), null),
  TotalCount: count,
  PageSize: count,
});

/**
 * Reads what `callApi` resolved to. It resolves for redirects too, and for a refusal with HTTP 200, so "Code OK means
 * success" is checked here. The body is text when the core client was asked for it, else what somebody parsed.
 */
export function readResponse(response: unknown, place: Place): { readonly envelope: Envelope } | Failure {
  const parsed = v.safeParse(responseSchema, response);
  if (!parsed.success)
    return { error: malformed({ en: 'there is no response', 'zh-CN': '没有响应' }), retry: false };
  const { statusCode } = parsed.output;
  const body = readBody(parsed.output.body, statusCode, place);
  if (statusCode >= 300 && statusCode < 400) return redirected(statusCode, place);
  if (statusCode < 200 || statusCode > 299) {
    const { Code = null, RequestId = null, Message = null } = body.document ?? {};
    return refused({ code: Code, requestId: RequestId, message: Message, statusCode }, place);
  }
  if (body.document === null) return { error: body.error, retry: false };
  const { Code, RequestId, Message, Success, Data, TotalCount, PageSize } = body.document;
  if (Code === null)
    return {
      error: malformed({ en: 'the body has no Code', 'zh-CN': '内容里没有 Code' }, RequestId),
      retry: false,
    };
  if (Code !== 'OK') {
    return refused({ code: Code, requestId: RequestId, message: Message, statusCode }, place);
  }
  return {
    envelope: {
      ...{ data: Data, success: Success, total: TotalCount, pageSize: PageSize },
      requestId: RequestId,
      // Only a refused start says it: the pages of a list need not be searched for secrets.
      get message() {
        return sayable(Message, place);
      },
    },
  };
}

type Body =
  | { readonly document: v.InferOutput<typeof bodySchema> }
  | { readonly document: null; readonly error: RobotTaskError };

function readBody(body: unknown, statusCode: number, { host }: Place): Body {
  let value: unknown;
  try {
    value = typeof body === 'string' ? parseBody(body) : body;
  } catch (cause) {
    return {
      document: null,
      error: malformed(notJson(host, statusCode), null, cause),
    };
  }
  if (!isJsonObject(value))
    return {
      document: null,
      error: malformed({ en: 'the body is not a JSON object', 'zh-CN': '内容不是 JSON 对象' }),
    };
  return { document: v.parse(bodySchema, value) };
}

/** Data alone holds long numbers. Where it is a string, as documented, the body itself needs no slow parsing. */
function parseBody(text: string): unknown {
  const body: unknown = JSON.parse(text);
  return isJsonObject(body) && typeof body['Data'] === 'string' ? body : parseJson(text);
}

/**
 * An answer's Data parsed, where it is a JSON string; as it is where somebody parsed it. Throws a 'malformed' error for a
 * string that is no JSON.
 */
export function readData({ data, requestId }: Pick<Envelope, 'data' | 'requestId'>): unknown {
  if (typeof data !== 'string') return data;
  try {
    return parseJson(data);
  } catch (cause) {
    throw malformed({ en: 'Data is not JSON', 'zh-CN': 'Data 不是 JSON' }, requestId, cause);
  }
}
