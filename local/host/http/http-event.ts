/**
 * The event of an HTTP trigger, version v1:
 * https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function
 */
export interface HttpEvent {
  readonly version: 'v1';
  /** Still percent-encoded. */
  readonly rawPath: string;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly queryParameters: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly accountId: string;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      /** Decoded. */
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly time: string;
    readonly timeEpoch: string;
  };
}

/** One request as it came over the wire, the function's name already taken off its path. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly protocol: string;
  readonly sourceIp: string;
}

export interface HttpCallContext {
  readonly functionName: string;
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** About the connection and not about the request. */
const HOP_BY_HOP = new Set(['Connection', 'Keep-Alive', 'Transfer-Encoding', 'Upgrade']);

export function toHttpEvent(call: HttpCall, context: HttpCallContext): HttpEvent {
  const headers = joinHeaders(call.rawHeaders);
  const text = textOf(call.body, headers['Content-Type'] ?? '');
  return {
    version: 'v1',
    rawPath: call.path,
    body: text ?? call.body.toString('base64'),
    isBase64Encoded: text === null,
    headers,
    queryParameters: joinValues(new URLSearchParams(call.query)),
    requestContext: {
      accountId: context.accountId,
      domainName: `${context.functionName}.${context.region}.fcapp.run`,
      domainPrefix: context.functionName,
      http: {
        method: call.method,
        path: decodePath(call.path),
        protocol: call.protocol,
        sourceIp: call.sourceIp,
        userAgent: headers['User-Agent'] ?? '',
      },
      requestId: context.requestId,
      time: `${new Date(context.now).toISOString().slice(0, 19)}Z`,
      timeEpoch: String(context.now),
    },
  };
}

function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = canonicalName(rawHeaders[index] ?? '');
    if (!HOP_BY_HOP.has(name)) pairs.push([name, rawHeaders[index + 1] ?? '']);
  }
  return joinValues(pairs);
}

/** Several values of one name are joined by a comma, whether they hold one or not. */
function joinValues(pairs: Iterable<[string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  // Not by assignment: a name such as __proto__ is a name like any other.
  return Object.fromEntries(joined);
}

/** Function Compute's gateway writes header names as Go does: `X-Acs-Date`. */
function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

const TEXT_TYPE = /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded)\b|[^;]+\+(json|xml)\b)/i;

/** The body as text, or null when it has to travel as base64: of another type, or no UTF-8. */
function textOf(body: Buffer, contentType: string): string | null {
  if (body.length === 0) return '';
  if (!TEXT_TYPE.test(contentType.trim())) return null;
  const text = body.toString('utf8');
  return Buffer.from(text).equals(body) ? text : null;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
