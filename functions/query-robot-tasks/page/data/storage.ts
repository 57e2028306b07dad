/** What the browser keeps for the page. */

export type Storage = 'localStorage' | 'sessionStorage';

/** A browser may refuse storage (private windows, some chat apps): then nothing is kept, and all else works. */
function attempt<Result>(use: () => Result): Result | null {
  try {
    return use();
  } catch {
    return null;
  }
}

export function read(storage: Storage, key: string): string | null {
  return attempt(() => window[storage].getItem(key));
}

export function write(storage: Storage, key: string, value: string): void {
  attempt(() => {
    window[storage].setItem(key, value);
  });
}

export function remove(storage: Storage, key: string): void {
  attempt(() => {
    window[storage].removeItem(key);
  });
}

/** Whether what is written on the device can be read again. */
export function isKeeping(): boolean {
  const probe = 'robot-task-watch.probe';
  write('localStorage', probe, '1');
  const isKept = read('localStorage', probe) === '1';
  remove('localStorage', probe);
  return isKept;
}
