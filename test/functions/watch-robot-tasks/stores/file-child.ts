/**
 * A process that uses a state file, for tests that run several at once or kill one. Bundled by file.test.ts.
 *
 * `append <file> <name> <count>` saves the state `count` times, each time with one task more, and prints the number of
 * each task once it is saved. `die <file> <step>` saves once and kills itself right before the file system
 * operation number `step`; if it never gets there, it prints "done".
 */
import fs from 'node:fs/promises';
import { EMPTY_STATE } from '../../../../functions/watch-robot-tasks/state';
import { createFileStore } from '../../../../functions/watch-robot-tasks/stores/file';
import { StateStoreError } from '../../../../functions/watch-robot-tasks/stores/store';
import { systemClock } from '../../../../shared/clock';
import { trackedTask } from './sample-state';

const soon = () => Date.now() + 30_000;

async function append(file: string, name: string, count: number): Promise<void> {
  const store = createFileStore(file, systemClock);
  for (let index = 0; index < count;) {
    const { state, version } = await store.load(soon());
    const tasks = [...(state ?? EMPTY_STATE).tasks, trackedTask(`${name}-${index}`)];
    try {
      await store.save({ tasks, failures: [] }, version, soon());
      process.stdout.write(`${index}\n`);
      index += 1;
    } catch (error) {
      if (!(error instanceof StateStoreError && error.kind === 'conflict')) throw error;
    }
  }
}

async function die(file: string, step: number): Promise<void> {
  let steps = 0;
  const countStep = () => {
    steps += 1;
    if (steps === step) process.kill(process.pid, 'SIGKILL');
  };
  const wrap = (target: object, names: readonly string[]) => {
    const functions = target as Record<string, (...values: unknown[]) => Promise<unknown>>;
    for (const name of names) {
      const original = functions[name]?.bind(target);
      if (original === undefined) throw new Error(`There is no function ${name} to wrap.`);
      functions[name] = async (...values) => {
        countStep();
        const result = await original(...values);
        if (name === 'open') wrap(result as object, ['writeFile', 'sync', 'close']);
        return result;
      };
    }
  };
  const store = createFileStore(file, systemClock);
  const { version } = await store.load(soon());
  wrap(fs, ['link', 'mkdir', 'open', 'readFile', 'rename', 'rm', 'stat', 'writeFile']);
  await store.save({ tasks: [trackedTask('new')], failures: [] }, version, soon());
  process.stdout.write('done');
}

const [mode, file = '', third = '', fourth = ''] = process.argv.slice(2);
const work = mode === 'append' ? append(file, third, Number(fourth)) : die(file, Number(third));
work.catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
