/** kill -9 at each step of a poll, with the state in a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../../shared/runtime/clock';
import { operatorsKind } from '../../../../shared/operators/document';
import { stateKind } from '../../../../shared/state/document';
import { createFileStore } from '../../../../shared/documents/file/file-store';
import { CONTEXT, createSurroundings, type Surroundings } from '../watch-instance';

let around: Surroundings;
let folder: string;
let onMessage: () => void = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'robot-task-watch-'));
  onMessage = () => undefined;
  around = await createSurroundings(() => {
    onMessage();
  });
});
afterEach(async () => {
  await around.close();
  await rm(folder, { recursive: true });
});

/** Resolves once `holds`. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

interface Step {
  readonly name: string;
  /** Makes the poll stop at the step, and resolves when it is there. */
  readonly reach: (around: Surroundings) => Promise<void>;
  /** How many messages each channel has accepted when the next poll is done. */
  readonly messages: { readonly ops: readonly number[]; readonly dev: readonly number[] };
}

const STEPS: readonly Step[] = [
  {
    name: 'while the lists are read',
    reach: async ({ simulator }) => {
      simulator.setFaults([{ then: { fault: 'stall', after: 'request' } }]);
      await until(() => simulator.inFlight > 0);
    },
    messages: { ops: [1], dev: [1] },
  },
  {
    name: 'when one channel has accepted its message and the other has not',
    reach: async ({ inbox }) => {
      inbox.setFault('dev', { fault: 'stall' });
      await until(() => inbox.messages.length === 1 && inbox.requests('dev') === 1);
    },
    messages: { ops: [2], dev: [1] },
  },
  {
    name: 'when both have accepted their messages, before or while the state is saved',
    reach: ({ inbox }) => until(() => inbox.messages.length === 2),
    messages: { ops: [1, 2], dev: [1, 2] },
  },
  {
    name: 'when the state is saved, before the heartbeat is answered',
    reach: async (surroundings) => {
      surroundings.answerBeat = () => undefined;
      await until(() => surroundings.beats.length === 1);
    },
    messages: { ops: [1], dev: [1] },
  },
];

test.each(STEPS)(
  'kill -9 $name: nothing is lost, and at most one message a channel repeated',
  async ({ reach, messages }) => {
    const file = path.join(folder, 'state.json');
    const { simulator, inbox } = around;
    const { id } = simulator.tasks.add({ status: 'ARREARS_STOP' });
    const env = { STATE_STORE: `file:${file}` };

    const killed = around.start(env);
    const poll = killed.invoke('', CONTEXT);
    poll.catch(() => undefined);
    await reach(around);
    await killed.kill();
    await expect(poll).rejects.toThrow('The instance has ended');
    const store = createFileStore(file, stateKind, systemClock);
    await store.read(Date.now() + 100_000);

    simulator.setFaults([]);
    inbox.setFault('dev', null);
    around.answerBeat = (_, response) => response.end('OK');
    const next = around.start(env);
    await next.invoke('', CONTEXT);
    const heard = (channel: string) => inbox.messages.filter((message) => message.channel === channel).length;
    expect(messages.ops).toContain(heard('ops'));
    expect(messages.dev).toContain(heard('dev'));

    const before = inbox.messages.length;
    await next.invoke('', CONTEXT);
    expect(inbox.messages).toHaveLength(before);
    simulator.tasks.setStatus(id, 'FINISH');
    await expect(next.invoke('', CONTEXT)).resolves.toMatchObject({
      resolved: 1,
      delivered: { ops: 1, dev: 1 },
    });
    expect(await store.read(Date.now() + 100_000)).toMatchObject({ tasks: [], failures: [] });
  },
);

test('kill -9 once the group has heard who took a stop: the act is not lost, and told at most once more', async () => {
  const file = path.join(folder, 'state.json');
  const { simulator, inbox } = around;
  const { id } = simulator.tasks.add({ status: 'ARREARS_STOP' });
  const env = { STATE_STORE: `file:${file}` };
  const first = around.start(env);
  await first.invoke('', CONTEXT);

  const store = createFileStore(file, stateKind, systemClock);
  const since = (await store.read(Date.now() + 100_000))?.tasks[0]?.since ?? 0;
  const act = { id, condition: 'ARREARS_STOP', since, by: 'zhang', at: Date.now(), until: null };
  const record = createFileStore(`${file}.operators`, operatorsKind, systemClock);
  await record.save({ acknowledged: [act], started: [] }, null, Date.now() + 100_000);

  const poll = first.invoke('', CONTEXT);
  poll.catch(() => undefined);
  await until(() => inbox.messages.length === 4);
  await first.kill();
  await expect(poll).rejects.toThrow('The instance has ended');

  const next = around.start(env);
  await next.invoke('', CONTEXT);
  await next.invoke('', CONTEXT);
  for (const channel of ['ops', 'dev']) {
    const heard = inbox.messages.filter((message) => message.channel === channel).map(({ text }) => text);
    expect(heard[0]).not.toContain('zhang');
    const news = heard.slice(1);
    expect(news.length).toBeGreaterThanOrEqual(1);
    expect(news.length).toBeLessThanOrEqual(2);
    for (const text of news) expect(text).toContain('Taken by zhang');
  }
});
