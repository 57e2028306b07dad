/** What the built functions load later: files beside the bundle. */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { toAscii } from '../../../scripts/bundle/ascii';
import { bundleOf } from '../../stand-ins/instance';
import { CONTEXT, createSurroundings } from './watch-instance';

const FOLDERS = ['query-robot-tasks', 'watch-robot-tasks'].map((name) => path.dirname(bundleOf(name)));

describe.each(FOLDERS)('of the files in %s', (folder) => {
  let texts: Map<string, string>;
  beforeAll(async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
    const read = async (name: string) => [name, await readFile(path.join(folder, name), 'utf8')] as const;
    texts = new Map(await Promise.all(names.map(read)));
  });

  test('each that another one loads is there', () => {
    const loaded = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/\brequire\("\.\/([\w.-]+)"\)/g)].map(([, name]) => name),
    );
    expect(loaded).not.toEqual([]);
    expect([...texts.keys()]).toEqual(expect.arrayContaining(loaded));
  });

  test('each is ASCII: one character beyond, and a start reads and keeps twice as much', () => {
    const others = [...texts].filter(([, text]) => Buffer.byteLength(text) !== text.length);
    expect(others.map(([name]) => name)).toEqual([]);
  });
});

test('what is written in ASCII means the same', () => {
  const code = "const 名 = '欠费😀'; return [名, /^欠费.$/u.test(名), /[^。]$/.test(名), `${名}；`]";
  const written = toAscii(code);
  expect(written).toMatch(/^[\0-\x7f]+$/);
  expect(runInNewContext(`(() => {${written}})()`)).toEqual(['欠费😀', true, true, '欠费😀；']);
});

describe('where the code that sends messages is missing,', () => {
  let folder: string;
  let around: Awaited<ReturnType<typeof createSurroundings>>;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'without-senders-'));
    around = await createSurroundings();
  });
  afterEach(async () => {
    await around.close();
    await rm(folder, { recursive: true });
  });

  const deployed = (name: string) => path.join(path.dirname(bundleOf('watch-robot-tasks')), name);
  const put = (name: string) => copyFile(deployed(name), path.join(folder, name));

  test('a poll with nothing to tell works, one with news fails with what to do, and nothing is lost', async () => {
    await put('index.js');
    const instance = around.start({}, path.join(folder, 'index.js'));
    await expect(instance.invoke('{}', CONTEXT)).resolves.toMatchObject({ stopped: 0 });

    around.simulator.tasks.add({ status: 'ARREARS_STOP' });
    const polling = () => instance.invoke('{}', CONTEXT);
    const cure = 'The code that sends messages cannot be loaded: build and deploy again.';
    await expect(polling()).rejects.toThrow(cure);
    await expect(polling()).rejects.toThrow(cure);
    expect(around.beats).toEqual(['/marked-heartbeat', '/marked-heartbeat/fail', '/marked-heartbeat/fail']);

    await put('senders.js');
    await expect(instance.invoke('{}', CONTEXT)).resolves.toMatchObject({ fired: 1, failed: {} });
    expect(around.inbox.messages).toHaveLength(2);
  });
});
