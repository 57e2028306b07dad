import type { RobotTask } from './robot-task';
import type { Text } from './text';

/**
 * throttled: over the account's quota. unauthorized: upstream refuses our credentials or permissions. account: the
 * account or the product itself (arrears, not subscribed). invalid: upstream refuses the request's parameters.
 * unavailable: upstream is broken or out of reach. timeout: slower than the deadline. malformed: an answer that is not
 * what the document promises. too-many: more matching tasks than may be collected. moving: the list changed in every
 * attempt to read it whole. refused: the task cannot be started now. refused-account: it cannot, and the account is why.
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
  | 'moving'
  | 'refused'
  | 'refused-account';

/**
 * Whether `error` is one. A second file beside a bundle has classes of its own, and no `instanceof` finds an error that came
 * from the bundle.
 */
export function isRobotTaskError(error: unknown): error is RobotTaskError {
  return error instanceof Error && error.name === 'RobotTaskError';
}

/**
 * Thrown by every adapter of the RobotTasks port. The text is ours: it never holds a URL, a task's name, a credential or
 * the service's free text.
 */
export class RobotTaskError extends Error {
  /** Private, so that whoever prints the error does not print them. */
  readonly #tasks: readonly RobotTask[];
  override readonly name = 'RobotTaskError';
  readonly kind: RobotTaskErrorKind;
  /** What is wrong, for people; `message` is the English one. */
  readonly text: Text;
  /** Upstream's error code, when it gave one. */
  readonly code: string | null;
  /** Upstream's request id, when it gave one: what the vendor's support asks for. */
  readonly requestId: string | null;
  /** Of a start: nobody knows whether the task was started. */
  readonly mayHaveHappened: boolean;
  /** What the service says of a refusal, on one line and short: it can hold anything. Null when it says nothing. */
  readonly explanation: string | null;

  constructor(
    kind: RobotTaskErrorKind,
    text: Text,
    options: {
      code?: string | null;
      requestId?: string | null;
      tasks?: readonly RobotTask[];
      mayHaveHappened?: boolean;
      explanation?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(text.en, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.text = text;
    this.code = options.code ?? null;
    this.requestId = options.requestId ?? null;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
    this.explanation = options.explanation ?? null;
    this.#tasks = options.tasks ?? [];
  }

  /** The tasks that a list showed before it failed, each once, as read last: a part, and nobody knows which. */
  get tasks(): readonly RobotTask[] {
    return this.#tasks;
  }

  /** The same error of an operation that had read `tasks` before. */
  withTasks(tasks: Iterable<RobotTask>): RobotTaskError {
    const { kind, text, code, requestId, explanation, cause } = this;
    const byId = new Map([...tasks, ...this.#tasks].map((task) => [task.id, task]));
    return new RobotTaskError(kind, text, { code, requestId, explanation, cause, tasks: [...byId.values()] });
  }
}
