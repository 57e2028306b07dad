/** TASK_SOURCE is changed while a task stands: both built functions, with one state in a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSimulator } from '../../../local/simulator/simulator';
import { sourceEnvironment } from '../../stand-ins/source-environment';
import { startBundle } from '../query-robot-tasks/bundle';
import { httpEvent, TOKEN } from '../query-robot-tasks/events';
import { CONTEXT, createSurroundings } from './watch-instance';

test('after a switch nothing of the other source is told, as resolved or as gone, or shown as standing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'switch-'));
  const store = { STATE_STORE: `file:${path.join(folder, 'state.json')}` };
  const around = await createSurroundings();
  const successor = createSimulator({ source: 'aiccs' });
  const moved = sourceEnvironment('aiccs', await successor.listen());
  const query = startBundle({ ...moved, ...store, API_TOKENS: TOKEN });
  const askWatch = async () => {
    const { statusCode, body } = await query.invoke(httpEvent({ rawPath: '/watch' }));
    return { statusCode, stopped: (JSON.parse(body) as { stopped?: { id: string }[] }).stopped };
  };
  try {
    const { id } = around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    await expect(around.start(store).invoke('{}', CONTEXT)).resolves.toMatchObject({ fired: 1 });
    const told = around.inbox.messages.length;
    expect(await askWatch()).toEqual({ statusCode: 404 });

    // The same id there is another task.
    successor.tasks.add({ id, status: 'FINISH' });
    const after = around.start({ ...store, ...moved });
    for (let polls = 0; polls < 4; polls += 1)
      await expect(after.invoke('{}', CONTEXT)).resolves.toMatchObject({ stopped: 0, resolved: 0 });
    expect(around.inbox.messages).toHaveLength(told);
    expect(await askWatch()).toEqual({ statusCode: 200, stopped: [] });

    const stop = successor.tasks.add({ status: 'SYSTEM_STOP' });
    await expect(after.invoke('{}', CONTEXT)).resolves.toMatchObject({ fired: 1 });
    expect((await askWatch()).stopped).toMatchObject([{ id: stop.id }]);
    expect(around.inbox.messages.at(-1)?.text).toContain('https://aiccs.console.aliyun.com/');
  } finally {
    await query.close();
    await Promise.all([around.close(), successor.close()]);
    await rm(folder, { recursive: true });
  }
});
