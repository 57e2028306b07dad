/**
 * A process that uses a state file, for tests that run several at once or kill one. Bundled by file.test.ts.
 *
 * `append <file> <name> <count>` saves the state `count` times, each time with one task more, and prints the number of
 * each task once it is saved. `die <file> <step>` saves once and kills itself right before the file system
 * operation number `step`; if it never gets there, it prints "done".
 */
import { stateKind } from '../../../../shared/state/document';
import { EMPTY_STATE } from '../../../../shared/state/state';
import { createFileStore } from '../../../../shared/documents/file/file-store';
import { StoreError } from '../../../../shared/documents/store';
import { systemClock } from '../../../../shared/runtime/clock';
import { createDisk } from '../../../stand-ins/disk';
import { trackedTask } from '../../state/sample-state';

const soon = () => Date.now() + 100_000;

async function append(file: string, name: string, count: number): Promise<void> {
  const store = createFileStore(file, stateKind, systemClock);
  for (let index = 0; index < count;) {
    const { content, version } = await store.load(soon());
    const before = (content ?? EMPTY_STATE).tasks;
    const task = trackedTask(`${name}-${index}`);
    // A save that was built upon before it could look again is told as a conflict too.
    const isSaved = before.some(({ task: { id } }) => id === task.task.id);
    try {
      if (!isSaved) await store.save({ ...EMPTY_STATE, tasks: [...before, task] }, version, soon());
      process.stdout.write(`${index}\n`);
      index += 1;
    } catch (error) {
      if (!(error instanceof StoreError && error.kind === 'conflict')) throw error;
    }
  }
}

async function die(file: string, step: number): Promise<void> {
  const { version } = await createFileStore(file, stateKind, systemClock).load(soon());
  const disk = createDisk(({ number }) => {
    if (number === step) process.kill(process.pid, 'SIGKILL');
    return null;
  });
  const store = createFileStore(file, stateKind, systemClock, disk);
  await store.save({ ...EMPTY_STATE, tasks: [trackedTask('new')] }, version, soon());
  process.stdout.write('done');
}

const [mode, file = '', third = '', fourth = ''] = process.argv.slice(2);
const modes: Readonly<Record<string, () => Promise<void>>> = {
  append: () => append(file, third, Number(fourth)),
  die: () => die(file, Number(third)),
};
const work = modes[mode ?? ''] ?? (() => Promise.reject(new Error(`There is no mode ${mode ?? ''}.`)));
work().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
