import type { Source } from '../../../shared/robot-task';
import type { Language } from '../../../shared/text';

/** What all that is written for one deployment has in common. */
export interface Wording {
  readonly language: Language;
  /** Where people see one task, or all (null); null when QUERY_URL is not set. */
  readonly linkTo: ((taskId: string | null, now: number) => string) | null;
  /** Whose console is linked; default dyvms. */
  readonly source?: Source;
  /** Told of each item that could not be put into words, and why. */
  readonly onUnsayable?: (error: unknown) => void;
}

/**
 * What `say` makes of one item, or `instead` where it throws: others write what is told, an old state holds what it holds,
 * and one odd item must never take the rest of the message with it.
 */
export function sayOr<T>({ onUnsayable }: Pick<Wording, 'onUnsayable'>, instead: T, say: () => T): T {
  try {
    return say();
  } catch (error) {
    onUnsayable?.(error);
    return instead;
  }
}
