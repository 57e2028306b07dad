import type { Clock } from '../../../shared/clock';

/** The longest that setTimeout can wait; more would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * What `work` resolves to or rejects with, or a rejection with `late()` at `deadline` (epoch milliseconds), whichever
 * comes first. The work itself goes on: file system calls cannot be taken back.
 */
export async function endBy<T>(
  deadline: number,
  clock: Clock,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const delay = Math.min(Math.max(0, deadline - clock.now()), LONGEST_TIMEOUT_MS);
    timer = setTimeout(() => {
      reject(late());
    }, delay);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
