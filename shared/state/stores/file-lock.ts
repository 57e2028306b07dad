import { randomUUID } from 'node:crypto';
// Of node:fs: see functions/query-robot-tasks/index.ts.
import { promises as files } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import type { Clock } from '../../runtime/clock';
import { StateStoreError } from './store';

const RETRY_MS = 20;

/**
 * A lock is held for milliseconds, and no longer than a poll takes. One that is older was left behind by a process
 * that we cannot ask about: on another host, or one whose number a living process has by now.
 */
const ABANDONED_AFTER_MS = 60_000;

const holderSchema = v.object({
  /** Becomes part of file names. */
  id: v.pipe(v.string(), v.uuid()),
  pid: v.number(),
  /** Tells a process from an earlier one with the same number, which is common in containers. */
  processStarted: v.number(),
  host: v.string(),
  at: v.number(),
});

type Holder = v.InferOutput<typeof holderSchema>;

export interface HeldLock {
  /** A file name that only this holder uses. Whoever takes over the lock of a dead holder removes that file. */
  readonly scratch: string;
  /** Throws a conflict when the lock has been taken over, which happens to a process that slept for a minute. */
  check(): Promise<void>;
}

/**
 * Does `work` while no other process that asks for the same lock file does any. A holder that died is replaced at
 * once; a living one is waited for. Throws "unreachable" when the lock cannot be had by `deadline` (epoch
 * milliseconds).
 *
 * The lock file comes into being by link(2), which is atomic, so that a lock file always says whose it is. A file
 * system without hard links cannot keep this promise, and gives an error.
 */
export async function holdLock<T>(
  path: string,
  clock: Clock,
  deadline: number,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const id = randomUUID();
  const mine: Holder = {
    id,
    pid: process.pid,
    processStarted: performance.timeOrigin,
    host: hostname(),
    at: clock.now(),
  };
  const text = JSON.stringify(mine);
  const claim = `${path}.${id}`;
  const scratch = scratchOf(path, id);
  try {
    // A full disk leaves the file, with nothing in it.
    await files.writeFile(claim, text, { flag: 'wx', mode: 0o600 });
    await acquire(path, claim, clock, deadline);
  } finally {
    await files.rm(claim, { force: true });
  }

  const isMine = async () => (await readText(path)) === text;
  try {
    return await work({
      scratch,
      check: async () => {
        if (!(await isMine())) {
          throw new StateStoreError('conflict', {
            en: 'Another process took over the lock of the state file.',
            'zh-CN': '另一个进程接管了状态文件的锁。',
          });
        }
      },
    });
  } finally {
    await files.rm(scratch, { force: true });
    if (await isMine()) await files.rm(path, { force: true });
  }
}

async function acquire(path: string, claim: string, clock: Clock, deadline: number): Promise<void> {
  for (;;) {
    if (await linkedNew(claim, path)) return;
    const text = await readText(path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder === null || isAbandoned(holder, clock.now())) {
      await evict(path, text, claim);
      continue;
    }
    if (clock.now() + RETRY_MS >= deadline) {
      const { pid, host } = holder;
      throw new StateStoreError('unreachable', {
        en: `The state file is locked by process ${pid} on ${host}. If that process does not watch robot tasks, delete ${path}.`,
        'zh-CN': `状态文件被 ${host} 上的进程 ${pid} 锁住。如果那个进程不是机器人任务监控，请删除 ${path}。`,
      });
    }
    await clock.sleep(RETRY_MS);
  }
}

/**
 * Removes the lock file that holds `text`. Two processes may try at once, and between reading and removing, the lock
 * may have passed to a living one: rename picks up exactly one file, which is looked at before it goes.
 */
async function evict(path: string, text: string, claim: string): Promise<void> {
  const aside = `${claim}.evicted`;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readText(aside)) === text) {
    const holder = parseHolder(text);
    if (holder !== null) {
      await files.rm(scratchOf(path, holder.id), { force: true });
      await files.rm(`${path}.${holder.id}`, { force: true });
    }
  } else {
    // Somebody else evicted the dead holder and a living one came: it gets its lock back. Should a third have come
    // in between, the check before the commit lets only the one win whose file stands.
    await linkedNew(aside, path);
  }
  await files.rm(aside, { force: true });
}

/** Gives `existing` a second name; false when the name is taken. */
async function linkedNew(existing: string, name: string): Promise<boolean> {
  try {
    await files.link(existing, name);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isAbandoned(holder: Holder, now: number): boolean {
  if (Math.abs(now - holder.at) > ABANDONED_AFTER_MS) return true;
  if (holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return holder.processStarted !== performance.timeOrigin;
  return !isRunning(holder.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

function parseHolder(text: string): Holder | null {
  try {
    return v.parse(holderSchema, JSON.parse(text));
  } catch {
    return null;
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function scratchOf(path: string, id: string): string {
  return `${path}.${id}.tmp`;
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
