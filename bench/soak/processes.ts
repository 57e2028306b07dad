/** The functions' processes: how much memory they take, what they hold open, and whether they are gone. */
import { readdir, readFile } from 'node:fs/promises';

export interface MemoryLog {
  /** Notes the resident size of each process that lives, and how many files and sockets it has open. */
  sample(pids: readonly number[]): Promise<void>;
  /** Every process that was ever seen. */
  readonly pids: readonly number[];
  /** Null where the system does not tell (it takes /proc). */
  summary(): MemorySummary | null;
}

export interface MemorySummary {
  /** Megabytes, as the next one. */
  readonly peak: number;
  /** Of the process that grew most. */
  readonly growth: number;
  /** How often a process was looked at, at most. */
  readonly rounds: number;
  /** Files and sockets of the process that had most of them when it was last looked at. */
  readonly openFiles: number;
}

/** Fewer samples than this of one process tell nothing of its growth. */
const ENOUGH_SAMPLES = 30;

export function createMemoryLog(): MemoryLog {
  const sizes = new Map<number, number[]>();
  const files = new Map<number, number>();
  return {
    async sample(pids) {
      for (const pid of pids) {
        const size = await residentMegabytes(pid);
        sizes.set(pid, [...(sizes.get(pid) ?? []), ...(size === null ? [] : [size])]);
        files.set(pid, await countOpenFiles(pid));
      }
    },
    get pids() {
      return [...sizes.keys()];
    },
    summary() {
      const all = [...sizes.values()];
      if (all.flat().length === 0) return null;
      const growths = all.filter((one) => one.length >= ENOUGH_SAMPLES).map(growth);
      return {
        peak: Math.max(...all.flat()),
        growth: Math.max(0, ...growths),
        rounds: Math.max(...all.map((one) => one.length)),
        openFiles: Math.max(...files.values()),
      };
    },
  };
}

/** What the last third of the samples has over the middle one: the first calls load code, and grow the heap. */
function growth(sizes: readonly number[]): number {
  const third = Math.floor(sizes.length / 3);
  return median(sizes.slice(-third)) - median(sizes.slice(third, 2 * third));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function residentMegabytes(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

async function countOpenFiles(pid: number): Promise<number> {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return 0;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What this process holds open: servers, connections, pipes, child processes. */
export function countHandles(): number {
  const kinds = ['TCPServerWrap', 'TCPSocketWrap', 'PipeWrap', 'ProcessWrap'];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}
