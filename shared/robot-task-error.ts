/**
 * throttled: over the account's quota. unauthorized: upstream refuses our credentials or permissions. account: the
 * account or the product itself (arrears, not subscribed). invalid: upstream refuses the request's parameters.
 * unavailable: upstream is broken or out of reach. timeout: slower than the deadline. malformed: an answer that is not
 * what the document promises. too-many: more matching tasks than may be collected. moving: the list changed in every
 * attempt to read it whole.
 */
export type RobotTaskErrorKind =
  | 'throttled'
  | 'unauthorized'
  | 'account'
  | 'invalid'
  | 'unavailable'
  | 'timeout'
  | 'malformed'
  | 'too-many'
  | 'moving';

/**
 * Thrown by every adapter of the RobotTasks port. The message is a sentence of ours: it never holds a URL, a task's
 * name, a credential or upstream's free text.
 */
export class RobotTaskError extends Error {
  override readonly name = 'RobotTaskError';
  readonly kind: RobotTaskErrorKind;
  /** Upstream's error code, when it gave one. */
  readonly code: string | null;
  /** Upstream's request id, when it gave one: what the vendor's support asks for. */
  readonly requestId: string | null;

  constructor(
    kind: RobotTaskErrorKind,
    message: string,
    options: { code?: string | null; requestId?: string | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.code = options.code ?? null;
    this.requestId = options.requestId ?? null;
  }
}
