/** The full disk of the soak: to a function's process it looks like a real one. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const PRELOAD = pathToFileURL(path.join(__dirname, '../../../bench/soak/full-disk.mjs')).href;
const WRITE = `
  const { open, writeFile } = require('node:fs/promises');
  const [, plain, flushed] = process.argv;
  const viaHandle = async () => {
    const handle = await open(flushed, 'wx', 0o600);
    try { await handle.writeFile(Buffer.from('12345678')); } finally { await handle.close(); }
  };
  Promise.allSettled([writeFile(plain, '12345678', { flag: 'wx' }), viaHandle()]).then((results) => {
    console.log(JSON.stringify(results.map(({ reason }) => reason?.code ?? null)));
  });`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'full-disk-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  { name: 'no limit', room: null, codes: [null, null], content: '12345678' },
  { name: 'enough room', room: 8, codes: [null, null], content: '12345678' },
  { name: 'room for a part', room: 3, codes: ['ENOSPC', 'ENOSPC'], content: '123' },
  { name: 'no room', room: 0, codes: ['ENOSPC', 'ENOSPC'], content: '' },
])('with $name, a file has what fits, and who wrote more is told', async ({ room, codes, content }) => {
  const [plain, flushed, limit] = ['plain', 'flushed', 'room'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  if (room !== null) await writeFile(limit, String(room));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`--import=${PRELOAD}`, '-e', WRITE, plain, flushed],
    { env: { SOAK_DISK_ROOM: limit } },
  );
  expect(JSON.parse(stdout)).toEqual(codes);
  expect(await readFile(plain, 'utf8')).toBe(content);
  expect(await readFile(flushed, 'utf8')).toBe(content);
});
