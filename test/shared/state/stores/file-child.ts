/**
 * A process that uses a state file, for tests that run several at once or kill one. Bundled by file.test.ts.
 *
 * `append <file> <name> <count>` saves the state `count` times, each time with one task more, and prints the number of
 * each task once it is saved. `die <file> <step>` saves once and kills itself right before the file system
 * operation number `step`; if it never gets there, it prints "done". `steps <file>` saves once and prints the operations.
 * `overtaken-while-writing` and `overtaken-while-evicting` `<file> <holder>` save once, and in the middle of that the lock
 * becomes another holder's; they print how the save ended.
 */
import { writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { EMPTY_STATE } from '../../../../shared/state/state';
import { createFileStore } from '../../../../shared/state/stores/file';
import { StateStoreError } from '../../../../shared/state/stores/store';
import { systemClock } from '../../../../shared/runtime/clock';
import { trackedTask } from './sample-state';

const soon = () => Date.now() + 30_000;

async function append(file: string, name: string, count: number): Promise<void> {
  const store = createFileStore(file, systemClock);
  for (let index = 0; index < count;) {
    const { state, version } = await store.load(soon());
    const tasks = [...(state ?? EMPTY_STATE).tasks, trackedTask(`${name}-${index}`)];
    try {
      await store.save({ ...EMPTY_STATE, tasks }, version, soon());
      process.stdout.write(`${index}\n`);
      index += 1;
    } catch (error) {
      if (!(error instanceof StateStoreError && error.kind === 'conflict')) throw error;
    }
  }
}

/** Calls `before` right before each step that the store takes on the file system. */
function watchSteps(before: (name: string, values: readonly unknown[]) => void): void {
  const wrap = (target: object, names: readonly string[]) => {
    const functions = target as Record<string, (...values: unknown[]) => Promise<unknown>>;
    for (const name of names) {
      const original = functions[name]?.bind(target);
      if (original === undefined) throw new Error(`There is no function ${name} to wrap.`);
      functions[name] = async (...values) => {
        before(name, values);
        const result = await original(...values);
        if (name === 'open') wrap(result as object, ['writeFile', 'sync', 'close']);
        return result;
      };
    }
  };
  wrap(fs, ['link', 'mkdir', 'open', 'readFile', 'rename', 'rm', 'stat', 'writeFile']);
}

/** Saves once, with `before` called at each step; prints "done", or why the save failed. */
async function saveWatched(file: string, before: Parameters<typeof watchSteps>[0]): Promise<void> {
  const store = createFileStore(file, systemClock);
  const { version } = await store.load(soon());
  watchSteps(before);
  try {
    await store.save({ ...EMPTY_STATE, tasks: [trackedTask('new')] }, version, Date.now() + 2000);
    process.stdout.write('done');
  } catch (error) {
    process.stdout.write(error instanceof StateStoreError ? error.kind : String(error));
  }
}

async function die(file: string, step: number): Promise<void> {
  let steps = 0;
  await saveWatched(file, () => {
    steps += 1;
    if (steps === step) process.kill(process.pid, 'SIGKILL');
  });
}

async function tellSteps(file: string): Promise<void> {
  await saveWatched(file, (name, values) => {
    const names = values
      .filter((value) => typeof value === 'string' && value.startsWith('/'))
      .map((value) => path.basename(String(value)).replace(/[0-9a-f-]{36}/, 'ID'));
    process.stdout.write(`${[name, ...names].join(' ')}\n`);
  });
}

/** Puts `holder` into the place of the lock right before the step for which `isMoment` holds. */
async function overtaken(
  file: string,
  holder: string,
  isMoment: (name: string, values: readonly unknown[]) => boolean,
): Promise<void> {
  let isDone = false;
  await saveWatched(file, (name, values) => {
    if (isDone || !isMoment(name, values)) return;
    isDone = true;
    writeFileSync(`${file}.lock`, holder);
  });
}

const isEviction = (name: string, values: readonly unknown[]) =>
  name === 'rename' && String(values[1]).endsWith('.evicted');
const isFlush = (name: string) => name === 'sync';

const [mode, file = '', third = '', fourth = ''] = process.argv.slice(2);
const modes: Readonly<Record<string, () => Promise<void>>> = {
  append: () => append(file, third, Number(fourth)),
  die: () => die(file, Number(third)),
  steps: () => tellSteps(file),
  'overtaken-while-writing': () => overtaken(file, third, isFlush),
  'overtaken-while-evicting': () => overtaken(file, third, isEviction),
};
const work = modes[mode ?? ''] ?? (() => Promise.reject(new Error(`There is no mode ${mode ?? ''}.`)));
work().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
