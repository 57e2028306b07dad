import type { Terminal } from './terminal';

/** Whoever waits longer without a word takes a program for dead. */
const EVERY_MS = 10_000;

/** What `work` comes to. Until then the terminal says every ten seconds what is waited for. */
export async function saying<T>(
  { print }: Pick<Terminal, 'print'>,
  what: string,
  work: () => Promise<T>,
  everyMs = EVERY_MS,
): Promise<T> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    print(`  … still waiting for ${what} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
